package store

import (
	"fmt"
)

// Files used to be kept in the database. They move to the evidence folder.

// AnyBlob gives one of the contents that are still in the database, with its
// SHA-256 (lower-case hex); ErrNotFound when there is none.
func (v *View) AnyBlob() (sha string, b []byte, err error) {
	_, err = one(v, func(row row) (_ struct{}, err error) {
		return struct{}{}, row.Scan(&sha, &b)
	}, `SELECT sha256, bytes FROM blobs LIMIT 1`)
	if err != nil {
		return "", nil, fmt.Errorf("content in the database: %w", err)
	}
	return sha, b, nil
}

// DropBlob takes a content out of the database.
func (tx *Tx) DropBlob(sha string) error {
	if _, err := tx.exec(`DELETE FROM blobs WHERE sha256 = ?`, sha); err != nil {
		return fmt.Errorf("drop content %s: %w", sha, err)
	}
	return nil
}
