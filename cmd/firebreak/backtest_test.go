package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"firebreak/detect"
	"firebreak/detect/behaviour"
	"firebreak/detect/correlate"
	"firebreak/incident"
	"firebreak/store"
)

// backtested runs the command over a database and gives what it prints.
func backtested(t *testing.T, wantCode int, database string, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	environ := []string{"FIREBREAK_DATABASE_URL=sqlite:" + database}
	if code := run(t.Context(), append([]string{"detect", "backtest"}, args...), environ, nil, &out, &err); code != wantCode {
		t.Errorf("exit code %d, want %d: %s%s", code, wantCode, &out, &err)
	}
	return out.String(), err.String()
}

// guessing is failed logins of one account a second apart, as the bot keeps
// them.
func guessing(account string, n int, at time.Time) []incident.Alert {
	var alerts []incident.Alert
	for i := range n {
		body := fmt.Sprintf(`{"source":"okta","event":"failed_login","user":%q,"src_ip":"203.0.113.7","timestamp":%q}`,
			account, at.Add(time.Duration(i)*time.Second).Format(time.RFC3339))
		alerts = append(alerts, detect.Alerts(detect.Input{ID: fmt.Sprintf("post:%s:%d", account, i), JSON: []byte(body), At: at.Add(time.Hour)})...)
	}
	return alerts
}

