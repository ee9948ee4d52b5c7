package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"firebreak/detect/correlate"
	"firebreak/detect/event"
	"firebreak/detect/own"
	"firebreak/detect/sigma"
)

// detectRunCmd runs rules over events.
type detectRunCmd struct {
	Rules  []string `required:"" sep:"none" help:"A rule file, a folder with rules, or the word builtin for the shipped ones; may be repeated." placeholder:"PATH"`
	Events []string `sep:"none" help:"JSON, CSV, EVTX or syslog, also gzip; - or nothing: standard input. May be repeated." placeholder:"FILE"`
	Strict bool     `help:"Exit with 1 when a rule was refused or a line is no event."`
	ruleFlags
	Jobs      int           `short:"j" help:"How many events are examined at once; 0: as many as there are cores." placeholder:"N"`
	Lateness  time.Duration `help:"Tell correlations while standard input goes on: events come in order but for this much, such as 1m. Otherwise they are told at the end." placeholder:"TIME"`
	Logsource string        `help:"Where events are from that do not tell it, such as product=linux,service=sshd." placeholder:"KEY=NAME"`
}

// detectRun is a run in progress.
type detectRun struct {
	*program
	rules    *loaded
	run      *sigma.Run
	jobs     int
	batch    batch
	mark     watermark
	progress *progress
	started  time.Time

	events, skipped, found int
	telling                map[string]bool // rules that found something
	troubles               map[string]int  // of rules in own code, by file
	missed                 int             // how often one of those has not examined an event
	failed                 bool            // a file could not be read to its end
}

// Run prints what the rules find. A line that is no event harms no other, nor
// does a file that cannot be read to its end, but the latter is a failure.
func (c detectRunCmd) Run(p *program) error {
	var given sigma.Logsource
	if c.Logsource != "" {
		var err error
		if given, err = sigma.ParseLogsource(c.Logsource); err != nil {
			return usageError{fmt.Errorf("--logsource: %w", err)}
		}
	}
	if len(c.Events) == 0 {
		c.Events = []string{stdin}
	}
	total, err := sizes(c.Events)
	if err != nil {
		return usageError{err}
	}
	// What is loaded stays, so collecting less often while there is little costs
	// hardly any memory; what running leaves behind then is small beside it.
	collect := collecting()
	collect(200)
	loaded, err := p.readRules(c.Rules, c.ruleFlags)
	if err != nil {
		return err
	}
	defer loaded.End()
	collect(70)
	r := &detectRun{
		program: p, rules: loaded, run: loaded.Sigma.NewRun(given), started: time.Now(), jobs: jobsOf(c.Jobs),
		mark:     watermark{lateness: max(c.Lateness, 0)},
		progress: newProgress(p.stderr, total), telling: map[string]bool{}, troubles: map[string]int{},
	}
	if err := r.files(c.Events); err != nil {
		return err
	}
	r.summary()
	if r.failed || c.Strict && (len(loaded.Refused) > 0 || r.skipped > 0 || len(r.troubles) > 0) {
		return exitError(exitFailed)
	}
	return nil
}

// collecting gives what sets how much garbage is collected at (debug.SetGCPercent).
// Who has said otherwise in GOGC is obeyed.
func collecting() func(percent int) {
	before := debug.SetGCPercent(100)
	debug.SetGCPercent(before)
	return func(percent int) {
		if before == 100 {
			debug.SetGCPercent(percent)
		}
	}
}

// files runs over all files, then correlates. Its error ends the run.
func (r *detectRun) files(names []string) error {
	for len(names) > 0 {
		together := r.together(names)
		var err error
		if together > 0 {
			err = r.chunks(names[:together])
		} else {
			together, err = 1, r.file(names[0])
			if broken := r.flush(); broken != nil {
				err = broken
			}
		}
		if fatal := r.ctx.Err(); fatal != nil {
			r.progress.done()
			return errStopped
		}
		if _, broken := errors.AsType[outputError](err); broken {
			r.progress.done()
			return err
		}
		if err != nil {
			r.unreadable(names[0], err)
		}
		names = names[together:]
	}
	r.progress.done()
	return r.tell(r.run.Finish())
}

// together is of how many of the files chunks can be made: none where rules in
// own code must see each event.
func (r *detectRun) together(names []string) int {
	if len(r.rules.Own) > 0 {
		return 0
	}
	return together(names)
}

func (r *detectRun) unreadable(name string, err error) {
	r.say("cannot read %s further: %v", name, err)
	r.failed = true
}

// outputError is one of writing detections: nobody reads them any more.
type outputError struct{ error }

// file runs over one file, event by event.
func (r *detectRun) file(name string) error {
	return r.readEvents(name, r.progress, func(record event.Record) error { return r.record(name, record) })
}

func (r *detectRun) record(name string, record event.Record) error {
	r.progress.show()
	place := correlate.Place{File: name, Line: record.Line}
	if len(r.rules.Own) > 0 {
		return r.toOwn(place, record)
	}
	if r.mark.lateness > 0 && name == stdin {
		return r.settling(place, record)
	}
	found, err := []sigma.Detection(nil), record.Err
	if err == nil {
		found, err = r.run.Data(record.Data, place)
	}
	if err != nil {
		r.skip(place, err)
		return nil
	}
	r.events++
	return r.tell(found)
}

// skip says that what stands at a place is no event.
func (r *detectRun) skip(place correlate.Place, err error) {
	r.skipped++
	r.say("skipped %s:%d: %v", place.File, place.Line, err)
}

// decode counts an event; what is none is skipped.
func (r *detectRun) decode(place correlate.Place, record event.Record) (*event.Event, bool) {
	ev, err := event.Decode(record.Data)
	if record.Err != nil {
		err = record.Err
	}
	if err != nil {
		r.skip(place, err)
		return nil, false
	}
	r.events++
	return ev, true
}

// toOwn puts an event, with what Sigma rules have found in it, into the batch
// that rules in own code are given.
func (r *detectRun) toOwn(place correlate.Place, record event.Record) error {
	ev, ok := r.decode(place, record)
	if !ok {
		return nil
	}
	found := r.run.Event(ev, place)
	at, _ := r.rules.Sigma.Time(ev)
	r.batch.add(own.Event{Event: ev, At: at, Place: place}, found, len(record.Data))
	if place.File == stdin || r.batch.full() {
		if err := r.flush(); err != nil {
			return err
		}
	}
	return r.settle(place.File, ev)
}

// tell prints detections at once, for who waits for them.
func (r *detectRun) tell(found []sigma.Detection) error {
	if len(found) == 0 {
		return nil
	}
	r.progress.hide()
	r.found += len(found)
	err := r.print(func(w io.Writer) error {
		for _, d := range found {
			r.telling[d.Rule.File+"\x00"+d.Rule.Title] = true
			line, err := json.Marshal(d)
			if err != nil {
				return err
			}
			if err := writeLine(w, line); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return outputError{err}
	}
	return nil
}

// say writes one line of our own to stderr.
func (r *detectRun) say(format string, args ...any) {
	r.progress.hide()
	fmt.Fprintln(r.stderr, "firebreak:", oneLine(fmt.Sprintf(format, args...)))
}
