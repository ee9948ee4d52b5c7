package store

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"firebreak/incident"
)

// Together has the corrections that fn makes taken back together, by one undo.
// name is theirs alone; it is kept in the log.
func (tx *Tx) Together(name string, fn func() error) error {
	was := tx.batch
	tx.batch = name
	defer func() { tx.batch = was }()
	return fn()
}

// Alter changes what an entry is, beside text and time. changed says whether
// it was not so already. WhatDropped is Drop's.
func (tx *Tx) Alter(entryID string, c incident.Alteration) (changed bool, err error) {
	e, err := tx.corrected(entryID)
	if err == nil && e.redacted {
		err = fmt.Errorf("change entry %s: %w", entryID, ErrRedacted)
	}
	if err != nil {
		return false, err
	}
	s, err := tx.stateOf(e.key)
	if err != nil {
		return false, err
	}
	if s.value(c.What) == c.To {
		return false, nil
	}
	return true, tx.alter(e.n, e.key, alterationBody{At: micros(c.At), By: c.By, What: c.What, To: c.To, Reason: c.Reason, Batch: tx.batch})
}

func (tx *Tx) alter(n incident.Number, key string, b alterationBody) error {
	if _, err := tx.append(record{incident: n, kind: recordAlteration, subject: key, occurredAt: b.At, actor: b.By}, b); err != nil {
		return fmt.Errorf("change %s of entry %s: %w", b.What, key, err)
	}
	return nil
}

