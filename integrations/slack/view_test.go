package slack_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/integrations/slack"
)

const plainView = `{"type":"modal","title":{"type":"plain_text","text":"<Hello> & you"},"blocks":[]}`

// interactions gives the payloads of what people do in do.
func interactions(t *testing.T, w *world, do func()) (seen []map[string]any) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var mu sync.Mutex
	done := make(chan error, 1)
	go func() {
		done <- w.client.Run(ctx, func(_ context.Context, env incident.Envelope) ([]byte, error) {
			mu.Lock()
			defer mu.Unlock()
			var p map[string]any
			if env.Type == "interactive" && json.Unmarshal(env.Payload, &p) == nil {
				seen = append(seen, p)
			}
			return nil, nil
		}, func(slack.SocketStatus) {})
	}()
	<-time.After(time.Minute) // both connections are up
	do()
	stop()
	if err := <-done; err != nil {
		t.Errorf("Run: %v", err)
	}
	return seen
}

func TestOpenView(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		got := interactions(t, w, func() { w.Slack.GlobalShortcut("sam", "x"); w.Slack.GlobalShortcut("sam", "x") })
		trigger := func(i int) string { return got[i]["trigger_id"].(string) }
		if err := w.client.OpenView(t.Context(), trigger(0), json.RawMessage(plainView)); err != nil {
			t.Fatal(err)
		}
		if v := w.Slack.View("sam"); v == nil || string(v.JSON) != plainView {
			t.Errorf("sam sees %+v", v)
		}
		err := w.client.OpenView(t.Context(), trigger(1), json.RawMessage(`{"type":"modal","blocks":[]}`))
		if incident.OutcomeOf(err) != incident.OutcomeRefused || !strings.Contains(incident.ReasonOf(err), "title") {
			t.Errorf("without a title: %v, %s", err, incident.ReasonOf(err))
		}
		<-time.After(4 * time.Second)
		err = w.client.OpenView(t.Context(), trigger(1), json.RawMessage(plainView))
		if incident.OutcomeOf(err) != incident.OutcomeRefused || incident.CodeOf(err) != "expired_trigger_id" {
			t.Errorf("too late: %v", err)
		}
		if err := w.client.OpenView(t.Context(), trigger(1), json.RawMessage(`{`)); incident.OutcomeOf(err) != incident.OutcomeRefused {
			t.Errorf("no JSON: %v", err)
		}
	})
}

func TestRespondReplacesAnEphemeral(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		general := w.Slack.In("#general")
		blocks := json.RawMessage(`[{"type":"actions","elements":[{"type":"button","action_id":"a","value":"1","text":{"type":"plain_text","text":"A"}}]}]`)
		general.Join(w.self.UserID)
		if err := w.client.Ephemeral(t.Context(), general.ID(), w.Slack.User("sam").ID, incident.Post{Text: "choose", Blocks: blocks}); err != nil {
			t.Fatal(err)
		}
		got := interactions(t, w, func() { general.Press("sam", "a") })
		address := got[0]["response_url"].(string)
		for i := range 5 {
			if err := w.client.Respond(t.Context(), address, "chosen", nil); err != nil {
				t.Fatalf("use %d: %v", i, err)
			}
		}
		if e := w.Slack.Ephemerals("sam"); len(e) != 1 || e[0].Text != "chosen" {
			t.Errorf("sam sees %+v", e)
		}
		for _, bad := range []string{address, "https://evil.example/response/x", "https://hooks.slack.com.evil.example/x", "file:///etc/passwd", "http://hooks.slack.com/x", "https://hooks.slack.com@evil.example/"} {
			if err := w.client.Respond(t.Context(), bad, "again", nil); incident.OutcomeOf(err) != incident.OutcomeRefused {
				t.Errorf("%s: %v", bad, err)
			}
		}
		w.Faults.Add(sandbox.Fault{Service: "slack", Method: "response_url", Kind: sandbox.Err5xxBefore})
		if err := w.client.Respond(t.Context(), address, "again", nil); incident.OutcomeOf(err) != incident.OutcomeUnknown {
			t.Errorf("a server in trouble: %v", err)
		}
	})
}
