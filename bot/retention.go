package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// How long incidents are kept: as configured, or as an admin says of one. A
// legal hold keeps an incident whatever else was said. A week before the end the
// control channel is told, and when it has come.

const (
	// purgeTold is how long before a purge it is said.
	purgeTold = 7 * 24 * time.Hour
	// purgesAtOnce is how many incidents one round looks at.
	purgesAtOnce = 20
	// purgeStep is how many rows one step of a purge erases: people wait for
	// the writer meanwhile.
	purgeStep = 50
	// longestRetention is a hundred years.
	longestRetention = 36500
)

// retain says how long an incident is kept after it was closed.
func (o *order) retain() (message, error) {
	r, err := o.tx.Retention(o.inc.Number)
	if err != nil {
		return message{}, err
	}
	if r.Days == o.cmd.N {
		return sentence(o.inc.Number.String() + " " + keptText(r.KeptFor(o.b.cfg.RetentionDays)) + " already."), nil
	}
	r.Days = o.cmd.N
	if err := o.tx.SaveRetention(o.inc.Number, r); err != nil {
		return message{}, err
	}
	text := keptText(r.KeptFor(o.b.cfg.RetentionDays))
	if r.Days < 0 {
		text += ", as configured"
	}
	if _, err := o.entry("retention", incident.KindStatus, o.at, "retention: "+text, map[string]any{"retention_days": r.Days}); err != nil {
		return message{}, err
	}
	answer := o.inc.Number.String() + " " + text + "."
	if r.Held() {
		answer += " It is held, so nothing is purged before " + code(o.slash.Command+" hold off") + "."
	}
	return sentence(answer), nil
}

// keptText says how long something is kept.
func keptText(days int) string {
	if days == 0 {
		return "is kept for ever"
	}
	return "is kept for " + count(days, "day") + " after it was closed"
}

// hold keeps an incident from being erased, whatever its retention.
func (o *order) hold() (message, error) {
	r, err := o.tx.Retention(o.inc.Number)
	if err != nil {
		return message{}, err
	}
	if r.Held() {
		return message{}, refuse(o.inc.Number.String() + " is held already: " + words(r.HeldReason, 300))
	}
	r.HeldAt, r.HeldBy, r.HeldReason = o.at, o.slash.UserID, incident.DecodeSlack(o.cmd.Text)
	if err := o.tx.SaveRetention(o.inc.Number, r); err != nil {
		return message{}, err
	}
	_, err = o.entry("hold", incident.KindStatus, o.at, "legal hold: "+r.HeldReason, map[string]any{"hold": true, "reason": r.HeldReason})
	return sentence("Held. Nothing of " + o.inc.Number.String() + " is purged or redacted until an admin gives " + code(o.slash.Command+" hold off") + "."), err
}

// holdOff ends a hold.
func (o *order) holdOff() (message, error) {
	r, err := o.tx.Retention(o.inc.Number)
	if err != nil {
		return message{}, err
	}
	if !r.Held() {
		return message{}, refuse(o.inc.Number.String() + " is not held.")
	}
	since := r.HeldAt
	r.HeldAt, r.HeldBy, r.HeldReason, r.ToldAt = time.Time{}, "", "", time.Time{} // its end is said anew
	if err := o.tx.SaveRetention(o.inc.Number, r); err != nil {
		return message{}, err
	}
	_, err = o.entry("hold", incident.KindStatus, o.at, "legal hold lifted", map[string]any{"hold": false})
	return sentence("Lifted. It had been held since " + stamp(since, o.at) + "; " + o.inc.Number.String() + " " + keptText(r.KeptFor(o.b.cfg.RetentionDays)) + "."), err
}

// notHeld refuses to erase what is held.
func (o *order) notHeld() error {
	r, err := o.tx.Retention(o.inc.Number)
	if err == nil && r.Held() {
		err = refuse(o.inc.Number.String() + " is held: " + words(r.HeldReason, 300) + ". Nothing of it may be erased before an admin gives " + code(o.slash.Command+" hold off") + ".")
	}
	return err
}

// stillThere refuses everything about an incident that was purged.
func (o *order) stillThere() error {
	if o.inc.Number == 0 {
		return nil
	}
	r, err := o.tx.Retention(o.inc.Number)
	if err != nil || !r.Purged() {
		return err
	}
	o.record = false // it takes no entries any more
	if f, ok := formOf(o.cmd.Verb); ok && f.anywhere {
		o.inc = incident.Incident{}
		return nil
	}
	return refuse(o.inc.Number.String() + " was purged on " + r.PurgedAt.Format(time.DateOnly) + ": what it said is gone.")
}

