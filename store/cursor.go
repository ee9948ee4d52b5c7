package store

import "fmt"

// SetCursor remembers how far something has been read.
func (tx *Tx) SetCursor(name, value string) error {
	if _, err := tx.exec(`INSERT INTO cursors (name, value) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value); err != nil {
		return fmt.Errorf("set cursor %s: %w", name, err)
	}
	return nil
}

// Cursor gives how far something has been read; "" when it never was.
func (v *View) Cursor(name string) (string, error) {
	at, _, err := optional(v, value[string], `SELECT value FROM cursors WHERE name = ?`, name)
	if err != nil {
		return "", fmt.Errorf("cursor %s: %w", name, err)
	}
	return at, nil
}
