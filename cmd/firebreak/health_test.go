package main

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/integrations/sandbox"
)

// get asks the bot's own listener.
func (w *world) get(path string) (status int, body string) {
	w.t.Helper()
	resp, err := w.client.Get("http://bot.sandbox" + path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// ready reads /readyz and holds its status against its body.
func (w *world) ready() readiness {
	w.t.Helper()
	status, body := w.get("/readyz")
	var r readiness
	d := json.NewDecoder(strings.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		w.t.Fatalf("%v in %s", err, body)
	}
	if want := map[bool]int{true: 200, false: 503}[r.Ready]; status != want {
		w.t.Errorf("status %d with %s", status, body)
	}
	for name, c := range r.Checks {
		if c.Detail == "" {
			w.t.Errorf("%s has no detail", name)
		}
		if r.Ready && !c.OK {
			w.t.Errorf("ready though %s is not: %s", name, c.Detail)
		}
	}
	return r
}

func TestReadyWhenAllIsWell(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.pass(10 * time.Second)
		r := w.ready()
		if !r.Ready {
			t.Errorf("not ready: %+v", r.Checks)
		}
		for _, name := range []string{"slack", "database", "backlog", "pagerduty", "gitlab"} {
			if _, ok := r.Checks[name]; !ok {
				t.Errorf("no check of %s", name)
			}
		}
		if status, _ := w.get("/healthz"); status != http.StatusOK {
			t.Errorf("/healthz answers %d", status)
		}
	})
}

// TestNotReadyWhileAServiceIsAway names the service that is away; the process
// lives all the same, and is ready again once the service is back.
func TestNotReadyWhileAServiceIsAway(t *testing.T) {
	tests := map[string]func(w *world, away bool){
		"pagerduty": func(w *world, away bool) { w.sb.PagerDuty.Down(away) },
		"gitlab":    func(w *world, away bool) { w.sb.GitLab.Down(away) },
		"slack": func(w *world, away bool) {
			if !away {
				w.sb.Faults.Clear()
				return
			}
			w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "apps.connections.open", Kind: sandbox.Err5xxBefore, Times: -1})
			w.sb.Slack.DropSockets()
		},
	}
	for name, set := range tests {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.start()
				w.pass(10 * time.Second)
				set(w, true)
				w.pass(3 * time.Minute)
				if r := w.ready(); r.Ready || r.Checks[name].OK {
					t.Errorf("ready: %+v", r)
				}
				if status, _ := w.get("/healthz"); status != http.StatusOK {
					t.Errorf("/healthz answers %d", status)
				}
				set(w, false)
				w.pass(40 * time.Second)
				if r := w.ready(); !r.Ready {
					t.Errorf("not ready again: %+v", r.Checks)
				}
			})
		})
	}
}

// troubles counts what the control channel was told of the bot itself.
func (w *world) troubles() (said struct{ begun, over int }) {
	for _, m := range w.control().Messages() {
		switch all := m.Text + texts(m.Blocks); {
		case strings.Contains(all, "firebreak is not ready"):
			said.begun++
		case strings.Contains(all, "firebreak is well again"):
			said.over++
		}
	}
	return said
}

// acked counts the envelopes that were acknowledged.
func (w *world) acked() int { return len(w.sb.Ledger.Of("slack", sandbox.RecordAck)) }

// TestTroubleIsToldOnce: a service that is away for long is told once, with
// what it is and since when, and its return once; a short absence never.
// PagerDuty gets one alert of it, which ends.
func TestTroubleIsToldOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.pass(10 * time.Second)
		told := func(when string, begun, over, paged int) {
			t.Helper()
			if said := w.troubles(); said.begun != begun || said.over != over {
				t.Errorf("%s: the control channel was told %+v, want %d and %d", when, said, begun, over)
			}
			if events := w.selfPages(); len(events) != paged {
				t.Errorf("%s: PagerDuty got %v, want %d events", when, events, paged)
			}
		}
		w.sb.GitLab.Down(true)
		w.pass(90 * time.Second) // the patience with GitLab alone
		told("damped", 0, 0, 0)
		w.pass(30 * time.Minute)
		told("away", 1, 0, 1)
		w.wantSaid(w.control(), "*GitLab* since")
		w.stop()
		w.start() // a restart changes nothing of what was told
		w.pass(5 * time.Minute)
		told("away, after a restart", 1, 0, 1)
		w.sb.GitLab.Down(false)
		w.pass(5 * time.Minute)
		told("back", 1, 1, 2)
		w.wantSaid(w.control(), "well again: GitLab since")
		w.settle()
		w.compareOnce()
	})
}

// TestShortTroubleIsNotTold: what heals within half a minute concerns nobody.
func TestShortTroubleIsNotTold(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.pass(10 * time.Second)
		for range 5 {
			w.sb.PagerDuty.Down(true)
			w.pass(20 * time.Second) // 15 s of patience; found back within 10 s more
			w.sb.PagerDuty.Down(false)
			w.pass(time.Minute)
		}
		if said := w.troubles(); said.begun != 0 || said.over != 0 || len(w.selfPages()) != 0 {
			t.Errorf("told %+v, paged %v", said, w.selfPages())
		}
	})
}

