package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"firebreak/detect/correlate"
	"firebreak/detect/event"
	"firebreak/detect/own"
	"firebreak/detect/sigma"
)

// detectRunCmd runs rules over events.
type detectRunCmd struct {
	Rules  []string `required:"" sep:"none" help:"A rule file, a folder with rules, or the word builtin for the shipped ones; may be repeated." placeholder:"PATH"`
	Events []string `sep:"none" help:"JSON Lines or one JSON array, also gzip; - or nothing: standard input. May be repeated." placeholder:"FILE"`
	Strict bool     `help:"Exit with 1 when a rule was refused or a line is no event."`
	ruleFlags
	Lateness  time.Duration `help:"Tell correlations while standard input goes on: events come in order but for this much, such as 1m. Otherwise they are told at the end." placeholder:"TIME"`
	Logsource string        `help:"Where events are from that do not tell it, such as product=linux,service=sshd." placeholder:"KEY=NAME"`
}

// detectRun is a run in progress.
type detectRun struct {
	*program
	rules    *loaded
	run      *sigma.Run
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
	loaded, err := p.readRules(c.Rules, c.ruleFlags)
	if err != nil {
		return err
	}
	defer loaded.End()
	r := &detectRun{
		program: p, rules: loaded, run: loaded.Sigma.NewRun(given), started: time.Now(),
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

// files runs over all files, then correlates. Its error ends the run.
func (r *detectRun) files(names []string) error {
	for _, name := range names {
		err := r.file(name)
		if broken := r.flush(); broken != nil {
			err = broken
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
			r.say("cannot read %s further: %v", name, err)
			r.failed = true
		}
	}
	r.progress.done()
	return r.tell(r.run.Finish())
}

// outputError is one of writing detections: nobody reads them any more.
type outputError struct{ error }

func (r *detectRun) file(name string) error {
	return r.readEvents(name, r.progress, func(record event.Record) error { return r.record(name, record) })
}

func (r *detectRun) record(name string, record event.Record) error {
	r.progress.show()
	ev, err := event.Decode(record.Data)
	if record.Err != nil {
		err = record.Err
	}
	if err != nil {
		r.skipped++
		r.say("skipped %s:%d: %v", name, record.Line, err)
		return nil
	}
	r.events++
	place := correlate.Place{File: name, Line: record.Line}
	found := r.run.Event(ev, place)
	if len(r.rules.Own) == 0 {
		if err := r.tell(found); err != nil {
			return err
		}
		return r.settle(name, ev)
	}
	at, _ := r.rules.Sigma.Time(ev)
	r.batch.add(own.Event{Event: ev, At: at, Place: place}, found, len(record.Data))
	if name == stdin || r.batch.full() {
		if err := r.flush(); err != nil {
			return err
		}
	}
	return r.settle(name, ev)
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
