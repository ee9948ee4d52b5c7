package store

import (
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"time"

	"firebreak/incident"
)

// checkpointHeads is how many logs a checkpoint has at most: its line goes
// into the log of the process.
const checkpointHeads = 100

// CheckpointKey gives the key that the database keeps, made when there is
// none.
func (tx *Tx) CheckpointKey() (ed25519.PrivateKey, error) {
	seed, known, err := optional(&tx.View, value[[]byte], `SELECT seed FROM checkpoint_key WHERE id = 1`)
	if err == nil && !known {
		seed = make([]byte, ed25519.SeedSize)
		rand.Read(seed) //nolint:errcheck // never fails, crypto/rand
		_, err = tx.exec(`INSERT INTO checkpoint_key (id, seed) VALUES (1, ?)`, seed)
	}
	if err == nil && len(seed) != ed25519.SeedSize {
		err = fmt.Errorf("it has %d bytes", len(seed))
	}
	if err != nil {
		return nil, fmt.Errorf("key of checkpoints: %w", err)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// Unchecked says whether a log has grown since the last checkpoint.
func (v *View) Unchecked() (bool, error) {
	_, found, err := optional(v, value[int], `SELECT 1 FROM incidents WHERE checked_seq <> log_seq LIMIT 1`)
	if err != nil {
		return false, fmt.Errorf("logs since the last checkpoint: %w", err)
	}
	return found, nil
}

// Checkpoint signs where the logs end that have grown since the last one, and
// gives its number; 0: none has. more says that there are others, for the next.
func (tx *Tx) Checkpoint(key ed25519.PrivateKey, at time.Time) (n int64, more bool, err error) {
	heads, err := all(&tx.View, func(row row) (h incident.LogHead, err error) {
		return h, row.Scan(&h.Incident, &h.Records, &h.Hash)
	}, `SELECT number, log_seq, log_head FROM incidents WHERE checked_seq <> log_seq ORDER BY number`+atMost(checkpointHeads))
	if err != nil || len(heads) == 0 {
		return 0, false, err
	}
	c := incident.Checkpoint{N: 1, At: at, Heads: heads}
	last, known, err := optional(&tx.View, func(row row) (line []byte, err error) {
		return line, row.Scan(&c.N, &line)
	}, `SELECT n + 1, line FROM checkpoints ORDER BY n DESC LIMIT 1`)
	if err != nil {
		return 0, false, fmt.Errorf("last checkpoint: %w", err)
	}
	if known {
		c.Prev = incident.CheckpointHash(last)
	}
	line, err := c.Sign(key)
	if err != nil {
		return 0, false, err
	}
	if _, err := tx.exec(`INSERT INTO checkpoints (n, at, line, said) VALUES (?, ?, ?, 0)`, c.N, micros(at), line); err != nil {
		return 0, false, fmt.Errorf("keep checkpoint %d: %w", c.N, err)
	}
	for _, h := range heads {
		if _, err := tx.exec(`UPDATE incidents SET checked_seq = ? WHERE number = ?`, h.Records, h.Incident); err != nil {
			return 0, false, fmt.Errorf("keep checkpoint %d: %w", c.N, err)
		}
	}
	return c.N, len(heads) == checkpointHeads, nil
}

// Unsaid gives the checkpoints that have still to be published, by number.
func (v *View) Unsaid() (map[int64][]byte, error) {
	lines := map[int64][]byte{}
	_, err := all(v, func(row row) (_ struct{}, err error) {
		var n int64
		var line []byte
		if err = row.Scan(&n, &line); err == nil {
			lines[n] = line
		}
		return struct{}{}, err
	}, `SELECT n, line FROM checkpoints WHERE said = 0 ORDER BY n LIMIT 100`)
	if err != nil {
		return nil, fmt.Errorf("checkpoints to publish: %w", err)
	}
	return lines, nil
}

// Said notes that a checkpoint was published.
func (tx *Tx) Said(n int64) error {
	if _, err := tx.exec(`UPDATE checkpoints SET said = 1 WHERE n = ?`, n); err != nil {
		return fmt.Errorf("checkpoint %d was published: %w", n, err)
	}
	return nil
}

// CheckpointLine is a checkpoint as it was or is to be published.
func (v *View) CheckpointLine(n int64) ([]byte, error) {
	line, err := one(v, value[[]byte], `SELECT line FROM checkpoints WHERE n = ?`, n)
	if err != nil {
		return nil, fmt.Errorf("checkpoint %d: %w", n, err)
	}
	return line, nil
}

// LogHeads gives where the logs of the incidents after a number end now, by
// number, as many as a checkpoint has at most.
func (v *View) LogHeads(after incident.Number) ([]incident.LogHead, error) {
	heads, err := all(v, func(row row) (h incident.LogHead, err error) {
		return h, row.Scan(&h.Incident, &h.Records, &h.Hash)
	}, `SELECT number, log_seq, log_head FROM incidents WHERE number > ? AND log_seq > 0 ORDER BY number`+atMost(checkpointHeads), after)
	if err != nil {
		return nil, fmt.Errorf("ends of the logs: %w", err)
	}
	return heads, nil
}

// LogHead is where an incident's log ends now.
func (v *View) LogHead(n incident.Number) (incident.LogHead, error) {
	h, err := one(v, func(row row) (h incident.LogHead, err error) {
		return h, row.Scan(&h.Incident, &h.Records, &h.Hash)
	}, `SELECT number, log_seq, log_head FROM incidents WHERE number = ?`, n)
	if err != nil {
		return h, fmt.Errorf("end of the log of %s: %w", n, err)
	}
	return h, nil
}
