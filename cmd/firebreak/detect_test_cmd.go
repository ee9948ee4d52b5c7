package main

import (
	"fmt"
	"path/filepath"

	"firebreak/detect/correlate"
	"firebreak/detect/event"
	"firebreak/detect/own"
	"firebreak/detect/sigma"
)

// detectTestCmd tries rules on their own samples.
type detectTestCmd struct {
	Paths  []string `arg:"" name:"PATH" help:"Rule files, folders with rules, or the word builtin for the shipped ones; samples stand beside them in RULE.test.yml."`
	Strict bool     `help:"Exit with 1 also when a rule lacks malicious or benign samples."`
	ruleFlags
}

// trial is rules being tried.
type trial struct {
	*program
	rules  *loaded
	scores map[string][]*score // by rule file
	failed bool
}

// Run prints a line for each rule. A rule that was refused, and samples that
// cannot be read, have failed as well.
func (c detectTestCmd) Run(p *program) error {
	loaded, err := p.readRules(c.Paths, c.ruleFlags)
	if err != nil {
		return err
	}
	defer loaded.End()
	t := &trial{program: p, rules: loaded, scores: map[string][]*score{}, failed: len(loaded.Refused) > 0}
	for _, head := range loaded.Sigma.Rules() {
		t.scores[head.File] = append(t.scores[head.File], &score{head: head})
	}
	for _, d := range loaded.Own {
		t.scores[d.Head().File] = append(t.scores[d.Head().File], &score{head: d.Head(), own: d})
	}
	for _, file := range loaded.Files {
		if err := t.file(file); err != nil {
			t.fail("%v", err)
		}
	}
	if err := t.orphans(c.Paths); err != nil {
		return err
	}
	if err := t.report(loaded.Files, c.Strict); err != nil {
		return err
	}
	if t.failed {
		return exitError(exitFailed)
	}
	return nil
}

func (t *trial) fail(format string, args ...any) {
	t.failed = true
	fmt.Fprintln(t.stderr, "firebreak:", oneLine(fmt.Sprintf(format, args...)))
}

func (t *trial) file(file string) error {
	name := samplesBeside(file)
	if name == "" {
		return nil
	}
	content, err := readRule(name)
	if err != nil {
		return err
	}
	samples, err := sigma.ReadSamples(name, content)
	if err != nil {
		return err
	}
	for _, s := range samples {
		at := fmt.Sprintf("%s:%d", name, s.Line)
		if s.Name != "" {
			at += fmt.Sprintf(" (%s)", s.Name)
		}
		if err := t.sample(file, at, s); err != nil {
			t.fail("%s: %v", at, err)
		}
	}
	return nil
}

// sample tries the rule that is meant. For a rule for single events each event
// is a case of its own; for a correlation all of them are one.
func (t *trial) sample(file, at string, s sigma.Sample) error {
	sc, err := t.meant(file, s.Rule)
	if err != nil {
		return err
	}
	events, err := sampleEvents(filepath.Dir(file), s)
	if err != nil {
		return err
	}
	found, missed := t.found(sc, at, events)
	if missed > 0 {
		sc.broken++
		return fmt.Errorf("%q has not examined %s", sc.head.Title, plural(missed, "event"))
	}
	if sc.head.Correlation {
		t.judge(sc, at, s.Malicious, len(found) > 0)
		return nil
	}
	for i := range events {
		which := at
		if len(events) > 1 {
			which += fmt.Sprintf(", event %d", i+1)
		}
		t.judge(sc, which, s.Malicious, found[int64(i+1)])
	}
	return nil
}

// found gives the numbers of the events that the rule finds, from 1, and how
// many it could not examine.
func (t *trial) found(sc *score, at string, events []*event.Event) (found map[int64]bool, missed int) {
	if sc.own != nil {
		return t.foundByOwn(sc.own, at, events)
	}
	found = map[int64]bool{}
	run := t.rules.Sigma.NewRun(sc.head.Logsource)
	run.Loud = true
	take := func(all []sigma.Detection) {
		for _, d := range all {
			if d.Rule.File == sc.head.File && d.Rule.Line == sc.head.Line && d.Rule.Correlation == sc.head.Correlation {
				found[d.Event.Line] = true
			}
		}
	}
	for i, ev := range events {
		take(run.Event(ev, correlate.Place{File: at, Line: int64(i + 1)}))
	}
	take(run.Finish())
	return found, 0
}

// foundByOwn tries a rule in own code, which remembers nothing of the sample
// before. Whatever goes wrong is a failure.
func (t *trial) foundByOwn(d own.Detector, at string, events []*event.Event) (found map[int64]bool, missed int) {
	defer d.End()
	var b batch
	found = map[int64]bool{}
	for i, ev := range events {
		t.rules.Sigma.Prepare(ev)
		when, _ := t.rules.Sigma.Time(ev)
		b.add(own.Event{Event: ev, At: when, Place: correlate.Place{File: at, Line: int64(i + 1)}}, nil, 0)
		if !b.full() && i < len(events)-1 {
			continue
		}
		result := d.Examine(t.ctx, b.events)
		for _, f := range result.Found {
			found[f.Event.Line] = true
		}
		for _, trouble := range result.Troubles {
			t.fail("%v", trouble)
		}
		missed += result.Missed
		b.clear()
	}
	for _, line := range t.rules.heard.take() {
		fmt.Fprintln(t.stderr, "firebreak:", oneLine(line))
	}
	return found, missed
}

func (t *trial) judge(sc *score, at string, malicious, found bool) {
	switch {
	case malicious && found:
		sc.tp++
	case malicious:
		sc.fn++
		t.fail("FN %s: malicious, and %q does not find it", at, sc.head.Title)
	case found:
		sc.fp++
		t.fail("FP %s: benign, and %q finds it", at, sc.head.Title)
	default:
		sc.tn++
	}
}

// meant is the rule a sample is for: the one it names, else the only one of
// the file that tells something itself.
func (t *trial) meant(file, reference string) (*score, error) {
	var fits []*score
	for _, sc := range t.scores[file] {
		if reference == "" && !sc.head.Silent || sc.head.Known(reference) {
			fits = append(fits, sc)
		}
	}
	switch {
	case len(fits) == 1:
		return fits[0], nil
	case reference != "":
		return nil, fmt.Errorf("there is no rule %q in %s", reference, file)
	case len(fits) == 0:
		return nil, fmt.Errorf("there is no rule in %s to try", file)
	}
	return nil, fmt.Errorf("%s has several rules: say which one by rule: NAME", file)
}
