package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// Slack takes a bot out of a channel that is archived, and lets no bot open
// one (docs.slack.dev, conversations.unarchive: "Bot tokens cannot currently
// be used to unarchive conversations"). So the channel is compared with
// Slack's history before it is archived, and again when people have opened it
// and let the bot in.

// archiveOrder is which closing of the incident a channel is archived for.
type archiveOrder struct{ ClosedAt time.Time }

// archiveResult is what came of it.
type archiveResult struct{ Archived bool }

// archiveLane is apart from the channel's: what lies days ahead must not hold
// up what is said meanwhile.
func archiveLane(n incident.Number) string { return "archive:" + n.String() }

// planArchive has the channel of a closed incident archived once its time has
// come, where the operator wants that.
func (b *Bot) planArchive(tx *store.Tx, inc incident.Incident) error {
	if b.cfg.ArchiveAfter <= 0 {
		return nil
	}
	needs, err := channelAction(tx, inc.Number)
	if err != nil {
		return err
	}
	return plan(tx, step{
		Key: "archive:" + inc.Number.String() + ":" + timeTS(inc.ClosedAt), Kind: kindArchive, Lane: archiveLane(inc.Number),
		Incident: inc.Number, Needs: needs, NotBefore: inc.ClosedAt.Add(b.cfg.ArchiveAfter),
		Payload: archiveOrder{ClosedAt: inc.ClosedAt},
	})
}

// cancelArchive takes back what is planned. One that is under way asks for
// itself whether the incident is still closed.
func (b *Bot) cancelArchive(tx *store.Tx, n incident.Number) error {
	actions, err := tx.Actions(n, true)
	if err != nil {
		return err
	}
	for _, a := range actions {
		if a.Kind != kindArchive || a.State == incident.ActionSending || a.State == incident.ActionUnknown {
			continue
		}
		if a.State == incident.ActionParked { // only an open action can be finished
			if err := tx.RetryAction(a.ID, a.Fence, incident.ActionPlanned, a.NotBefore, ""); err != nil {
				return err
			}
		}
		if err := tx.FinishAction(a.ID, a.Fence, incident.ActionDone, nil, "taken back: the incident was reopened"); err != nil {
			return err
		}
	}
	return nil
}

// archiveChannel archives the channel of an incident that is still closed, as
// it was when this was planned. What cannot be compared is not archived: the
// bot would not get in again to look.
func archiveChannel(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[archiveOrder](a)
	if err != nil {
		return nil, err
	}
	inc, err := b.incidentOf(ctx, a)
	if err != nil || !p.stands(inc) {
		return archiveResult{}, err
	}
	if a.Attempts > 1 { // an attempt whose answer was lost may have done it
		if gone, err := b.chat.Archived(ctx, inc.Channel.ID); err != nil || gone {
			return archiveResult{Archived: gone}, err
		}
	}
	if _, up := b.health.quietSince(); !up {
		return nil, &incident.CallError{
			Call: "slack conversations.archive", Outcome: incident.OutcomeNotDone, RetryAfter: 30 * time.Second,
			Reason: "Slack is not connected, so what is said just now would be missed",
		}
	}
	if err := b.compareNow(ctx, inc); err != nil {
		return nil, err
	}
	if inc, err = b.incidentOf(ctx, a); err != nil || !p.stands(inc) {
		return archiveResult{}, err
	}
	return archiveResult{Archived: true}, b.chat.Archive(ctx, inc.Channel.ID)
}

// compareNow compares a channel, and fails where that left a gap.
func (b *Bot) compareNow(ctx context.Context, inc incident.Incident) error {
	started := nowUTC()
	if err := b.reconcile(ctx, inc, depthWhole); err != nil {
		return err
	}
	verified, err := b.cursorTime(ctx, verifiedCursor(inc.Channel.ID), time.Time{})
	if err == nil && verified.Before(started) {
		err = &incident.CallError{
			Call: "slack conversations.history", Outcome: incident.OutcomeRefused,
			Reason: "the channel could not be compared with Slack's history, and the bot would not get in again to look",
		}
	}
	return err
}

func (p archiveOrder) stands(inc incident.Incident) bool {
	return inc.Closed() && inc.ClosedAt.Equal(p.ClosedAt) && inc.ArchivedAt.IsZero()
}

