package sweep

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"firebreak/detect"
	"firebreak/detect/behaviour"
	"firebreak/detect/correlate"
	"firebreak/detect/event"
	"firebreak/detect/logfile"
	"firebreak/detect/sigma"
	"firebreak/incident"
)

// Limits on one file.
const (
	maxEvents   = 20_000_000
	maxMembers  = 200_000 // events kept for Sigma's correlations
	maxTroubles = 5       // that are named
	checkEvery  = 256     // events between two looks at the clock
)

// Detectors is what is tried. Any of them may be missing.
type Detectors struct {
	Rules   *sigma.Set
	Shadow  func(sigma.Head) bool   // whether a rule is on trial; nil: none is
	Name    func(sigma.Head) string // what a rule's detections call it; nil: its key
	Finders []detect.Detector
	Watch   *behaviour.Watch
}

// File is a log file.
type File struct {
	Content  io.ReadSeeker
	Name     string
	ID       string    // stable: what the ids of alerts and detections begin with
	Received time.Time // for the year that syslog leaves out
}

// Found is what came of it.
type Found struct {
	Kind     logfile.Kind // Unknown: it is no log file
	Events   int
	From, To time.Time // of the events that tell their time
	Unread   int       // places that hold no event
	Troubles []Trouble // the first of those
	Ended    string    // why it was not read to its end
	Findings []Finding // worst first, those of rules on trial last
	Left     int       // findings beyond, without those of rules on trial
	Notes    []string
}

// Trouble is what is wrong at a place in the file.
type Trouble struct {
	Place int64
	Why   string
}

// Finding is a detection with its first evidence. The detection's evidence are
// the ids of the lines' alerts.
type Finding struct {
	incident.Detection
	Lines []Line
}

// Line is an event that is evidence. Its alert's Raw is the event, cut.
type Line struct {
	Place int64
	Alert incident.Alert
}

// errBroken is the end of a sweep that a bug of ours has ended.
var errBroken = errors.New("a rule or detector panicked")

// Run sweeps a file until a moment: what comes after it is left out. It tells
// of its progress whenever it looks at the clock. An error is the end of ctx,
// trouble with reading a file that is ours, or a bug.
func Run(ctx context.Context, d Detectors, f File, until time.Time, progress func(events int)) (found Found, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("sweep: %w: %v", errBroken, p)
		}
	}()
	rules, err := newRules(d)
	if err != nil {
		return found, err
	}
	s := &sweep{file: f, until: until, progress: progress, rules: rules, logins: newLogins(d), behave: newBehave(d.Watch)}
	if err := s.read(ctx); err != nil || s.found.Kind == logfile.Unknown {
		return s.found, err
	}
	s.finish()
	return s.found, s.quote(ctx)
}

// sweep is one in progress.
type sweep struct {
	file     File
	until    time.Time
	progress func(events int)
	seq      int64 // of the record, from 1
	found    Found
	timeless int

	rules  *rules
	logins *logins
	behave *behave
}

// read goes through the whole file.
func (s *sweep) read(ctx context.Context) error {
	r, err := s.open()
	if err != nil {
		s.found.Kind, s.found.Ended = logfile.JSON, err.Error()
		return nil
	}
	s.found.Kind = r.Kind
	if r.Kind == logfile.Unknown {
		return nil
	}
	return s.chunks(ctx, r)
}

func (s *sweep) open() (*logfile.Reader, error) {
	if _, err := s.file.Content.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return logfile.Open(s.file.Content, s.file.Name, s.file.Received)
}

// trouble is that a record is no event.
func (s *sweep) trouble(line int64, err error) {
	s.found.Unread++
	if len(s.found.Troubles) < maxTroubles {
		s.found.Troubles = append(s.found.Troubles, Trouble{line, err.Error()})
	}
}

// event tries everything on one event, as it stands and as alerts.
func (s *sweep) event(ev *event.Event, alerts []incident.Alert) {
	s.rules.event(ev, correlate.Place{Line: s.seq})
	at, timed := s.rules.set.Time(ev)
	s.happened(at, timed, alerts)
}

// happened is an event that the Sigma rules were tried on.
func (s *sweep) happened(at time.Time, timed bool, alerts []incident.Alert) {
	s.found.Events++
	for i := range alerts {
		a := alerts[i]
		if a.At.Equal(s.file.Received) && timed {
			a.At = at
		}
		if a.At.Equal(s.file.Received) {
			s.timeless++
			continue
		}
		at, timed = a.At, true
		a.Raw, a.Title = "", "" // the second reading has them
		s.logins.add(a)
		s.behave.add(a)
	}
	if timed {
		s.span(at)
	}
}

// input is a record as an alert is read from it.
func (s *sweep) input(seq int64, record event.Record) detect.Input {
	in := detect.Input{ID: s.alertID(seq), At: s.file.Received}
	if len(record.Raw) > 0 {
		in.Text = incident.SlackText(string(record.Raw))
	} else {
		in.JSON = record.Data
	}
	return in
}

func (s *sweep) span(at time.Time) {
	if s.found.From.IsZero() || at.Before(s.found.From) {
		s.found.From = at
	}
	if at.After(s.found.To) {
		s.found.To = at
	}
}
