package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/integrations/sandbox"
	"firebreak/integrations/sandbox/web"
)

// call asks one of the emulators as a client would; 0: no answer.
func call(t *testing.T, sb *sandbox.Sandbox, service string) int {
	t.Helper()
	env := sb.Env()
	var r *http.Request
	var err error
	switch service {
	case "slack":
		form := url.Values{"token": {env["FIREBREAK_SLACK_BOT_TOKEN"]}, "channel": {sb.Slack.In("#incidents").ID()}, "text": {"x"}}
		r, err = http.NewRequestWithContext(t.Context(), http.MethodPost, env["FIREBREAK_SLACK_API_URL"]+"chat.postMessage", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	case "pagerduty":
		r, err = http.NewRequestWithContext(t.Context(), http.MethodGet, env["FIREBREAK_PAGERDUTY_API_URL"]+"/services", nil)
		r.Header.Set("Authorization", "Token token="+env["FIREBREAK_PAGERDUTY_TOKEN"])
		r.Header.Set("Accept", "application/vnd.pagerduty+json;version=2")
	case "gitlab":
		r, err = http.NewRequestWithContext(t.Context(), http.MethodGet, env["FIREBREAK_GITLAB_URL"]+"/api/v4/user", nil)
		r.Header.Set("PRIVATE-TOKEN", env["FIREBREAK_GITLAB_TOKEN"])
	}
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return 0
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

func TestFaults(t *testing.T) {
	sb := started(t)
	w := newWindow(t, web.Options{Sandbox: sb})
	do := func(verb string, body object) object { t.Helper(); return w.post("/api/faults/"+verb, body) }
	all := func() (got []int) {
		for _, service := range []string{"slack", "pagerduty", "gitlab"} {
			got = append(got, call(t, sb, service))
		}
		return got
	}
	want := func(name string, statuses ...int) {
		t.Helper()
		if got := all(); !slices.Equal(got, statuses) {
			t.Errorf("%s: %v, want %v", name, got, statuses)
		}
	}
	in := sb.Slack.In("#incidents")
	want("nothing is wrong", 200, 200, 200)
	do("slack-down", object{"on": true})
	do("gitlab-down", object{"on": true})
	want("two are down", 503, 200, 503)
	do("slack-down", object{})
	do("pagerduty-down", object{"on": true})
	want("two others are down", 200, 503, 503)
	do("clear", object{})
	do("rate-limit", object{"service": "pagerduty", "on": true})
	state := do("lose-next", object{"service": "slack"})
	if diff := cmp.Diff([]any{object{"id": 2.0, "service": "slack", "method": "chat.postMessage", "kind": "drop_after", "times": 1.0}}, state["waiting"]); diff != "" {
		t.Errorf("waiting: %s", diff)
	}
	before := len(in.Messages())
	do("rate-limit", object{"service": "gitlab", "on": true}) // keeps what waits
	want("an answer is lost, two refuse for the pace", 0, 429, 429)
	if got := len(in.Messages()); got != before+1 {
		t.Error("what was lost was not even done")
	}
	do("rate-limit", object{"service": "gitlab"})
	want("one still refuses", 200, 429, 200)
	do("refuse-next", object{})
	before = len(in.Messages())
	want("a refusal", 200, 429, 200)
	if got := len(in.Messages()); got != before {
		t.Error("what was refused was done")
	}
	state = do("clear", object{})
	if diff := cmp.Diff(object{
		"slack-down": false, "pagerduty-down": false, "gitlab-down": false, "duplicate-events": false, "hold-events": false,
		"rate-limit": []any{}, "slow": 0.0,
	}, state["switches"]); diff != "" {
		t.Errorf("cleared: %s", diff)
	}
	want("all is well again", 200, 200, 200)
	if n := w.get("/api/faults")["calls"].(float64); n < 20 {
		t.Errorf("%v calls", n)
	}
}

// TestFaultsOfOthers: rules that somebody else added are shown, and taken back
// one by one.
func TestFaultsOfOthers(t *testing.T) {
	sb := started(t)
	w := newWindow(t, web.Options{Sandbox: sb})
	w.post("/api/faults/rate-limit", object{"service": "pagerduty", "on": true})
	w.post("/api/faults/duplicate-events", object{"on": true})
	gone := sb.Faults.Add(sandbox.Fault{Service: "gitlab", Kind: sandbox.Err5xxBefore, Times: -1})
	w.post("/api/faults/refuse-next", object{"service": "gitlab"})
	call(t, sb, "gitlab") // strikes, and is shown all the same
	waiting := objects(w.get("/api/faults")["waiting"])
	if got := column(waiting, "kind"); !slices.Equal(got, []any{"refuse", "err_5xx_before"}) || waiting[1]["times"] != -1.0 {
		t.Fatalf("waiting: %v", waiting)
	}
	state := w.post("/api/faults/remove", object{"id": gone})
	if got := column(objects(state["waiting"]), "kind"); !slices.Equal(got, []any{"refuse"}) {
		t.Errorf("one was taken back: %v", got)
	}
	w.wrong("/api/faults/remove", object{"id": gone}, 409)
	w.wrong("/api/faults/remove", object{}, 409)
	if got := call(t, sb, "gitlab"); got != 200 {
		t.Errorf("GitLab answers %d", got)
	}
	sb.Faults.Clear() // by somebody else: the switches tell
	on := w.get("/api/faults")["switches"].(object)
	if len(on["rate-limit"].([]any)) != 0 || on["duplicate-events"] != false {
		t.Errorf("still on: %v", on)
	}
}

func TestFaultsOfEvents(t *testing.T) {
	sb := started(t)
	startRobot(t, sb)
	w := newWindow(t, web.Options{Sandbox: sb})
	in := sb.Slack.In("#incidents")
	envelopes := func(n int) {
		t.Helper()
		records, stop := sb.Ledger.Subscribe()
		defer stop()
		for rec := range records {
			if rec.Kind == sandbox.RecordEnvelope {
				if n--; n == 0 {
					return
				}
			}
		}
	}
	w.post("/api/faults/duplicate-events", object{"on": true})
	in.Say("kim", "twice")
	envelopes(2)
	w.post("/api/faults/clear", object{})
	w.post("/api/faults/hold-events", object{"on": true})
	in.Say("kim", "later")
	if n := w.get("/api/faults")["undelivered"]; n == 0.0 {
		t.Error("nothing is held back")
	}
	w.post("/api/faults/hold-events", object{"on": false})
	envelopes(3)
	w.post("/api/faults/slow", object{"ms": 30})
	began := time.Now()
	if call(t, sb, "gitlab"); time.Since(began) < 60*time.Millisecond {
		t.Error("a slow call was quick")
	}
	w.post("/api/faults/drop-socket", object{})
	dropped := func(r sandbox.Record) bool { return r.Method == "drop_sockets" }
	if !slices.ContainsFunc(sb.Ledger.Read(), dropped) {
		t.Error("the line was not cut")
	}
	w.post("/api/faults/clear", object{})
}

func TestFaultRefusals(t *testing.T) {
	w := newWindow(t, web.Options{})
	for _, c := range []struct {
		verb   string
		body   object
		status int
	}{
		{"sing", object{}, 404},
		{"kill", object{}, 409},
		{"lose-next", object{"service": "mail"}, 400},
		{"lose-next", object{"service": "slack", "method": "auth.test"}, 400},
		{"rate-limit", object{"on": true}, 400},
		{"slow", object{"ms": 20_000}, 400},
		{"slow", object{"ms": -1}, 400},
	} {
		w.wrong("/api/faults/"+c.verb, c.body, c.status)
	}
	if n := len(w.sb.Faults.Waiting()); n != 0 {
		t.Errorf("%d rules of deeds that were refused", n)
	}
}

func TestBot(t *testing.T) {
	bot := &puppet{alive: true}
	w := newWindow(t, web.Options{Bot: bot})
	if got := w.post("/api/faults/kill", object{})["bot"]; got.(object)["alive"] != false {
		t.Errorf("killed: %v", got)
	}
	w.wrong("/api/faults/kill", object{}, 409)
	if diff := cmp.Diff(object{"alive": true, "restarts": 1.0}, w.post("/api/faults/start", object{})["bot"]); diff != "" {
		t.Errorf("started: %s", diff)
	}
	w.wrong("/api/faults/start", object{}, 409)
}
