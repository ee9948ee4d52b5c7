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
			"firebreak_slack_connections", "firebreak_slack_last_event_seconds",
		}
		for _, name := range want {
			if !slices.Contains(names, name) {
				t.Errorf("no metric %s", name)
			}
		}
		for _, line := range []string{"firebreak_database_up 1", "firebreak_incidents 1", "firebreak_incidents_open 1", `firebreak_actions{state="parked"} 0`} {
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
