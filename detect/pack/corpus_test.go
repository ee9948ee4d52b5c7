package pack_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"firebreak/detect/correlate"
	"firebreak/detect/event"
	"firebreak/detect/own"
	"firebreak/detect/sigma"
)

// corpus is where recorded events lie on developers' machines; it is no part
// of the repository.
const corpus = "../../../shared/corpus/events"

// openCorpus opens a file of the corpus, or skips the test.
func openCorpus(t *testing.T, name string) io.Reader {
	t.Helper()
	f, err := os.Open(filepath.Join(corpus, name))
	if err != nil {
		t.Skipf("the corpus of recorded events is not on this machine: %v", err)
	}
	t.Cleanup(func() { f.Close() })
	if filepath.Ext(name) != ".gz" {
		return f
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// over runs the pack over events, one a line, and counts what each rule finds.
// unwrap takes the event out of the line, nil for none.
func (s shipped) over(t *testing.T, in io.Reader, unwrap func([]byte) []byte) (hits map[string]int, events int) {
	t.Helper()
	hits = map[string]int{}
	count := func(all []sigma.Detection) {
		for _, d := range all {
			hits[d.Rule.File]++
		}
	}
	run := s.set.NewRun(sigma.Logsource{})
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, event.MaxSize)
	for lines.Scan() {
		data := unwrap(lines.Bytes())
		ev, err := event.Decode(data)
		if data == nil || err != nil {
			continue
		}
		events++
		place := correlate.Place{File: "corpus", Line: int64(events)}
		count(run.Event(ev, place))
		for _, d := range s.scripts {
			result := d.Examine(t.Context(), []own.Event{{Event: ev, Place: place}})
			for _, trouble := range result.Troubles {
				t.Errorf("%v\n%.400s", trouble, data)
			}
			count(result.Found)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	count(run.Finish())
	return hits, events
}

// TestCorpus says what the pack finds in recorded events, mostly harmless
// ones, and pins it: docs/guide/rules-pack.md cites these figures.
func TestCorpus(t *testing.T) {
	s := load(t)
	for _, test := range []struct {
		name string
		want map[string]int
	}{
		// Attacks in a laboratory, a sample of a million events: one log is cleared.
		{"windows_mordor_natural.jsonl.gz", map[string]int{"windows/event_log_cleared.yml": 1}},
		// Log4shell: an encoded command downloads.
		{"linux_log4shell.jsonl", map[string]int{"windows/encoded_powershell_downloads.yml": 1}},
		{"aws_mordor.jsonl", map[string]int{}},
		// Stratus Red Team: all of it is an attack.
		{"aws_cloudtrail_invictus.jsonl", map[string]int{
			"cloud/aws_access_key_for_another_user.yml":       2,
			"cloud/aws_administrator_policy_attached.yml":     2,
			"cloud/aws_cloudtrail_stopped.yml":                2,
			"cloud/aws_console_password_for_another_user.yml": 2,
			"cloud/aws_many_secrets_read.yml":                 2,
			"cloud/aws_user_login_without_mfa.yml":            1,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			hits, events := s.over(t, openCorpus(t, test.name), func(line []byte) []byte { return line })
			for _, rule := range slices.Sorted(maps.Keys(hits)) {
				t.Logf("%s: %d of %d events", rule, hits[rule], events)
			}
			if !maps.Equal(hits, test.want) {
				t.Errorf("found %v, want %v", hits, test.want)
			}
		})
	}
}

// TestCorpusOfHarmlessServices runs the pack over the samples that another
// project's rules must not find.
func TestCorpusOfHarmlessServices(t *testing.T) {
	s := load(t)
	harmless := func(line []byte) []byte {
		var labelled struct {
			Expected bool            `json:"expected"`
			Log      json.RawMessage `json:"log"`
		}
		if err := json.Unmarshal(line, &labelled); err != nil || labelled.Expected {
			return nil
		}
		return labelled.Log
	}
	hits, events := s.over(t, openCorpus(t, "panther_rule_tests.jsonl"), harmless)
	want := map[string]int{
		"cloud/aws_administrator_policy_attached.yml": 2, // by a role, meant for another rule
		"cloud/aws_user_login_without_mfa.yml":        3, // samples of logins as such
		"cloud/entra_federation_changed.yml":          1, // of another setting of the domain
	}
	if !maps.Equal(hits, want) {
		t.Errorf("found %v in %d events, want %v", hits, events, want)
	}
}
