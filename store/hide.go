package store

import (
	"encoding/json"
	"fmt"

	"firebreak/incident"
)

// SetHide is SetPin for a reaction that keeps a message out of the RCA and the
// exports: of two events of one order "on" wins here too, since what is kept
// out by mistake can be seen and let in again.
func (tx *Tx) SetHide(n incident.Number, key string, p incident.Pin, on bool, order string) (changed bool, err error) {
	ord, err := parseOrder(order)
	if err != nil {
		return false, fmt.Errorf("hide %s: %w", key, err)
	}
	type state struct {
		on      bool
		at, ord int64
	}
	old, found, err := optional(&tx.View, func(row row) (s state, err error) {
		return s, row.Scan(&s.on, &s.at, &s.ord)
	}, `SELECT hidden, at, ord FROM hides WHERE key = ? AND by = ? AND emoji = ?`, key, p.By, p.Emoji)
	if err != nil {
		return false, fmt.Errorf("hide %s: %w", key, err)
	}
	b := pinBody{By: p.By, Emoji: p.Emoji, At: micros(p.At), On: on, Order: order}
	later := ord > old.ord || ord == old.ord && (on && !old.on || on == old.on && b.At > old.at)
	if found && !later {
		return false, nil
	}
	if _, err := tx.append(record{incident: n, kind: recordHide, subject: key, occurredAt: b.At, actor: p.By}, b); err != nil {
		return false, fmt.Errorf("hide %s: %w", key, err)
	}
	return on != old.on, tx.followMark(key, p, on, order, "hides", "hidden", tx.SetHide)
}

// HidesOf gives the reactions that keep a message out now, the oldest first;
// those on what was merged into its entry too.
func (v *View) HidesOf(key string) ([]incident.Pin, error) {
	return all(v, func(row row) (p incident.Pin, err error) {
		return p, row.Scan(&p.By, timeColumn{&p.At}, &p.Emoji)
	}, `SELECT by, at, emoji FROM hides WHERE hidden AND (key = ?1 OR key IN (SELECT h.key FROM entries e JOIN hides h ON h.key IN `+partsOf+` WHERE e.key = ?1))
		ORDER BY at, by, emoji`, key)
}

// hiddenEntry is whether a responder on the timeline or a reaction keeps an
// entry e out, or what was merged into it, as SQL.
const hiddenEntry = `(e.hidden OR CASE WHEN ` + standsForOthers + ` THEN EXISTS (SELECT 1 FROM hides h WHERE h.hidden AND h.key IN ` + partsOf + `)
	ELSE EXISTS (SELECT 1 FROM hides h WHERE h.key = e.key AND h.hidden) END)`

func (tx *Tx) projectHide(r record) error {
	var b pinBody
	if err := json.Unmarshal(r.body, &b); err != nil {
		return err
	}
	ord, err := parseOrder(b.Order)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO hides (key, by, emoji, hidden, at, ord) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (key, by, emoji) DO UPDATE SET hidden = excluded.hidden, at = excluded.at, ord = excluded.ord
		WHERE (excluded.ord, excluded.hidden, excluded.at) > (hides.ord, hides.hidden, hides.at)`,
		r.subject, b.By, b.Emoji, b.On, b.At, ord)
	return err
}
