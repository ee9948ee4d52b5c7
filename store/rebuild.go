package store

import (
	"context"
	"fmt"

	"firebreak/incident"
)

// rebuildBatch is how many log records are in memory at once.
const rebuildBatch = 500

// Rebuild drops the projections and makes them again from the log, in one
// transaction: readers see the old ones until it is done.
func (s *Store) Rebuild(ctx context.Context) error {
	return s.Update(ctx, func(tx *Tx) error {
		if err := tx.rebuild(); err != nil {
			return fmt.Errorf("rebuild from the log: %w", err)
		}
		return nil
	})
}

func (tx *Tx) rebuild() error {
	return tx.refilling(tx.rebuildEntries)
}

func (tx *Tx) rebuildEntries() error {
	for _, clear := range []string{
		`DELETE FROM entries`, `DELETE FROM versions`, `DELETE FROM edits`, `DELETE FROM drops`, `DELETE FROM alterations`,
		`DELETE FROM deletions`, `DELETE FROM pins`, `DELETE FROM hides`, `DELETE FROM entry_files`, `DELETE FROM indicators`,
		`DELETE FROM repeats`, `DELETE FROM custody`,
	} {
		if _, err := tx.exec(clear); err != nil {
			return err
		}
	}
	numbers, err := all(&tx.View, value[incident.Number], `SELECT number FROM incidents ORDER BY number`)
	if err != nil {
		return err
	}
	for _, n := range numbers {
		if err := tx.replay(n); err != nil {
			return err
		}
	}
	return nil
}

// replay applies an incident's log from its beginning.
func (tx *Tx) replay(n incident.Number) error {
	for after := int64(0); ; {
		batch, err := tx.records(n, after, rebuildBatch)
		if err != nil {
			return err
		}
		for _, r := range batch {
			if err := tx.apply(r); err != nil {
				return err
			}
			after = r.seq
		}
		if len(batch) < rebuildBatch {
			return nil
		}
	}
}
