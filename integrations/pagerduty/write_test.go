package pagerduty

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
)

// recorder answers alike and keeps what it was sent.
type recorder struct {
	status int
	body   string
	calls  []call
}

type call struct {
	Line, From string
	Body       map[string]any
}

func (rec *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := call{Line: r.Method + " " + r.URL.Path, From: r.Header.Get("From")}
	_ = json.NewDecoder(r.Body).Decode(&c.Body)
	rec.calls = append(rec.calls, c)
	answer(w, rec.status, rec.body)
}

func TestNoteIsFoundByItsKey(t *testing.T) {
	rec := &recorder{status: 200, body: `{"note":{"id":"N1"}}`}
	c := client(t, rec)
	if err := c.AddNote(t.Context(), "P1", "Nobody could be invited.\n", "note:INC-3"); err != nil {
		t.Fatal(err)
	}
	content := "Nobody could be invited.\n" + noteRef("note:INC-3")
	want := []call{{
		Line: "POST /incidents/P1/notes", From: "bot@example.com",
		Body: map[string]any{"note": map[string]any{"content": content}},
	}}
	if d := cmp.Diff(want, rec.calls); d != "" {
		t.Errorf("sent (-want +got):\n%s", d)
	}
	notes := strings.Replace(string(sample(t, "notes.json")), "Firefighters are on the scene.", strings.ReplaceAll(content, "\n", `\n`), 1)
	c = client(t, always(200, notes))
	for key, want := range map[string]bool{"note:INC-3": true, "note:INC-4": false} {
		if got, err := c.FindNote(t.Context(), "P1", key); err != nil || got != want {
			t.Errorf("find %s: %t %v", key, got, err)
		}
	}
}

// ackServer is a page in a status; it answers the PUT as told.
func ackServer(status string, code int, body string, puts *[]call) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			answer(w, 200, fmt.Sprintf(`{"incident":{"id":"P1","status":%q}}`, status))
			return
		}
		rec := &recorder{status: code, body: body}
		rec.ServeHTTP(w, r)
		*puts = append(*puts, rec.calls...)
	}
}

func TestAcknowledge(t *testing.T) {
	var puts []call
	if err := ack(t.Context(), client(t, ackServer("triggered", 200, `not even JSON`, &puts)), "P1"); err != nil {
		t.Fatal(err)
	}
	want := []call{{
		Line: "PUT /incidents/P1", From: "bot@example.com",
		Body: map[string]any{"incident": map[string]any{"type": "incident_reference", "status": "acknowledged"}},
	}}
	if d := cmp.Diff(want, puts); d != "" {
		t.Errorf("sent (-want +got):\n%s", d)
	}
	for code, want := range map[int]incident.Outcome{2100: incident.OutcomeRefused, 1005: incident.OutcomeNotDone} {
		body := fmt.Sprintf(`{"error":{"message":"x","code":%d}}`, code)
		err := ack(t.Context(), client(t, ackServer("triggered", 400, body, &puts)), "P1")
		if err == nil || incident.OutcomeOf(err) != want {
			t.Errorf("code %d: %v", code, err)
		}
	}
	for _, code := range []int{1001, 1002} {
		body := fmt.Sprintf(`{"error":{"message":"Incident Already","code":%d}}`, code)
		if err := ack(t.Context(), client(t, ackServer("triggered", 400, body, &puts)), "P1"); err != nil {
			t.Errorf("code %d, already so: %v", code, err)
		}
	}
}

// To acknowledge a resolved page would open it again.
func TestAcknowledgeLeavesOthersAlone(t *testing.T) {
	for _, status := range []string{"acknowledged", "resolved", "from the future"} {
		var puts []call
		err := ack(t.Context(), client(t, ackServer(status, 200, `{}`, &puts)), "P1")
		if err != nil || len(puts) > 0 {
			t.Errorf("%s: %d PUTs, %v", status, len(puts), err)
		}
	}
}

const routingKey = "e93facc04764012d7bfb002500d5d1a6"

func trigger() incident.PageEvent {
	return incident.PageEvent{
		Action: incident.PageTrigger, DedupKey: "brute-force:203.0.113.7", Summary: "20 failed logins",
		Source: "bastion", Severity: "critical", Details: map[string]any{"address": "203.0.113.7"},
	}
}

