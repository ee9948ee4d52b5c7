package mask

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// The labelled set was written, divided and frozen before the rules were
// worked on: two thirds to work with, one third (heldout.txt) to be judged by.
// Lines are added at the end only; a rule that misses one is not a reason to
// change the line.

// sample is one labelled text.
type sample struct {
	kind    string
	text    string
	secrets []secret
}

// labelled reads a file of the set.
func labelled(t testing.TB, name string) []sample {
	t.Helper()
	raw, err := os.ReadFile("testdata/labelled/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var samples []sample
	for n, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		kind, text, ok := strings.Cut(line, "\t")
		if !ok {
			t.Fatalf("%s:%d has no kind", name, n+1)
		}
		samples = append(samples, sampleOf(kind, strings.NewReplacer("{}", "", `\\`, `\`, `\n`, "\n").Replace(text)))
	}
	return samples
}

// sampleOf takes the marks out of a text.
func sampleOf(kind, marked string) sample {
	s := sample{kind: kind}
	for rest := marked; ; {
		before, after, found := strings.Cut(rest, "«")
		s.text += before
		if !found {
			return s
		}
		held, tail, _ := strings.Cut(after, "»")
		s.secrets = append(s.secrets, secret{start: len(s.text), end: len(s.text) + len(held)})
		s.text += held
		rest = tail
	}
}

// tally counts how well masking does.
type tally struct {
	secrets, found int // labelled, and masked whole
	masks, right   int // given, and on a labelled secret
	plain, lost    int // bytes that are no secret, and those of them masked
}

func (c tally) recall() float64    { return float64(c.found) / float64(max(c.secrets, 1)) }
func (c tally) precision() float64 { return float64(c.right) / float64(max(c.masks, 1)) }

func (c tally) String() string {
	return fmt.Sprintf("recall %d/%d = %.3f, precision %d/%d = %.3f, plain text lost %.2f%%",
		c.found, c.secrets, c.recall(), c.right, c.masks, c.precision(), 100*float64(c.lost)/float64(max(c.plain, 1)))
}

// judge adds one sample, and tells what went wrong with it.
func (c *tally) judge(s sample) (wrong []string) {
	spans, ok := masker{tokens: tokenShapes}.find(s.text)
	if !ok {
		return []string{"could not be checked: " + s.text}
	}
	for _, want := range s.secrets {
		c.secrets++
		if slices.ContainsFunc(spans, func(got secret) bool { return got.start <= want.start && want.end <= got.end }) {
			c.found++
			continue
		}
		wrong = append(wrong, fmt.Sprintf("missed %q in %q", s.text[want.start:want.end], s.text))
	}
	for _, got := range spans {
		c.masks++
		covered := 0
		for _, want := range s.secrets {
			covered += max(0, min(got.end, want.end)-max(got.start, want.start))
		}
		if c.lost += got.end - got.start - covered; covered > 0 {
			c.right++
			continue
		}
		wrong = append(wrong, fmt.Sprintf("masked %q (%s) in %q", s.text[got.start:got.end], got.name, s.text))
	}
	c.plain += len(s.text)
	for _, want := range s.secrets {
		c.plain -= want.end - want.start
	}
	return wrong
}

// TestLabelledSet measures the rules. Of the held out part only the sums are
// shown.
func TestLabelledSet(t *testing.T) {
	for _, part := range []struct {
		file              string
		recall, precision float64 // the least that is good enough
		shown             bool
	}{
		{"tuning.txt", 0.99, 0.99, true},
		{"heldout.txt", 0.96, 0.97, false},
	} {
		t.Run(part.file, func(t *testing.T) {
			var all tally
			kinds := map[string]*tally{}
			for _, s := range labelled(t, part.file) {
				if kinds[s.kind] == nil {
					kinds[s.kind] = &tally{}
				}
				kinds[s.kind].judge(s)
				for _, wrong := range all.judge(s) {
					if part.shown {
						t.Log(wrong)
					}
				}
			}
			for _, kind := range slices.Sorted(maps.Keys(kinds)) {
				t.Logf("%s: %s", kind, kinds[kind])
			}
			t.Logf("all: %s", all)
			if all.recall() < part.recall || all.precision() < part.precision {
				t.Errorf("%s is worse than recall %.3f and precision %.3f", all, part.recall, part.precision)
			}
		})
	}
}
