package sigma_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/detect/correlate"
	"firebreak/detect/event"
	"firebreak/detect/logfile"
	"firebreak/detect/sigma"
)

// corpus is where SigmaHQ's rules and recorded events lie on developers'
// machines; it is no part of the repository.
const corpus = "../../../shared/corpus"

// main is SigmaHQ's rules that are meant to be used.
var main = []string{"rules", "rules-emerging-threats", "rules-threat-hunting", "rules-compliance", "rules-placeholder"}

// fromCorpus gives a path within the corpus, or skips the test.
func fromCorpus(t testing.TB, path string) string {
	t.Helper()
	found := filepath.Join(corpus, filepath.FromSlash(path))
	if _, err := os.Stat(found); err != nil {
		t.Skipf("the corpus with SigmaHQ's rules is not on this machine: %v", err)
	}
	return found
}

// fromSigmaHQ loads all rules below folders of the corpus.
func fromSigmaHQ(t testing.TB, folders ...string) (set *sigma.Set, files int) {
	t.Helper()
	loader := sigma.NewLoader(builtin(t))
	for _, folder := range folders {
		err := filepath.WalkDir(fromCorpus(t, "sigma/"+folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".yml" {
				return err
			}
			files++
			content, err := os.ReadFile(path)
			loader.Add(filepath.Base(path), content)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return loader.Set(), files
}

// TestSigmaHQ pins how many of SigmaHQ's rules (of 2026-08-05) are loaded, and
// why the others are refused; those that are meant to be used are tried.
func TestSigmaHQ(t *testing.T) {
	why := []struct {
		reason string
		re     *regexp.Regexp
	}{
		{"placeholder", regexp.MustCompile(`the placeholder %[\w-]+% has no values`)},
		{"no timeframe", regexp.MustCompile(`an aggregation needs a timeframe`)},
		{"collection", regexp.MustCompile(`collections of rules .* are no part of Sigma any more|there is no title`)},
		{"prose", regexp.MustCompile(`the condition names "(count|write)", which the detection does not have`)},
	}
	tests := []struct {
		folders []string
		files   int
		loaded  int
		refused map[string]int
	}{
		{main, 3780, 3755, map[string]int{"placeholder": 25}},
		{[]string{"deprecated"}, 172, 169, map[string]int{"placeholder": 3}},
		// Three of these files are collections of three, two and three documents.
		{[]string{"unsupported"}, 87, 69, map[string]int{"no timeframe": 11, "collection": 8, "prose": 4}},
	}
	for i, tt := range tests {
		set, files := fromSigmaHQ(t, tt.folders...)
		if i == 0 {
			// Loading takes longer than either.
			t.Run("regression", func(t *testing.T) { regression(t, set) })
			t.Run("recorded", func(t *testing.T) { recorded(t, set) })
		}
		rules := slices.DeleteFunc(set.Rules(), func(h sigma.Head) bool { return h.Silent })
		if files != tt.files || len(rules) != tt.loaded || len(set.Notes()) > 0 {
			t.Errorf("%v: %d files, %d rules loaded, want %d and %d; notes: %v", tt.folders, files, len(rules), tt.files, tt.loaded, set.Notes())
		}
		// Rules share their atoms; the 46,353 values of the main rules are some
		// 34,500 different ones, windash and base64offset make more of them.
		if atoms := set.Atoms(); tt.files == 3780 && (atoms < 34_000 || atoms > 38_000) {
			t.Errorf("%v: %d atoms", tt.folders, atoms)
		}
		got := map[string]int{}
	refusals:
		for _, r := range set.Refused() {
			for _, w := range why {
				if w.re.MatchString(r.Reason) {
					got[w.reason]++
					continue refusals
				}
			}
			t.Errorf("refused for no known reason: %v", r)
		}
		if fmt.Sprint(got) != fmt.Sprint(tt.refused) {
			t.Errorf("%v: refused %v, want %v", tt.folders, got, tt.refused)
		}
	}
}

// regression runs SigmaHQ's own tests: the rule must find at least as many
// events as its test says, with all rules loaded, in both shapes of the event.
func regression(t *testing.T, set *sigma.Set) {
	records := open(t, "regression/regression.jsonl")
	// Tests that do not pass, and why: none.
	exceptions := map[string]string{}
	type test struct{ want, flat, raw int }
	tests := map[string]*test{}
	count := func(data []byte, rule string) (found int) {
		for _, d := range detect(t, set, data) {
			if d.Rule.ID == rule {
				found++
			}
		}
		return found
	}
	records(func(_ int64, data []byte) {
		var r struct {
			Rule  string `json:"rule_id"`
			Count int    `json:"match_count"`
			Path  string
			Flat  json.RawMessage
			Raw   json.RawMessage
		}
		if err := json.Unmarshal(data, &r); err != nil {
			t.Fatal(err)
		}
		if tests[r.Path] == nil {
			tests[r.Path] = &test{want: max(r.Count, 1)}
		}
		tests[r.Path].flat += count(r.Flat, r.Rule)
		tests[r.Path].raw += count(r.Raw, r.Rule)
	})
	for path, got := range tests {
		passes := got.flat >= got.want && got.raw >= got.want
		if _, excepted := exceptions[path]; passes == excepted {
			t.Errorf("%s: want %d found, got %d flat and %d as EVTX; excepted: %t", path, got.want, got.flat, got.raw, excepted)
		}
	}
	if len(tests) != 98 {
		t.Errorf("%d tests, want 98", len(tests))
	}
}

// recorded runs all rules on what was recorded. Nobody has labelled
// it, so this only sees what is far off: rules on events that are not theirs
// found something in every second event.
func recorded(t *testing.T, set *sigma.Set) {
	tests := []struct {
		file   string
		every  int64
		events int
		routed int // at least
		most   int // detections
	}{
		{"windows_mordor_natural.jsonl.gz", 10, 1118, 1118, 25},
		{"linux_log4shell.jsonl", 1, 674, 669, 20},
		{"aws_mordor.jsonl", 1, 103, 103, 15},
		{"aws_cloudtrail_invictus.jsonl", 3, 966, 966, 60},
	}
	for _, tt := range tests {
		run := set.NewRun(sigma.Logsource{})
		events, found := 0, 0
		open(t, "events/"+tt.file)(func(line int64, data []byte) {
			if line%tt.every != 0 {
				return
			}
			events++
			found += len(run.Event(decoded(t, data), correlate.Place{File: tt.file, Line: line}))
		})
		if routed := events - run.Tally.Unrouted; found == 0 || found > tt.most || routed < tt.routed || events != tt.events {
			t.Errorf("%s: %d found in %d events, %d of them routed; want %+v", tt.file, found, events, routed, tt)
		}
	}
}

// open gives an iterator over a file of the corpus.
func open(t testing.TB, path string) func(yield func(line int64, data []byte)) {
	t.Helper()
	f, err := os.Open(fromCorpus(t, path))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	r, err := logfile.Open(f, path, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(int64, []byte)) {
		for {
			record, err := r.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err = errors.Join(err, record.Err); err != nil {
				t.Fatalf("%s:%d: %v", path, record.Line, err)
			}
			yield(record.Line, record.Data)
		}
	}
}

func decoded(t testing.TB, data []byte) *event.Event {
	t.Helper()
	ev, err := event.Decode(data)
	if err != nil {
		t.Fatalf("%s: %v", strings.TrimSpace(string(data)), err)
	}
	return ev
}

func detect(t testing.TB, set *sigma.Set, data []byte) []sigma.Detection {
	t.Helper()
	return set.NewRun(sigma.Logsource{}).Event(decoded(t, data), correlate.Place{})
}

// BenchmarkReference tries all of SigmaHQ's rules on recorded Windows events
// (2.3 kB on average), JSON to detections.
func BenchmarkReference(b *testing.B) {
	set, _ := fromSigmaHQ(b, main...)
	var events [][]byte
	open(b, "events/windows_mordor_natural.jsonl.gz")(func(line int64, data []byte) {
		if line%10 == 0 {
			events = append(events, slices.Clone(data))
		}
	})
	run := set.NewRun(sigma.Logsource{})
	tried := 0
	for b.Loop() {
		run.Event(decoded(b, events[tried%len(events)]), correlate.Place{})
		tried++
	}
	b.ReportMetric(float64(tried)/b.Elapsed().Seconds(), "events/s")
}
