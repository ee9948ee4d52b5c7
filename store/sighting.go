package store

import (
	"fmt"
	"time"
)

// Sighting is what correlations need of an alert.
type Sighting struct {
	At      time.Time // when it happened
	Alert   string
	SeenAt  time.Time
	Settled bool   // it was taken in its order
	Found   string // JSON of the rules that it matched
}

// SaveSighting keeps a sighting, once per alert and time.
func (tx *Tx) SaveSighting(s Sighting) error {
	_, err := tx.exec(`INSERT INTO sightings (at, alert, seen_at, settled, found) VALUES (?, ?, ?, 0, ?) ON CONFLICT DO NOTHING`,
		micros(s.At), s.Alert, micros(s.SeenAt), s.Found)
	if err != nil {
		return fmt.Errorf("save sighting of alert %s: %w", s.Alert, err)
	}
	return nil
}

// SightingsDue gives the time up to which sightings are to be taken: that of
// the newest one that was seen no later than a moment and waits; zero for none.
func (v *View) SightingsDue(seen time.Time) (time.Time, error) {
	at, _, err := optional(v, value[int64], `SELECT coalesce(max(at), 0) FROM sightings WHERE settled = 0 AND seen_at <= ?`, micros(seen))
	if err != nil {
		return time.Time{}, fmt.Errorf("sightings that are due: %w", err)
	}
	return fromMicros(at), nil
}

// WaitingSightings gives the oldest sightings up to a time, included, that
// wait, at most limit of them.
func (v *View) WaitingSightings(upTo time.Time, limit int) ([]Sighting, error) {
	list, err := all(v, scanSighting, selectSighting+` WHERE settled = 0 AND at <= ? ORDER BY at, alert LIMIT ?`, micros(upTo), limit)
	if err != nil {
		return nil, fmt.Errorf("sightings that wait: %w", err)
	}
	return list, nil
}

// Sightings gives those behind a time and an alert, up to another time and
// alert, included, in order, at most limit of them.
func (v *View) Sightings(after, upTo Sighting, limit int) ([]Sighting, error) {
	list, err := all(v, scanSighting, selectSighting+` WHERE (at, alert) > (?, ?) AND (at, alert) <= (?, ?) ORDER BY at, alert LIMIT ?`,
		micros(after.At), after.Alert, micros(upTo.At), upTo.Alert, limit)
	if err != nil {
		return nil, fmt.Errorf("sightings of a time: %w", err)
	}
	return list, nil
}

// SettleSighting notes that one was taken.
func (tx *Tx) SettleSighting(s Sighting) error {
	if _, err := tx.exec(`UPDATE sightings SET settled = 1 WHERE at = ? AND alert = ?`, micros(s.At), s.Alert); err != nil {
		return fmt.Errorf("settle sighting of alert %s: %w", s.Alert, err)
	}
	return nil
}

// ForgetSightings drops those that were taken and are older than a time, and
// the oldest beyond most, whose number it gives.
func (tx *Tx) ForgetSightings(before time.Time, most int) (forgotten int, err error) {
	if _, err := tx.exec(`DELETE FROM sightings WHERE settled = 1 AND at < ?`, micros(before)); err != nil {
		return 0, fmt.Errorf("forget sightings: %w", err)
	}
	res, err := tx.exec(`DELETE FROM sightings WHERE settled = 1 AND at < coalesce(
		(SELECT at FROM sightings ORDER BY at DESC LIMIT 1 OFFSET ?), 0)`, most-1)
	if err != nil {
		return 0, fmt.Errorf("forget sightings: %w", err)
	}
	n, err := res.RowsAffected()
	return int(n), err
}

const selectSighting = `SELECT at, alert, seen_at, settled, found FROM sightings`

func scanSighting(row row) (s Sighting, err error) {
	return s, row.Scan(timeColumn{&s.At}, &s.Alert, timeColumn{&s.SeenAt}, &s.Settled, &s.Found)
}
