package main

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"firebreak/integrations/sandbox"
)

// need is how often an incident needs a method of Slack's, and what for.
type need struct {
	method string
	calls  int
	why    string
}

// leastCalls is the least that an incident takes that a page opens, to whose
// channel one known person is invited, and that is closed after the page was
// resolved, in a workspace with a control channel. It was counted by hand.
var leastCalls = []need{
	{"conversations.create", 1, "the channel"},
	{"chat.postMessage", 4, "its header, the announcement in the control channel, that the page was resolved, that it was closed"},
	{"chat.update", 1, "the header says that it is closed; nothing else in it changed"},
	{"conversations.setTopic", 2, "conversations.create takes no topic; closing changes it"},
	{"conversations.invite", 1, "takes all who are called at once"},
	{"bookmarks.add", 1, "the link to the page"},
	{"users.lookupByEmail", 0, "who an address is was learnt with the first incident"},
	{"users.info", 0, "and so was who they are"},
}

// TestCallsPerIncident counts the calls to Slack that the second and the third
// incident take, and compares with the least: one more is an error.
func TestCallsPerIncident(t *testing.T) {
	inWorld(t, func(w *world) {
		w.level = unread
		w.start()
		w.lifeOf(1)
		for n := 2; n <= 3; n++ {
			made := w.lifeOf(n)
			total, least := 0, 0
			for _, m := range slices.Sorted(maps.Keys(made)) {
				i := slices.IndexFunc(leastCalls, func(c need) bool { return c.method == m })
				if i < 0 || made[m] > leastCalls[i].calls {
					t.Errorf("incident %d took %d calls of %s", n, made[m], m)
				}
				total += made[m]
			}
			for _, c := range leastCalls {
				least += c.calls
			}
			t.Logf("incident %d: %d calls, the least is %d: %.2f (%v)", n, total, least, float64(total)/float64(least), made)
		}
	})
}

// lifeOf has the n-th incident opened by a page and closed, and counts the
// calls to Slack by method.
func (w *world) lifeOf(n int) map[string]int {
	w.t.Helper()
	w.pass(time.Minute)
	seen := len(w.sb.Ledger.Read())
	page := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: fmt.Sprintf("odd logins %d", n), Service: "Identity"})
	w.until("it is opened", func() bool { return len(w.incidents()) == n })
	w.settle()
	w.sb.PagerDuty.Resolve(page.ID, "sam")
	w.pass(time.Minute) // the change feed is read less often than the pages
	w.settle()
	c := w.sb.Slack.In(w.incidents()[n-1].Channel.ID)
	w.wantAnswer(c, "sam", "/inc close drill", "is closed")
	w.settle()
	made := map[string]int{}
	for _, r := range w.sb.Ledger.Since(seen) {
		if r.Kind == sandbox.RecordRequest && r.Service == "slack" {
			made[r.Method]++
		}
	}
	return made
}
