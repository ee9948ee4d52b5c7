package sweep

import (
	"encoding/json"
	"fmt"
	"time"

	"firebreak/detect/event"
	"firebreak/detect/logfile"
	"firebreak/incident"
)

// Message is the kind of what Alerts has looked at.
const Message logfile.Kind = "message"

// Alerts sweeps the alerts of one message, as if they were all that there is.
// The lines of a finding are the alerts, at their position from 1.
func Alerts(d Detectors, id string, alerts []incident.Alert) (found Found, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("sweep: %w: %v", errBroken, p)
		}
	}()
	rules, err := newRules(d)
	if err != nil {
		return found, err
	}
	s := &sweep{file: File{ID: id}, rules: rules, logins: newLogins(d), behave: newBehave(d.Watch)}
	if s.found.Kind = Message; len(alerts) == 0 {
		return s.found, nil
	}
	for i, a := range alerts {
		s.seq = int64(i + 1)
		a.ID = s.alertID(s.seq)
		ev, err := eventOf(a)
		if err != nil {
			return found, fmt.Errorf("sweep alert %s: %w", alerts[i].ID, err)
		}
		s.event(ev, []incident.Alert{a})
	}
	s.file.Received = alerts[0].SeenAt
	s.finish()
	for i := range s.found.Findings {
		lines := s.found.Findings[i].Lines
		for j := range lines {
			lines[j].Alert = alerts[lines[j].Place-1]
			lines[j].Alert.Raw = cut(lines[j].Alert.Raw, maxText)
		}
	}
	return s.found, nil
}

// eventOf is an alert as an event: what it was received as if that is one,
// else what a line of the journal would be.
func eventOf(a incident.Alert) (*event.Event, error) {
	if ev, err := event.Decode([]byte(a.Raw)); err == nil {
		return ev, nil
	}
	data, err := json.Marshal(map[string]string{
		"MESSAGE": a.Raw, "SYSLOG_IDENTIFIER": a.Source, "timestamp": a.At.UTC().Format(time.RFC3339Nano),
	})
	if err != nil {
		return nil, err
	}
	return event.Decode(data)
}
