package main

import (
	"fmt"
	"path/filepath"

	"firebreak/detect/correlate"
	"firebreak/detect/sigma"
)

// detectTestCmd tries rules on their own samples.
type detectTestCmd struct {
	Paths   []string `arg:"" name:"PATH" help:"Rule files, or folders with rules; samples stand beside them in RULE.test.yml."`
	Strict  bool     `help:"Exit with 1 also when a rule lacks malicious or benign samples."`
	Mapping []string `sep:"none" help:"Add routes, names of fields and placeholders; may be repeated." placeholder:"FILE"`
}

// trial is rules being tried.
type trial struct {
	*program
	set    *sigma.Set
	scores map[string][]*score // by rule file
	failed bool
}

// Run prints a line for each rule. A rule that was refused, and samples that
// cannot be read, have failed as well.
func (c detectTestCmd) Run(p *program) error {
	set, files, err := p.readRules(c.Paths, c.Mapping)
	if err != nil {
		return err
	}
	t := &trial{program: p, set: set, scores: map[string][]*score{}, failed: len(set.Refused()) > 0}
	for _, head := range set.Rules() {
		t.scores[head.File] = append(t.scores[head.File], &score{head: head})
	}
	for _, file := range files {
		if err := t.file(file); err != nil {
			t.fail("%v", err)
		}
	}
	if err := t.orphans(c.Paths); err != nil {
		return err
	}
	if err := t.report(files, c.Strict); err != nil {
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
	content, err := readBounded(name)
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
	found := map[int64]bool{}
	run := t.set.NewRun(sc.head.Logsource)
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
