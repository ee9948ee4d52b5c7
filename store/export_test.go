package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync/atomic"

	"firebreak/incident"
)

// Plant puts an entry where search finds it and leaves out its log, for a
// benchmark that needs a million of them. FillIndex must follow.
func (tx *Tx) Plant(e incident.Entry, private, pinned bool) error {
	key := "planted:" + e.ID
	tags := tagged(e.Incident, private, e.Kind, e.Actor.ID, e.Actor.Name, e.Text)
	if pinned {
		tags += " " + tagPinned
		if _, err := tx.exec(`INSERT INTO pins (key, by, emoji, pinned, at, ord) VALUES (?, 'U1', 'pushpin', 1, 0, 0)`, key); err != nil {
			return err
		}
	}
	tx.refill = true
	defer func() { tx.refill = false }()
	doc, err := tx.putDocument(document{at: micros(e.OccurredAt), incident: e.Incident, what: whatEntry, n: e.N, text: e.Text, tags: tags})
	if err != nil {
		return fmt.Errorf("plant %s: %w", e.ID, err)
	}
	_, err = tx.exec(`INSERT INTO entries (key, id, incident, n, kind, lane, original_at, occurred_at, recorded_at,
			actor_id, actor_name, actor_kind, text, deleted, dropped, redacted,
			system, channel, ts, thread_ts, permalink, data, edited, doc)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 'slack', 'C1', ?, '', '', '', 0, ?)`,
		key, e.ID, e.Incident, e.N, e.Kind, e.Lane, micros(e.OccurredAt), micros(e.OccurredAt), micros(e.OccurredAt),
		e.Actor.ID, e.Actor.Name, e.Actor.Kind, e.Text, e.ID, doc)
	return err
}

// FillIndex writes the search index of what was planted, as a first start
// after an upgrade does.
func (tx *Tx) FillIndex() error { return tx.fillIndex() }

// WriterSource is how the store itself names a file to the driver, for a
// benchmark that writes to one without the store.
func WriterSource(path string) string {
	return writerSource(path) + "&_pragma=wal_autocheckpoint(1000)&_pragma=synchronous(2)"
}

// CountCommits counts the commits from now on. Nothing may be written yet.
func (s *Store) CountCommits() *atomic.Int64 {
	n, then := new(atomic.Int64), s.write.after
	s.write.after = func(queued bool) { n.Add(1); then(queued) }
	return n
}

// SaveBlob keeps bytes as versions did that had no evidence folder.
func (tx *Tx) SaveBlob(sha string, b []byte) error {
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != sha {
		return fmt.Errorf("save blob %s: the bytes have another SHA-256", sha)
	}
	_, err := tx.exec(`INSERT INTO blobs (sha256, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING`, sha, blob(b))
	return err
}

// Blob gives the bytes of a SHA-256 that are still in the database.
func (v *View) Blob(sha string) ([]byte, error) {
	return one(v, value[[]byte], `SELECT bytes FROM blobs WHERE sha256 = ?`, sha)
}
