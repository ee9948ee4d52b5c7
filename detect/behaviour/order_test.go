package behaviour_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"firebreak/detect"
	"firebreak/detect/behaviour"
	"firebreak/incident"
)

// quick are rules of every kind with small numbers, all with one lateness, as
// told when settled or at once.
func quick(t testing.TB, atOnce bool) []behaviour.Rule {
	t.Helper()
	rules, err := behaviour.ParseRules(nil, fmt.Appendf(nil, `
- {id: count, title: t, level: low, kind: count, actions: [login-failure], by: [account, address], at-least: 3, within: 4m, stands: 1h, lateness: 3m, at-once: %[1]v}
- {id: distinct, title: t, level: low, kind: distinct, by: [account], of: host, new: 10m, at-least: 3, from-sources: 2, within: 6m, stands: 1h, lateness: 3m, at-once: %[1]v}
- {id: sequence, title: t, level: low, kind: sequence, then: [login-success], by: [account], of: address, new: 10m, at-least: 2, within: 5m, stands: 1h, lateness: 3m, at-once: %[1]v}
- {id: travel, title: t, level: low, kind: travel, by: [account], speed: 900, distance: 300, within: 1h, stands: 1h, lateness: 3m, at-once: %[1]v}
- {id: spray, title: t, level: low, kind: distinct, clear: [login-success], by: [address], of: account, at-least: 2, within: 4m, stands: 5m, lateness: 3m}
- {id: first, title: t, level: low, kind: first, by: [account], of: host, learn-events: 3, learn-for: 2m, forget: 10m, lateness: 3m}
- {id: volume, title: t, level: low, kind: volume, by: [source], at-least: 4, times: 2, learn-for: 20m, stands: 10m, lateness: 3m}
- {id: beacon, title: t, level: low, kind: beacon, by: [host], of: address, at-least: 3, within: 1h, jitter: 0.5, regular: 0.6, stands: 10m, lateness: 3m}
`, atOnce))
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// drawn are alerts of an hour or two.
func drawn(t *rapid.T) []incident.Alert {
	alerts := make([]incident.Alert, rapid.IntRange(0, 60).Draw(t, "alerts"))
	for i := range alerts {
		sampled := func(what string, of ...string) string { return rapid.SampledFrom(of).Draw(t, what) }
		alerts[i] = incident.Alert{
			ID: fmt.Sprintf("a%02d", i), At: monday.Add(time.Duration(rapid.IntRange(0, 5400).Draw(t, "second")) * time.Second),
			Action: sampled("action", detect.LoginFailure, detect.LoginSuccess), Source: sampled("source", "sshd", "edr"),
			Entities: []incident.Entity{
				{Type: incident.EntityAddress, Value: sampled("address", in(berlin, 1), in(sydney, 1))},
				{Type: incident.EntityAccount, Value: sampled("account", "ada", "ben")},
				{Type: incident.EntityHost, Value: sampled("host", "db-1", "db-2", "web-1", "web-2")},
			},
		}
	}
	return alerts
}

// jumbled gives alerts in an order in which none comes more than lateness
// after a newer one, some of them twice.
func jumbled(t *rapid.T, alerts []incident.Alert, lateness time.Duration) []incident.Alert {
	type arrival struct {
		a  incident.Alert
		at time.Time
	}
	var come []arrival
	for _, a := range alerts {
		for range rapid.IntRange(1, 2).Draw(t, "times") {
			delay := time.Duration(rapid.Int64Range(0, int64(lateness)).Draw(t, "delay"))
			come = append(come, arrival{a, a.At.Add(delay)})
		}
	}
	slices.SortStableFunc(come, func(a, b arrival) int { return a.at.Compare(b.at) })
	var jumbled []incident.Alert
	for _, c := range come {
		jumbled = append(jumbled, c.a)
	}
	return jumbled
}

func inOrder(alerts []incident.Alert) []incident.Alert {
	return slices.SortedFunc(slices.Values(alerts), func(a, b incident.Alert) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.ID, b.ID))
	})
}

// observed gives what is told of alerts and what is kept at the end, settled.
func observed(t *rapid.T, rules []behaviour.Rule, where behaviour.Places, alerts []incident.Alert) ([]incident.Detection, *shelf) {
	s := newShelf()
	w := behaviour.NewWatch(rules, where)
	var found []incident.Detection
	for _, a := range alerts {
		news, err := w.Observe(s, a)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, news...)
	}
	rest, err := s.settle(w, monday.AddDate(9, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	found = append(found, rest...)
	slices.SortFunc(found, func(a, b incident.Detection) int { return strings.Compare(a.ID, b.ID) })
	return found, s
}

// TestAnyOrderWithinTheLatenessTellsTheSame: detections and states are equal
// to the last byte whatever the order, with repeats, and with a restart before
// each alert, since the shelf keeps nothing but bytes.
func TestAnyOrderWithinTheLatenessTellsTheSame(t *testing.T) {
	rules, where := quick(t, false), places(t)
	told := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		alerts := drawn(t)
		want, kept := observed(t, rules, where, inOrder(alerts))
		got, also := observed(t, rules, where, jumbled(t, alerts, 3*time.Minute))
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Fatalf("detections differ (-in order +as they came):\n%s", diff)
		}
		if diff := gocmp.Diff(kept.states, also.states); diff != "" {
			t.Fatalf("states differ (-in order +as they came):\n%s", diff)
		}
		for _, d := range want {
			told[d.Rule] = true
		}
	})
	if len(told) != len(rules) {
		t.Errorf("only these rules have told anything: %v", told)
	}
}

