package store

import (
	"bytes"
	"fmt"

	"firebreak/incident"
)

// Logged is a record of an incident's log, for whoever checks it elsewhere.
// Times are microseconds UTC.
type Logged struct {
	Seq                    int64
	ID, Kind, Subject      string
	N                      int
	OccurredAt, RecordedAt int64
	Actor                  string
	Commitment, Prev, Hash []byte

	Salt, Body []byte // of a record of custody, unless it was erased
}

// Log calls fn for each record of an incident's log, from the first.
func (v *View) Log(n incident.Number, fn func(Logged) error) error {
	for after := int64(0); ; {
		batch, err := v.records(n, after, rebuildBatch)
		if err != nil {
			return fmt.Errorf("log of %s: %w", n, err)
		}
		for _, r := range batch {
			l := Logged{
				Seq: r.seq, ID: r.id, Kind: string(r.kind), Subject: r.subject, N: r.n, OccurredAt: r.occurredAt, RecordedAt: r.recordedAt,
				Actor: r.actor, Commitment: r.commitment, Prev: r.prev, Hash: r.hash,
			}
			if r.kind == recordCustody {
				l.Salt, l.Body = bytes.Clone(r.salt), bytes.Clone(r.body)
			}
			if err := fn(l); err != nil {
				return err
			}
			after = r.seq
		}
		if len(batch) < rebuildBatch {
			return nil
		}
	}
}
