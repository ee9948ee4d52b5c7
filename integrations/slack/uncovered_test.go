package slack_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"firebreak/integrations/sandbox"
)

// uncovered is how long, from the first connection to until, no connection of
// ours could receive anything, as Slack's own ledger has it: from its hello
// until Slack asks to recycle it, sends it away, or it is closed.
func uncovered(w *world, until time.Time) (gone time.Duration, connected int) {
	live := map[string]bool{}
	var since time.Time // when the last one went; zero: one is live, or none has been yet
	for _, r := range w.Ledger.Of("slack", sandbox.RecordSocket) {
		switch {
		case r.Method == "connected":
			if !since.IsZero() {
				gone += r.At.Sub(since)
			}
			since = time.Time{}
			live[r.Ref] = true
			connected++
		case r.Method == "closed", r.Method == "dropped", r.Method == "disconnect" && r.Text != "warning":
			if live[r.Ref] {
				delete(live, r.Ref)
				if len(live) == 0 {
					since = r.At
				}
			}
		}
	}
	if !since.IsZero() {
		gone += until.Sub(since)
	}
	return gone, connected
}

// TestNoTimeUncovered: over a virtual day of refreshes, warnings, ghosts and
// connections sent away, there is always one that receives.
func TestNoTimeUncovered(t *testing.T) {
	each := func(d time.Duration, do func()) func(time.Duration) {
		next := d
		return func(passed time.Duration) {
			if passed >= next {
				next += d
				do()
			}
		}
	}
	for name, trouble := range map[string]func(w *world) func(passed time.Duration){
		"refreshes each 5 h": func(*world) func(time.Duration) { return func(time.Duration) {} },
		"refreshes each 6 min": func(w *world) func(time.Duration) {
			w.Slack.SetLifetime(6 * time.Minute)
			return func(time.Duration) {}
		},
		"warnings to all": func(w *world) func(time.Duration) {
			w.Faults.Lag(50 * time.Millisecond) // a connection takes its time, so it must come before the end
			return each(47*time.Minute, func() { w.Slack.Disconnect("warning") })
		},
		"refresh requested of one": func(w *world) func(time.Duration) {
			return each(31*time.Minute, func() {
				w.Faults.Add(sandbox.Fault{Service: "slack", Method: "deliver", Kind: sandbox.Disconnect, Reason: "refresh_requested"})
			})
		},
		"one too many websockets": func(w *world) func(time.Duration) {
			return each(31*time.Minute, func() {
				w.Faults.Add(sandbox.Fault{Service: "slack", Method: "deliver", Kind: sandbox.Disconnect, Reason: "too_many_websockets"})
			})
		},
		"ghosts leave room for two": func(w *world) func(time.Duration) {
			w.Slack.SetLifetime(time.Hour)
			for range 8 {
				w.Slack.Ghost(25 * time.Hour)
			}
			return func(time.Duration) {}
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				act := trouble(w)
				talk := w.Slack.AddChannel("talk", false, "sam", w.self.UserID)
				h := w.listen(t)
				began := time.Now()
				for i := 0; time.Since(began) < 24*time.Hour; i++ {
					act(time.Since(began))
					talk.Say("sam", fmt.Sprint(i))
					<-time.After(time.Minute)
				}
				gone, connected := uncovered(w, time.Now())
				t.Logf("%d connections, uncovered for %v of a day", connected, gone)
				if gone > 0 {
					t.Errorf("no connection for %v", gone)
				}
				// Ghosts take their share of events, which only history has then.
				if n := w.Slack.Dropped(); n > 0 && !strings.HasPrefix(name, "ghosts") {
					t.Errorf("%d events given up", n)
				}
				if strings.HasPrefix(name, "ghosts") && !strings.Contains(w.log.String(), "somebody else holds connections") {
					t.Error("nothing says that there are ghosts")
				}
				h.end(t)
			})
		})
	}
}

// TestPermanentErrorsAreNoHotLoop: what no retry heals is tried a bounded
// number of times an hour and logged with its fix once, or ends Run.
func TestPermanentErrorsAreNoHotLoop(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h := w.listen(t)
		w.Faults.Add(sandbox.Fault{Service: "slack", Method: "apps.connections.open", Kind: sandbox.Err5xxBefore, Times: -1})
		w.Slack.DropSockets()
		before := len(w.Ledger.Of("slack", sandbox.RecordRequest))
		<-time.After(time.Hour)
		attempts := len(w.Ledger.Of("slack", sandbox.RecordRequest)) - before
		t.Logf("%d attempts in an hour", attempts)
		if attempts > 2*250 {
			t.Errorf("%d attempts in an hour", attempts)
		}
		if n := strings.Count(w.log.String(), "slack socket not connected"); n != 1 {
			t.Errorf("%d lines in the log, want one: %s", n, w.log.String())
		}
		w.Faults.Clear()
		h.end(t)
	})
}