// retire says of incidents whose time is nearly over that it is, and purges
// those whose time is over and of which that was said a week ago.
func (b *Bot) retire(ctx context.Context, now time.Time) error {
	var list []store.Expiring
	var left []incident.Number
	err := b.store.View(ctx, func(v *store.View) (err error) {
		if list, err = v.Expiring(b.cfg.RetentionDays, now.Add(purgeTold), purgesAtOnce); err == nil {
			left, err = v.UnfinishedPurges()
		}
		return err
	})
	var errs []error
	for _, e := range list {
		switch {
		case !e.ToldDue.Equal(e.Due) || e.ToldAt.IsZero():
			err = errors.Join(err, b.announcePurge(ctx, e, now))
		case !now.Before(e.Due) && now.Sub(e.ToldAt) >= purgeTold:
			if purged := b.purge(ctx, e, now); purged != nil {
				errs = append(errs, purged)
				continue
			}
			left = append(left, e.Incident)
		}
	}
	for _, n := range left {
		errs = append(errs, b.purgeReceived(ctx, n))
	}
	return errors.Join(append(errs, err)...)
}

// announcePurge says when an incident will be purged: in a week at the
// earliest.
func (b *Bot) announcePurge(ctx context.Context, e store.Expiring, now time.Time) error {
	return b.store.Update(ctx, func(tx *store.Tx) error {
		r, err := tx.Retention(e.Incident)
		if err != nil || r.Held() || r.Purged() {
			return err
		}
		r.ToldAt, r.ToldDue = now, e.Due
		if err := tx.SaveRetention(e.Incident, r); err != nil {
			return err
		}
		at := e.Due
		if soonest := now.Add(purgeTold); at.Before(soonest) {
			at = soonest
		}
		key := fmt.Sprintf("purge-soon:%s:%d", e.Incident, at.Unix())
		return b.tellControl(tx, key, purgeSoonMessage(e.Incident, at, now, r.KeptFor(b.cfg.RetentionDays), b.cfg.Command))
	})
}

func purgeSoonMessage(n incident.Number, at, now time.Time, days int, command string) message {
	return sentence(fmt.Sprintf("%s is purged on %s: it %s. Its entries, files, tasks and alerts are then gone for good.\n%s keeps it, %s as well.",
		n, token(at, "{date_short_pretty}", "2006-01-02"), keptText(days),
		code(fmt.Sprintf("%s %s hold REASON", command, n)), code(fmt.Sprintf("%s %s retain forever", command, n))))
}

// purge erases an incident.
func (b *Bot) purge(ctx context.Context, e store.Expiring, now time.Time) error {
	n := e.Incident
	for more := true; more; {
		err := b.store.Update(ctx, func(tx *store.Tx) (err error) {
			more, err = tx.Unindex(n, purgeStep)
			return err
		})
		if errors.Is(err, store.ErrHeld) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	reason := keptText(e.KeptFor(b.cfg.RetentionDays))
	err := b.store.Update(ctx, func(tx *store.Tx) error {
		still, err := tx.Incident(incident.Operator(), n)
		if err != nil || !still.Closed() { // reopened meanwhile
			return err
		}
		unneeded, err := tx.Purge(n, store.Redaction{Reason: reason, At: now})
		if err != nil {
			return err
		}
		if err := b.planErase(tx, n, "purged:"+n.String(), unneeded); err != nil {
			return err
		}
		_, _, err = tx.Record("purged:"+n.String(), incident.Entry{
			Incident: n, Kind: incident.KindRedaction, Lane: incident.LaneResponder, OccurredAt: now, Actor: b.actor(),
			Text: "purged: it " + reason, Source: incident.Source{System: "firebreak"}, Data: map[string]any{"purged": true},
		})
		if err != nil {
			return err
		}
		return b.tellControl(tx, "purged:"+n.String(), sentence(n.String()+" was purged: it "+reason+". Its Slack channel, its GitLab issues and its page are not touched; backups made until now still hold it."))
	})
	if errors.Is(err, store.ErrHeld) {
		return nil
	}
	return err
}

// purgeReceived erases what was received about a purged incident, step by step.
func (b *Bot) purgeReceived(ctx context.Context, n incident.Number) error {
	for more := true; more; {
		err := b.store.Update(ctx, func(tx *store.Tx) (err error) {
			more, err = tx.PurgeReceived(n, purgeStep)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// readRetention takes a number of days, forever or default.
func readRetention(c *Command, args string) error {
	word := strings.ToLower(strings.TrimSpace(args))
	switch word {
	case "forever":
		c.N = 0
		return nil
	case "default":
		c.N = -1
		return nil
	}
	days, err := strconv.Atoi(word)
	if err != nil || days < 1 || days > longestRetention {
		return missingOr(word, "DAYS", " is no number of days from 1 to "+strconv.Itoa(longestRetention)+", nor `forever` or `default`")
	}
	c.N = days
	return nil
}
