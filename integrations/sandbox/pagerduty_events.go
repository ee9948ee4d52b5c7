package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of the Events API v2 (documented; lengths in characters).
const (
	maxEvent    = 512 << 10
	maxSummary  = 1024
	maxDedupKey = 255
)

// pdEvent is one event on its way from the Events API into incidents.
type pdEvent struct {
	service *pdService
	due     time.Time
	raw     map[string]any
	body    pdEventBody
}

type pdEventBody struct {
	RoutingKey  string `json:"routing_key"`
	EventAction string `json:"event_action"`
	DedupKey    string `json:"dedup_key"`
	Payload     *struct {
		Summary       string          `json:"summary"`
		Source        string          `json:"source"`
		Severity      string          `json:"severity"`
		Timestamp     string          `json:"timestamp"`
		CustomDetails json.RawMessage `json:"custom_details"`
	} `json:"payload"`
}

// enqueue accepts an event. Its errors have a shape of their own,
// {status,message,errors} (documented), and no REST header is needed.
func (p *PagerDuty) enqueue(w http.ResponseWriter, r *http.Request) {
	defer p.lock()()
	raw, err := io.ReadAll(r.Body)
	switch {
	case err != nil:
		eventError(w, http.StatusBadRequest, err.Error())
		return
	case len(raw) > maxEvent:
		eventError(w, http.StatusRequestEntityTooLarge, "Event is larger than 512 KB") // status assumed
		return
	}
	ev := pdEvent{}
	if err := json.Unmarshal(raw, &ev.body); err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]any{
			"status": "Unrecognized object", "message": "Event object format is unrecognized",
			"errors": []string{"JSON parse error"},
		})
		return
	}
	_ = json.Unmarshal(raw, &ev.raw) // an object: it just was one
	if problems := ev.body.problems(); len(problems) > 0 {
		eventError(w, http.StatusBadRequest, problems...)
		return
	}
	i := slices.IndexFunc(p.services, func(s *pdService) bool { return s.routingKey == ev.body.RoutingKey })
	if i < 0 {
		eventError(w, http.StatusBadRequest, "Invalid routing key")
		return
	}
	ev.service = p.services[i]
	if wait, ok := p.countEvent(ev.body.RoutingKey); !ok {
		w.Header().Set("Retry-After", strconv.Itoa(seconds(wait))) // assumed
		writeJSON(w, http.StatusTooManyRequests, map[string]any{
			"status": "throttle exceeded", "message": "Requests for this service are arriving too quickly. Please retry later.",
		})
		return
	}
	if ev.body.DedupKey == "" { // documented: made up; a retry then pages twice
		ev.body.DedupKey = strings.ToLower(p.sb.token(32))
	}
	ev.due = time.Now().Add(p.ingest)
	p.pending = append(p.pending, ev)
	p.settle(time.Now())
	writeJSON(w, http.StatusAccepted, map[string]any{
		"status": "success", "message": "Event processed", "dedup_key": ev.body.DedupKey,
	})
}

