package store

import (
	"context"
	"fmt"

	"firebreak/incident"
)

// indexVersion is what the search index of this build is like. Whoever
// changes what is in it, such as a tag, counts it up: the next Open fills it
// anew.
const indexVersion = 3

// ensureIndex fills the search index anew where another build wrote it.
func (s *Store) ensureIndex(ctx context.Context) error {
	return s.Update(ctx, func(tx *Tx) error {
		version, err := one(&tx.View, value[int], `SELECT version FROM search_version`)
		if err != nil || version == indexVersion {
			return err
		}
		if err := tx.refilling(tx.settleAll); err != nil {
			return fmt.Errorf("fill the search index: %w", err)
		}
		_, err = tx.exec(`UPDATE search_version SET version = ?`, indexVersion)
		return err
	})
}

// refilling empties the search index, lets fn settle the entries, and fills
// the index in its own order, which takes a fraction of the time.
func (tx *Tx) refilling(fn func() error) error {
	tx.refill = true
	defer func() { tx.refill = false }()
	tx.w.pending = nil // all of it is written anew
	for _, clear := range []string{
		`INSERT INTO fts (fts) VALUES ('delete-all')`, `DELETE FROM documents`, `UPDATE entries SET doc = 0`,
	} {
		if _, err := tx.exec(clear); err != nil {
			return err
		}
	}
	if err := fn(); err != nil {
		return err
	}
	if err := tx.indexOthers(`1 = 1`); err != nil {
		return err
	}
	return tx.fillIndex()
}

// fillIndex writes the empty index, in order.
func (tx *Tx) fillIndex() error {
	_, err := tx.exec(`INSERT INTO fts (rowid, text, names, earlier, tags)
		SELECT d.id, ` + textOf + `, d.names, d.earlier, d.tags
		FROM documents d ORDER BY d.id`)
	return err
}

// settleAll settles every entry. Keys are read in stretches, so that not all
// of them are in memory at once.
func (tx *Tx) settleAll() error {
	return tx.settleWhere(`1 = 1`)
}

func (tx *Tx) settleWhere(where string, args ...any) error {
	type keyed struct {
		pos int64
		key string
	}
	for after := int64(0); ; {
		batch, err := all(&tx.View, func(row row) (p keyed, err error) {
			return p, row.Scan(&p.pos, &p.key)
		}, `SELECT e.pos, e.key FROM entries e WHERE `+where+` AND e.pos > ? ORDER BY e.pos`+atMost(rebuildBatch), append(args, after)...)
		if err != nil {
			return err
		}
		for _, p := range batch {
			if err := tx.settle(p.key); err != nil {
				return err
			}
			after = p.pos
		}
		if len(batch) < rebuildBatch {
			return nil
		}
	}
}

// indexIncident brings the index in line with who may see the incident.
func (tx *Tx) indexIncident(n incident.Number) error {
	if err := tx.settleWhere(`e.incident = ?`, n); err != nil {
		return fmt.Errorf("index %s: %w", n, err)
	}
	return tx.indexOthers(`incident = ?`, n)
}

// indexOthers makes search find the tasks and sections that where chooses as
// they are.
func (tx *Tx) indexOthers(where string, args ...any) error {
	tasks, err := all(&tx.View, scanTask, selectTask+` WHERE `+where, args...)
	if err != nil {
		return fmt.Errorf("index tasks: %w", err)
	}
	for _, t := range tasks {
		if err := tx.indexTask(t, t.Title); err != nil {
			return err
		}
	}
	type placed struct {
		n incident.Number
		s Section
	}
	sections, err := all(&tx.View, func(row row) (p placed, err error) {
		return p, row.Scan(&p.n, &p.s.Name, &p.s.Text, &p.s.By, timeColumn{&p.s.At})
	}, `SELECT incident, name, text, by, at FROM sections WHERE `+where, args...)
	if err != nil {
		return fmt.Errorf("index sections: %w", err)
	}
	for _, p := range sections {
		if err := tx.indexSection(p.n, p.s, p.s.Text); err != nil {
			return err
		}
	}
	return nil
}
