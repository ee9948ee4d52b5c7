package store

import (
	"fmt"
	"time"
)

// MapAccount keeps who a Slack user is in GitLab, as by said. Somebody else
// who was mapped to that account is no longer.
func (tx *Tx) MapAccount(user, username, by string) error {
	if _, err := tx.exec(`DELETE FROM accounts WHERE lower(username) = lower(?)`, username); err != nil {
		return fmt.Errorf("map %s: %w", user, err)
	}
	_, err := tx.exec(`INSERT INTO accounts (user, username, by, at) VALUES (?, ?, ?, ?)
		ON CONFLICT (user) DO UPDATE SET username = excluded.username, by = excluded.by, at = excluded.at`,
		user, username, by, micros(time.Now()))
	if err != nil {
		return fmt.Errorf("map %s: %w", user, err)
	}
	return nil
}

// AccountOf gives the GitLab username that a Slack user was mapped to; ""
// without one.
func (v *View) AccountOf(user string) (string, error) {
	name, _, err := optional(v, value[string], `SELECT username FROM accounts WHERE user = ?`, user)
	if err != nil {
		return "", fmt.Errorf("account of %s: %w", user, err)
	}
	return name, nil
}

// UserOf gives the Slack user that was mapped to a GitLab username, in any
// letter case; "" without one.
func (v *View) UserOf(username string) (string, error) {
	user, _, err := optional(v, value[string], `SELECT user FROM accounts WHERE lower(username) = lower(?)`, username)
	if err != nil {
		return "", fmt.Errorf("user of a GitLab account: %w", err)
	}
	return user, nil
}