// judgedDatabase is an open database with two bursts, of 12 and of 25 failed
// logins, that a rule found and people judged: the small one is real.
func judgedDatabase(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "firebreak.db")
	db, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	start := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for n, account := range []string{"ada", "ben"} {
		alerts := guessing(account, 12+13*n, start.Add(time.Duration(n)*24*time.Hour))
		d := incident.Detection{ID: "d-" + account, Rule: "brute-force", At: alerts[9].At, Evidence: []string{alerts[3].ID, alerts[9].ID}}
		err := db.Update(t.Context(), func(tx *store.Tx) error {
			for _, a := range slices.Backward(alerts) {
				if _, err := tx.SaveAlert(a); err != nil {
					return err
				}
			}
			_, err := tx.SaveDetection(d)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	at := func(second int64) time.Time { return time.Unix(second, 0) }
	err = db.Update(t.Context(), func(tx *store.Tx) error {
		for _, v := range []incident.Verdict{
			{Detection: "d-ada", By: "U1", At: at(1)}, // what somebody said first does not count
			{Detection: "d-ada", By: "U2", At: at(2), Confirmed: true},
			{Detection: "d-ben", By: "U1", At: at(1), Reason: "a script"},
		} {
			if _, err := tx.SaveVerdict(v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestBacktestOnStoredAlerts changes a detector: what it would no longer find
// is named with its alerts, and what people said about it. The database is
// open for writing meanwhile.
func TestBacktestOnStoredAlerts(t *testing.T) {
	database := judgedDatabase(t)
	changed := filepath.Join(t.TempDir(), "new.yml")
	if err := os.WriteFile(changed, []byte("- {id: brute-force, at-least: 20}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, told := backtested(t, exitDone, database, "--detectors", changed, "--stored")
	for _, want := range []string{
		"changed  Many failed logins of one account (brute-force): 2 → 1 detection, 0 new, 1 gone\n",
		"  would lose 1 of 1 confirmed detection\n",
		"  - 2026-11-20 09:00:09 · account=ada · 10 × alert post:ada:0#0, alert post:ada:1#0, alert post:ada:2#0, …\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
	if strings.Contains(out, "false positive") || strings.Count(out, "\n") != 3 {
		t.Errorf("more than what changes:\n%s", out)
	}
	if !strings.Contains(told, "0 events (0 skipped) and 37 stored alerts") {
		t.Errorf("stderr: %s", told)
	}
	backtested(t, exitFailed, database, "--detectors", changed, "--stored", "--strict")

	// Seen the other way round it finds one more; nothing is lost.
	shipped := filepath.Join(t.TempDir(), "shipped.yml")
	if err := os.WriteFile(shipped, []byte("[]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ = backtested(t, exitDone, database, "--detectors", shipped, "--against-detectors", changed, "--stored", "--strict")
	if !strings.Contains(out, "1 → 2 detections, 1 new, 0 gone\n  + 2026-11-20 09:00:09 · account=ada") || strings.Contains(out, "lose") {
		t.Errorf("the other way round:\n%s", out)
	}
}

// TestBacktestRulesOnStoredAlerts has a rule that replaces the judged one.
func TestBacktestRulesOnStoredAlerts(t *testing.T) {
	database := judgedDatabase(t)
	rule := filepath.Join(t.TempDir(), "rule.yml")
	if err := os.WriteFile(rule, []byte(`title: Guessing
id: brute-force
name: guess
logsource: {category: authentication}
detection: {sel: {event: failed_login, user: ada}, condition: sel}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := backtested(t, exitDone, database, "--rules", rule, "--stored", "--format", "jsonl", "--strict")
	var line backtestLine
	if err := json.Unmarshal([]byte(out), &line); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if line.Change != ruleAdded || line.After != 12 || line.New.Count != 12 || len(line.New.Detections) != maxShown {
		t.Errorf("%s", out)
	}
	if v := line.Verdicts; v == nil || *v != (backtestVerdicts{Confirmed: 1, FalsePositives: 1, FalsePositivesLost: 1}) {
		t.Errorf("verdicts in %s", out)
	}
	out, _ = backtested(t, exitDone, database, "--rules", rule, "--stored", "--all", "--since", "1h")
	if strings.Contains(out, "+") {
		t.Errorf("old alerts are there:\n%s", out)
	}
	out, _ = backtested(t, exitDone, database, "--rules", rule, "--stored", "--all")
	if strings.Count(out, "  + ") != 12 || strings.Contains(out, "more") {
		t.Errorf("not all of it:\n%s", out)
	}
}

// TestBacktestIgnoresTheOrderOfLines, as people sort their files in any way.
func TestBacktestIgnoresTheOrderOfLines(t *testing.T) {
	dir := t.TempDir()
	var lines []string
	start := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for n, account := range []string{"ada", "ben", "cleo"} {
		for _, a := range guessing(account, 15, start.Add(time.Duration(n)*3*time.Hour)) {
			lines = append(lines, a.Raw)
		}
	}
	changed := filepath.Join(dir, "new.yml")
	if err := os.WriteFile(changed, []byte("- {id: brute-force, off: true}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	counts := map[string]bool{}
	for range 4 {
		events := filepath.Join(dir, "events.jsonl")
		if err := os.WriteFile(events, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
		out, _ := backtested(t, exitDone, "", "--detectors", changed, "--events", events)
		first, _, _ := strings.Cut(out, "\n")
		counts[first] = true
		rand.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	}
	if !counts["removed  Many failed logins of one account (brute-force): 3 → 0 detections, 0 new, 3 gone"] || len(counts) != 1 {
		t.Errorf("found %v", counts)
	}
}

// TestCancelKeepsTheDifference: what is left on both sides has nothing in
// common, and what was taken away was the same on both.
func TestCancelKeepsTheDifference(t *testing.T) {
	draw := func(t *rapid.T, name string) []finding {
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) finding {
			return finding{
				rule: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "rule"), group: rapid.SampledFrom([]string{"", "x=1"}).Draw(t, "group"),
				first: correlate.Place{File: "f", Line: rapid.Int64Range(1, 3).Draw(t, "line")}, count: rapid.IntRange(1, 9).Draw(t, "count"),
			}
		}), 0, 30).Draw(t, name)
	}
	tally := func(list []finding) map[same]int {
		counts := map[same]int{}
		for _, f := range list {
			counts[f.same()]++
		}
		return counts
	}
	rapid.Check(t, func(t *rapid.T) {
		was, is := draw(t, "was"), draw(t, "is")
		gone, fresh := cancel(was, is)
		g, f := tally(gone), tally(fresh)
		for s, n := range tally(append(slices.Clone(was), is...)) {
			w, i := tally(was)[s], tally(is)[s]
			if g[s] != max(w-i, 0) || f[s] != max(i-w, 0) {
				t.Fatalf("%v: %d before, %d after, %d gone, %d new of %d", s, w, i, g[s], f[s], n)
			}
		}
	})
}

// TestMemoryTellsBeforeItForgets: a group that must make room is asked what it
// still has to tell.
func TestMemoryTellsBeforeItForgets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "few.yml")
	if err := os.WriteFile(file, []byte("- {id: password-spray, groups: 2}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	rules, err := behaviourRules(file)
	if err != nil {
		t.Fatal(err)
	}
	var s side
	if err := s.watch(after, newComparison(false), rules, behaviour.Places{}); err != nil {
		t.Fatal(err)
	}
	start, found := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), 0
	for n := range 5 {
		for i := range 9 {
			a := incident.Alert{
				ID: fmt.Sprintf("%d-%d", n, i), Action: detect.LoginFailure, Source: "okta", At: start.Add(time.Duration(n*60+i) * time.Second),
				Entities: []incident.Entity{{Type: incident.EntityAddress, Value: fmt.Sprintf("203.0.113.%d", n)}, {Type: incident.EntityAccount, Value: fmt.Sprintf("u%d", i)}},
			}
			news, err := s.memory.observe(a)
			if err != nil {
				t.Fatal(err)
			}
			found += len(news)
		}
	}
	rest, err := s.memory.finish()
	if found += len(rest); err != nil || found != 5 || s.memory.forgotten != 3 || s.memory.size != 0 {
		t.Errorf("%d detections of 5, %d forgotten, %d bytes left, %v", found, s.memory.forgotten, s.memory.size, err)
	}
}

// TestBacktestSeesWhatAnAlertCarries: the log event within an alert, and once
// where a rule matches both.
func TestBacktestSeesWhatAnAlertCarries(t *testing.T) {
	database := filepath.Join(t.TempDir(), "firebreak.db")
	db, err := store.Open(t.Context(), store.Config{Path: database})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	start := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	err = db.Update(t.Context(), func(tx *store.Tx) error {
		for i, raw := range []string{
			`{"source":"siem","EventID":"4625","raw":"{\"Channel\":\"Security\",\"EventID\":4625}"}`,
			`{"source":"siem","EventID":"4625","raw":"{\"Channel\":\"Security\",\"EventID\":4625}"}`,
			"Failed password for root", // no JSON, and no time
		} {
			a := incident.Alert{ID: fmt.Sprintf("a%d", i), Source: "siem", At: start.Add(time.Duration(i) * time.Minute), SeenAt: start, Raw: raw}
			if _, err := tx.SaveAlert(a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	rules := filepath.Join(t.TempDir(), "rules.yml")
	if err := os.WriteFile(rules, []byte(`title: Failed
name: failed
logsource: {product: windows}
detection: {sel: {EventID: 4625}, condition: sel}
---
title: Two failed
correlation: {type: event_count, rules: [failed], timespan: 10m, condition: {gte: 2}}
---
title: Three failed
correlation: {type: event_count, rules: [failed], timespan: 10m, condition: {gte: 3}}
---
title: By its words
logsource: {product: windows}
detection: {words: ['*for root*'], condition: words}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	out, told := backtested(t, exitDone, database, "--rules", rules, "--stored")
	for _, want := range []string{
		"By its words (" + rules + "): 0 → 1 detection, 1 new, 0 gone\n  + 2026-11-20 09:00:00 · alert a2\n",
		"Two failed (" + rules + "): 0 → 1 detection, 1 new, 0 gone\n  + 2026-11-20 09:00:00 · 2 × alert a0, alert a1\n",
		"Three failed (" + rules + "): 0 → 0 detections\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s%s", want, out, told)
		}
	}
}

// TestBacktestStops ends one that waits for more on standard input: what was
// found so far would be no comparison.
func TestBacktestStops(t *testing.T) {
	rules := filepath.Join(t.TempDir(), "rule.yml")
	if err := os.WriteFile(rules, []byte("title: T\nlogsource: {category: test}\ndetection: {sel: {a: 1}, condition: sel}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	silent, upstream := io.Pipe()
	defer upstream.Close()
	asked := readerFunc(func([]byte) (int, error) { cancel(); return 0, io.EOF }) // once the first line was read
	events := io.MultiReader(strings.NewReader("{\"a\":1}\n"), asked, silent)
	var stdout, stderr bytes.Buffer
	code := run(ctx, []string{"detect", "backtest", "--rules", rules, "--events", "-"}, nil, events, &stdout, &stderr)
	if code != exitFailed || stdout.Len() > 0 || !strings.Contains(stderr.String(), "stopped before the end") {
		t.Errorf("exit code %d, %q: %s", code, &stdout, &stderr)
	}
}