// TestSilenceIsNoticed: the sockets are up and bring nothing. History shows
// what was said; it is recorded, and /readyz says what is wrong until an event
// comes again.
func TestSilenceIsNoticed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		n, c := w.opened("sam", "Phishing")
		join(c, "sam", "alex")
		w.settle()
		w.pass(20 * time.Minute)
		if r := w.ready(); !r.Ready {
			t.Errorf("not ready though nobody says anything: %+v", r.Checks)
		}
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "deliver", Kind: sandbox.LoseDeliver, Times: -1})
		m := c.Say("alex", "does it listen?")
		w.pass(6 * time.Minute)
		r := w.ready()
		if check := r.Checks["slack"]; check.OK || !strings.Contains(check.Detail, "events have stopped") {
			t.Errorf("/readyz says %+v", check)
		}
		if e := w.entryOf(n, m); e.Text != "does it listen?" {
			t.Errorf("the message was not read from history: %+v", e)
		}
		w.wantSaid(w.control(), "*Slack* since")
		w.sb.Faults.Clear()
		c.Say("alex", "and now?")
		w.pass(time.Minute)
		if r := w.ready(); !r.Ready {
			t.Errorf("not ready again: %+v", r.Checks)
		}
		w.settle()
		w.compare(n)
		w.compareOnce()
	})
}

// selfPages are the events about the bot itself that PagerDuty has taken.
func (w *world) selfPages() (events []string) {
	for _, r := range w.sb.Ledger.Of("pagerduty", sandbox.RecordRequest) {
		if r.Method == "POST /v2/enqueue" {
			events = append(events, string(r.Args))
		}
	}
	return events
}

// TestReadyWithoutTheOptionalServices: what is not configured is not checked.
func TestReadyWithoutTheOptionalServices(t *testing.T) {
	inWorld(t, func(w *world) {
		for name := range w.env {
			if strings.Contains(name, "PAGERDUTY") || strings.Contains(name, "GITLAB") {
				delete(w.env, name)
			}
		}
		w.start()
		w.pass(10 * time.Second)
		r := w.ready()
		if !r.Ready || len(r.Checks) != 3 {
			t.Errorf("ready %v with the checks %+v", r.Ready, r.Checks)
		}
	})
}

// TestRevokedTokenEndsServe: nothing but a new token heals it, so serve ends
// and says so.
func TestRevokedTokenEndsServe(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.sb.Slack.RevokeTokens()
		w.sb.Slack.DropSockets()
		select {
		case err := <-w.done:
			if err == nil || !strings.Contains(fatal(err), "reinstall the app") {
				t.Errorf("serve ends with %v", err)
			}
		case <-time.After(time.Hour):
			t.Fatal("serve goes on without a token")
		}
		if err := w.app.close(); err != nil {
			t.Error(err)
		}
		w.client.CloseIdleConnections()
		w.app = nil
	})
}

func TestMetrics(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.opened("sam", "Phishing with a secret title")
		status, body := w.get("/metrics")
		if status != http.StatusOK {
			t.Fatalf("status %d", status)
		}
		var names []string
		for _, m := range regexp.MustCompile(`(?m)^# TYPE (firebreak_\w+) `).FindAllStringSubmatch(body, -1) {
			names = append(names, m[1])
		}
		want := []string{
			"firebreak_actions", "firebreak_database_up", "firebreak_entries", "firebreak_inbox_oldest_seconds",
			"firebreak_inbox_pending", "firebreak_inbox_set_aside", "firebreak_incidents", "firebreak_incidents_open",
			"firebreak_slack_connections", "firebreak_slack_last_event_seconds", "firebreak_check_ok", "firebreak_ready",
			"firebreak_pagerduty_last_answer_seconds", "firebreak_gitlab_last_answer_seconds",
			"firebreak_rules_missed", "firebreak_correlations_forgotten", "firebreak_behaviour_late", "firebreak_behaviour_forgotten",
		}
		for _, name := range want {
			if !slices.Contains(names, name) {
				t.Errorf("no metric %s", name)
			}
		}
		for _, line := range []string{"firebreak_database_up 1", "firebreak_ready 1", `firebreak_check_ok{check="backlog"} 1`, "firebreak_incidents 1", "firebreak_incidents_open 1", `firebreak_actions{state="parked"} 0`} {
			if !strings.Contains(body, line+"\n") {
				t.Errorf("metrics lack %q", line)
			}
		}
		if strings.Contains(body, "secret") || strings.Contains(body, "Phishing") {
			t.Error("metrics tell of an incident's content")
		}
	})
}

func TestHTTPKnowsOnlyItsOwnPaths(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		for path, want := range map[string]int{"/": 404, "/alerts": 405, "/debug/pprof/": 404, "/healthz/x": 404} {
			if got, _ := w.get(path); got != want {
				t.Errorf("%s answers %d, want %d", path, got, want)
			}
		}
	})
}
