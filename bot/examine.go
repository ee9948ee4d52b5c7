package bot

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"firebreak/detect/correlate"
	"firebreak/detect/rules"
	"firebreak/detect/sigma"
	"firebreak/incident"
	"firebreak/store"
)

// Rules examine alerts outside of transactions, so that many rules hold up
// nothing that comes in. That an alert waits for them is written down with the
// alert; how far they have come, with what they have found.

// sigmaCursor is how far Sigma rules have come in the queue.
const sigmaCursor = "rules:sigma"

// runSigma has Sigma rules examine what is in the queue, and correlates, until
// ctx ends.
func (b *Bot) runSigma(ctx context.Context) error {
	k := &correlator{b: b, tell: b.correlated}
	wake, stop := b.store.Watch()
	defer stop()
	for {
		more, err := b.examineQueue(ctx)
		if err == nil {
			err = k.settle(ctx, nowUTC())
		}
		if err != nil && ctx.Err() == nil {
			b.log.ErrorContext(ctx, "rules could not examine alerts; tried again", "error", err)
		}
		if err == nil && more {
			continue
		}
		if !pauseOrPoke(ctx, examineEvery, wake) {
			return ctx.Err()
		}
	}
}

// queueAlert has rules examine an alert.
func (b *Bot) queueAlert(tx *store.Tx, a incident.Alert) error {
	if b.cfg.Rules == nil {
		return nil
	}
	return tx.QueueAlert(a.ID)
}

// place reads how far a reader of the queue has come; known is false for one
// that has never read.
func place(v *store.View, cursor string) (at int64, known bool, err error) {
	text, err := v.Cursor(cursor)
	if err != nil || text == "" {
		return 0, false, err
	}
	at, err = strconv.ParseInt(text, 10, 64)
	return at, err == nil, err
}

// examineQueue has Sigma rules examine some alerts, and says whether there may
// be more. One set examines all of them.
func (b *Bot) examineQueue(ctx context.Context) (more bool, err error) {
	set := b.currentRules()
	var waiting []store.Unexamined
	err = b.store.View(ctx, func(v *store.View) error {
		after, _, err := place(v, sigmaCursor)
		if err == nil {
			waiting, err = v.Unexamined(after, examinedAtOnce)
		}
		return err
	})
	if err != nil || len(waiting) == 0 {
		return false, err
	}
	var found []incident.Detection
	var sightings []store.Sighting
	for _, w := range waiting {
		detections, seen := b.see(set, w.Alert)
		found = append(found, detections...)
		if len(seen) > 0 {
			sighting, err := newSighting(w.Alert, seen)
			if err != nil {
				return false, err
			}
			sightings = append(sightings, sighting)
		}
	}
	last := waiting[len(waiting)-1].Place
	return len(waiting) == examinedAtOnce, b.store.Update(ctx, func(tx *store.Tx) error {
		for _, d := range found {
			if err := b.ruleDetected(tx, d); err != nil {
				return err
			}
		}
		for _, s := range sightings {
			if err := tx.SaveSighting(s); err != nil {
				return err
			}
		}
		return b.advanceTo(tx, set, sigmaCursor, last)
	})
}

// see tries Sigma's rules on an alert: what they find, each rule once whatever
// the event it found it in, and what correlations need.
func (b *Bot) see(set *rules.Set, a incident.Alert) (found []incident.Detection, seen []sigma.Sighted) {
	told := map[string]bool{}
	for _, ev := range AlertEvents(a) {
		findings, sighted := set.Sigma.See(ev)
		for _, f := range findings {
			d := b.ruleDetection(f.Rule, mainEntity(a), Happened(a), a.ID)
			if told[d.Rule] {
				continue
			}
			told[d.Rule] = true
			d.Count, d.Evidence, d.Handling = 1, []string{a.ID}, handlingOf(set, f.Rule)
			d.Why = b.whyFound(f.Said, a)
			found = append(found, d)
		}
		for _, s := range sighted {
			if !slices.ContainsFunc(seen, func(other sigma.Sighted) bool { return other.Rule == s.Rule }) {
				seen = append(seen, s)
			}
		}
	}
	return found, seen
}

func newSighting(a incident.Alert, seen []sigma.Sighted) (store.Sighting, error) {
	text, err := json.Marshal(seen)
	return store.Sighting{At: Happened(a), Alert: a.ID, SeenAt: nowUTC(), Found: string(text)}, err
}

// advanceTo notes how far a reader of the queue has come, and drops what all of
// the set's readers have read.
func (b *Bot) advanceTo(tx *store.Tx, set *rules.Set, cursor string, at int64) error {
	if err := tx.SetCursor(cursor, strconv.FormatInt(at, 10)); err != nil {
		return err
	}
	readers := []string{sigmaCursor}
	for _, d := range set.Own {
		readers = append(readers, b.ownCursor(d.Head()))
	}
	for _, reader := range readers {
		other, known, err := place(&tx.View, reader)
		if err != nil {
			return err
		}
		if known {
			at = min(at, other)
		}
	}
	return tx.DropQueued(at)
}

// alertPlace is where an alert stands, for rules.
func alertPlace(id string) correlate.Place { return correlate.Place{File: id} }
