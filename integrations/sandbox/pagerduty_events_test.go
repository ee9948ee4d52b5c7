package sandbox_test

import (
	"strings"
	"testing"
	"time"

	"firebreak/integrations/sandbox"
)

func (w *wire) enqueue(key, action, dedup string, payload map[string]any) reply {
	w.t.Helper()
	event := map[string]any{"routing_key": key, "event_action": action}
	if dedup != "" {
		event["dedup_key"] = dedup
	}
	if payload != nil {
		event["payload"] = payload
	}
	return w.do("POST", w.env["FIREBREAK_PAGERDUTY_EVENTS_URL"]+"/v2/enqueue", event)
}

func failure(severity string) map[string]any {
	return map[string]any{"summary": "login storm", "source": "idp", "severity": severity, "custom_details": map[string]any{"tries": 40}}
}

func TestEventsOpenAndDeduplicate(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		p := w.PagerDuty
		key := p.RoutingKey("Identity")
		r := w.enqueue(key, "trigger", "d1", failure("critical"))
		want(t, "status", r.status, 202)
		want(t, "dedup_key", r.at("dedup_key"), "d1")
		w.enqueue(key, "trigger", "d1", failure("critical"))
		all := p.Incidents()
		want(t, "incidents", len(all), 1)
		want(t, "urgency", all[0].Urgency, "high")
		want(t, "incident_key", all[0].Key, "")
		alert := w.pd("GET", "/incidents/"+all[0].ID+"/alerts", nil)
		want(t, "alert_key", alert.at("alerts", 0, "alert_key"), "d1")
		want(t, "details", alert.at("alerts", 0, "body", "details", "tries"), 40.0)
		want(t, "source", alert.at("alerts", 0, "body", "cef_details", "source"), "idp")
		// The key counts per integration.
		w.enqueue(p.RoutingKey("Payments API"), "trigger", "d1", failure("info"))
		want(t, "incidents", len(p.Incidents()), 2)
		want(t, "urgency", p.Incidents()[1].Urgency, "low")
		w.enqueue(key, "acknowledge", "d1", nil)
		want(t, "acknowledged", p.Incident(all[0].ID).Status, "acknowledged")
		w.enqueue(key, "resolve", "d1", nil)
		want(t, "resolved", p.Incident(all[0].ID).Status, "resolved")
		w.enqueue(key, "trigger", "d1", failure("error"))
		want(t, "a new incident after the resolve", len(p.Incidents()), 3)
		// Without a key each retry pages again.
		first := w.enqueue(key, "trigger", "", failure("error")).at("dedup_key")
		second := w.enqueue(key, "trigger", "", failure("error")).at("dedup_key")
		if first == second {
			t.Error("made-up dedup_keys are equal")
		}
		want(t, "incidents", len(p.Incidents()), 5)
	})
}

func TestEventsDropOrphans(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		key := w.PagerDuty.RoutingKey("Identity")
		for _, action := range []string{"acknowledge", "resolve"} {
			want(t, action, w.enqueue(key, action, "unknown", nil).status, 202)
		}
		w.enqueue(key, "trigger", "d", failure("error"))
		want(t, "another key", w.enqueue(w.PagerDuty.RoutingKey("Edge firewall"), "resolve", "d", nil).status, 202)
		want(t, "still open", w.PagerDuty.Incidents()[0].Status, "triggered")
		want(t, "incidents", len(w.PagerDuty.Incidents()), 1)
	})
}

func TestEventsAreAsynchronous(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		w.PagerDuty.SetIngestDelay(5 * time.Second)
		want(t, "status", w.enqueue(w.PagerDuty.RoutingKey("Identity"), "trigger", "d", failure("error")).status, 202)
		want(t, "at once", w.pd("GET", "/incidents", nil).len("incidents"), 0)
		pass(5 * time.Second)
		want(t, "later", w.pd("GET", "/incidents", nil).len("incidents"), 1)
	})
}

func TestEventsAreChecked(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		key := w.PagerDuty.RoutingKey("Identity")
		with := func(field string, v any) map[string]any {
			p := failure("error")
			p[field] = v
			return p
		}
		for name, r := range map[string]reply{
			"unknown key":     w.enqueue(strings.Repeat("a", 32), "trigger", "d", failure("error")),
			"short key":       w.enqueue("abc", "trigger", "d", failure("error")),
			"action":          w.enqueue(key, "open", "d", failure("error")),
			"no payload":      w.enqueue(key, "trigger", "d", nil),
			"no summary":      w.enqueue(key, "trigger", "d", with("summary", "")),
			"long summary":    w.enqueue(key, "trigger", "d", with("summary", strings.Repeat("ü", 1025))),
			"no source":       w.enqueue(key, "trigger", "d", with("source", "")),
			"severity":        w.enqueue(key, "trigger", "d", failure("high")),
			"timestamp":       w.enqueue(key, "trigger", "d", with("timestamp", "now")),
			"long dedup_key":  w.enqueue(key, "trigger", strings.Repeat("d", 256), failure("error")),
			"resolve nothing": w.enqueue(key, "resolve", "", nil),
		} {
			want(t, name, r.status, 400)
			want(t, name+": shape", r.at("status"), "invalid event")
			if r.len("errors") == 0 {
				t.Errorf("%s: no errors listed: %s", name, r.text)
			}
		}
		for name, p := range map[string]map[string]any{
			"longest summary": with("summary", strings.Repeat("ü", 1024)),
			"timestamp":       with("timestamp", "2015-07-17T08:42:58.315+0000"),
		} {
			want(t, name, w.enqueue(key, "trigger", strings.Repeat("d", 255), p).status, 202)
		}
		broken := w.do("POST", w.env["FIREBREAK_PAGERDUTY_EVENTS_URL"]+"/v2/enqueue", "{")
		want(t, "broken JSON", broken.at("status"), "Unrecognized object")
		big := w.enqueue(key, "trigger", "d", with("custom_details", strings.Repeat("x", 513<<10)))
		want(t, "over 512 KB", big.status, 413)
	})
}

func TestEventsRateLimit(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		key := w.PagerDuty.RoutingKey("Identity")
		for i := range 120 {
			want(t, "status", w.enqueue(key, "trigger", "d", failure("error")).status, 202)
			if i == 59 {
				pass(30 * time.Second)
			}
		}
		want(t, "number 121", w.enqueue(key, "trigger", "new", failure("error")).status, 429)
		want(t, "not ingested", len(w.PagerDuty.Incidents()), 1)
		want(t, "another key", w.enqueue(w.PagerDuty.RoutingKey("Edge firewall"), "trigger", "d", failure("error")).status, 202)
		pass(30 * time.Second) // the first 60 are a minute old now: the window slides
		want(t, "half a minute later", w.enqueue(key, "trigger", "new", failure("error")).status, 202)
	})
}
