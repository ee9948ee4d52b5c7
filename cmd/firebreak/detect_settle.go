package main

import (
	"time"

	"firebreak/detect/correlate"
	"firebreak/detect/event"
)

// watermark is how far the time of events on standard input has come.
type watermark struct {
	lateness time.Duration // by how much an event may be older than the newest; 0: any
	newest   time.Time
	settled  time.Time // up to which correlations have told
}

// move takes an event's time in and gives up to when all has come, if that is
// worth working off: the same events are sorted each time. What lies ahead of
// the clock would make everything after it late, and counts as now.
func (m *watermark) move(at time.Time) (upTo time.Time, ok bool) {
	if now := time.Now(); at.After(now) {
		at = now
	}
	if at.After(m.newest) {
		m.newest = at
	}
	upTo = m.newest.Add(-m.lateness)
	if upTo.Sub(m.settled) < m.lateness/8 {
		return upTo, false
	}
	m.settled = upTo
	return upTo, true
}

// settle tells what correlations find while standard input goes on.
func (r *detectRun) settle(name string, ev *event.Event) error {
	if r.mark.lateness == 0 || name != stdin {
		return nil
	}
	at, timed := r.rules.Sigma.Time(ev)
	if !timed {
		return nil
	}
	upTo, ok := r.mark.move(at)
	if !ok {
		return nil
	}
	return r.tell(r.run.Settle(upTo))
}

// settling examines an event and tells what correlations find meanwhile.
func (r *detectRun) settling(place correlate.Place, record event.Record) error {
	ev, ok := r.decode(place, record)
	if !ok {
		return nil
	}
	if err := r.tell(r.run.Event(ev, place)); err != nil {
		return err
	}
	return r.settle(place.File, ev)
}
