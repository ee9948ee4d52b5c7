package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"firebreak/detect/rules"
	"firebreak/detect/sigma"
	"firebreak/incident"
	"firebreak/store"
)

// Correlations on input that never ends (ADR 0014). What they need of an alert
// is written down when rules have examined it. It is taken in order of time
// once it has waited for older ones; what is in memory is made anew from what
// is written down whenever it is not there, or an older one comes after all.

const (
	// sightingLateness is how long an alert waits for older ones.
	sightingLateness = time.Minute
	// sightingReach is how much older than what was taken already an alert may
	// be and still count.
	sightingReach = 24 * time.Hour
	// maxSightings bounds how many are kept.
	maxSightings = 100_000
	// sightingsAtOnce is how many are taken before what was found is written down.
	sightingsAtOnce = 500
)

// The cursors: how far sightings have been taken, and what was left out.
const (
	correlatedCursor = "rules:correlated"
	lateCursor       = "rules:late"
	forgottenCursor  = "rules:forgotten"
)

// correlator takes sightings in order. It belongs to one goroutine.
type correlator struct {
	b    *Bot
	tell func(*store.Tx, *rules.Set, sigma.Detection) error

	set    *rules.Set
	stream *sigma.Stream  // nil: to be made anew
	front  store.Sighting // the last that was taken
	lost   int            // groups that the stream had to forget, as written down
}

// before says whether one sighting comes before another.
func before(a, b store.Sighting) bool {
	return a.At.Before(b.At) || a.At.Equal(b.At) && a.Alert < b.Alert
}

// settle takes what has waited long enough at now.
func (k *correlator) settle(ctx context.Context, now time.Time) error {
	for {
		more, err := k.step(ctx, now)
		if err != nil {
			k.stream, k.front = nil, store.Sighting{} // they may be ahead of what is written down
		}
		if err != nil || !more {
			return err
		}
	}
}

// round is what one step takes and finds.
type round struct {
	waiting []store.Sighting // that were taken for the first time
	left    []store.Sighting // that came too late
	found   []sigma.Detection
	late    int
}

// step takes some of what is due, and says whether there may be more.
func (k *correlator) step(ctx context.Context, now time.Time) (more bool, err error) {
	set := k.b.currentRules()
	var waiting []store.Sighting
	err = k.b.store.View(ctx, func(v *store.View) error {
		due, err := v.SightingsDue(now.Add(-sightingLateness))
		if err != nil || due.IsZero() {
			return err
		}
		if waiting, err = v.WaitingSightings(due, sightingsAtOnce); err != nil {
			return err
		}
		return k.remember(v)
	})
	if err != nil || len(waiting) == 0 {
		return false, err
	}
	r := k.late(waiting)
	if len(r.waiting) > 0 {
		if err := k.take(ctx, set, &r); err != nil {
			return false, err
		}
	}
	return len(waiting) == sightingsAtOnce, k.b.store.Update(ctx, func(tx *store.Tx) error { return k.keep(tx, r) })
}

// remember learns how far sightings have been taken, from the last process.
func (k *correlator) remember(v *store.View) error {
	if !k.front.At.IsZero() {
		return nil
	}
	text, err := v.Cursor(correlatedCursor)
	if err != nil || text == "" {
		return err
	}
	at, alert, _ := strings.Cut(text, " ")
	micros, err := strconv.ParseInt(at, 10, 64)
	k.front = store.Sighting{At: time.UnixMicro(micros).UTC(), Alert: alert}
	return err
}

// late divides what is due into what still counts and what does not.
func (k *correlator) late(waiting []store.Sighting) (r round) {
	for _, s := range waiting {
		if !k.front.At.IsZero() && before(s, k.front) {
			r.late++
			if s.At.Before(k.front.At.Add(-sightingReach)) {
				r.left = append(r.left, s)
				continue
			}
		}
		r.waiting = append(r.waiting, s)
	}
	return r
}

