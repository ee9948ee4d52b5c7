package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"firebreak/incident"
)

// TestSimulationReplays lives one day twice. The plan is exactly the same.
// What comes of it is compared without what differs by nature, such as ids;
// goroutines that wake in the same virtual instant run in no fixed order, so
// that two bots' calls may pass each other and a fault strike the other one:
// such a day is told, not failed.
func TestSimulationReplays(t *testing.T) {
	if sampled() {
		t.Skip("lives a day twice")
	}
	t.Parallel()
	seed, hours := uint64(max(*simSeed, 7)), 0.2
	plan := newSimPlan(seed, hours)
	if again := newSimPlan(seed, hours); plan.String() != again.String() {
		t.Fatalf("seed %d gives two plans", seed)
	}
	first, second := simulate(t, plan), simulate(t, plan)
	if first == "" {
		t.Fatal("the day has no outcome")
	}
	if d := firstDifference(first, second); d != "" {
		t.Logf("seed %d came out differently: %s", seed, d)
	}
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range x {
		if i >= len(y) || x[i] != y[i] {
			return fmt.Sprintf("line %d: %q and %q", i, x[i], slices.Concat(y, make([]string, len(x)))[i])
		}
	}
	if len(y) > len(x) {
		return fmt.Sprintf("%d lines more, the first %q", len(y)-len(x), y[len(x)])
	}
	return ""
}

// outcome is how the day ended, for comparing two days: what people see in
// Slack, PagerDuty and GitLab, and what the timelines say.
func (s *sim) outcome() string {
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	for _, c := range s.sb.Slack.Channels() {
		add("channel %s: %s, %d members", c.Name, c.Topic, len(c.Members))
		for _, m := range s.sb.Slack.In(c.ID).Messages() {
			add("in %s %s%s: %q deleted %v %v", c.Name, m.User, m.Username, m.Text, m.Deleted, m.Reactions)
		}
	}
	for _, p := range s.sb.PagerDuty.Incidents() {
		add("page %s: %s", p.Title, p.Status)
	}
	for _, is := range s.sb.GitLab.Issues() {
		add("issue %s %q: %s", issueKey(is.Description), is.Title, is.State)
	}
	for _, inc := range s.incidents() {
		add("%s %s: %s %s", inc.Number, inc.Title, inc.Severity, inc.Status)
		for _, e := range s.entries(inc.Number) {
			if e.Kind != incident.KindAction {
				add("%s %s %s: %q deleted %v pins %s", inc.Number, e.Kind, e.Actor.ID, e.Text, e.Deleted, pinsOf(e))
			}
		}
	}
	slices.Sort(lines) // what happened at one moment has no order
	return strings.Join(lines, "\n")
}
