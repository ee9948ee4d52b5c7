package store

import (
	"fmt"

	"firebreak/incident"
)

// Unexamined is an alert that waits for rules, at its place in the queue.
type Unexamined struct {
	Place int64
	Alert incident.Alert
}

// QueueAlert has rules examine an alert that was saved.
func (tx *Tx) QueueAlert(id string) error {
	if _, err := tx.exec(`INSERT INTO unexamined (alert) VALUES (?)`, id); err != nil {
		return fmt.Errorf("queue alert %s: %w", id, err)
	}
	return nil
}

// Unexamined gives the alerts behind a place, at most limit of them.
func (v *View) Unexamined(after int64, limit int) ([]Unexamined, error) {
	list, err := all(v, func(row row) (u Unexamined, err error) {
		u.Alert, err = scanAlert(prefixed{row, &u.Place})
		return u, err
	}, `SELECT u.place, `+alertColumns+`
		FROM unexamined u JOIN alerts a ON a.id = u.alert WHERE u.place > ? ORDER BY u.place LIMIT ?`, after, limit)
	if err != nil {
		return nil, fmt.Errorf("alerts behind %d: %w", after, err)
	}
	return list, nil
}

// prefixed scans a row that has one more column in front.
type prefixed struct {
	row   row
	first any
}

func (p prefixed) Scan(dest ...any) error { return p.row.Scan(append([]any{p.first}, dest...)...) }

// LastQueued is the newest place that the queue has given.
func (v *View) LastQueued() (int64, error) {
	last, _, err := optional(v, value[int64], `SELECT seq FROM sqlite_sequence WHERE name = 'unexamined'`)
	if err != nil {
		return 0, fmt.Errorf("last place of the queue: %w", err)
	}
	return last, nil
}

// Queued counts the alerts behind a place.
func (v *View) Queued(after int64) (int, error) {
	n, err := one(v, value[int], `SELECT count(*) FROM unexamined WHERE place > ?`, after)
	if err != nil {
		return 0, fmt.Errorf("count the queue: %w", err)
	}
	return n, nil
}

// DropQueued forgets the queue up to a place.
func (tx *Tx) DropQueued(upTo int64) error {
	if _, err := tx.exec(`DELETE FROM unexamined WHERE place <= ?`, upTo); err != nil {
		return fmt.Errorf("drop the queue up to %d: %w", upTo, err)
	}
	return nil
}
