package pagerduty

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
	"unicode/utf8"

	"firebreak/incident"
)

// Limits of an event ("Events API v2 Overview" and "Send an Alert Event").
const (
	maxSummary  = 1024
	maxDedupKey = 255
	maxEvent    = 512 << 10 // bytes of JSON
)

type event struct {
	RoutingKey string   `json:"routing_key"`
	Action     string   `json:"event_action"`
	DedupKey   string   `json:"dedup_key"`
	Payload    *payload `json:"payload,omitempty"`
	Links      []link   `json:"links,omitempty"`
	Client     string   `json:"client,omitempty"`
}

type payload struct {
	Summary   string         `json:"summary"`
	Source    string         `json:"source"`
	Severity  string         `json:"severity"`
	Timestamp string         `json:"timestamp,omitempty"`
	Details   map[string]any `json:"custom_details,omitempty"`
}

type link struct {
	Href string `json:"href"`
	Text string `json:"text,omitempty"`
}

// Enqueue sends an event to PagerDuty's Events API v2. Repeating it is
// harmless, as events of one dedup key are one alert. That PagerDuty took it
// does not mean that it paged yet, and it silently drops an acknowledge or a
// resolve for an alert that it does not know.
//
// A summary over 1024 bytes is cut and details that make the event larger than
// 512 KB are left out: a page without details is better than none.
func (c *Client) Enqueue(ctx context.Context, routingKey string, ev incident.PageEvent) error {
	const call = "pagerduty enqueue event"
	e, refusal := newEvent(routingKey, ev)
	if refusal != "" {
		return refuse(call, "invalid_event", refusal)
	}
	// Own request: the library's loses the text of the Events API's errors.
	return c.enqueue.pass(ctx, call, func(ctx context.Context) error {
		req, err := newRequest(ctx, http.MethodPost, c.events+"/v2/enqueue", e)
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Accept", "application/json")
		resp, err := c.http.Do(req)
		if err != nil {
			return err
		}
		return readAnswer(resp, nil)
	})
}

// newEvent gives the event, or why it can't be sent.
func newEvent(routingKey string, ev incident.PageEvent) (e event, refusal string) {
	switch {
	case routingKey == "":
		return e, "an event needs a routing key"
	case ev.DedupKey == "":
		return e, "an event without a dedup key would page twice when repeated"
	case len(ev.DedupKey) > maxDedupKey:
		return e, "a dedup key has at most 255 bytes"
	}
	e = event{RoutingKey: routingKey, Action: string(ev.Action), DedupKey: ev.DedupKey}
	switch ev.Action {
	case incident.PageAcknowledge, incident.PageResolve:
		return e, ""
	case incident.PageTrigger:
	default:
		return e, "an event triggers, acknowledges or resolves"
	}
	e.Client = "firebreak"
	if ev.Link != "" {
		e.Links = []link{{Href: ev.Link}}
	}
	e.Payload = newPayload(ev)
	return fitted(e)
}

func newPayload(ev incident.PageEvent) *payload {
	p := &payload{
		Summary: cut(ev.Summary, maxSummary), Source: ev.Source,
		Severity: ev.Severity, Details: ev.Details,
	}
	// summary and source are required; who writes the event may lack one.
	if p.Summary == "" {
		p.Summary = "firebreak detection"
	}
	if p.Source == "" {
		p.Source = "firebreak"
	}
	switch p.Severity {
	case "critical", "error", "warning", "info":
	default:
		p.Severity = "error"
	}
	if !ev.At.IsZero() {
		p.Timestamp = ev.At.UTC().Format(time.RFC3339Nano)
	}
	return p
}

// fitted leaves out the details of an event that is too large, or whose
// details can't be written as JSON.
func fitted(e event) (event, string) {
	if text, err := json.Marshal(e); err == nil && len(text) <= maxEvent {
		return e, ""
	}
	slim := *e.Payload
	slim.Details = map[string]any{"firebreak": "details left out: too large"}
	e.Payload = &slim
	if text, err := json.Marshal(e); err != nil || len(text) > maxEvent {
		return e, "the event is larger than 512 KB"
	}
	return e, ""
}

// cut shortens s to at most n bytes at a rune's edge. The documented limit
// counts characters; counting bytes is on the safe side, for a refused event
// pages nobody.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	const mark = "…"
	n -= len(mark)
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + mark
}
