package store

import (
	"fmt"
	"time"

	"firebreak/incident"
)

// Home is somebody's Home tab as it was published last.
type Home struct {
	User     string
	OpenedAt time.Time
	Shown    string // hash of what it shows; "" nothing that is known
	ShownAt  time.Time
}

// OpenedHome notes that somebody has opened their Home tab.
func (tx *Tx) OpenedHome(user string, at time.Time) error {
	_, err := tx.exec(`INSERT INTO homes (user, opened_at, shown, shown_at) VALUES (?, ?, '', 0)
		ON CONFLICT (user) DO UPDATE SET opened_at = max(opened_at, excluded.opened_at)`, user, micros(at))
	if err != nil {
		return fmt.Errorf("note an open home: %w", err)
	}
	return nil
}

// ShownHome notes what a Home tab shows from now on.
func (tx *Tx) ShownHome(user, shown string, at time.Time) error {
	if _, err := tx.exec(`UPDATE homes SET shown = ?, shown_at = ? WHERE user = ?`, shown, micros(at), user); err != nil {
		return fmt.Errorf("note what a home shows: %w", err)
	}
	return nil
}

// ForgetHome forgets a Home tab that shows nothing any more, unless it was
// opened since.
func (tx *Tx) ForgetHome(user string, openedBefore time.Time) error {
	if _, err := tx.exec(`DELETE FROM homes WHERE user = ? AND opened_at < ?`, user, micros(openedBefore)); err != nil {
		return fmt.Errorf("forget a home: %w", err)
	}
	return nil
}

const selectHome = `SELECT user, opened_at, shown, shown_at FROM homes`

func scanHome(row row) (h Home, err error) {
	return h, row.Scan(&h.User, timeColumn{&h.OpenedAt}, &h.Shown, timeColumn{&h.ShownAt})
}

// Home gives somebody's; ErrNotFound when they have opened none of late.
func (v *View) Home(user string) (Home, error) {
	h, err := one(v, scanHome, selectHome+` WHERE user = ?`, user)
	if err != nil {
		return h, fmt.Errorf("home of a person: %w", err)
	}
	return h, nil
}

// Homes gives all of them, those published longest ago first.
func (v *View) Homes() ([]Home, error) {
	list, err := all(v, scanHome, selectHome+` ORDER BY shown_at, user`)
	if err != nil {
		return nil, fmt.Errorf("homes: %w", err)
	}
	return list, nil
}

// IncidentsOf gives the open incidents that concern somebody and that they may
// see: whose channel they are in, whose lead they have or that they opened;
// the newest first.
func (v *View) IncidentsOf(who incident.Viewer) ([]incident.Incident, error) {
	list, err := v.incidents(`i.status <> 'closed' AND `+visible+` AND (i.commander = ? OR i.opened_by = ?
			OR EXISTS (SELECT 1 FROM members m WHERE m.channel = i.channel_id AND m.channel <> '' AND m.user = ?))
		ORDER BY i.number DESC`, append(seenBy(who), who.User, who.User, who.User)...)
	if err != nil {
		return nil, fmt.Errorf("incidents of a person: %w", err)
	}
	return list, nil
}

// TasksOf gives the open tasks that somebody owns in incidents that they may
// see, closed ones too: the first due first, those without a date last.
func (v *View) TasksOf(who incident.Viewer) ([]incident.Task, error) {
	list, err := all(v, scanTask, selectTask+` WHERE owner = ? AND owner <> '' AND state = ?
		AND incident IN (SELECT i.number FROM incidents i WHERE `+visible+`) ORDER BY due = 0, due, incident, n`,
		append([]any{who.User, incident.TaskOpen}, seenBy(who)...)...)
	if err != nil {
		return nil, fmt.Errorf("tasks of a person: %w", err)
	}
	return list, nil
}
