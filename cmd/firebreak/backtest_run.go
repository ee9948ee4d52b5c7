package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"firebreak/bot"
	"firebreak/detect"
	"firebreak/detect/correlate"
	"firebreak/detect/event"
	"firebreak/detect/own"
	"firebreak/detect/sigma"
	"firebreak/incident"
)

// backtest is a back-test in progress.
type backtest struct {
	*program
	sides    [2]*side
	compare  *comparison
	stored   *stored // nil without --stored
	judged   *judged // likewise
	queue    inOrder // of alerts for rules of behaviour
	batch    []own.Event
	bytes    int // of the batch
	progress *progress
	started  time.Time
	jobs     int

	events, skipped, alerts, timeless int
	failed                            bool // a file could not be read to its end
}

// end ends whatever runs or is open.
func (b *backtest) end() {
	for _, s := range b.sides {
		if s != nil {
			s.rules.End()
		}
	}
	if b.stored != nil {
		_ = b.stored.db.Close() // it was only read
	}
}

// fatalError ends the run, whatever else there is to read.
type fatalError struct{ error }

// files runs over all files, then over what is stored, then has both sides
// tell what they have kept for the end.
func (b *backtest) files(names []string) error {
	defer b.progress.done()
	for len(names) > 0 {
		n, err := 0, error(nil)
		if len(b.sides[before].rules.Own)+len(b.sides[after].rules.Own) == 0 {
			n = together(names)
		}
		if n > 0 {
			err = b.chunks(names[:n])
		} else {
			n, err = 1, b.file(names[0])
		}
		if b.ctx.Err() != nil {
			return errStopped
		}
		if err != nil {
			return err
		}
		names = names[n:]
	}
	var err error
	if b.stored != nil {
		err = b.stored.alerts(b.program, b.storedAlert)
	}
	if err == nil {
		err = b.finish()
	}
	if b.ctx.Err() != nil {
		return errStopped
	}
	return err
}

// file runs over one file, event by event. Its error ends the run.
func (b *backtest) file(name string) error {
	err := b.readEvents(name, b.progress, func(record event.Record) error { return b.record(name, record) })
	if fatal, ok := errors.AsType[fatalError](err); ok {
		return fatal.error
	}
	if err != nil && b.ctx.Err() == nil {
		b.unreadable(name, err)
	}
	return nil
}

func (b *backtest) unreadable(name string, err error) {
	b.say("cannot read %s further: %v", name, err)
	b.failed = true
}

// chunks runs over files with several workers. Its error ends the run.
func (b *backtest) chunks(names []string) error {
	f := &flow{ctx: b.ctx, jobs: b.jobs, progress: b.progress, started: b.started, tell: b.tellChunk}
	f.worker = func() func(*chunk) {
		workers := []*sigma.Worker{b.sides[before].run.Worker(), b.sides[after].run.Worker()}
		return func(c *chunk) { c.examine(workers...) }
	}
	return f.run(names)
}

// tellChunk gives the comparison what both sides have found in a chunk.
func (b *backtest) tellChunk(c *chunk) error {
	b.progress.show()
	for i := range c.events {
		e := &c.events[i]
		place := correlate.Place{File: c.name, Line: e.line}
		if e.err != nil {
			b.skip(place, e.err)
			continue
		}
		b.events++
		for n, s := range b.sides {
			if err := b.found(n, s.run.Take(e.hits[n], place)); err != nil {
				return err
			}
		}
		b.compare.stepped()
		if err := b.carried(place, c.data[e.from:e.to]); err != nil {
			return err
		}
	}
	if c.err != nil && !errors.Is(c.err, io.EOF) {
		b.unreadable(c.name, c.err)
	}
	return nil
}

// skip says that what stands at a place is no event.
func (b *backtest) skip(place correlate.Place, err error) {
	b.skipped++
	b.say("skipped %s:%d: %v", place.File, place.Line, err)
}

var errStopped = errors.New("stopped before the end of the events")

func (b *backtest) record(name string, record event.Record) error {
	b.progress.show()
	ev, err := event.Decode(record.Data)
	if record.Err != nil {
		err = record.Err
	}
	place := correlate.Place{File: name, Line: record.Line}
	if err != nil {
		b.skip(place, err)
		return nil
	}
	b.events++
	set := b.sides[after].rules.Sigma // what it is told in and when is the same for both
	set.Prepare(ev)
	at, _ := set.Time(ev)
	if err := b.event([]*event.Event{ev}, at, place, len(record.Data)); err != nil {
		return fatalError{err}
	}
	if err := b.carried(place, record.Data); err != nil {
		return fatalError{err}
	}
	return nil
}

