package bot

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"firebreak/detect/event"
	"firebreak/detect/rules"
	"firebreak/detect/sigma"
	"firebreak/incident"
	"firebreak/store"
)

// everyCorrelation has every type of correlation, chains among them.
const everyCorrelation = `
{title: A, name: a, logsource: {category: test}, detection: {sel: {kind: a}, condition: sel}}
---
{title: B, name: b, logsource: {category: test}, detection: {sel: {kind: b}, condition: sel}}
---
{title: C, name: c, logsource: {category: test}, detection: {sel: {kind: c}, condition: sel}}
---
{title: Count, name: count, correlation: {type: event_count, rules: [a], group-by: [src], timespan: 20s, condition: {gte: 3}}}
---
{title: Few, name: few, correlation: {type: event_count, rules: [b], group-by: [src], timespan: 20s, condition: {lt: 2}, generate: true}}
---
{title: Values, correlation: {type: value_count, rules: [a, b], group-by: [src], timespan: 30s, condition: {field: user, gte: 3}}}
---
{title: Sum, correlation: {type: value_sum, rules: [a, b], group-by: [src], timespan: 30s, condition: {field: n, gt: 12}}}
---
{title: Average, correlation: {type: value_avg, rules: [a], timespan: 30s, condition: {field: n, gt: 4}}}
---
{title: Median, correlation: {type: value_median, rules: [a, c], timespan: 25s, condition: {field: n, lte: 2}}}
---
{title: Percentile, correlation: {type: value_percentile, rules: [b], timespan: 30s, condition: {field: n, percentile: 90, gte: 6}}}
---
{title: Together, correlation: {type: temporal, rules: [a, b, c], group-by: [src], timespan: 15s}}
---
{title: Then, correlation: {type: temporal_ordered, rules: [count, b, c], group-by: [src], timespan: 40s, generate: true}}
---
{title: Often, correlation: {type: event_count, rules: [few], timespan: 60s, condition: {gte: 2}, generate: true}}
---
title: Old
logsource: {category: test}
detection: {sel: {kind: c}, timeframe: 30s, condition: sel | count() by user > 1}
`

