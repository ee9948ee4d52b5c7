package store

import (
	"errors"
	"fmt"
	"time"

	"firebreak/incident"
)

// SaveAlert keeps an alert, once per ID. Told again, it can only gain an
// incident it did not have. One whose Event is known from another alert is
// kept as a copy: no search by entity finds it. Of one whose original was
// erased nothing is kept but that it came.
func (tx *Tx) SaveAlert(a incident.Alert) (fresh bool, err error) {
	entities, err := jsonText(a.Entities)
	if err != nil {
		return false, fmt.Errorf("save alert %s: %w", a.ID, err)
	}
	original, err := tx.OriginalAlert(a)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return false, fmt.Errorf("save alert %s: %w", a.ID, err)
	}
	gone := false
	if original.ID != "" {
		if gone, err = tx.AlertErased(original.ID); err != nil {
			return false, err
		}
	}
	if gone {
		a.Title, a.Raw, a.Fingerprint, entities = "", "", "", ""
	}
	fresh, err = changed(tx.exec(`INSERT INTO alerts (id, incident, source, action, title, severity, at, seen_at, channel, ts, raw, entities,
			fingerprint, event, attached, copy_of, erased)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
		a.ID, a.Incident, a.Source, a.Action, a.Title, a.Severity, micros(a.At), micros(a.SeenAt), a.Channel, a.TS, a.Raw, entities,
		a.Fingerprint, a.Event, a.Attached, original.ID, gone))
	if err != nil {
		return false, fmt.Errorf("save alert %s: %w", a.ID, err)
	}
	if !fresh {
		if _, err := tx.exec(`UPDATE alerts SET incident = ?, attached = ? WHERE id = ? AND incident = 0`, a.Incident, a.Attached, a.ID); err != nil {
			return false, fmt.Errorf("save alert %s: %w", a.ID, err)
		}
		return false, nil
	}
	if original.ID != "" {
		return true, nil
	}
	for _, e := range a.Entities {
		if _, err := tx.exec(`INSERT INTO alert_entities (type, value, at, alert) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			e.Type, e.Value, micros(a.At), a.ID); err != nil {
			return false, fmt.Errorf("save alert %s: %w", a.ID, err)
		}
	}
	return true, nil
}

// OriginalAlert gives the alert that came before by another way and is the
// same: it has the same Event. ErrNotFound when there is none.
func (v *View) OriginalAlert(a incident.Alert) (incident.Alert, error) {
	if a.Event == "" {
		return incident.Alert{}, ErrNotFound
	}
	first, err := one(v, scanAlert, selectAlert+` WHERE a.event = ? AND a.copy_of = '' AND a.id <> ? LIMIT 1`, a.Event, a.ID)
	if err != nil {
		return incident.Alert{}, fmt.Errorf("original of alert %s: %w", a.ID, err)
	}
	return first, nil
}

// Alert gives an alert by its ID.
func (v *View) Alert(id string) (incident.Alert, error) {
	a, err := one(v, scanAlert, selectAlert+` WHERE a.id = ?`, id)
	if err != nil {
		return a, fmt.Errorf("alert %s: %w", id, err)
	}
	return a, nil
}

// AlertsWith gives the alerts about an entity from one moment to another,
// both included, in order of event time, then ID.
func (v *View) AlertsWith(e incident.Entity, from, to time.Time) ([]incident.Alert, error) {
	list, err := all(v, scanAlert, selectAlert+` JOIN alert_entities x ON x.alert = a.id
		WHERE x.type = ? AND x.value = ? AND x.at BETWEEN ? AND ? ORDER BY x.at, a.id`,
		e.Type, e.Value, micros(from), micros(to))
	if err != nil {
		return nil, fmt.Errorf("alerts with %s: %w", e.Type, err)
	}
	return list, nil
}

// AlertsOf gives an incident's alerts, in order of event time, then ID.
func (v *View) AlertsOf(n incident.Number) ([]incident.Alert, error) {
	list, err := all(v, scanAlert, selectAlert+` WHERE a.incident = ? AND a.incident <> 0 ORDER BY a.at, a.id`, n)
	if err != nil {
		return nil, fmt.Errorf("alerts of %s: %w", n, err)
	}
	return list, nil
}

// LooseAlertsWith is AlertsWith for those that belong to no incident: at most
// limit of them, the newest.
func (v *View) LooseAlertsWith(e incident.Entity, from, to time.Time, limit int) ([]incident.Alert, error) {
	list, err := all(v, scanAlert, selectAlert+` JOIN alert_entities x ON x.alert = a.id
		WHERE x.type = ? AND x.value = ? AND x.at BETWEEN ? AND ? AND a.incident = 0 ORDER BY x.at DESC, a.id DESC`+atMost(limit),
		e.Type, e.Value, micros(from), micros(to))
	if err != nil {
		return nil, fmt.Errorf("loose alerts with %s: %w", e.Type, err)
	}
	return list, nil
}

// alertColumns are what scanAlert reads.
const alertColumns = `a.id, a.incident, a.source, a.action, a.title, a.severity, a.at, a.seen_at,
	a.channel, a.ts, a.raw, a.entities, a.fingerprint, a.event, a.attached`

const selectAlert = `SELECT ` + alertColumns + ` FROM alerts a`

func scanAlert(row row) (a incident.Alert, err error) {
	return a, row.Scan(&a.ID, &a.Incident, &a.Source, &a.Action, &a.Title, &a.Severity, timeColumn{&a.At}, timeColumn{&a.SeenAt},
		&a.Channel, &a.TS, &a.Raw, jsonColumn{&a.Entities}, &a.Fingerprint, &a.Event, &a.Attached)
}
