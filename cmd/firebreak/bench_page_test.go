package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/integrations/sandbox"
)

// From a page to a channel that people can work in: created, with its first
// post and its topic, and those on call invited. It cannot be had in fewer
// than three calls one after the other: the second to ask Slack who an address
// is needs the first, which asks PagerDuty who is on call, and the third
// invites them; the channel is made beside the first two, post and topic
// beside the third. So the critical path is three times what a call takes.
const criticalCalls = 3

// usableBy are the calls after whose last one a channel can be worked in.
var usableBy = []string{"conversations.create", "chat.postMessage", "conversations.setTopic", "conversations.invite"}

// opening is how a page's channel came about.
type opening struct {
	took  time.Duration // from PagerDuty's telling of the page to the last of usableBy
	path  []string      // the calls that were made one after the other until then
	ratio float64       // of took to the critical path
}

func (o opening) String() string {
	return fmt.Sprintf("%d calls one after the other, %.2f of the critical path: %s", len(o.path), o.ratio, strings.Join(o.path, ", "))
}

// openingOf reads the ledger. each is what a call takes; false: there is no
// usable channel yet.
func openingOf(records []sandbox.Record, page string, each time.Duration) (o opening, ok bool) {
	var told, usable time.Time
	var calls []sandbox.Record
	missing := slices.Clone(usableBy)
	for _, r := range records {
		switch {
		case r.Kind != sandbox.RecordRequest || r.Status != 200:
		case told.IsZero():
			if r.Method == "GET /incidents" && strings.Contains(string(r.Reply), page) {
				told = r.At
			}
		case r.At.Add(-r.Latency).Before(told) || polled(r):
		default:
			calls = append(calls, r)
			missing = slices.DeleteFunc(missing, func(m string) bool { return m == r.Method })
			if len(missing) == 0 {
				usable = r.At
				o.took = usable.Sub(told)
				o.path = longestPath(calls)
				o.ratio = o.took.Seconds() / (criticalCalls * each.Seconds())
				return o, true
			}
		}
	}
	return o, false
}

// polled says whether a call is one that comes round anyway.
func polled(r sandbox.Record) bool {
	return r.Service == "gitlab" || r.Method == "GET /incidents" || r.Method == "GET /log_entries"
}

// longestPath is the longest row of calls, up to the last of all, each of
// which began when the one before had been answered.
func longestPath(calls []sandbox.Record) []string {
	paths := make([][]string, len(calls))
	for i, c := range calls {
		for j, before := range calls[:i] {
			if !before.At.After(c.At.Add(-c.Latency)) && len(paths[j]) > len(paths[i]) {
				paths[i] = paths[j]
			}
		}
		paths[i] = append(slices.Clone(paths[i]), c.Method)
	}
	return paths[len(paths)-1]
}

// TestPagePath tells how many calls stand between a page and its channel, in
// virtual time, where nothing but calls takes any: three, once who is on call
// is known.
func TestPagePath(t *testing.T) {
	inWorld(t, func(w *world) {
		const each = 100 * time.Millisecond
		w.level = unread
		w.start()
		w.pass(time.Minute)
		w.sb.Faults.Lag(each / 2) // before the effect, and before the answer
		for i := range 3 {
			seen := len(w.sb.Ledger.Read())
			page := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: fmt.Sprintf("odd logins %d", i), Service: "Identity"})
			var o opening
			w.until("the channel can be worked in", func() (ok bool) {
				o, ok = openingOf(w.sb.Ledger.Since(seen), page.ID, each)
				return ok
			})
			t.Log(o)
			if i > 0 && len(o.path) > 3 {
				t.Errorf("page %d took %d calls one after the other", i, len(o.path))
			}
			w.settle()
			w.pass(time.Minute)
		}
	})
}

// BenchmarkPage is the same in real time, with the program as it is shipped:
// what it and its disk take comes on top.
func BenchmarkPage(b *testing.B) {
	const each = 100 * time.Millisecond
	r := newRig(b, 0)
	r.env["FIREBREAK_PAGERDUTY_POLL_INTERVAL"] = "1s"
	r.ready(r.launch())
	r.sb.Faults.Lag(each / 2)
	var took, ratio, path []float64
	for b.Loop() {
		seen := len(r.sb.Ledger.Read())
		page := r.sb.PagerDuty.Trigger(sandbox.Trigger{Title: fmt.Sprintf("odd logins %d", seen), Service: "Identity"})
		o := r.opened(seen, page.ID, each)
		took, ratio, path = append(took, ms(o.took)), append(ratio, o.ratio), append(path, float64(len(o.path)))
		<-time.After(3 * time.Second) // what follows is over, so that each page finds an idle bot
	}
	b.ReportMetric(middle(took), "ms/usable")
	b.ReportMetric(ms(each), "ms/call")
	b.ReportMetric(middle(path), "calls")
	b.ReportMetric(middle(ratio), "ratio")
}

// opened waits until a page's channel can be worked in.
func (r *rig) opened(seen int, page string, each time.Duration) opening {
	r.b.Helper()
	for deadline := time.Now().Add(patienceForReal); time.Now().Before(deadline); <-time.After(10 * time.Millisecond) {
		if o, ok := openingOf(r.sb.Ledger.Since(seen), page, each); ok {
			return o
		}
	}
	r.b.Fatal("the page has no channel that can be worked in")
	return opening{}
}
