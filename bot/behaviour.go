package bot

import (
	"context"
	"time"

	"firebreak/detect/behaviour"
	"firebreak/incident"
	"firebreak/store"
)

const (
	// settleEvery is how often groups are looked at to which nothing comes.
	settleEvery = 10 * time.Second
	// settledAtOnce is how many are looked at within one transaction.
	settledAtOnce = 200
)

// remembered keeps what rules of behaviour remember in the transaction that
// keeps the alert: neither is there without the other.
type remembered struct {
	*store.Tx
	now time.Time
}

// KeepBehaviour keeps the state of a group. When to look again is told by the
// bot's clock, as alerts of the past may come late after an outage.
func (m remembered) KeepBehaviour(k behaviour.Kept) error {
	kept := store.Behaviour{Rule: k.Rule, Group: k.Group, State: k.State, Groups: k.Groups, Late: k.Late}
	if k.Waits {
		kept.Due = m.now.Add(k.Lateness)
	}
	return m.SaveBehaviour(kept)
}

// behave has the rules of behaviour look at a new alert.
func (b *Bot) behave(tx *store.Tx, a incident.Alert) error {
	found, err := b.cfg.Watch.Observe(remembered{tx, nowUTC()}, a)
	if err != nil {
		return err
	}
	return b.detectedAll(tx, found)
}

func (b *Bot) detectedAll(tx *store.Tx, found []incident.Detection) error {
	for _, d := range found {
		if err := b.detected(tx, d); err != nil {
			return err
		}
	}
	return nil
}

// settleGroups looks at groups to which no alert has come for a while, until ctx
// ends: what waited for older alerts is told then.
func (b *Bot) settleGroups(ctx context.Context) error {
	for {
		if err := b.settleDue(ctx, nowUTC()); err != nil && ctx.Err() == nil {
			b.log.ErrorContext(ctx, "behaviour could not be looked at", "error", err)
		}
		if !pause(ctx, settleEvery) {
			return ctx.Err()
		}
	}
}

// settleDue looks at what is due at now. A round without any writes nothing.
func (b *Bot) settleDue(ctx context.Context, now time.Time) error {
	var due []store.Behaviour
	err := b.store.View(ctx, func(v *store.View) (err error) {
		due, err = v.DueBehaviours(now, settledAtOnce)
		return err
	})
	if err != nil || len(due) == 0 {
		return err
	}
	return b.store.Update(ctx, func(tx *store.Tx) error {
		// Again, as an alert may have come in between.
		due, err := tx.DueBehaviours(now, settledAtOnce)
		if err != nil {
			return err
		}
		for _, group := range due {
			found, err := b.cfg.Watch.Settle(remembered{tx, now}, group.Rule, group.Group)
			if err != nil {
				return err
			}
			if err := b.detectedAll(tx, found); err != nil {
				return err
			}
		}
		return nil
	})
}