// ruleBook opens a book with files of rules, by name.
func ruleBook(t testing.TB, files map[string]string) *rules.Book {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	book, err := rules.Open(t.Context(), rules.Shelf{
		Folders: []string{dir}, Options: rules.Options{Exec: true, Environ: []string{"PATH=" + os.Getenv("PATH")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Current().End() })
	if refused := book.Current().Refused; len(refused) > 0 {
		t.Fatal(refused)
	}
	return book
}

var correlationStart = time.Date(2026, 9, 7, 12, 0, 0, 0, time.UTC)

// drawnAlerts are alerts of random times, numbered in the order of time.
func drawnAlerts(t *rapid.T) []incident.Alert {
	var alerts []incident.Alert
	at := correlationStart
	for i := range rapid.IntRange(1, 40).Draw(t, "alerts") {
		at = at.Add(time.Duration(rapid.IntRange(0, 12).Draw(t, "pause")) * time.Second)
		raw := fmt.Sprintf(`{"kind":%q,"src":%q,"user":%q,"n":%d,"timestamp":%q}`,
			rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "kind"), rapid.SampledFrom([]string{"x", "y"}).Draw(t, "src"),
			rapid.SampledFrom([]string{"u", "v", "w", "z"}).Draw(t, "user"), rapid.IntRange(0, 9).Draw(t, "n"), at.Format(time.RFC3339Nano))
		alerts = append(alerts, incident.Alert{ID: fmt.Sprintf("alert-%03d", i), At: at, SeenAt: at.Add(time.Hour), Raw: raw})
	}
	return alerts
}

// inMemory is what a run over the sorted events finds.
func inMemory(t *rapid.T, set *sigma.Set, alerts []incident.Alert) []string {
	run := set.NewRun(sigma.Logsource{})
	var found []string
	take := func(all []sigma.Detection) {
		for _, d := range all {
			if d.Rule.Correlation {
				found = append(found, told(d))
			}
		}
	}
	for _, a := range alerts {
		ev, err := event.Decode([]byte(a.Raw))
		if err != nil {
			t.Fatal(err)
		}
		take(run.Event(ev, alertPlace(a.ID)))
	}
	take(run.Finish())
	slices.Sort(found)
	return found
}

// told is a correlation's detection as one line.
func told(d sigma.Detection) string {
	_, texts := pairs(d.Group)
	var s strings.Builder
	fmt.Fprintf(&s, "%s of %s at %s by %s: %d", d.Rule.Title, strings.Join(texts, ","), d.At.Format(time.TimeOnly), d.Event.File, d.Count)
	for _, p := range d.Evidence {
		s.WriteString(" " + p.File)
	}
	return s.String()
}

// stream is a bot that is given alerts and correlates them.
type stream struct {
	t     *rapid.T
	b     *Bot
	k     *correlator
	found []string
}

func newStream(t *rapid.T, book *rules.Book, dir string) *stream {
	st, err := store.Open(t.Context(), store.Config{Path: filepath.Join(dir, "firebreak.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	s := &stream{t: t, b: New(Config{Command: "/inc", Rules: book}, st, Outside{}, slog.New(slog.DiscardHandler))}
	s.restart()
	return s
}

// restart forgets all that is not written down.
func (s *stream) restart() {
	s.k = &correlator{b: s.b, tell: func(_ *store.Tx, _ *rules.Set, d sigma.Detection) error {
		s.found = append(s.found, told(d))
		return nil
	}}
}

func (s *stream) give(alerts ...incident.Alert) {
	err := s.b.store.Update(s.t.Context(), func(tx *store.Tx) error {
		for _, a := range alerts {
			if _, err := tx.SaveAlert(a); err != nil {
				return err
			}
			if err := s.b.queueAlert(tx, a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	for more := true; more; {
		if more, err = s.b.examineQueue(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
	}
}

// settle looks at a moment that is so long after the alerts came.
func (s *stream) settle(later time.Duration) {
	if err := s.k.settle(s.t.Context(), time.Now().Add(later)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stream) lateness() int {
	var late int
	if err := s.b.store.View(s.t.Context(), func(v *store.View) (err error) {
		late, err = counted(v, lateCursor)
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	return late
}

// TestCorrelationsEqualARun gives alerts in random order within the lateness,
// with restarts between: exactly what a run over the sorted events finds is
// found, once.
func TestCorrelationsEqualARun(t *testing.T) {
	book := ruleBook(t, map[string]string{"all.yml": everyCorrelation})
	found := map[string]bool{}
	rapid.Check(t, func(rt *rapid.T) {
		alerts := drawnAlerts(rt)
		want := inMemory(rt, book.Current().Sigma, alerts)
		s := newStream(rt, book, t.TempDir())
		for len(alerts) > 0 {
			n := rapid.IntRange(1, len(alerts)).Draw(rt, "together")
			for _, a := range rapid.Permutation(alerts[:n]).Draw(rt, "order") {
				s.give(a)
				s.settle(0) // nothing has waited yet
				if rapid.Bool().Draw(rt, "restart") {
					s.restart()
				}
			}
			s.settle(2 * sightingLateness)
			alerts = alerts[n:]
		}
		slices.Sort(s.found)
		// What happened in the same moment as what was taken last is late.
		if s.lateness() == 0 && !slices.Equal(s.found, want) {
			rt.Fatalf("found\n%s\nwant\n%s", strings.Join(s.found, "\n"), strings.Join(want, "\n"))
		}
		for _, line := range s.found {
			title, _, _ := strings.Cut(line, " ")
			found[title] = true
		}
	})
	for _, head := range book.Current().Sigma.Rules() {
		if head.Correlation && !found[head.Title] {
			t.Errorf("nothing was ever found by %s", head.Title)
		}
	}
}

// TestLateAlertsStillCount gives alerts in random order, later than any
// lateness: all that a run finds is found.
func TestLateAlertsStillCount(t *testing.T) {
	book := ruleBook(t, map[string]string{"all.yml": everyCorrelation})
	late := 0
	rapid.Check(t, func(rt *rapid.T) {
		alerts := drawnAlerts(rt)
		want := inMemory(rt, book.Current().Sigma, alerts)
		s := newStream(rt, book, t.TempDir())
		for _, a := range rapid.Permutation(alerts).Draw(rt, "order") {
			s.give(a)
			if rapid.Bool().Draw(rt, "settle") {
				s.settle(2 * sightingLateness)
			}
			if rapid.Bool().Draw(rt, "restart") {
				s.restart()
			}
		}
		s.settle(2 * sightingLateness)
		for _, line := range want {
			if !slices.Contains(s.found, line) {
				rt.Fatalf("not found: %s\nfound\n%s", line, strings.Join(s.found, "\n"))
			}
		}
		late += s.lateness()
	})
	if late == 0 {
		t.Error("no alert was ever late")
	}
}