// eventClient answers everything, also what the API base would not match.
func eventClient(t *testing.T, h http.Handler) *Client {
	t.Helper()
	c, err := New(Config{EventsURL: "http://events.test/eu/", HTTP: serve(t, h)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEnqueue(t *testing.T) {
	rec := &recorder{status: 202, body: `{"status":"success","message":"Event processed","dedup_key":"x"}`}
	c := eventClient(t, rec)
	if err := c.Enqueue(t.Context(), routingKey, trigger()); err != nil {
		t.Fatal(err)
	}
	resolve := incident.PageEvent{Action: incident.PageResolve, DedupKey: "brute-force:203.0.113.7"}
	if err := c.Enqueue(t.Context(), routingKey, resolve); err != nil {
		t.Fatal(err)
	}
	want := []call{{
		Line: "POST /eu/v2/enqueue",
		Body: map[string]any{
			"routing_key": routingKey, "event_action": "trigger", "dedup_key": "brute-force:203.0.113.7", "client": "firebreak",
			"payload": map[string]any{
				"summary": "20 failed logins", "source": "bastion", "severity": "critical",
				"custom_details": map[string]any{"address": "203.0.113.7"},
			},
		},
	}, {
		Line: "POST /eu/v2/enqueue",
		Body: map[string]any{"routing_key": routingKey, "event_action": "resolve", "dedup_key": "brute-force:203.0.113.7"},
	}}
	if d := cmp.Diff(want, rec.calls); d != "" {
		t.Errorf("sent (-want +got):\n%s", d)
	}
}

func TestEnqueueStaysWithinLimits(t *testing.T) {
	rec := &recorder{status: 202}
	ev := trigger()
	ev.Summary = strings.Repeat("日", 2000)
	ev.Severity = "catastrophic"
	ev.Source = ""
	ev.Details = map[string]any{"log": strings.Repeat("x", maxEvent)}
	if err := eventClient(t, rec).Enqueue(t.Context(), routingKey, ev); err != nil {
		t.Fatal(err)
	}
	sent := rec.calls[0].Body["payload"].(map[string]any)
	summary := sent["summary"].(string)
	if len(summary) > 1024 || len(summary) < 1000 || !utf8.ValidString(summary) || !strings.HasSuffix(summary, "…") {
		t.Errorf("summary of %d bytes: %q", len(summary), summary)
	}
	if sent["severity"] != "error" || sent["source"] != "firebreak" || len(fmt.Sprint(sent["custom_details"])) > 100 {
		t.Errorf("sent severity %v, source %v and details %.100v", sent["severity"], sent["source"], sent["custom_details"])
	}
}

func TestEnqueueRefusesWithoutCalling(t *testing.T) {
	for name, spoil := range map[string]func(*incident.PageEvent){
		"no dedup key":   func(e *incident.PageEvent) { e.DedupKey = "" },
		"long dedup key": func(e *incident.PageEvent) { e.DedupKey = strings.Repeat("k", 256) },
		"no action":      func(e *incident.PageEvent) { e.Action = "" },
	} {
		t.Run(name, func(t *testing.T) {
			rec := &recorder{status: 202}
			ev := trigger()
			spoil(&ev)
			err := eventClient(t, rec).Enqueue(t.Context(), routingKey, ev)
			if incident.OutcomeOf(err) != incident.OutcomeRefused || incident.CodeOf(err) != "invalid_event" || len(rec.calls) > 0 {
				t.Errorf("%d calls: %v", len(rec.calls), err)
			}
		})
	}
}

func TestEnqueueKeepsTheReason(t *testing.T) {
	rec := &recorder{status: 400, body: `{"status":"invalid event","message":"Event object is invalid","errors":["'payload.severity' is invalid"]}`}
	err := eventClient(t, rec).Enqueue(t.Context(), routingKey, trigger())
	e, ok := err.(*incident.CallError)
	if !ok || e.Outcome != incident.OutcomeRefused || !strings.Contains(e.Reason, "'payload.severity' is invalid") {
		t.Errorf("got %#v", err)
	}
	if strings.Contains(fmt.Sprintf("%v %+v %s", err, err, e.Reason), routingKey) {
		t.Error("the error holds the routing key")
	}
}

// ack acknowledges a page whose status before does not matter.
func ack(ctx context.Context, c *Client, pageID string) error {
	_, err := c.Acknowledge(ctx, pageID)
	return err
}
