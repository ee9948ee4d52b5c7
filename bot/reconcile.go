package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// What was said while no socket was open reaches the bot through Slack's
// history: after every start and every gap each open incident's channel is
// compared with it, messages, replies, edits, deletions and pins.

func verifiedCursor(channel string) string { return "slack.verified:" + channel }

// reconcileGaps reconciles whenever the sockets have been away.
func (b *Bot) reconcileGaps(ctx context.Context) error {
	again := time.NewTimer(0)
	again.Stop()
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-b.gaps:
		case <-again.C:
		}
		if err := b.reconcileAll(ctx); err != nil && ctx.Err() == nil {
			b.log.WarnContext(ctx, "reconciliation did not finish", "error", err)
			again.Reset(tryAgainAtMost)
		}
	}
}

// stillWatched is how long a closed incident's channel is compared: people
// go on talking for a while.
const stillWatched = 7 * 24 * time.Hour

// reconcileAll compares the open incidents' channels, the worst first, then
// those closed lately.
func (b *Bot) reconcileAll(ctx context.Context) error {
	var watched []incident.Incident
	err := b.store.View(ctx, func(v *store.View) (err error) {
		watched, err = v.Incidents(incident.Operator())
		return err
	})
	if err != nil {
		return err
	}
	watched = slices.DeleteFunc(watched, func(i incident.Incident) bool { return i.Closed() && time.Since(i.ClosedAt) > stillWatched })
	slices.SortStableFunc(watched, func(x, y incident.Incident) int {
		return cmp.Or(x.ClosedAt.Compare(y.ClosedAt), cmp.Compare(x.Severity, y.Severity))
	})
	first := b.reconcileAlerts(ctx)
	for _, inc := range watched {
		if inc.Channel.ID == "" {
			continue
		}
		if err := b.reconcile(ctx, inc); err != nil && first == nil {
			first = fmt.Errorf("reconcile %s: %w", inc.Number, err)
		}
	}
	return first
}

func compareChannel(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return nil, err
	}
	return nil, b.reconcile(ctx, inc)
}

// reconcile compares one channel with Slack's history. started is the moment
// the comparison speaks for: a live event after it always wins.
func (b *Bot) reconcile(ctx context.Context, inc incident.Incident) error {
	started := comparedFrom()
	members, err := b.chat.Members(ctx, inc.Channel.ID)
	if err != nil {
		return err
	}
	err = b.store.Update(ctx, func(tx *store.Tx) error { return tx.SetMembers(inc.Channel.ID, members) })
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	oldest := ""
	for cursor := ""; ; {
		raw, next, err := b.chat.History(ctx, inc.Channel.ID, "", "", cursor)
		if err != nil {
			return err
		}
		msgs := readMessages(raw)
		for _, m := range msgs {
			seen[m.TS] = true
			if oldest == "" || m.TS < oldest {
				oldest = m.TS
			}
		}
		if err := b.takeHistory(ctx, inc, msgs, started); err != nil {
			return err
		}
		if err := b.takeThreads(ctx, inc, msgs, seen, started); err != nil {
			return err
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	return b.store.Update(ctx, func(tx *store.Tx) error {
		if err := b.inferDeletions(tx, inc, seen, started); err != nil {
			return err
		}
		return tx.SetCursor(verifiedCursor(inc.Channel.ID), started.Format(time.RFC3339Nano))
	})
}

// comparedFrom is the moment a comparison speaks for, in the database's own
// precision: what is recorded in the same microsecond may be newer than the
// history that is about to be read, and must not seem older.
func comparedFrom() time.Time { return nowUTC().Truncate(time.Microsecond) }

// readMessages decodes what can be decoded; a message nobody can read is
// left to be seen again next time.
func readMessages(raw []json.RawMessage) []slackMessage {
	var msgs []slackMessage
	for _, r := range raw {
		var m slackMessage
		if lenient(r, &m) && m.TS != "" {
			msgs = append(msgs, m)
		}
	}
	return msgs
}

// takeHistory records messages as history shows them, in one transaction per
// page of history.
func (b *Bot) takeHistory(ctx context.Context, inc incident.Incident, msgs []slackMessage, started time.Time) error {
	return b.store.Update(ctx, func(tx *store.Tx) error {
		c := capture{b: b, tx: tx, inc: inc, channel: inc.Channel.ID, from: "backfill"}
		for _, m := range msgs {
			if err := c.shown(m, started); err != nil {
				return err
			}
			if err := c.reactions(m, started); err != nil {
				return err
			}
		}
		return nil
	})
}

// takeThreads reads the replies below the messages that have any.
func (b *Bot) takeThreads(ctx context.Context, inc incident.Incident, msgs []slackMessage, seen map[string]bool, started time.Time) error {
	for _, m := range msgs {
		if m.ReplyCount == 0 || m.inThread() {
			continue
		}
		for cursor := ""; ; {
			raw, next, err := b.chat.Replies(ctx, inc.Channel.ID, m.TS, "", cursor)
			if err != nil {
				return err
			}
			replies := readMessages(raw)
			for _, r := range replies {
				seen[r.TS] = true
			}
			if err := b.takeHistory(ctx, inc, replies, started); err != nil {
				return err
			}
			if cursor = next; cursor == "" {
				break
			}
		}
	}
	return nil
}

// reactions brings the pins of a message to what history shows. Their order
// is the moment the comparison began: an event that happened later wins,
// whichever is handled first.
func (c capture) reactions(m slackMessage, started time.Time) error {
	order := timeTS(started)
	shown := map[string]bool{}
	whole := true
	for _, r := range m.Reactions {
		whole = whole && len(r.Users) >= r.Count
		if !c.b.pinEmoji(r.Name) {
			continue
		}
		for _, user := range r.Users {
			shown[user+" "+r.Name] = true
		}
	}
	held, err := c.tx.PinsOf(c.key(m.TS))
	if err != nil {
		return err
	}
	for _, p := range held {
		id := p.By + " " + p.Emoji
		if shown[id] {
			delete(shown, id)
			continue
		}
		if whole { // Slack may shorten the list of who reacted
			if err := c.pin(m.TS, p.By, p.Emoji, false, order); err != nil {
				return err
			}
		}
	}
	for id := range shown {
		user, emoji, _ := strings.Cut(id, " ")
		if err := c.pin(m.TS, user, emoji, true, order); err != nil {
			return err
		}
	}
	return nil
}

// inferDeletions marks messages that we have and history, read from end to
// end, no longer shows. Only what was there before the reading began counts.
func (b *Bot) inferDeletions(tx *store.Tx, inc incident.Incident, seen map[string]bool, started time.Time) error {
	entries, err := tx.Entries(incident.Operator(), inc.Number, store.Filter{Kinds: []incident.Kind{incident.KindMessage}})
	if err != nil {
		return err
	}
	for _, e := range entries {
		gone := e.Source.Channel == inc.Channel.ID && !seen[e.Source.TS] && !e.Deleted &&
			e.OccurredAt.Before(started) && e.RecordedAt.Before(started)
		if !gone {
			continue
		}
		key := messageKey(b.home(), inc.Channel.ID, e.Source.TS)
		if _, err := tx.MarkDeleted(inc.Number, key, started, ""); err != nil {
			return err
		}
	}
	return nil
}
