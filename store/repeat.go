package store

import (
	"encoding/json"
	"fmt"
	"time"

	"firebreak/incident"
)

// Repeat says that an alert only repeats what the entry under a key tells,
// once for each alert. The entry's text and time stay; its data gains
// "repeats", how many there are, and "repeated_until", when the last of them
// was; "repeated_since" where one of them, come late, was before the entry.
func (tx *Tx) Repeat(n incident.Number, key string, a incident.Alert) (fresh bool, err error) {
	_, known, err := optional(&tx.View, value[int], `SELECT 1 FROM repeats WHERE key = ? AND alert = ?`, key, a.ID)
	if err != nil || known {
		return false, err
	}
	b := repeatBody{Alert: a.ID, At: micros(a.At)}
	if _, err := tx.append(record{incident: n, kind: recordRepeat, subject: key, occurredAt: b.At}, b); err != nil {
		return false, fmt.Errorf("repeat %s: %w", key, err)
	}
	return true, nil
}

func (tx *Tx) projectRepeat(r record) error {
	var b repeatBody
	if err := json.Unmarshal(r.body, &b); err != nil {
		return err
	}
	_, err := tx.exec(`INSERT INTO repeats (key, alert, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, r.subject, b.Alert, b.At)
	return err
}

// dataTime is how times stand in an entry's data: as in the timeline's JSON.
const dataTime = "2006-01-02T15:04:05.000000Z"

// repeated adds what is known of an entry's repeats to its data.
func repeated(e *incident.Entry, times int, since, until time.Time) {
	if times == 0 || e.Redacted {
		return
	}
	if e.Data == nil {
		e.Data = map[string]any{}
	}
	e.Data["repeats"] = times
	e.Data["repeated_until"] = until.Format(dataTime)
	if since.Before(e.OccurredAt) {
		e.Data["repeated_since"] = since.Format(dataTime)
	}
}

// AlertTold gives the alert whose entry in an incident stands for another of
// the same fingerprint, at most within away from it: of several the earliest.
// ErrNotFound when there is none.
func (v *View) AlertTold(n incident.Number, a incident.Alert, within time.Duration) (incident.Alert, error) {
	if a.Fingerprint == "" {
		return incident.Alert{}, ErrNotFound
	}
	told, err := one(v, scanAlert, selectAlert+` JOIN entries e ON e.key = 'alert:' || ? || ':' || a.id
		WHERE a.incident = ? AND a.fingerprint = ? AND a.at BETWEEN ? AND ? AND a.id <> ? ORDER BY a.at, a.id LIMIT 1`,
		n.String(), n, a.Fingerprint, micros(a.At.Add(-within)), micros(a.At.Add(within)), a.ID)
	if err != nil {
		return told, fmt.Errorf("entry that tells of alert %s: %w", a.ID, err)
	}
	return told, nil
}