// carried has the rules of behaviour look at an event as alerts.
func (b *backtest) carried(place correlate.Place, data []byte) error {
	if b.sides[after].memory == nil {
		return nil
	}
	for _, a := range detect.Alerts(detect.Input{ID: inFile(place), JSON: data}) {
		if a.At.IsZero() {
			b.timeless++
			continue
		}
		if err := b.observe(b.queue.add(a)); err != nil {
			return err
		}
	}
	return nil
}

// storedAlert takes in one of the alerts that the bot has.
func (b *backtest) storedAlert(a incident.Alert) error {
	b.progress.read.Add(int64(len(a.Raw)))
	b.progress.show()
	if b.ctx.Err() != nil {
		return b.ctx.Err()
	}
	b.alerts++
	if err := b.event(bot.AlertEvents(a), bot.Happened(a), alertPlace(a.ID), len(a.Raw)); err != nil {
		return err
	}
	if b.sides[after].memory == nil {
		return nil
	}
	return b.observe(b.queue.add(a))
}

// event has both sides look at an event, in all its forms.
func (b *backtest) event(forms []*event.Event, at time.Time, place correlate.Place, bytes int) error {
	batched := false
	for n, s := range b.sides {
		if err := b.found(n, s.run.Forms(forms, at, place)); err != nil {
			return err
		}
		batched = batched || len(s.rules.Own) > 0
	}
	if !batched {
		b.compare.stepped()
		return nil
	}
	for _, ev := range forms {
		b.batch = append(b.batch, own.Event{Event: ev, At: at, Place: place})
	}
	if b.bytes += bytes; len(b.batch) < maxBatch && b.bytes < maxBatchBytes {
		return nil
	}
	return b.flush()
}

// flush has the rules in own code look at the batch.
func (b *backtest) flush() error {
	if len(b.batch) > 0 {
		for n, s := range b.sides {
			if err := b.found(n, s.own(b.batch, b.say)); err != nil {
				return err
			}
		}
	}
	b.batch, b.bytes = nil, 0
	b.compare.stepped()
	return nil
}

// found gives the comparison what a side's rules found.
func (b *backtest) found(n int, found []sigma.Detection) error {
	for _, d := range found {
		b.judged.saw(n, bot.RuleName(d.Rule), d.Evidence)
		if err := b.compare.take(n, b.sides[n].finding(d), d.Rule.Correlation); err != nil {
			return err
		}
	}
	return nil
}

// observe has the rules of behaviour look at alerts, in order of time.
func (b *backtest) observe(alerts []incident.Alert) error {
	for _, a := range alerts {
		b.progress.show()
		for n, s := range b.sides {
			found, err := s.memory.observe(a)
			if err == nil {
				err = b.behaved(n, found)
			}
			if err != nil {
				return err
			}
		}
		if b.ctx.Err() != nil {
			return b.ctx.Err()
		}
	}
	return nil
}

func (b *backtest) behaved(n int, found []incident.Detection) error {
	for _, d := range found {
		var places []correlate.Place
		for _, id := range d.Evidence {
			places = append(places, placeOf(id))
		}
		b.judged.saw(n, d.Rule, places)
		if err := b.compare.take(n, b.sides[n].behaved(d), true); err != nil {
			return err
		}
	}
	return nil
}

// finish has both sides tell the rest.
func (b *backtest) finish() error {
	if err := b.flush(); err != nil {
		return err
	}
	if err := b.observe(b.queue.take(len(b.queue.kept))); err != nil {
		return err
	}
	for n, s := range b.sides {
		if err := b.found(n, s.run.Finish()); err != nil {
			return err
		}
		if s.memory == nil {
			continue
		}
		found, err := s.memory.finish()
		if err == nil {
			err = b.behaved(n, found)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// say writes one line of our own to stderr.
func (b *backtest) say(format string, args ...any) {
	if b.progress != nil {
		b.progress.hide()
	}
	fmt.Fprintln(b.stderr, "firebreak:", oneLine(fmt.Sprintf(format, args...)))
}
