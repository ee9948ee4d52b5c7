package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// SaveBlob keeps bytes under their SHA-256 (lower-case hex), which it checks.
func (tx *Tx) SaveBlob(sha string, b []byte) error {
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != sha {
		return fmt.Errorf("save blob %s: the bytes have another SHA-256", sha)
	}
	if _, err := tx.exec(`INSERT INTO blobs (sha256, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING`, sha, blob(b)); err != nil {
		return fmt.Errorf("save blob %s: %w", sha, err)
	}
	return nil
}

// Blob gives the bytes of a SHA-256.
func (v *View) Blob(sha string) ([]byte, error) {
	b, err := one(v, value[[]byte], `SELECT bytes FROM blobs WHERE sha256 = ?`, sha)
	if err != nil {
		return nil, fmt.Errorf("blob %s: %w", sha, err)
	}
	return b, nil
}
