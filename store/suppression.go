package store

import (
	"fmt"
	"time"

	"firebreak/incident"
)

// AddSuppression keeps a new suppression and gives it its number.
func (tx *Tx) AddSuppression(s incident.Suppression) (incident.Suppression, error) {
	res, err := tx.exec(`INSERT INTO suppressions (rule, group_type, group_value, owner, reason, created_at, expires_at, lifted_at, lifted_by, detection)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.Rule, s.Group.Type, s.Group.Value, s.Owner, s.Reason, micros(s.CreatedAt), micros(s.ExpiresAt), micros(s.LiftedAt), s.LiftedBy, s.Detection)
	if err == nil {
		s.ID, err = res.LastInsertId()
	}
	if err != nil {
		return s, fmt.Errorf("suppress rule %s: %w", s.Rule, err)
	}
	return s, nil
}

// LiftSuppression ends a suppression before its time; false when it is over.
func (tx *Tx) LiftSuppression(id int64, by string, at time.Time) (bool, error) {
	lifted, err := changed(tx.exec(`UPDATE suppressions SET lifted_at = ?, lifted_by = ? WHERE id = ? AND lifted_at = 0 AND expires_at > ?`,
		micros(at), by, id, micros(at)))
	if err != nil {
		return false, fmt.Errorf("lift suppression %d: %w", id, err)
	}
	return lifted, nil
}

// Suppression gives a suppression by its number.
func (v *View) Suppression(id int64) (incident.Suppression, error) {
	s, err := one(v, scanSuppression, selectSuppression+` WHERE id = ?`, id)
	if err != nil {
		return s, fmt.Errorf("suppression %d: %w", id, err)
	}
	return s, nil
}

// Suppressions gives those in force at a moment, the first to end first.
func (v *View) Suppressions(now time.Time) ([]incident.Suppression, error) {
	return v.suppressions(`WHERE lifted_at = 0 AND created_at <= ?1 AND expires_at > ?1 ORDER BY expires_at, id`, micros(now))
}

// SuppressionsOf gives those of a rule that are in force at a moment.
func (v *View) SuppressionsOf(rule string, now time.Time) ([]incident.Suppression, error) {
	return v.suppressions(`WHERE rule = ?1 AND lifted_at = 0 AND created_at <= ?2 AND expires_at > ?2 ORDER BY expires_at, id`, rule, micros(now))
}

// SuppressionsEnded gives those whose time was over after since, at now at
// the latest, and that nobody lifted before.
func (v *View) SuppressionsEnded(since, now time.Time) ([]incident.Suppression, error) {
	return v.suppressions(`WHERE lifted_at = 0 AND expires_at > ? AND expires_at <= ? ORDER BY expires_at, id`, micros(since), micros(now))
}

func (v *View) suppressions(where string, args ...any) ([]incident.Suppression, error) {
	list, err := all(v, scanSuppression, selectSuppression+" "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("suppressions: %w", err)
	}
	return list, nil
}

const selectSuppression = `SELECT id, rule, group_type, group_value, detection, owner, reason, created_at, expires_at, lifted_at, lifted_by FROM suppressions`

func scanSuppression(row row) (s incident.Suppression, err error) {
	return s, row.Scan(&s.ID, &s.Rule, &s.Group.Type, &s.Group.Value, &s.Detection, &s.Owner, &s.Reason,
		timeColumn{&s.CreatedAt}, timeColumn{&s.ExpiresAt}, timeColumn{&s.LiftedAt}, &s.LiftedBy)
}

// Hide notes that a suppression keeps a detection quiet. One that another
// suppression hid first stays with that.
func (tx *Tx) Hide(detection string, suppression int64, at time.Time) error {
	_, err := tx.exec(`INSERT INTO hidden (detection, suppression, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, detection, suppression, micros(at))
	if err != nil {
		return fmt.Errorf("hide detection %s: %w", detection, err)
	}
	return nil
}

// Hidden counts the detections that a suppression has kept quiet; last is
// when it did so last.
func (v *View) Hidden(suppression int64) (n int, last time.Time, err error) {
	found, err := one(v, func(row row) (h struct {
		n    int
		last time.Time
	}, err error,
	) {
		return h, row.Scan(&h.n, timeColumn{&h.last})
	}, `SELECT count(*), coalesce(max(at), 0) FROM hidden WHERE suppression = ?`, suppression)
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("what suppression %d hid: %w", suppression, err)
	}
	return found.n, found.last, nil
}
