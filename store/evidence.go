package store

import (
	"fmt"

	"firebreak/incident"
)

// Evidence lists an incident's pieces of evidence by number, each with its
// custody.
func (v *View) Evidence(who incident.Viewer, n incident.Number) ([]incident.Evidence, error) {
	if _, err := v.Incident(who, n); err != nil {
		return nil, err
	}
	return v.pieces(n, `1 = 1`)
}

// Piece gives one of them; ErrNotFound when there is none.
func (v *View) Piece(who incident.Viewer, n incident.Number, number int) (incident.Evidence, error) {
	if _, err := v.Incident(who, n); err != nil {
		return incident.Evidence{}, err
	}
	list, err := v.pieces(n, `c.n = ?`, number)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("evidence %d of %s: %w", number, n, ErrNotFound)
	}
	if err != nil {
		return incident.Evidence{}, err
	}
	return list[0], nil
}

// pieces reads those of an incident that where chooses, of table custody as c.
func (v *View) pieces(n incident.Number, where string, args ...any) (list []incident.Evidence, err error) {
	_, err = all(v, func(row row) (_ struct{}, err error) {
		e := incident.Evidence{Incident: n}
		var c incident.Custody
		err = row.Scan(&e.N, &c.Seq, &c.Move, timeColumn{&c.At}, &c.By, &c.To, &c.Note, &c.SHA256, &c.Size,
			&e.Entry, &e.By.ID, &e.By.Name, &e.By.Kind, timeColumn{&e.At}, &e.Text,
			&e.File.ID, &e.File.Name, &e.File.SHA256, &e.File.Size, &e.Away)
		if last := len(list) - 1; last < 0 || list[last].N != e.N {
			list = append(list, e)
		}
		piece := &list[len(list)-1]
		if piece.File.ID == "" {
			piece.File = e.File
		}
		piece.Redacted = piece.Redacted || c.Move == ""
		piece.Custody = append(piece.Custody, c)
		return struct{}{}, err
	}, `SELECT c.n, c.seq, c.move, c.at, c.by, c.recipient, c.note, c.sha256, c.size,
			e.n, e.actor_id, coalesce(nullif(who.name, ''), e.actor_name), e.actor_kind, e.occurred_at, e.text,
			c.file, coalesce(f.name, ''), coalesce(f.sha256, ''), coalesce(f.size, 0),
			e.moved <> 0 AND coalesce((SELECT i.private FROM incidents i WHERE i.number = e.moved), 0)
		FROM custody c JOIN entries e ON e.key = c.key
		LEFT JOIN entry_files f ON f.key = c.key AND f.id = c.file
		LEFT JOIN people who ON who.id = e.actor_id AND e.actor_kind = 'user'
		WHERE c.incident = ? AND `+where+` ORDER BY c.n, c.seq`, append([]any{n}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("evidence of %s: %w", n, err)
	}
	return list, nil
}

// CountUncollected gives how many files of an incident have no custody yet:
// they are still to be fetched. What came with a moved entry has its custody
// where it was dropped.
func (v *View) CountUncollected(n incident.Number) (int, error) {
	count, err := one(v, value[int], `SELECT count(*) FROM entry_files f JOIN entries e ON e.key = f.key
		WHERE e.incident = ? AND f.sha256 = '' AND NOT EXISTS (SELECT 1 FROM custody c WHERE c.key = f.key AND c.file = f.id)`, n)
	if err != nil {
		return 0, fmt.Errorf("files of %s: %w", n, err)
	}
	return count, nil
}

// NeedsContent says whether any entry has a file of that hash.
func (v *View) NeedsContent(sha string) (bool, error) {
	needed, err := one(v, value[bool], `SELECT EXISTS (SELECT 1 FROM entry_files WHERE sha256 = ? AND sha256 <> '')`, sha)
	if err != nil {
		return false, fmt.Errorf("content %s: %w", sha, err)
	}
	return needed, nil
}

// Captured is a file whose bytes are kept, and where it came with.
type Captured struct {
	Incident incident.Number
	Entry    int // label
	incident.File
}

// AllCaptured lists the files of an incident whose bytes are kept, or, of 0,
// of all incidents.
func (v *View) AllCaptured(n incident.Number) ([]Captured, error) {
	list, err := all(v, func(row row) (c Captured, err error) {
		return c, row.Scan(&c.Incident, &c.Entry, &c.ID, &c.Name, &c.SHA256, &c.Size)
	}, `SELECT e.incident, e.n, f.id, f.name, f.sha256, f.size FROM entry_files f JOIN entries e ON e.key = f.key
		WHERE f.sha256 <> '' AND ?1 IN (0, e.incident) ORDER BY e.incident, e.n, f.id`, n)
	if err != nil {
		return nil, fmt.Errorf("captured files: %w", err)
	}
	return list, nil
}

// KeptFile is the SHA-256 of a file that an incident keeps the bytes of, by
// Slack's id of it; "": it keeps none.
func (v *View) KeptFile(n incident.Number, id string) (sha string, err error) {
	sha, _, err = optional(v, value[string], `SELECT f.sha256 FROM entry_files f JOIN entries e ON e.key = f.key
		WHERE f.id = ? AND f.sha256 <> '' AND e.incident = ? LIMIT 1`, id, n)
	if err != nil {
		return "", fmt.Errorf("kept file %s of %s: %w", id, n, err)
	}
	return sha, nil
}

// ForgetPayload erases what a finished action was about.
func (tx *Tx) ForgetPayload(action int64) error {
	if _, err := tx.exec(`UPDATE actions SET payload = CAST('{}' AS BLOB) WHERE id = ? AND state = 'done'`, action); err != nil {
		return fmt.Errorf("forget the payload of action %d: %w", action, err)
	}
	return nil
}

// eraseFiles takes the files of an entry, and what its custody says but for who
// and when, off the projections, once the bodies that say it are erased. It
// gives the hashes of contents that nothing needs any more.
func (tx *Tx) eraseFiles(entryKey string) (unneeded []string, err error) {
	hashes, err := all(&tx.View, value[string], `SELECT DISTINCT sha256 FROM entry_files WHERE key = ? AND sha256 <> '' ORDER BY sha256`, entryKey)
	if err != nil {
		return nil, fmt.Errorf("erase files of %s: %w", entryKey, err)
	}
	for _, erase := range []string{
		`DELETE FROM entry_files WHERE key = ?`,
		`UPDATE custody SET file = '', move = '', recipient = '', note = '', sha256 = '', size = 0 WHERE key = ?`,
	} {
		if _, err := tx.exec(erase, entryKey); err != nil {
			return nil, fmt.Errorf("erase files of %s: %w", entryKey, err)
		}
	}
	for _, sha := range hashes {
		needed, err := tx.NeedsContent(sha)
		if err != nil {
			return nil, err
		}
		if !needed {
			unneeded = append(unneeded, sha)
		}
	}
	return unneeded, nil
}
