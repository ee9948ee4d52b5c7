package store

import (
	"fmt"
	"slices"
	"time"

	"firebreak/incident"
)

// About is the stretch in which an incident's alerts are about an entity.
type About struct {
	Incident     incident.Number
	Since, Until time.Time
}

// SaveAbout says that an incident is about an alert's entities, and that the
// alert belongs to it for more than those. It gives the entities about which
// that is news.
func (tx *Tx) SaveAbout(n incident.Number, a incident.Alert) (news []incident.Entity, err error) {
	if _, err := tx.exec(`UPDATE alerts SET attached = 0 WHERE id = ? AND incident = ? AND attached`, a.ID, n); err != nil {
		return nil, fmt.Errorf("entities of %s: %w", n, err)
	}
	for _, e := range a.Entities {
		fresh, err := changed(tx.exec(`INSERT INTO incident_entities (type, value, incident, since, until) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (type, value, incident) DO UPDATE SET since = min(since, excluded.since), until = max(until, excluded.until)
			WHERE excluded.since < since OR excluded.until > until`, e.Type, e.Value, n, micros(a.At), micros(a.At)))
		if err != nil {
			return nil, fmt.Errorf("entities of %s: %w", n, err)
		}
		if fresh && !slices.Contains(news, e) {
			news = append(news, e)
		}
	}
	return news, nil
}

// OpenAbout gives the open incidents that are about an entity at a moment, or
// at most within away from it; at most limit of them, the newest first.
func (v *View) OpenAbout(e incident.Entity, at time.Time, within time.Duration, limit int) ([]incident.Number, error) {
	list, err := all(v, value[incident.Number], `SELECT x.incident FROM incident_entities x JOIN incidents i ON i.number = x.incident
		WHERE x.type = ? AND x.value = ? AND x.since <= ? AND x.until >= ? AND i.status <> ? ORDER BY x.incident DESC`+atMost(limit),
		e.Type, e.Value, micros(at.Add(within)), micros(at.Add(-within)), incident.StatusClosed)
	if err != nil {
		return nil, fmt.Errorf("open incidents about %s: %w", e.Type, err)
	}
	return list, nil
}

// DaysWith counts the days, of so many before a moment, on which alerts named
// an entity without belonging to the incident given. A day is 24 hours, the
// last of them ends a day before the moment.
func (v *View) DaysWith(e incident.Entity, at time.Time, days int, but incident.Number) (int, error) {
	n, err := one(v, value[int], `WITH RECURSIVE ago (d) AS (SELECT 1 UNION ALL SELECT d + 1 FROM ago WHERE d < ?)
		SELECT count(*) FROM ago WHERE EXISTS (
			SELECT 1 FROM alert_entities x JOIN alerts a ON a.id = x.alert
			WHERE x.type = ? AND x.value = ? AND x.at >= ? - (ago.d + 1) * 86400000000 AND x.at < ? - ago.d * 86400000000
				AND a.incident <> ?)`,
		days, e.Type, e.Value, micros(at), micros(at), but)
	if err != nil {
		return 0, fmt.Errorf("days with %s: %w", e.Type, err)
	}
	return n, nil
}
