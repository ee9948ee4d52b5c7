package store

import (
	"fmt"
	"time"

	"firebreak/incident"
)

// Correction is a change that a responder made to an entry and that nobody
// has taken back.
type Correction struct {
	Entry string // its id
	N     int    // its label
	By    string
	At    time.Time
	What  incident.What // that it changed; "": text or time
	To    string        // what What was changed to

	Incident incident.Number

	key   string
	seq   int64
	batch string
}

// Drop takes an entry off the timeline, or puts it back. changed says whether
// it was not so already. ErrRedacted when its content was erased.
func (tx *Tx) Drop(entryID string, dropped bool, by, reason string, at time.Time) (changed bool, err error) {
	e, err := tx.corrected(entryID)
	if err == nil && e.redacted {
		err = fmt.Errorf("drop entry %s: %w", entryID, ErrRedacted)
	}
	if err != nil {
		return false, err
	}
	s, err := tx.stateOf(e.key)
	if err != nil || s.dropped == dropped {
		return false, err
	}
	return true, tx.drop(e.n, e.key, dropBody{At: micros(at), By: by, Dropped: dropped, Reason: reason, Batch: tx.batch})
}

func (tx *Tx) drop(n incident.Number, key string, b dropBody) error {
	if _, err := tx.append(record{incident: n, kind: recordDrop, subject: key, occurredAt: b.At, actor: b.By}, b); err != nil {
		return fmt.Errorf("drop entry %s: %w", key, err)
	}
	return nil
}

// target is the entry that a correction is about.
type target struct {
	key string
	n   incident.Number
	at  int64

	redacted bool
}

func (v *View) corrected(entryID string) (target, error) {
	e, err := one(v, func(row row) (t target, err error) {
		return t, row.Scan(&t.key, &t.n, &t.at, &t.redacted)
	}, `SELECT key, incident, occurred_at, redacted FROM entries WHERE id = ?`, entryID)
	if err != nil {
		return e, fmt.Errorf("correct entry %s: %w", entryID, err)
	}
	return e, nil
}

// standingCorrections are those that nobody has taken back.
const standingCorrections = `SELECT e.id, e.n, c.by, c.at, c.what, c.value, c.key, e.incident, c.seq, c.batch FROM (
		SELECT key, seq, by, at, batch, '' AS what, '' AS value FROM edits WHERE NOT undone AND over = 0
		UNION ALL SELECT key, seq, by, at, batch, 'dropped', CASE WHEN dropped THEN 'yes' ELSE '' END FROM drops WHERE NOT undone
		UNION ALL SELECT key, seq, by, at, batch, what, value FROM alterations WHERE NOT undone) c
	JOIN entries e ON e.key = c.key `

func scanCorrection(row row) (c Correction, err error) {
	return c, row.Scan(&c.Entry, &c.N, &c.By, timeColumn{&c.At}, &c.What, &c.To, &c.key, &c.Incident, &c.seq, &c.batch)
}

// LastCorrection gives the newest correction that somebody made in an
// incident; ErrNotFound says that there is none to take back.
func (v *View) LastCorrection(n incident.Number, by string) (Correction, error) {
	c, err := one(v, scanCorrection, standingCorrections+`WHERE e.incident = ? AND c.by = ? ORDER BY c.seq DESC LIMIT 1`, n, by)
	if err != nil {
		return c, fmt.Errorf("last correction in %s: %w", n, err)
	}
	return c, nil
}

// LastCorrectionOf gives the newest correction of an entry; ErrNotFound says
// that there is none.
func (v *View) LastCorrectionOf(entryID string) (Correction, error) {
	c, err := one(v, scanCorrection, standingCorrections+`WHERE e.id = ? ORDER BY c.seq DESC LIMIT 1`, entryID)
	if err != nil {
		return c, fmt.Errorf("last correction of entry %s: %w", entryID, err)
	}
	return c, nil
}

// Tied gives the corrections to be taken back together with c, that one
// included, the newest first; of other incidents too.
func (v *View) Tied(c Correction) ([]Correction, error) {
	if c.batch == "" {
		return []Correction{c}, nil
	}
	list, err := all(v, scanCorrection, standingCorrections+`WHERE c.batch = ? ORDER BY e.incident, c.seq DESC`, c.batch)
	if err != nil {
		return nil, fmt.Errorf("corrections with that of entry %s: %w", c.Entry, err)
	}
	return list, nil
}

// Undo takes a correction back: what it laid over shows again. Both stay
// among the revisions. It must be the entry's newest of its kind, or what
// came after it would show through.
func (tx *Tx) Undo(c Correction, by string, at time.Time) error {
	switch c.What {
	case "":
		return tx.undoEdit(c, by, at)
	case incident.WhatDropped:
		return tx.drop(c.Incident, c.key, dropBody{At: micros(at), By: by, Dropped: c.To != incident.Yes, Undoes: c.seq})
	}
	beneath, _, err := optional(&tx.View, value[string], `SELECT value FROM alterations
		WHERE key = ? AND what = ? AND NOT undone AND seq <> ? ORDER BY seq DESC LIMIT 1`, c.key, c.What, c.seq)
	if err != nil {
		return fmt.Errorf("take back a correction of entry %s: %w", c.Entry, err)
	}
	return tx.alter(c.Incident, c.key, alterationBody{At: micros(at), By: by, What: c.What, To: beneath, Undoes: c.seq})
}

func (tx *Tx) undoEdit(c Correction, by string, at time.Time) error {
	b := editBody{At: micros(at), By: by, Undoes: c.seq}
	b, err := one(&tx.View, func(row row) (editBody, error) {
		return b, row.Scan(&b.Text, &b.OccurredAt)
	}, `SELECT text, occurred_at FROM (
			SELECT * FROM (SELECT x.text, x.occurred_at, 1 AS laid, x.at, x.seq, x'' AS digest FROM edits x
			WHERE x.key = ?1 AND NOT x.undone AND ?2 NOT IN (x.seq, x.over) ORDER BY `+newestEdit+` LIMIT 1)
			UNION ALL
			SELECT v.text, e.original_at, 0, v.at, v.ord, v.digest FROM versions v JOIN entries e ON e.key = v.key WHERE v.key = ?1)
		ORDER BY laid DESC, at DESC, seq DESC, digest DESC LIMIT 1`, c.key, c.seq)
	if err != nil {
		return fmt.Errorf("take back a correction of entry %s: %w", c.Entry, err)
	}
	_, err = tx.append(record{incident: c.Incident, kind: recordEdit, subject: c.key, occurredAt: b.At, actor: by}, b)
	if err != nil {
		return fmt.Errorf("take back a correction of entry %s: %w", c.Entry, err)
	}
	return nil
}
