package bot

import (
	"encoding/json"
	"strings"
	"time"

	"firebreak/detect/event"
	"firebreak/incident"
)

// originals are the fields in which tools hand on the event that an alert is
// about, best first.
var originals = []string{"raw", "_raw", "_source", "raw_event", "original_event", "event.original", "original", "result"}

// AlertEvents gives the log events that rules see of an alert: the one that
// its tool has handed on, then what the tool itself says, both as they were
// received. An alert that is no JSON is its normalised fields.
func AlertEvents(a incident.Alert) []*event.Event {
	outer, err := event.Decode([]byte(a.Raw))
	if err != nil {
		return []*event.Event{normalised(a)}
	}
	for _, name := range originals {
		for _, value := range outer.Values(name).List {
			if !strings.HasPrefix(value.Text, "{") {
				continue
			}
			if inner, err := event.Decode([]byte(value.Text)); err == nil {
				return []*event.Event{inner, outer}
			}
		}
	}
	return []*event.Event{outer}
}

// normalised makes an event of what was understood of an alert.
func normalised(a incident.Alert) *event.Event {
	fields := map[string]any{
		"source": a.Source, "action": a.Action, "severity": a.Severity, "title": a.Title,
		"message": a.Raw, "timestamp": a.At.UTC().Format(time.RFC3339Nano),
	}
	for name, t := range map[string]incident.EntityType{
		"src_ip": incident.EntityAddress, "user": incident.EntityAccount, "host": incident.EntityHost,
	} {
		switch values := a.Values(t); len(values) {
		case 0:
		case 1:
			fields[name] = values[0]
		default:
			fields[name] = values
		}
	}
	for name, value := range fields {
		if value == "" {
			delete(fields, name) // what is absent is not empty
		}
	}
	b, err := json.Marshal(fields)
	if err != nil {
		return event.Nothing()
	}
	ev, err := event.Decode(b)
	if err != nil {
		return event.Nothing()
	}
	return ev
}

// Happened is when an alert happened: what claims to lie ahead happened when
// it was received.
func Happened(a incident.Alert) time.Time {
	if !a.SeenAt.IsZero() && a.At.After(a.SeenAt) {
		return a.SeenAt
	}
	return a.At
}
