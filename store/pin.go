package store

import (
	"fmt"
	"slices"
	"time"

	"firebreak/incident"
)

// SetPin says that somebody's pin emoji is on a message or off it, as told by
// the event of that order (its event_ts). The greater order wins; of one order
// "on" wins over "off", since a pin too many can be seen and taken off; then
// the later time. It may come before the message's entry. changed says
// whether this person's emoji is now on where it was off, or the reverse.
func (tx *Tx) SetPin(n incident.Number, key string, p incident.Pin, on bool, order string) (changed bool, err error) {
	ord, err := parseOrder(order)
	if err != nil {
		return false, fmt.Errorf("pin %s: %w", key, err)
	}
	type state struct {
		on      bool
		at, ord int64
	}
	old, found, err := optional(&tx.View, func(row row) (s state, err error) {
		return s, row.Scan(&s.on, &s.at, &s.ord)
	}, `SELECT pinned, at, ord FROM pins WHERE key = ? AND by = ? AND emoji = ?`, key, p.By, p.Emoji)
	if err != nil {
		return false, fmt.Errorf("pin %s: %w", key, err)
	}
	b := pinBody{By: p.By, Emoji: p.Emoji, At: micros(p.At), On: on, Order: order}
	later := ord > old.ord || ord == old.ord && (on && !old.on || on == old.on && b.At > old.at)
	if found && !later {
		return false, nil
	}
	if _, err := tx.append(record{incident: n, kind: recordPin, subject: key, occurredAt: b.At, actor: p.By}, b); err != nil {
		return false, fmt.Errorf("pin %s: %w", key, err)
	}
	return on != old.on, tx.followMark(key, p, on, order, "pins", "pinned", tx.SetPin)
}

// PinsOf gives the pins that are on a message now, the oldest first.
func (v *View) PinsOf(key string) ([]incident.Pin, error) {
	return all(v, func(row row) (p incident.Pin, err error) {
		return p, row.Scan(&p.By, timeColumn{&p.At}, &p.Emoji)
	}, `SELECT by, at, emoji FROM pins WHERE key = ? AND pinned ORDER BY at, by, emoji`, key)
}

// pins gives those of the entries chosen by where, by key.
func (v *View) pins(where string, args []any) (map[string][]incident.Pin, error) {
	byKey := map[string][]incident.Pin{}
	_, err := all(v, func(row row) (_ struct{}, err error) {
		var key string
		var p incident.Pin
		if err = row.Scan(&key, &p.By, timeColumn{&p.At}, &p.Emoji); err == nil {
			byKey[key] = append(byKey[key], p)
		}
		return struct{}{}, err
	}, `SELECT key, by, min(at), emoji FROM (
			SELECT e.key, p.by, p.at, p.emoji FROM entries e JOIN pins p ON p.key = e.key WHERE p.pinned AND `+where+`
			UNION ALL
			SELECT e.key, p.by, p.at, p.emoji FROM entries e JOIN pins p ON p.key IN `+partsOf+` AND p.key <> e.key
			WHERE `+standsForOthers+` AND p.pinned AND `+where+`)
		GROUP BY key, by, emoji ORDER BY min(at), by, emoji`, slices.Concat(args, args)...)
	return byKey, err
}

// MarkDeleted says that a message was deleted at its source, which is final.
// It may come before the message's entry. fresh says whether that is news.
func (tx *Tx) MarkDeleted(n incident.Number, key string, at time.Time, by string) (fresh bool, err error) {
	_, known, err := optional(&tx.View, value[int], `SELECT 1 FROM deletions WHERE key = ?`, key)
	if err != nil || known {
		return false, err
	}
	b := deleteBody{At: micros(at), By: by}
	if _, err := tx.append(record{incident: n, kind: recordDelete, subject: key, occurredAt: b.At, actor: by}, b); err != nil {
		return false, fmt.Errorf("mark %s deleted: %w", key, err)
	}
	return true, tx.followDeletion(key, at, by)
}
