package pack_test

import (
	"fmt"
	"path"
	"strings"
	"testing"

	"firebreak/detect/sigma"
)

// fewest is how many malicious and how many benign samples each rule has.
const fewest = 2

// TestSamples tries every rule on every sample: its own malicious ones it
// finds, each event of them, nobody else finds those, so that one deed is told
// once, and no benign sample of any rule is found by any rule. The events tell
// by themselves where they are from: nothing is found because a rule was tried
// on what is not its log.
func TestSamples(t *testing.T) {
	s := load(t)
	for _, h := range s.heads() {
		malicious, benign := 0, 0
		for _, sample := range samplesOf(t, h.File) {
			at := fmt.Sprintf("%s:%d (%s)", sample.file, sample.Line, sample.Name)
			f := s.try(t, sample.events)
			if f.unrouted > 0 {
				t.Errorf("%s: %d events do not tell where they are from", at, f.unrouted)
			}
			if sample.Malicious {
				malicious++
				wantFound(t, at, h, len(sample.events), f)
				for other := range f.rules {
					if other != h.File {
						t.Errorf("%s: %s finds it as well", at, other)
					}
				}
				continue
			}
			benign++
			for other := range f.rules {
				t.Errorf("%s: benign, and %s finds it", at, other)
			}
		}
		if malicious < fewest || benign < fewest {
			t.Errorf("%s has %d malicious and %d benign samples, want %d of each", h.File, malicious, benign, fewest)
		}
	}
}

// wantFound says which events of a malicious sample were not found; those of
// a correlation are one.
func wantFound(t *testing.T, at string, h sigma.Head, events int, f found) {
	t.Helper()
	hits := f.rules[h.File]
	if h.Correlation && len(hits) > 0 {
		return
	}
	for i := range events {
		if !hits[i] {
			t.Errorf("%s: malicious, and %s does not find it (event %d)", at, h.File, i+1)
		}
	}
}

// TestNoSampleIsLost: each file of samples has a rule, in the folder of an
// area.
func TestNoSampleIsLost(t *testing.T) {
	s := load(t)
	rules := map[string]bool{}
	for _, name := range s.files {
		stem := strings.TrimSuffix(name, path.Ext(name))
		if rules[stem] {
			t.Errorf("two rules share the samples of %s", stem)
		}
		rules[stem] = true
		if strings.Count(name, "/") != 1 {
			t.Errorf("%s does not stand in the folder of an area", name)
		}
	}
	for _, name := range sampleFiles(t) {
		if !rules[strings.TrimSuffix(name, ".test.yml")] {
			t.Errorf("%s is for no rule", name)
		}
	}
}