// TestAtOnceTellsWhatSettlingWould: what is told at once is told of the same
// groups, and never later than when settled.
func TestAtOnceTellsWhatSettlingWould(t *testing.T) {
	settled, atOnce := quick(t, false)[:4], quick(t, true)[:4]
	where := places(t)
	rapid.Check(t, func(t *rapid.T) {
		alerts := drawn(t)
		groups := func(rules []behaviour.Rule, come []incident.Alert) map[string]bool {
			found, _ := observed(t, rules, where, come)
			m := map[string]bool{}
			for _, d := range found {
				m[d.Rule+" "+d.Group.Value] = true
			}
			return m
		}
		come := jumbled(t, alerts, 3*time.Minute)
		if diff := gocmp.Diff(groups(settled, inOrder(alerts)), groups(atOnce, come)); diff != "" {
			t.Fatalf("groups differ (-settled +at once):\n%s", diff)
		}
	})
}

func failures(n int, from time.Time, every time.Duration) []incident.Alert {
	alerts := make([]incident.Alert, n)
	for i := range alerts {
		alerts[i] = incident.Alert{
			ID: fmt.Sprintf("f%03d", i), At: from.Add(time.Duration(i) * every), Action: detect.LoginFailure, Source: "sshd",
			Entities: []incident.Entity{{Type: incident.EntityAddress, Value: "192.0.2.1"}, {Type: incident.EntityAccount, Value: "root"}},
		}
	}
	return alerts
}

func observe(t *testing.T, w *behaviour.Watch, s *shelf, alerts ...incident.Alert) (found []incident.Detection) {
	t.Helper()
	for _, a := range alerts {
		news, err := w.Observe(s, a)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, news...)
	}
	return found
}

func shippedRule(t *testing.T, id string) *behaviour.Watch {
	t.Helper()
	for _, r := range operated(t) {
		if r.ID == id {
			return behaviour.NewWatch([]behaviour.Rule{r}, places(t))
		}
	}
	t.Fatalf("no rule %s", id)
	return nil
}

// TestBruteForceIsToldWithTheTenth, once, and what goes on is not told again
// within the hour.
func TestBruteForceIsToldWithTheTenth(t *testing.T) {
	w, s := shippedRule(t, "brute-force"), newShelf()
	alerts := failures(60, monday, 30*time.Second)
	if found := observe(t, w, s, alerts[:9]...); len(found) != 0 {
		t.Fatalf("nine are told: %+v", found)
	}
	found := observe(t, w, s, alerts[9])
	if len(found) != 1 || found[0].Count != 10 || !strings.Contains(found[0].Why, "account root, address 192.0.2.1: 10 × login-failure") {
		t.Fatalf("the tenth: %+v", found)
	}
	if again := observe(t, w, s, alerts[10:]...); len(again) != 0 {
		t.Errorf("told again: %+v", again)
	}
}

// TestLateAlertsAreCountedAndLeftOut: by 5 minutes they are in time, by more
// not.
func TestLateAlertsAreCountedAndLeftOut(t *testing.T) {
	for _, tt := range []struct {
		by          time.Duration
		found, late int
	}{{5 * time.Minute, 1, 0}, {5*time.Minute + time.Second, 0, 1}} {
		w, s := shippedRule(t, "brute-force"), newShelf()
		alerts := failures(10, monday, 0)
		for i := range alerts[:9] {
			alerts[i].At = monday.Add(tt.by)
		}
		if found := observe(t, w, s, alerts...); len(found) != tt.found || s.late != tt.late {
			t.Errorf("late by %s: %d found, %d late", tt.by, len(found), s.late)
		}
	}
}

// TestAWrongClockHarmsNobody: an alert from next year is taken to be of now.
func TestAWrongClockHarmsNobody(t *testing.T) {
	w, s := shippedRule(t, "brute-force"), newShelf()
	odd := failures(1, monday.AddDate(1, 0, 0), 0)[0]
	odd.ID, odd.SeenAt = "odd", monday
	alerts := append([]incident.Alert{odd}, failures(9, monday, time.Second)...)
	if found := observe(t, w, s, alerts...); len(found) != 1 || s.late != 0 {
		t.Errorf("%d found, %d late", len(found), s.late)
	}
}

// TestDamagedStateIsForgotten rather than holding up what comes.
func TestDamagedStateIsForgotten(t *testing.T) {
	w, s := shippedRule(t, "brute-force"), newShelf()
	alerts := failures(20, monday, time.Second)
	observe(t, w, s, alerts[:5]...)
	for key := range s.states {
		s.states[key] = []byte(`{"k":"count","p":[{"t":"x"`)
	}
	if found := observe(t, w, s, alerts[5:]...); len(found) != 1 {
		t.Errorf("found %+v", found)
	}
}

// TestStatesAreBounded whatever a group is flooded with.
func TestStatesAreBounded(t *testing.T) {
	w, s := behaviour.NewWatch(quick(t, true), places(t)), newShelf()
	for i := range 400 {
		long := strings.Repeat("x", 300) + fmt.Sprint(i)
		observe(t, w, s, incident.Alert{
			ID: fmt.Sprintf("flood-of-alerts-with-a-long-name-%d", i), At: monday.Add(time.Duration(i) * 100 * time.Millisecond),
			Action: []string{detect.LoginFailure, detect.LoginSuccess}[i%2], Source: "sshd",
			Entities: []incident.Entity{
				{Type: incident.EntityAddress, Value: in(berlin, i%200)},
				{Type: incident.EntityAccount, Value: "ada"},
				{Type: incident.EntityHost, Value: long[len(long)-150:]},
			},
		})
	}
	for key, b := range s.states {
		if len(b) > 500<<10 {
			t.Errorf("%q takes %d bytes", key, len(b))
		}
	}
}
