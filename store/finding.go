package store

import (
	"fmt"
	"time"

	"firebreak/incident"
)

// SaveFinding keeps when a detection was told, once. opens says whether it
// was worth an incident of its own.
func (tx *Tx) SaveFinding(d incident.Detection, opens bool, at time.Time) error {
	_, err := tx.exec(`INSERT INTO findings (detection, rule, incident, opens, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		d.ID, d.Rule, d.Incident, opens, micros(at))
	if err != nil {
		return fmt.Errorf("save finding %s: %w", d.ID, err)
	}
	return nil
}

// RuleOpened counts a rule's detections since a moment that were worth an
// incident of their own.
func (v *View) RuleOpened(rule string, since time.Time) (int, error) {
	n, err := one(v, value[int], `SELECT count(*) FROM findings WHERE rule = ? AND at >= ? AND opens`, rule, micros(since))
	if err != nil {
		return 0, fmt.Errorf("count incidents of rule %s: %w", rule, err)
	}
	return n, nil
}

// RuleFound counts a rule's detections in an incident since a moment.
func (v *View) RuleFound(n incident.Number, rule string, since time.Time) (int, error) {
	found, err := one(v, value[int], `SELECT count(*) FROM findings WHERE incident = ? AND rule = ? AND at >= ?`, n, rule, micros(since))
	if err != nil {
		return 0, fmt.Errorf("count detections of %s: %w", n, err)
	}
	return found, nil
}

// StormDetections gives the detections that a storm stands for: how many, and
// of those the last few, the newest first.
func (v *View) StormDetections(s Storm, limit int) (total int, newest []incident.Detection, err error) {
	const which = ` FROM findings f JOIN detections d ON d.id = f.detection
		WHERE f.incident = ? AND f.rule = ? AND f.at BETWEEN ? AND ?`
	args := []any{s.Incident, s.Rule, micros(s.Since), micros(s.Until)}
	if total, err = one(v, value[int], `SELECT count(*)`+which, args...); err != nil {
		return 0, nil, fmt.Errorf("detections of storm %d: %w", s.ID, err)
	}
	ids, err := all(v, value[string], `SELECT f.detection`+which+` ORDER BY f.at DESC, f.detection`+atMost(limit), args...)
	if err != nil {
		return 0, nil, fmt.Errorf("detections of storm %d: %w", s.ID, err)
	}
	for _, id := range ids {
		d, err := v.Detection(id)
		if err != nil {
			return 0, nil, err
		}
		newest = append(newest, d)
	}
	return total, newest, nil
}
