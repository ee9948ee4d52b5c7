package store

import (
	"fmt"
	"strings"
	"time"

	"firebreak/incident"
)

// What Slack tells of a message is recorded under the message's key. Where
// responders have put its words elsewhere, it is recorded there too, in the log
// of that incident: in a copy that was moved, and in what was split off. What
// was merged into another entry is read with that one (see partsOf); only its
// words are written there, by an edit that goes with the merge.

// twin is an entry that was made of another.
type twin struct {
	key string
	n   incident.Number
}

func scanTwin(row row) (t twin, err error) { return t, row.Scan(&t.key, &t.n) }

const (
	copiesOf = `SELECT c.key, c.incident FROM whole w JOIN entries e ON e.key = w.key
		JOIN entries c ON c.incident = e.moved AND c.key LIKE '%:moved:' || e.id WHERE e.moved <> 0 AND NOT c.redacted`
	halvesOf = `SELECT c.key, c.incident FROM whole w JOIN entries e ON e.key = w.key
		JOIN entries c ON c.incident = e.incident AND c.first_folded = e.n WHERE c.first_folded <> 0 AND NOT c.redacted`
	itself = `WITH whole (key) AS (SELECT ?1) `
	// whole is the entry and those that stand for it.
	whole = `WITH RECURSIVE whole (key) AS (SELECT ?1 UNION
		SELECT s.key FROM whole w JOIN entries p ON p.key = w.key JOIN entries s ON s.incident = p.incident AND s.n = p.folded WHERE p.folded <> 0) `
)

// partsOf are the keys of an entry e and of all that was merged into it, as SQL;
// not what was split off it, which has only what it has itself.
const partsOf = `(WITH RECURSIVE part (key, n) AS (SELECT e.key, e.n UNION
	SELECT f.key, f.n FROM part JOIN entries f ON f.incident = e.incident AND f.folded = part.n AND f.folded <> 0 AND f.folded <> f.first_folded) SELECT key FROM part)`

// standsForOthers says whether anything was merged into an entry e, as SQL.
const standsForOthers = `EXISTS (SELECT 1 FROM entries f WHERE f.incident = e.incident AND f.folded = e.n AND f.folded <> 0)`

// pinnedEntry is whether a pin is on an entry e or on what was merged into it,
// as SQL.
const pinnedEntry = `CASE WHEN ` + standsForOthers + ` THEN EXISTS (SELECT 1 FROM pins p WHERE p.pinned AND p.key IN ` + partsOf + `)
	ELSE EXISTS (SELECT 1 FROM pins p WHERE p.key = e.key AND p.pinned) END`

func (v *View) twins(query, key string) ([]twin, error) {
	list, err := all(v, scanTwin, query, key)
	if err != nil {
		return nil, fmt.Errorf("entries made of %s: %w", key, err)
	}
	return list, nil
}

// followMark has a reaction that was put on a message or taken off it count
// wherever the message's words are. One that is taken off stays where another
// message, which says part of the same, has it from the same person.
func (tx *Tx) followMark(key string, p incident.Pin, on bool, order, table, holds string,
	set func(incident.Number, string, incident.Pin, bool, string) (bool, error),
) error {
	list, err := tx.twins(whole+copiesOf+` UNION `+halvesOf, key)
	if err != nil || len(list) == 0 {
		return err
	}
	if !on {
		_, other, err := optional(&tx.View, value[int], whole+`SELECT 1 FROM whole w JOIN entries e ON e.key = w.key
			JOIN `+table+` m ON m.key IN `+partsOf+` WHERE m.`+holds+` AND m.by = ?2 AND m.emoji = ?3`, key, p.By, p.Emoji)
		if err != nil || other {
			return err
		}
	}
	for _, l := range list {
		if _, err := set(l.n, l.key, p, on, order); err != nil {
			return err
		}
	}
	return nil
}

// carry gives an entry that is made of another what is known of that one's
// message: whether it was deleted, and the reactions on it.
func (tx *Tx) carry(from string, to twin) error {
	deleted, gone, err := optional(&tx.View, func(row row) (b deleteBody, err error) { return b, row.Scan(&b.At, &b.By) },
		`SELECT at, by FROM deletions WHERE key = ?`, from)
	if err != nil {
		return err
	}
	if gone {
		if _, err := tx.MarkDeleted(to.n, to.key, fromMicros(deleted.At), deleted.By); err != nil {
			return err
		}
	}
	for _, m := range []struct {
		table, holds string
		set          func(incident.Number, string, incident.Pin, bool, string) (bool, error)
	}{{"hides", "hidden", tx.SetHide}, {"pins", "pinned", tx.SetPin}} {
		if m.table == "pins" && !strings.Contains(to.key, ":moved:") {
			continue // half of what was pinned is a note, which the RCA tells anyway
		}
		if err := tx.carryMarks(from, to, m.table, m.holds, m.set); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) carryMarks(from string, to twin, table, holds string,
	set func(incident.Number, string, incident.Pin, bool, string) (bool, error),
) error {
	type mark struct {
		incident.Pin
		ord int64
	}
	list, err := all(&tx.View, func(row row) (m mark, err error) {
		return m, row.Scan(&m.By, &m.Emoji, timeColumn{&m.At}, &m.ord)
	}, `SELECT m.by, m.emoji, m.at, m.ord FROM entries e JOIN `+table+` m ON m.key IN `+partsOf+` WHERE e.key = ? AND m.`+holds+` ORDER BY m.ord, m.by, m.emoji`, from)
	if err != nil {
		return err
	}
	for _, m := range list {
		if _, err := set(to.n, to.key, m.Pin, true, orderOf(m.ord)); err != nil {
			return err
		}
	}
	return nil
}

// followDeletion marks what was made of a message that is gone. What was
// merged with it stands by itself again, or loses its words.
func (tx *Tx) followDeletion(key string, at time.Time, by string) error {
	list, err := tx.twins(itself+copiesOf+` UNION `+halvesOf, key)
	if err != nil {
		return err
	}
	for _, l := range list {
		if _, err := tx.MarkDeleted(l.n, l.key, at, by); err != nil {
			return err
		}
	}
	e, err := tx.wording(key)
	if err != nil || e.key == "" {
		return err
	}
	if err := tx.unfold(e, micros(at), by); err != nil {
		return err
	}
	return tx.rippleUp(e, e.text, "", Version{At: at, By: by})
}

// unfold lets what was merged into an entry stand by itself again.
func (tx *Tx) unfold(e wording, at int64, by string) error {
	parts, err := all(&tx.View, func(row row) (c Correction, err error) { return c, row.Scan(&c.key, &c.seq) },
		`SELECT p.key, a.seq FROM entries p JOIN alterations a ON a.key = p.key AND a.what = 'folded' AND NOT a.undone AND a.value = CAST(?2 AS TEXT)
		WHERE p.incident = ?1 AND p.folded = ?2 AND p.folded <> 0 AND NOT p.deleted AND NOT p.redacted`, e.twin.n, e.label)
	if err != nil {
		return err
	}
	for _, c := range parts {
		b := alterationBody{At: at, By: by, What: incident.WhatFolded, Reason: "the message that stood for it was deleted in Slack", Undoes: c.seq}
		if err := tx.alter(e.twin.n, c.key, b); err != nil {
			return err
		}
	}
	return nil
}
