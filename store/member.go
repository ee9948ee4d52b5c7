package store

import "fmt"

// SetMembers says who is in a channel now, and nobody else.
func (tx *Tx) SetMembers(channelID string, users []string) error {
	if _, err := tx.exec(`DELETE FROM members WHERE channel = ?`, channelID); err != nil {
		return fmt.Errorf("set members of %s: %w", channelID, err)
	}
	for _, user := range users {
		if err := tx.Join(channelID, user); err != nil {
			return err
		}
	}
	return nil
}

// Join says that somebody came into a channel.
func (tx *Tx) Join(channelID, user string) error {
	if channelID == "" || user == "" {
		return fmt.Errorf("join %q to %q: both must be named", user, channelID)
	}
	if _, err := tx.exec(`INSERT INTO members (channel, user) VALUES (?, ?) ON CONFLICT DO NOTHING`, channelID, user); err != nil {
		return fmt.Errorf("join %s to %s: %w", user, channelID, err)
	}
	return nil
}

// Leave says that somebody left a channel, and no longer sees it.
func (tx *Tx) Leave(channelID, user string) error {
	if _, err := tx.exec(`DELETE FROM members WHERE channel = ? AND user = ?`, channelID, user); err != nil {
		return fmt.Errorf("leave of %s from %s: %w", user, channelID, err)
	}
	return nil
}

// Members gives who is in a channel, by user id.
func (v *View) Members(channelID string) ([]string, error) {
	list, err := all(v, value[string], `SELECT user FROM members WHERE channel = ? ORDER BY user`, channelID)
	if err != nil {
		return nil, fmt.Errorf("members of %s: %w", channelID, err)
	}
	return list, nil
}
