package store

import (
	"errors"
	"fmt"
	"time"

	"firebreak/incident"
)

// ErrHeld says that a legal hold keeps an incident from being erased.
var ErrHeld = errors.New("the incident is held")

// Retention is how long an incident is kept after it was closed.
type Retention struct {
	Days       int // -1: as configured; 0: for ever
	HeldAt     time.Time
	HeldBy     string
	HeldReason string
	ToldAt     time.Time // when it was said that ToldDue is the end
	ToldDue    time.Time
	PurgedAt   time.Time
}

// Held says whether a legal hold keeps it.
func (r Retention) Held() bool { return !r.HeldAt.IsZero() }

// Purged says whether it was erased.
func (r Retention) Purged() bool { return !r.PurgedAt.IsZero() }

// KeptFor is the days it is kept, where that many are configured; 0: for ever.
func (r Retention) KeptFor(configured int) int {
	if r.Days < 0 {
		return configured
	}
	return r.Days
}

func scanRetention(row row) (r Retention, err error) {
	return r, row.Scan(&r.Days, timeColumn{&r.HeldAt}, &r.HeldBy, &r.HeldReason, timeColumn{&r.ToldAt}, timeColumn{&r.ToldDue}, timeColumn{&r.PurgedAt})
}

// Retention gives what was said of an incident.
func (v *View) Retention(n incident.Number) (Retention, error) {
	r, found, err := optional(v, scanRetention,
		`SELECT days, held_at, held_by, held_reason, told_at, told_due, purged_at FROM retention WHERE incident = ?`, n)
	if err != nil {
		return r, fmt.Errorf("retention of %s: %w", n, err)
	}
	if !found {
		r.Days = -1
	}
	return r, nil
}

// SaveRetention replaces all of it but whether it was purged.
func (tx *Tx) SaveRetention(n incident.Number, r Retention) error {
	_, err := tx.exec(`INSERT INTO retention (incident, days, held_at, held_by, held_reason, told_at, told_due) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (incident) DO UPDATE SET days = excluded.days, held_at = excluded.held_at, held_by = excluded.held_by,
			held_reason = excluded.held_reason, told_at = excluded.told_at, told_due = excluded.told_due`,
		n, r.Days, micros(r.HeldAt), r.HeldBy, valid(r.HeldReason), micros(r.ToldAt), micros(r.ToldDue))
	if err != nil {
		return fmt.Errorf("save retention of %s: %w", n, err)
	}
	return nil
}

// Expiring is an incident that is to be purged.
type Expiring struct {
	Incident incident.Number
	Due      time.Time
	Retention
}

// Expiring gives the closed incidents whose time is over before a moment, where
// so many days are configured: neither those that are held nor those that have
// been purged. At most limit of them, by number.
func (v *View) Expiring(configured int, before time.Time, limit int) ([]Expiring, error) {
	const day = int64(24 * time.Hour / time.Microsecond)
	list, err := all(v, func(row row) (e Expiring, err error) {
		r := &e.Retention
		return e, row.Scan(&e.Incident, timeColumn{&e.Due}, &r.Days, timeColumn{&r.HeldAt}, &r.HeldBy, &r.HeldReason,
			timeColumn{&r.ToldAt}, timeColumn{&r.ToldDue}, timeColumn{&r.PurgedAt})
	}, `SELECT number, closed_at + kept * ?1, days, held_at, held_by, held_reason, told_at, told_due, purged_at FROM (
			SELECT i.number, i.closed_at, coalesce(r.days, -1) AS days, coalesce(r.held_at, 0) AS held_at,
				coalesce(r.held_by, '') AS held_by, coalesce(r.held_reason, '') AS held_reason,
				coalesce(r.told_at, 0) AS told_at, coalesce(r.told_due, 0) AS told_due, coalesce(r.purged_at, 0) AS purged_at,
				CASE WHEN coalesce(r.days, -1) < 0 THEN ?2 ELSE r.days END AS kept
			FROM incidents i LEFT JOIN retention r ON r.incident = i.number
			WHERE i.status = 'closed' AND i.closed_at > 0)
		WHERE kept > 0 AND held_at = 0 AND purged_at = 0 AND closed_at + kept * ?1 < ?3 ORDER BY number`+atMost(limit),
		day, configured, micros(before))
	if err != nil {
		return nil, fmt.Errorf("incidents whose time is over: %w", err)
	}
	return list, nil
}

// unpurged is true of the incidents i that are there.
const unpurged = `NOT EXISTS (SELECT 1 FROM retention p WHERE p.incident = i.number AND p.purged_at <> 0)`