// problems lists what is wrong with an event (documented rules, assumed words).
func (b *pdEventBody) problems() []string {
	var out []string
	say := func(bad bool, format string, args ...any) {
		if bad {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	say(len(b.RoutingKey) != 32, "'routing_key' is missing or not 32 characters long")
	say(!slices.Contains([]string{"trigger", "acknowledge", "resolve"}, b.EventAction), "'event_action' is invalid")
	say(utf8.RuneCountInString(b.DedupKey) > maxDedupKey, "Length of 'dedup_key' is incorrect (should be 0-255 characters)")
	if b.EventAction != "trigger" {
		say(b.DedupKey == "", "'dedup_key' is missing or blank")
		return out
	}
	if b.Payload == nil {
		return append(out, "'payload' is missing or blank")
	}
	say(b.Payload.Summary == "", "'payload.summary' is missing or blank")
	say(utf8.RuneCountInString(b.Payload.Summary) > maxSummary, "Length of 'payload.summary' is incorrect (should be 1-1024 characters)")
	say(b.Payload.Source == "", "'payload.source' is missing or blank")
	say(!slices.Contains([]string{"critical", "error", "warning", "info"}, b.Payload.Severity), "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')")
	if b.Payload.Timestamp != "" {
		_, err := time.Parse(time.RFC3339Nano, b.Payload.Timestamp)
		_, err2 := time.Parse("2006-01-02T15:04:05.999999999-0700", b.Payload.Timestamp)
		say(err != nil && err2 != nil, "'payload.timestamp' is invalid")
	}
	return out
}

func eventError(w http.ResponseWriter, status int, problems ...string) {
	writeJSON(w, status, map[string]any{
		"status": "invalid event", "message": "Event object is invalid", "errors": problems,
	})
}

// countEvent applies about 120 calls per minute and integration key, looking
// back 60 seconds from now (documented).
func (p *PagerDuty) countEvent(key string) (wait time.Duration, ok bool) {
	limit, on := p.sb.limit(120)
	if !on {
		return 0, true
	}
	if p.eventLimit[key] == nil {
		p.eventLimit[key] = &slidingWindow{}
	}
	ok, wait = p.eventLimit[key].take(time.Now(), limit, time.Minute)
	return wait, ok
}

// settle lets accepted events take effect once they are due, in order, and
// ends snoozes.
func (p *PagerDuty) settle(now time.Time) {
	p.wake(now)
	for len(p.pending) > 0 && !p.pending[0].due.After(now) {
		ev := p.pending[0]
		p.pending = p.pending[1:]
		p.ingestEvent(ev)
	}
}

// ingestEvent follows the documented de-duplication: per routing key, against
// open alerts only; acknowledge and resolve without an open alert are dropped.
func (p *PagerDuty) ingestEvent(ev pdEvent) {
	inc, alert := p.openAlert(ev.service, ev.body.DedupKey)
	at := ev.due.UTC().Truncate(time.Second)
	switch {
	case ev.body.EventAction == "trigger" && alert == nil:
		inc = p.open(ev.service, ev.body.Payload.Summary, urgencyOf(ev.body.Payload.Severity), "", at, p.newAlert(ev, at))
		p.act(RecordEffect, "trigger", ev.service.Name, inc, ev.body.Payload.Summary)
	case alert == nil:
		p.sb.Ledger.add(Record{
			Service: "pagerduty", Kind: RecordEffect, Method: "drop", Where: ev.service.Name,
			Ref: ev.body.DedupKey, Text: ev.body.EventAction + " without an open alert",
		})
	case ev.body.EventAction == "trigger":
		inc.updated = at
		p.act(RecordEffect, "deduplicate", ev.service.Name, inc, ev.body.DedupKey)
	case ev.body.EventAction == "acknowledge":
		if inc.status == pdTriggered {
			p.setStatus(inc, pdAcknowledged, ev.service, at)
			p.logEntry(inc, "acknowledge", ev.service, "Acknowledged through the API", at).channel = map[string]any{"type": "api"}
		}
		p.act(RecordEffect, "acknowledge", ev.service.Name, inc, ev.body.DedupKey)
	default:
		alert.status = pdResolved
		open := slices.ContainsFunc(inc.alerts, func(a *pdAlert) bool { return a.status == pdTriggered })
		if !open { // the incident ends with its last alert (documented)
			_ = p.resolve(inc, ev.service, "api") // refused only when resolved, and then no alert is open
		}
		p.act(RecordEffect, "resolve", ev.service.Name, inc, ev.body.DedupKey)
	}
}

func (p *PagerDuty) newAlert(ev pdEvent, at time.Time) *pdAlert {
	a := &pdAlert{
		id: "Q" + p.sb.token(13), key: ev.body.DedupKey, summary: ev.body.Payload.Summary,
		severity: ev.body.Payload.Severity, status: pdTriggered, created: at, event: map[string]any{},
	}
	if payload, ok := ev.raw["payload"].(map[string]any); ok {
		a.details = payload["custom_details"]
		for k, v := range payload {
			if k != "custom_details" {
				a.event[k] = v
			}
		}
		a.event["details"] = a.details
	}
	for _, k := range []string{"client", "client_url", "links", "images"} {
		if v, ok := ev.raw[k]; ok {
			a.event[k] = v
		}
	}
	return a
}

func (p *PagerDuty) openAlert(s *pdService, key string) (*pdIncident, *pdAlert) {
	for _, inc := range p.incidents {
		for _, a := range inc.alerts {
			if inc.service == s && a.key == key && a.status == pdTriggered {
				return inc, a
			}
		}
	}
	return nil, nil
}

// urgencyOf is the dynamic urgency of a service that follows its alerts'
// severity (documented): critical and error wake people.
func urgencyOf(severity string) string {
	if severity == "critical" || severity == "error" {
		return "high"
	}
	return "low"
}
