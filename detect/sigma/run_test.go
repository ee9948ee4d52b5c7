package sigma

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/detect/correlate"
	"firebreak/detect/event"
)

const correlated = `
title: Failed
name: failed
logsource: {category: test}
detection: {sel: {action: failed}, condition: sel}
---
title: Worked
name: worked
logsource: {category: test}
detection: {sel: {action: worked}, condition: sel}
---
title: Burst
name: burst
correlation: {type: event_count, rules: [failed], group-by: [src], timespan: 1m, condition: {gte: 3}}
---
title: Then
correlation: {type: temporal_ordered, rules: [burst, worked], group-by: [src], timespan: 2m, generate: true}
`

func newSetOf(t *testing.T, rules string) *Set {
	t.Helper()
	m, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	l := NewLoader(m)
	l.Add("rules.yml", []byte(rules))
	set := l.Set()
	if len(set.Refused()) > 0 {
		t.Fatal(set.Refused())
	}
	return set
}

func decoded(t *testing.T, text string) *event.Event {
	t.Helper()
	ev, err := event.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return ev
}

// at is an event some seconds after 14:00.
func at(seconds int, action, src string) string {
	moment := time.Date(2026, 11, 22, 14, 0, seconds, 0, time.UTC)
	return fmt.Sprintf(`{"time":%q,"action":%q,"src":%q}`, moment.Format(time.RFC3339), action, src)
}

// finish runs events and shows what correlations find, without where.
func finish(t *testing.T, run *Run, events []string) string {
	t.Helper()
	var b strings.Builder
	take := func(found []Detection) {
		for _, d := range found {
			if d.Rule.Correlation {
				fmt.Fprintln(&b, d.At.Format("15:04:05"), d.Rule.Title, d.Group, d.Count, len(d.Evidence))
			}
		}
	}
	for i, text := range events {
		take(run.Event(decoded(t, text), correlate.Place{File: "-", Line: int64(i + 1)}))
	}
	take(run.Finish())
	return b.String()
}

// TestOrderDoesNotMatter shuffles events, whose times all differ.
func TestOrderDoesNotMatter(t *testing.T) {
	set := newSetOf(t, correlated)
	var events []string
	for i := range 60 {
		action, src := "failed", string(rune('a'+i%3))
		if i%7 == 6 {
			action = "worked"
		}
		events = append(events, at(i*5, action, src))
	}
	want := finish(t, set.NewRun(Logsource{}), events)
	if !strings.Contains(want, "Burst") || !strings.Contains(want, "Then") {
		t.Fatalf("the events are too few:\n%s", want)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		random.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		if diff := cmp.Diff(want, finish(t, set.NewRun(Logsource{}), events)); diff != "" {
			t.Fatalf("in another order (-want +got):\n%s", diff)
		}
	}
}

// TestLateEventsAreCounted keeps very few events, so that the older half is
// taken early: order is lost only as far as that, and told.
func TestLateEventsAreCounted(t *testing.T) {
	run := newSetOf(t, correlated).NewRun(Logsource{})
	run.most = 4
	got := finish(t, run, []string{
		at(10, "failed", "a"), at(30, "failed", "a"), at(20, "failed", "a"), at(100, "failed", "b"), // 10 and 20 are taken
		at(15, "failed", "a"), // before 20: late
		at(20, "failed", "c"), // not before
		at(110, "failed", "b"), at(120, "failed", "b"),
	})
	if want := "14:00:30 Burst map[src:a] 3 3\n14:02:00 Burst map[src:b] 3 3\n"; got != want || run.Tally.Late != 1 {
		t.Errorf("late %d, got\n%swant\n%s", run.Tally.Late, got, want)
	}
}

// TestTallyOfGroups has more groups than there may be.
func TestTallyOfGroups(t *testing.T) {
	run := newSetOf(t, correlated).NewRun(Logsource{})
	w := run.windows[run.set.correlations[0]]
	for i := range correlate.MaxGroups + 5 {
		w.Add(correlate.Hit{At: time.Unix(1, 0), Group: fmt.Sprint(i)})
	}
	run.Finish()
	if run.Tally.Forgotten != 5 {
		t.Errorf("%d groups forgotten, want 5", run.Tally.Forgotten)
	}
}

// TestLongValuesStayApart has groups whose names differ only far behind.
func TestLongValuesStayApart(t *testing.T) {
	long := strings.Repeat("x", 5000)
	got := finish(t, newSetOf(t, correlated).NewRun(Logsource{}), []string{
		at(0, "failed", long+"a"), at(1, "failed", long+"b"), at(2, "failed", long+"a"), at(3, "failed", long+"b"), at(4, "failed", long+"a"),
	})
	if n := strings.Count(got, "Burst"); n != 1 || len(got) > 1000 {
		t.Errorf("%d bursts in %d bytes, want 1 in few", n, len(got))
	}
}
