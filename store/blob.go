package store

import (
	"context"
	"errors"
	"fmt"
)

// MoveContents hands each content that an older version kept in the database
// to keep, with its SHA-256 (lower-case hex), and takes it out once keep has
// returned nil. It ends at keep's first error; what is left stays.
func (s *Store) MoveContents(ctx context.Context, keep func(sha string, b []byte) error) error {
	for {
		sha, b, err := s.anyBlob(ctx)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err == nil {
			err = keep(sha, b)
		}
		if err != nil {
			return fmt.Errorf("move contents out of the database: %w", err)
		}
		err = s.Update(ctx, func(tx *Tx) error {
			_, err := tx.exec(`DELETE FROM blobs WHERE sha256 = ?`, sha)
			return err
		})
		if err != nil {
			return fmt.Errorf("move contents out of the database: %w", err)
		}
	}
}

func (s *Store) anyBlob(ctx context.Context) (sha string, b []byte, err error) {
	err = s.View(ctx, func(v *View) error {
		_, err := one(v, func(row row) (_ struct{}, err error) {
			return struct{}{}, row.Scan(&sha, &b)
		}, `SELECT sha256, bytes FROM blobs LIMIT 1`)
		return err
	})
	return sha, b, err
}
