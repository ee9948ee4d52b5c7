package sigma

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"firebreak/detect/logfile"
)

// corpus is where SigmaHQ's rules and recorded events lie on developers'
// machines; it is no part of the repository.
const corpus = "../../../shared/corpus"

// corpusSet is all of SigmaHQ's rules that are meant to be used and that keep
// allows.
func corpusSet(t testing.TB, m *Mapping, keep func(*Rule) bool) *Set {
	t.Helper()
	l := NewLoader(m)
	for _, folder := range []string{"rules", "rules-emerging-threats", "rules-threat-hunting", "rules-compliance", "rules-placeholder"} {
		err := filepath.WalkDir(filepath.Join(corpus, "sigma", folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".yml" {
				return err
			}
			content, err := os.ReadFile(path)
			l.Add(filepath.Base(path), content)
			return err
		})
		if errors.Is(err, fs.ErrNotExist) {
			t.Skipf("the corpus with SigmaHQ's rules is not on this machine: %v", err)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	l.rules = slices.DeleteFunc(l.rules, func(r *Rule) bool { return !keep(r) })
	return l.Set()
}

func everyRule(*Rule) bool { return true }

// corpusEvents gives every so many events of a file.
func corpusEvents(t testing.TB, file string, every int64) [][]byte {
	t.Helper()
	f, err := os.Open(filepath.Join(corpus, file))
	if err != nil {
		t.Skipf("the corpus with recorded events is not on this machine: %v", err)
	}
	defer f.Close()
	r, err := logfile.Open(f, file, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	var events [][]byte
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			return events
		}
		if err = errors.Join(err, record.Err); err != nil {
			t.Fatal(err)
		}
		if record.Line%every == 0 {
			events = append(events, slices.Clone(record.Data))
		}
	}
}

// TestEngineIsReferenceOnCorpus tries all of SigmaHQ's rules on what was
// recorded and on SigmaHQ's own tests, with what the events tell of where they
// are from and without.
func TestEngineIsReferenceOnCorpus(t *testing.T) {
	m, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	set := corpusSet(t, m, everyRule)
	files := []struct {
		name  string
		every int64
	}{
		{"events/windows_mordor_natural.jsonl.gz", 40},
		{"events/linux_log4shell.jsonl", 3},
		{"events/aws_mordor.jsonl", 2},
		{"events/aws_cloudtrail_invictus.jsonl", 10},
	}
	var events [][]byte
	for _, f := range files {
		events = append(events, corpusEvents(t, f.name, f.every)...)
	}
	for _, data := range corpusEvents(t, "regression/regression.jsonl", 1) {
		var r struct{ Flat, Raw json.RawMessage }
		if err := json.Unmarshal(data, &r); err != nil {
			t.Fatal(err)
		}
		events = append(events, r.Flat, r.Raw)
	}
	matcher, unrouted := set.engine().matcher(Logsource{}), set.engine().matcher(Logsource{Product: "windows"})
	set.engine().samples = 20
	found := 0
	for i, data := range events {
		found += same(t, matcher, data)
		if i%4 == 0 {
			same(t, unrouted, data)
		}
	}
	t.Logf("%d found in %d events", found, len(events))
	if found < 300 {
		t.Errorf("only %d found", found)
	}
}
