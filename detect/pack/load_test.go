package pack_test

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"firebreak/detect/correlate"
	"firebreak/detect/event"
	"firebreak/detect/own"
	"firebreak/detect/pack"
	"firebreak/detect/script"
	"firebreak/detect/sigma"
)

// shipped is the pack, loaded.
type shipped struct {
	set     *sigma.Set
	scripts []own.Detector
	files   []string // of rules
}

// load loads all rules; none may be refused.
func load(t testing.TB) shipped {
	t.Helper()
	m, err := sigma.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	loader := sigma.NewLoader(m)
	var s shipped
	err = fs.WalkDir(pack.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, ".test.yml") {
			return err
		}
		s.files = append(s.files, name)
		content := read(t, name)
		if path.Ext(name) != ".star" {
			loader.Add(name, content)
			return nil
		}
		rule, err := script.Load(t.Context(), name, content)
		s.scripts = append(s.scripts, rule)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.set = loader.Set()
	for _, r := range slices.Concat(s.set.Refused(), s.set.Notes()) {
		t.Errorf("%v", r)
	}
	return s
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	content, err := fs.ReadFile(pack.FS(), name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// heads are the rules that tell something, in the order of their files.
func (s shipped) heads() []sigma.Head {
	var heads []sigma.Head
	for _, h := range s.set.Rules() {
		if !h.Silent {
			heads = append(heads, h)
		}
	}
	for _, d := range s.scripts {
		heads = append(heads, d.Head())
	}
	slices.SortStableFunc(heads, func(a, b sigma.Head) int { return strings.Compare(a.File, b.File) })
	return heads
}

// sample is one of a rule's samples, decoded.
type sample struct {
	sigma.Sample
	file   string // of samples
	events [][]byte
}

func samplesOf(t testing.TB, rule string) []sample {
	t.Helper()
	name := strings.TrimSuffix(rule, path.Ext(rule)) + ".test.yml"
	all, err := sigma.ReadSamples(name, read(t, name))
	if err != nil {
		t.Fatal(err)
	}
	var samples []sample
	for _, s := range all {
		if s.File != "" {
			t.Errorf("%s:%d: the pack's samples stand in the file itself", name, s.Line)
		}
		samples = append(samples, sample{s, name, s.Events})
	}
	return samples
}

// found is what all rules find in events, and how many of those do not tell
// where they are from.
type found struct {
	rules    map[string]map[int]bool // by the rule's file: the events, from 0
	unrouted int
}

// try runs all rules over the events of one sample, which must tell by
// themselves where they are from.
func (s shipped) try(t testing.TB, events [][]byte) found {
	t.Helper()
	f := found{rules: map[string]map[int]bool{}}
	take := func(all []sigma.Detection) {
		for _, d := range all {
			if f.rules[d.Rule.File] == nil {
				f.rules[d.Rule.File] = map[int]bool{}
			}
			f.rules[d.Rule.File][int(d.Event.Line)] = true
		}
	}
	run := s.set.NewRun(sigma.Logsource{})
	for i, data := range events {
		ev, err := event.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		place := correlate.Place{File: "sample", Line: int64(i)}
		take(run.Event(ev, place))
		for _, d := range s.scripts {
			result := d.Examine(t.Context(), []own.Event{{Event: ev, Place: place}})
			for _, trouble := range result.Troubles {
				t.Errorf("%v\n%s", trouble, data)
			}
			take(result.Found)
		}
	}
	take(run.Finish())
	f.unrouted = run.Tally.Unrouted
	if n := run.Tally.Timeless + run.Tally.Ungrouped; n > 0 {
		t.Errorf("%d events of a sample lack a time or a field that a correlation needs", n)
	}
	return f
}
