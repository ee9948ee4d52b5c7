package store

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
)

// BenchmarkChain says what tamper evidence costs: salting, committing and
// hashing of a record, the whole recording of an entry that it is a part of,
// checking the chain, and signing it.
func BenchmarkChain(b *testing.B) {
	text := strings.Repeat("failed password for root from 203.0.113.7 ", 8)
	b.Run("hash", func(b *testing.B) {
		r := record{kind: recordEntry, subject: "slack:T:C:1763800000.000100", actor: "U1", body: []byte(text), prev: make([]byte, 32)}
		for b.Loop() {
			r.id = rand.Text()
			r.salt = make([]byte, saltSize)
			rand.Read(r.salt) //nolint:errcheck // never fails, crypto/rand
			r.commitment = commit(r.salt, r.body)
			r.hash = r.sum()
		}
	})
	s, err := Open(b.Context(), Config{Path: b.TempDir() + "/firebreak.db"})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	update := func(fn func(tx *Tx) error) {
		b.Helper()
		if err := s.Update(b.Context(), fn); err != nil {
			b.Fatal(err)
		}
	}
	update(func(tx *Tx) error {
		_, err := tx.OpenIncident(incident.Incident{Title: "x"})
		return err
	})
	const batch = 256
	recorded := 0
	b.Run("record", func(b *testing.B) {
		for b.Loop() {
			update(func(tx *Tx) error {
				for range batch {
					recorded++
					if _, err := posted(tx, 1, fmt.Sprintf("%d.000001", recorded), text); err != nil {
						return err
					}
				}
				return nil
			})
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*batch), "µs/entry")
	})
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.CheckChains(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*recorded), "µs/record")
	})
	b.Run("sign", func(b *testing.B) {
		for b.Loop() {
			update(func(tx *Tx) error {
				if _, err := tx.exec(`UPDATE incidents SET checked_seq = 0`); err != nil {
					return err
				}
				key, err := tx.CheckpointKey()
				if err == nil {
					_, _, err = tx.Checkpoint(key, time.Now())
				}
				return err
			})
		}
	})
}
