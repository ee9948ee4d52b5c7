package store

import (
	"fmt"
	"time"

	"firebreak/incident"
)

// SavePerson keeps what Slack says of a person now.
func (tx *Tx) SavePerson(p incident.Person) error {
	_, err := tx.exec(`INSERT INTO people (id, team, name, email, tz, bot, deactivated, guest, stranger, saved_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET team = excluded.team, name = excluded.name, email = excluded.email, tz = excluded.tz,
			bot = excluded.bot, deactivated = excluded.deactivated, guest = excluded.guest, stranger = excluded.stranger,
			saved_at = excluded.saved_at`,
		p.ID, p.TeamID, p.Name, p.Email, p.TZ, p.Bot, p.Deactivated, p.Guest, p.Stranger, micros(time.Now()))
	if err != nil {
		return fmt.Errorf("save person %s: %w", p.ID, err)
	}
	return nil
}

// Person gives a person by Slack user id, and when that was saved.
func (v *View) Person(id string) (incident.Person, time.Time, error) {
	return v.person("person "+id, `id = ?`, id)
}

// PersonByEmail finds a person by e-mail address in any letter case. Of
// several, one who can still act is preferred.
func (v *View) PersonByEmail(email string) (incident.Person, error) {
	p, _, err := v.person("person by e-mail", `lower(email) = lower(?) AND email <> '' ORDER BY deactivated, bot, guest, id`, email)
	return p, err
}

func (v *View) person(what, where string, arg string) (p incident.Person, saved time.Time, err error) {
	p, err = one(v, func(row row) (p incident.Person, err error) {
		return p, row.Scan(&p.ID, &p.TeamID, &p.Name, &p.Email, &p.TZ, &p.Bot, &p.Deactivated, &p.Guest, &p.Stranger, timeColumn{&saved})
	}, `SELECT id, team, name, email, tz, bot, deactivated, guest, stranger, saved_at FROM people WHERE `+where, arg)
	if err != nil {
		return incident.Person{}, time.Time{}, fmt.Errorf("%s: %w", what, err)
	}
	return p, saved, nil
}
