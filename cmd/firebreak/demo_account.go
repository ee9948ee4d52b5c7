package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/integrations/sandbox/web"
	"firebreak/store"
)

// accountant compares what happened in the sandbox with what the bot has in
// its database, which it only reads: the bot may run, or be dead.
type accountant struct {
	sb   *sandbox.Sandbox
	path string // of the database
}

// account is the whole comparison. A bot that has never run has recorded
// nothing.
func (c accountant) account(ctx context.Context) (account web.Account, err error) {
	err = c.read(ctx, func(db *store.Store) error {
		account, err = accountOf(ctx, db, c.sb)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return web.Account{At: time.Now().UTC()}, nil
	}
	return account, err
}

// read opens the database for reading and closes it again.
func (c accountant) read(ctx context.Context, f func(*store.Store) error) error {
	db, err := store.OpenReadOnly(ctx, c.path)
	if err != nil {
		return err
	}
	return errors.Join(f(db), db.Close())
}

// accountOf compares the sandbox with an open database.
func accountOf(ctx context.Context, db *store.Store, sb *sandbox.Sandbox) (web.Account, error) {
	account := web.Account{At: time.Now().UTC()}
	stats, err := db.Stats(ctx)
	if err != nil {
		return account, err
	}
	account.Waiting = stats.InboxPending + stats.Actions[incident.ActionPlanned] + stats.Actions[incident.ActionSending]
	account.Unknown = stats.Actions[incident.ActionUnknown]
	err = db.View(ctx, func(v *store.View) error {
		incidents, err := v.Incidents(incident.Operator())
		if err != nil {
			return err
		}
		for _, inc := range incidents {
			entries, err := v.Entries(incident.Operator(), inc.Number, store.Filter{})
			if err != nil {
				return err
			}
			if found, ok := sb.Slack.Find(inc.Channel.ID); ok {
				account.Channels = append(account.Channels, channelAccount(sb, inc, found, entries))
			}
		}
		account.Effects, err = effects(v, sb, incidents)
		return err
	})
	return account, err
}

// channelAccount holds what people and other apps said in an incident's
// channel against its entries. What was said and deleted while nobody listened
// cannot be known, so of deleted messages only recorded ones count.
func channelAccount(sb *sandbox.Sandbox, inc incident.Incident, ch sandbox.Channel, entries []incident.Entry) web.AccountChannel {
	row := web.AccountChannel{ID: ch.ID, Name: ch.Name, Incident: inc.Number.String()}
	times := map[string]int{}
	for _, e := range entries {
		if e.Source.System == "slack" && e.Source.Channel == ch.ID && e.Source.TS != "" {
			times[e.Source.TS]++
		}
	}
	for _, m := range sb.Slack.In(ch.ID).Messages() {
		n := times[m.TS]
		if m.User == sb.Slack.Bot().ID || m.BotID == sb.Slack.BotID() || !spoken(m.Subtype) || m.Deleted && n == 0 {
			continue
		}
		row.Said++
		about := web.AccountMessage{TS: m.TS, Text: m.Typed}
		switch {
		case n == 0:
			row.Missing = append(row.Missing, about)
		case n > 1:
			row.Doubled = append(row.Doubled, about)
		}
		if n > 0 {
			row.Recorded++
		}
	}
	return row
}

// spoken says whether messages of a subtype were said by somebody, and not by
// Slack about them.
func spoken(subtype string) bool {
	return slices.Contains([]string{"", "file_share", "thread_broadcast", "bot_message", "me_message"}, subtype)
}