func (tx *Tx) projectAlteration(r record) error {
	var b alterationBody
	if err := json.Unmarshal(r.body, &b); err != nil {
		return err
	}
	if _, err := tx.exec(`UPDATE alterations SET undone = 1 WHERE key = ? AND seq = ?`, r.subject, b.Undoes); err != nil {
		return err
	}
	if _, err := tx.exec(`INSERT INTO alterations (key, seq, at, by, what, value, reason, batch, undone) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.subject, r.seq, b.At, b.By, b.What, b.To, b.Reason, b.Batch, b.Undoes != 0); err != nil {
		return err
	}
	return tx.markAltered(r.subject)
}

// markAltered has settle look for changes of the entry.
func (tx *Tx) markAltered(key string) error {
	_, err := tx.exec(`UPDATE entries SET altered = 1, first_kind = kind WHERE key = ? AND NOT altered`, key)
	return err
}

// state is what changes make of an entry.
type state struct {
	kind    incident.Kind
	phase   incident.Phase
	hidden  bool
	dropped bool // by itself
	folded  int
	moved   incident.Number
}

// off says whether the entry is off the timeline.
func (s state) off() bool { return s.dropped || s.folded != 0 || s.moved != 0 }

func (s state) value(w incident.What) string {
	yes := func(holds bool) string {
		if holds {
			return incident.Yes
		}
		return ""
	}
	switch w {
	case incident.WhatKind:
		return string(s.kind)
	case incident.WhatPhase:
		return string(s.phase)
	case incident.WhatHidden:
		return yes(s.hidden)
	case incident.WhatDropped:
		return yes(s.dropped)
	case incident.WhatFolded:
		if s.folded != 0 {
			return strconv.Itoa(s.folded)
		}
	case incident.WhatMoved:
		if s.moved != 0 {
			return s.moved.String()
		}
	}
	return ""
}

// set applies a change. What cannot be read changes nothing: a newer build may
// have written it.
func (s *state) set(w incident.What, to string) {
	switch w {
	case incident.WhatKind:
		s.kind = incident.Kind(to)
	case incident.WhatPhase:
		s.phase = incident.Phase(to)
	case incident.WhatHidden:
		s.hidden = to == incident.Yes
	case incident.WhatDropped:
		s.dropped = to == incident.Yes
	case incident.WhatFolded:
		s.folded, _ = strconv.Atoi(to)
	case incident.WhatMoved:
		s.moved = 0
		if n, err := incident.ParseNumber(to); err == nil {
			s.moved = n
		}
	}
}

// stateOf is what the changes that hold make of an entry, in the order of the
// log; without any, it is as it was recorded.
func (v *View) stateOf(key string) (state, error) {
	s, err := one(v, func(row row) (s state, err error) {
		return s, row.Scan(&s.kind, &s.folded, &s.moved)
	}, `SELECT CASE WHEN altered THEN first_kind ELSE kind END, first_folded, first_moved FROM entries WHERE key = ?`, key)
	if err != nil {
		return s, fmt.Errorf("state of entry %s: %w", key, err)
	}
	_, err = all(v, func(row row) (_ struct{}, err error) {
		var w incident.What
		var to string
		if err = row.Scan(&w, &to); err == nil {
			s.set(w, to)
		}
		return struct{}{}, err
	}, `SELECT what, value FROM (
			SELECT seq, what, value FROM alterations WHERE key = ?1 AND NOT undone
			UNION ALL
			SELECT seq, 'dropped', CASE WHEN dropped THEN 'yes' ELSE '' END FROM drops WHERE key = ?1 AND NOT undone)
		ORDER BY seq`, key)
	if err != nil {
		return s, fmt.Errorf("state of entry %s: %w", key, err)
	}
	return s, nil
}

// alterationsOf gives the changes of the entries that where chooses, by key.
func (v *View) alterationsOf(where string, args []any) (map[string][]incident.Alteration, error) {
	byKey := map[string][]incident.Alteration{}
	_, err := all(v, func(row row) (_ struct{}, err error) {
		var key string
		var c incident.Alteration
		if err = row.Scan(&key, timeColumn{&c.At}, &c.By, &c.What, &c.To, &c.Reason, &c.Undone); err == nil {
			byKey[key] = append(byKey[key], c)
		}
		return struct{}{}, err
	}, `WITH altered AS (SELECT e.key FROM entries e WHERE e.altered AND `+where+`)
		SELECT key, at, by, what, value, reason, undone FROM (
			SELECT c.key, c.seq, c.at, c.by, c.what, c.value, c.reason, c.undone FROM altered e JOIN alterations c ON c.key = e.key
			UNION ALL
			SELECT d.key, d.seq, d.at, d.by, 'dropped', CASE WHEN d.dropped THEN 'yes' ELSE '' END, d.reason, d.undone
			FROM altered e JOIN drops d ON d.key = e.key)
		ORDER BY key, seq`, args...)
	return byKey, err
}

// Made is an entry made of another: what it would be without the change that
// makes it stand.
type Made struct {
	Folded int             // N of the entry it is part of
	Moved  incident.Number // the incident it is a copy of an entry of
	By     string
	At     time.Time
	Reason string
}

// Make records an entry that is made of another, and the change by which it
// stands: taking that back leaves it where it came from. What Slack has told
// of the other, and tells from now on, counts for it too.
func (tx *Tx) Make(key string, e incident.Entry, m Made) (incident.Entry, error) {
	g, err := tx.ground(key, e)
	if err != nil {
		return incident.Entry{}, err
	}
	if g.known {
		return tx.EntryByKey(key)
	}
	from, err := tx.madeOf(key, e.Incident, m)
	if err != nil {
		return incident.Entry{}, fmt.Errorf("record %s: %w", key, err)
	}
	own, err := tx.asOf(from, Version{At: e.OccurredAt, By: e.Actor.ID, Text: e.Text})
	if err != nil {
		return incident.Entry{}, fmt.Errorf("record %s: %w", key, err)
	}
	b := bodyOf(e, own)
	b.Folded, b.Moved = m.Folded, m.Moved
	r, err := tx.extend(g.head, record{incident: e.Incident, kind: recordEntry, subject: key, occurredAt: micros(e.OccurredAt), actor: e.Actor.ID}, b)
	if err == nil {
		err = tx.apply(r)
	}
	if err != nil {
		return incident.Entry{}, fmt.Errorf("record %s: %w", key, err)
	}
	what := incident.WhatFolded
	if m.Moved != 0 {
		what = incident.WhatMoved
	}
	if err := tx.alter(e.Incident, key, alterationBody{At: micros(m.At), By: m.By, What: what, Reason: m.Reason, Batch: tx.batch}); err != nil {
		return incident.Entry{}, err
	}
	if err := tx.carry(from, twin{key, e.Incident}); err != nil {
		return incident.Entry{}, fmt.Errorf("record %s: %w", key, err)
	}
	return tx.EntryByKey(key)
}