func channelArchived(tx *store.Tx, b *Bot, a incident.Action, result json.RawMessage) error {
	var r archiveResult
	if err := json.Unmarshal(result, &r); err != nil || !r.Archived {
		return err
	}
	inc, err := tx.Incident(incident.Operator(), a.Incident)
	if err != nil {
		return err
	}
	if inc.ArchivedAt.IsZero() {
		inc.ArchivedAt = nowUTC()
		if err := tx.SaveIncident(inc); err != nil {
			return err
		}
	}
	if err := b.recordAction(tx, a, "archived the channel", map[string]any{"channel": inc.Channel.ID}); err != nil {
		return err
	}
	if !inc.Closed() { // reopened while Slack was being asked
		return b.planUnarchive(tx, inc, nowUTC())
	}
	return nil
}

// planUnarchive has the channel opened again. Whatever is said there from now
// on waits for it.
func (b *Bot) planUnarchive(tx *store.Tx, inc incident.Incident, at time.Time) error {
	return plan(tx, step{
		Key: unarchiveKey(inc.Number) + timeTS(at), Kind: kindUnarchive, Lane: archiveLane(inc.Number), Incident: inc.Number,
	})
}

func unarchiveKey(n incident.Number) string { return "unarchive:" + n.String() + ":" }

// unarchiveChannel asks Slack all the same: it calls its refusal a bug.
func unarchiveChannel(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	inc, err := b.incidentOf(ctx, a)
	if err != nil || inc.ArchivedAt.IsZero() {
		return nil, err
	}
	return nil, b.chat.Unarchive(ctx, inc.Channel.ID)
}

func channelUnarchived(tx *store.Tx, b *Bot, a incident.Action, _ json.RawMessage) error {
	return b.openedAgain(tx, a.Incident, "action:"+a.Key)
}

// unarchiveParked says in the control channel what only people can do.
func unarchiveParked(tx *store.Tx, b *Bot, a incident.Action, _ string) error {
	inc, err := tx.Incident(incident.Operator(), a.Incident)
	if err != nil {
		return err
	}
	return b.tellControl(tx, fmt.Sprintf("unarchive:%d:%d", a.ID, a.Fence), unarchiveMessage(inc))
}

// openedAgain notes that the channel is not archived any more, has it
// compared, and lets go on what waited for it.
func (b *Bot) openedAgain(tx *store.Tx, n incident.Number, why string) error {
	inc, err := tx.Incident(incident.Operator(), n)
	if err != nil || inc.ArchivedAt.IsZero() {
		return err
	}
	inc.ArchivedAt = time.Time{}
	if err := tx.SaveIncident(inc); err != nil {
		return err
	}
	waiting, err := unarchiving(tx, n)
	if err != nil {
		return err
	}
	for _, a := range waiting {
		if a.State == incident.ActionParked {
			if err := tx.RetryAction(a.ID, a.Fence, incident.ActionPlanned, nowUTC(), ""); err != nil {
				return err
			}
		}
	}
	return plan(tx, step{
		Key: "compare:" + inc.Channel.ID + ":" + why, Kind: kindCompare, Lane: "lookup:" + inc.Channel.ID, Incident: n,
	})
}

// unarchiving are the actions that are to open the channel and have not.
func unarchiving(tx *store.Tx, n incident.Number) ([]incident.Action, error) {
	actions, err := tx.Actions(n, true)
	return slices.DeleteFunc(actions, func(a incident.Action) bool {
		return a.Kind != kindUnarchive || !strings.HasPrefix(a.Key, unarchiveKey(n))
	}), err
}

// archivedByPeople notes that somebody has archived the channel.
func (c capture) archivedByPeople(order string) error {
	if !c.inc.ArchivedAt.IsZero() {
		return nil
	}
	c.inc.ArchivedAt = tsTime(order)
	if c.inc.ArchivedAt.IsZero() {
		c.inc.ArchivedAt = nowUTC()
	}
	return c.tx.SaveIncident(c.inc)
}

// lookWhetherOpen finds out of an archived channel whether people have opened
// it and let the bot in while nobody was listening.
func (b *Bot) lookWhetherOpen(ctx context.Context, inc incident.Incident) error {
	gone, err := b.chat.Archived(ctx, inc.Channel.ID)
	if incident.OutcomeOf(err) == incident.OutcomeRefused && err != nil {
		return nil // still archived, or the bot is still outside
	}
	if err != nil || gone {
		return err
	}
	return b.store.Update(ctx, func(tx *store.Tx) error { return b.openedAgain(tx, inc.Number, timeTS(nowUTC())) })
}
