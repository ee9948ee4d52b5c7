package sandbox_test

import (
	"slices"
	"testing"

	"firebreak/integrations/sandbox"
)

// TestRulesComeAndGo: a rule is taken back alone, and one for a number of
// calls strikes in a service that is spoilt for ever.
func TestRulesComeAndGo(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		status := func() int { return w.gl("GET", "/user", nil).status }
		pace := w.Faults.Add(sandbox.Fault{Service: "gitlab", Kind: sandbox.Refuse429, Times: -1})
		once := w.Faults.Add(sandbox.Fault{Service: "gitlab", Kind: sandbox.Refuse, Code: "403", Times: 2})
		other := w.Faults.Add(sandbox.Fault{Kind: sandbox.Err5xxBefore, Times: -1})
		want(t, "a number of calls first", status(), 403)
		rules := w.Faults.Rules()
		ids := []int{rules[0].ID, rules[1].ID, rules[2].ID}
		if !slices.Equal(ids, []int{once, pace, other}) || rules[0].Left != 1 || rules[0].Fault.Times != 2 || rules[1].Left != -1 {
			t.Errorf("rules %+v", rules)
		}
		want(t, "taken back", w.Faults.Remove(once), true)
		want(t, "the first for ever", status(), 429)
		want(t, "taken back", w.Faults.Remove(pace), true)
		want(t, "the other stays", status(), 502)
		want(t, "twice", w.Faults.Remove(pace), false)
		want(t, "PagerDuty too", w.pd("GET", "/incidents", nil).status, 502)
		w.Faults.Clear()
		want(t, "cleared", status(), 200)
		if w.Faults.Remove(other) || len(w.Faults.Rules()) != 0 {
			t.Errorf("left: %+v", w.Faults.Rules())
		}
		last := w.Faults.Add(sandbox.Fault{Service: "gitlab", Kind: sandbox.Err5xxBefore})
		want(t, "struck", status(), 502)
		if w.Faults.Remove(last) || last == once {
			t.Error("a rule that struck is still there, or ids are used again")
		}
	})
}
