package store

import (
	"encoding/json"
	"fmt"

	"firebreak/incident"
)

// custodyBody is the body of a record of custody. Who moved it and when stand
// in the header, with the piece's number, and outlive an erasure.
type custodyBody struct {
	Move   incident.Move `json:"move"`
	File   string        `json:"file,omitempty"` // its id; empty: the message itself
	Name   string        `json:"name,omitempty"`
	To     string        `json:"to,omitempty"`
	Note   string        `json:"note,omitempty"`
	SHA256 string        `json:"sha256,omitempty"`
	Size   int64         `json:"size,omitempty"`
}

// Collect says that a file of an entry has been captured, once for each hash.
// kept is false, and nothing is said, when the entry was redacted meanwhile:
// nothing of it is to be kept. ErrNotFound when no entry has the key.
func (tx *Tx) Collect(entryKey string, f incident.File, c incident.Custody) (kept bool, err error) {
	redacted, err := one(&tx.View, value[bool], `SELECT redacted FROM entries WHERE key = ?`, entryKey)
	if err != nil {
		return false, fmt.Errorf("collect file %s of %s: %w", f.ID, entryKey, err)
	}
	if redacted {
		return false, nil
	}
	if err := tx.AttachFile(entryKey, f); err != nil {
		return false, err
	}
	known, err := one(&tx.View, value[bool], `SELECT EXISTS (SELECT 1 FROM custody WHERE key = ? AND file = ? AND move = ? AND sha256 = ?)`,
		entryKey, f.ID, incident.MoveCollected, f.SHA256)
	if err != nil || known {
		return err == nil, err
	}
	c.Move = incident.MoveCollected
	_, err = tx.Move(entryKey, f, c)
	return true, err
}

// Move adds a move to the custody of an entry's file, or, without a file's ID,
// of the entry itself, and gives its number. The first move gives it one.
func (tx *Tx) Move(entryKey string, f incident.File, c incident.Custody) (n int, err error) {
	inc, err := one(&tx.View, value[incident.Number], `SELECT incident FROM entries WHERE key = ?`, entryKey)
	if err != nil {
		return 0, fmt.Errorf("custody of %s: %w", entryKey, err)
	}
	n, err = one(&tx.View, value[int], `SELECT coalesce(
			(SELECT min(n) FROM custody WHERE key = ?1 AND file = ?2 AND move <> ''),
			(SELECT max(n) + 1 FROM custody WHERE incident = ?3), 1)`, entryKey, f.ID, inc)
	if err != nil {
		return 0, fmt.Errorf("custody of %s: %w", entryKey, err)
	}
	b := custodyBody{
		Move: c.Move, File: f.ID, Name: valid(f.Name), To: c.To, Note: valid(c.Note), SHA256: f.SHA256, Size: f.Size,
	}
	_, err = tx.append(record{incident: inc, kind: recordCustody, subject: entryKey, n: n, occurredAt: micros(c.At), actor: c.By}, b)
	if err != nil {
		return 0, fmt.Errorf("custody of %s: %w", entryKey, err)
	}
	return n, nil
}

func (tx *Tx) projectCustody(r record) error {
	var b custodyBody
	if r.body != nil {
		if err := json.Unmarshal(r.body, &b); err != nil {
			return err
		}
	}
	_, err := tx.exec(`INSERT INTO custody (incident, seq, n, key, file, move, at, by, recipient, note, sha256, size)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.incident, r.seq, r.n, r.subject, b.File, b.Move, r.occurredAt, r.actor, b.To, b.Note, b.SHA256, b.Size)
	return err
}

// CollectKnown begins the custody of files that were captured before there was
// any, at most limit of them, and says how many it were.
func (tx *Tx) CollectKnown(limit int) (int, error) {
	type known struct {
		key string
		f   incident.File
		c   incident.Custody
	}
	list, err := all(&tx.View, func(row row) (k known, err error) {
		return k, row.Scan(&k.key, timeColumn{&k.c.At}, &k.f.ID, &k.f.Name, &k.f.SHA256, &k.f.Size)
	}, `SELECT f.key, e.recorded_at, f.id, f.name, f.sha256, f.size FROM entry_files f JOIN entries e ON e.key = f.key
		WHERE f.sha256 <> '' AND NOT EXISTS (SELECT 1 FROM custody c WHERE c.key = f.key AND c.file = f.id)
		ORDER BY e.incident, e.n, f.id`+atMost(limit))
	if err != nil {
		return 0, fmt.Errorf("collect known files: %w", err)
	}
	for _, k := range list {
		if _, err := tx.Collect(k.key, k.f, k.c); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}
