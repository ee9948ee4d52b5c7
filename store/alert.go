package store

import (
	"fmt"
	"time"

	"firebreak/incident"
)

// SaveAlert keeps an alert, once per ID. Told again, it can only gain an
// incident it did not have.
func (tx *Tx) SaveAlert(a incident.Alert) (fresh bool, err error) {
	entities, err := jsonText(a.Entities)
	if err != nil {
		return false, fmt.Errorf("save alert %s: %w", a.ID, err)
	}
	fresh, err = changed(tx.exec(`INSERT INTO alerts (id, incident, source, action, title, severity, at, seen_at, channel, ts, raw, entities)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
		a.ID, a.Incident, a.Source, a.Action, a.Title, a.Severity, micros(a.At), micros(a.SeenAt), a.Channel, a.TS, a.Raw, entities))
	if err != nil {
		return false, fmt.Errorf("save alert %s: %w", a.ID, err)
	}
	if !fresh {
		if _, err := tx.exec(`UPDATE alerts SET incident = ? WHERE id = ? AND incident = 0`, a.Incident, a.ID); err != nil {
			return false, fmt.Errorf("save alert %s: %w", a.ID, err)
		}
		return false, nil
	}
	for _, e := range a.Entities {
		if _, err := tx.exec(`INSERT INTO alert_entities (type, value, at, alert) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			e.Type, e.Value, micros(a.At), a.ID); err != nil {
			return false, fmt.Errorf("save alert %s: %w", a.ID, err)
		}
	}
	return true, nil
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

const selectAlert = `SELECT a.id, a.incident, a.source, a.action, a.title, a.severity, a.at, a.seen_at,
	a.channel, a.ts, a.raw, a.entities FROM alerts a`

func scanAlert(row row) (a incident.Alert, err error) {
	return a, row.Scan(&a.ID, &a.Incident, &a.Source, &a.Action, &a.Title, &a.Severity, timeColumn{&a.At}, timeColumn{&a.SeenAt},
		&a.Channel, &a.TS, &a.Raw, jsonColumn{&a.Entities})
}