// take has the stream take a round's sightings. If it is not there, is that of
// other rules, or has passed them already, it is made anew from those before.
func (k *correlator) take(ctx context.Context, set *rules.Set, r *round) error {
	first, last := r.waiting[0], r.waiting[len(r.waiting)-1]
	if k.stream != nil && k.set == set && before(k.front, first) {
		for _, s := range r.waiting {
			if err := k.feed(s, first, r); err != nil {
				return err
			}
		}
		k.front = last
		return nil
	}
	k.set, k.stream, k.lost = set, set.Sigma.NewStream(), 0
	if before(last, k.front) {
		last = k.front
	}
	after := store.Sighting{At: first.At.Add(-set.Sigma.Horizon()).Add(-time.Microsecond)}
	for {
		var page []store.Sighting
		err := k.b.store.View(ctx, func(v *store.View) (err error) {
			page, err = v.Sightings(after, last, sightingsAtOnce)
			return err
		})
		if err != nil {
			return err
		}
		for _, s := range page {
			if err := k.feed(s, first, r); err != nil {
				return err
			}
			if !s.Settled && !slices.Contains(r.waiting, s) {
				r.waiting = append(r.waiting, s) // it came only now
			}
		}
		if len(page) < sightingsAtOnce {
			break
		}
		after = page[len(page)-1]
	}
	k.front = last
	return nil
}

// feed has the stream take one sighting. What begins before the first of the
// round was told before.
func (k *correlator) feed(s, first store.Sighting, r *round) error {
	var found []sigma.Sighted
	if err := json.Unmarshal([]byte(s.Found), &found); err != nil {
		return fmt.Errorf("read sighting of alert %s: %w", s.Alert, err)
	}
	began := k.stream.Take(sigma.Sighting{At: s.At, Place: alertPlace(s.Alert), Found: found})
	if !before(s, first) {
		r.found = append(r.found, began...)
	}
	return nil
}

// keep writes down what a round has found and how far it came.
func (k *correlator) keep(tx *store.Tx, r round) error {
	for _, d := range r.found {
		if err := k.tell(tx, k.set, d); err != nil {
			return err
		}
	}
	for _, list := range [][]store.Sighting{r.waiting, r.left} {
		for _, s := range list {
			if err := tx.SettleSighting(s); err != nil {
				return err
			}
		}
	}
	if len(r.waiting) == 0 {
		return add(tx, lateCursor, r.late)
	}
	if err := tx.SetCursor(correlatedCursor, strconv.FormatInt(k.front.At.UnixMicro(), 10)+" "+k.front.Alert); err != nil {
		return err
	}
	forgotten, err := tx.ForgetSightings(k.front.At.Add(-sightingReach-k.set.Sigma.Horizon()), maxSightings)
	if err != nil {
		return err
	}
	lost := k.stream.Forgotten() - k.lost
	k.lost += lost
	if err := add(tx, forgottenCursor, forgotten+lost); err != nil {
		return err
	}
	return add(tx, lateCursor, r.late)
}

// add adds to a count that is kept as a cursor.
func add(tx *store.Tx, name string, n int) error {
	if n == 0 {
		return nil
	}
	before, err := counted(&tx.View, name)
	if err != nil {
		return err
	}
	return tx.SetCursor(name, strconv.Itoa(before+n))
}

func counted(v *store.View, name string) (int, error) {
	n, _, err := place(v, name)
	return int(n), err
}

// correlated keeps what a correlation has found.
func (b *Bot) correlated(tx *store.Tx, set *rules.Set, found sigma.Detection) error {
	evidence := make([]incident.Alert, 0, len(found.Evidence))
	for _, p := range found.Evidence {
		a, err := tx.Alert(p.File)
		if err != nil {
			return fmt.Errorf("read evidence of rule %s: %w", found.Rule.Key(), err)
		}
		evidence = append(evidence, a)
	}
	last, err := tx.Alert(found.Event.File)
	if err != nil {
		return fmt.Errorf("read what completed rule %s: %w", found.Rule.Key(), err)
	}
	_, texts := pairs(found.Group)
	d := b.ruleDetection(found.Rule, groupEntity(found.Group, last), found.At, last.ID+"\x00"+strings.Join(texts, "\x00"))
	d.Count, d.Handling = found.Count, handlingOf(set, found.Rule)
	for _, a := range evidence {
		d.Evidence = append(d.Evidence, a.ID)
	}
	d.Why = b.whyCorrelated(found, evidence, last)
	return b.ruleDetected(tx, d)
}
