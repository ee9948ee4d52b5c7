package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"firebreak/detect/correlate"
	"firebreak/incident"
	"firebreak/store"
)

const (
	storedAtOnce = 256    // alerts that are read in one snapshot
	maxJudged    = 20_000 // verdicts that are compared, the newest
)

// stored is the database that the bot may be writing to. A snapshot is held for
// a page of alerts only, lest the bot's log of writes grow.
type stored struct {
	db    *store.Store
	since time.Time // zero: all
	until time.Time
}

// openStored opens the database that the environment names.
func (p *program) openStored(since, now time.Time) (*stored, error) {
	path, err := p.database()
	if err != nil {
		return nil, err
	}
	db, err := store.OpenReadOnly(p.ctx, path)
	if err != nil {
		return nil, noDatabase(path, err)
	}
	return &stored{db: db, since: since, until: now}, nil
}

// alerts hands on all alerts in order of time.
func (s *stored) alerts(p *program, fn func(incident.Alert) error) error {
	last := incident.Alert{At: s.since}
	for {
		var page []incident.Alert
		err := s.db.View(p.ctx, func(v *store.View) (err error) {
			page, err = v.AlertsAfter(last, s.until, storedAtOnce)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, a := range page {
			if err := fn(a); err != nil {
				return err
			}
		}
		last = page[len(page)-1]
	}
}

// size is how many bytes of alerts there are.
func (s *stored) size(p *program) (n int64, err error) {
	err = s.db.View(p.ctx, func(v *store.View) (err error) {
		n, err = v.AlertBytes(s.since, s.until)
		return err
	})
	return n, err
}

// judged are the detections people have judged, by what they are made of.
type judged struct {
	all     []*judgement
	byAlert map[[2]string][]*judgement // by rule and alert
}

// judgement is a judged detection and which sides find it.
type judgement struct {
	rule      string
	confirmed bool
	found     [2]bool
}

func (s *stored) judged(p *program) (*judged, error) {
	j := &judged{byAlert: map[[2]string][]*judgement{}}
	err := s.db.View(p.ctx, func(v *store.View) error {
		list, err := v.Judgements(s.since, maxJudged)
		for _, d := range list {
			one := &judgement{rule: d.Rule, confirmed: d.Confirmed}
			j.all = append(j.all, one)
			for _, alert := range d.Evidence {
				key := [2]string{one.rule, alert}
				j.byAlert[key] = append(j.byAlert[key], one)
			}
		}
		return err
	})
	return j, err
}

// saw notes that a side finds something about these events.
func (j *judged) saw(side int, rule string, places []correlate.Place) {
	if j == nil || len(j.all) == 0 {
		return
	}
	for _, p := range places {
		if p.Line != 0 {
			continue
		}
		for _, one := range j.byAlert[[2]string{rule, p.File}] {
			one.found[side] = true
		}
	}
}

// tally puts into the rows what would be lost of what the side before finds.
// Of a rule that it lacks, what is stored stands for that.
func (j *judged) tally(rows map[string]*row) {
	if j == nil {
		return
	}
	stored := map[string]*row{}
	for _, r := range rows {
		stored[r.info().stored] = r
	}
	delete(stored, "")
	for _, one := range j.all {
		r := stored[one.rule]
		if r == nil || r.rule[before] != nil && !one.found[before] {
			continue
		}
		t := &r.wrong
		if one.confirmed {
			t = &r.confirmed
		}
		t.had++
		if !one.found[after] {
			t.lost++
		}
	}
}

// timeStamp is RFC 3339 with six decimals, as everything we write has it.
const timeStamp = "2006-01-02T15:04:05.000000Z07:00"

// alertPlace is where a stored alert stands: it has no line.
func alertPlace(id string) correlate.Place { return correlate.Place{File: id} }

// inFile is the ID of what a line of a file says as alerts; placeOf is its
// reverse.
func inFile(p correlate.Place) string { return fmt.Sprintf("\x00%s\x00%d", p.File, p.Line) }

func placeOf(id string) correlate.Place {
	name, ok := strings.CutPrefix(id, "\x00")
	if !ok {
		return alertPlace(id)
	}
	name, rest, _ := strings.Cut(name, "\x00")
	number, _, _ := strings.Cut(rest, "#")
	line, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return alertPlace(id)
	}
	return correlate.Place{File: name, Line: line}
}
