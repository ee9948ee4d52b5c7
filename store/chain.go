package store

import (
	"bytes"
	"context"
	"fmt"

	"firebreak/incident"
)

// BadRecord is the first record of a log that is not as it was written, or
// the place where one is missing.
type BadRecord struct {
	Incident incident.Number
	Seq      int64  // its place in the incident's log, from 1
	Label    int    // of the entry it tells of, when it is an entry's; else 0
	Why      string // "its hash is another", as a sentence about the record
}

func (e *BadRecord) Error() string {
	what := fmt.Sprintf("record %d of the log of %s", e.Seq, e.Incident)
	if e.Label != 0 {
		what += fmt.Sprintf(" (entry %d)", e.Label)
	}
	return what + ": " + e.Why
}

// Checked counts what a check of logs has gone through.
type Checked struct {
	Incidents int
	Records   int
	Entries   int
	Erased    int // records whose body is not there any more
}

// CheckChains goes through the logs of all incidents, or of those named, on
// one snapshot: each record follows the one before without a gap, has the
// hash that its header gives, and the body that its header commits to, unless
// that was erased; and each log ends where its incident says. What is wrong
// first is given as a *BadRecord. ErrNotFound when an incident is named that
// does not exist.
//
// It takes some 12 µs per record. Whoever can write to the file can also
// write a whole new chain: only a head noted elsewhere shows that.
func (s *Store) CheckChains(ctx context.Context, only ...incident.Number) (sum Checked, err error) {
	err = s.View(ctx, func(v *View) error {
		numbers := only
		if len(numbers) == 0 {
			if numbers, err = all(v, value[incident.Number], `SELECT number FROM incidents ORDER BY number`); err != nil {
				return err
			}
		}
		for _, n := range numbers {
			if err := v.checkChain(n, &sum); err != nil {
				return err
			}
			sum.Incidents++
		}
		return nil
	})
	return sum, err
}

// link is how far a check of a chain has come.
type link struct {
	seq   int64
	hash  []byte
	label int
	piece int // the greatest number of a piece of evidence
}

// checkChain goes through one incident's log, a batch in memory at a time.
func (v *View) checkChain(n incident.Number, sum *Checked) error {
	end, err := one(v, func(row row) (end link, err error) {
		return end, row.Scan(&end.seq, &end.hash, &end.label)
	}, `SELECT log_seq, log_head, last_n FROM incidents WHERE number = ?`, n)
	if err != nil {
		return fmt.Errorf("check the log of %s: %w", n, err)
	}
	var at link
	for {
		batch, err := v.records(n, at.seq, rebuildBatch)
		if err != nil {
			return fmt.Errorf("check the log of %s after record %d: %w", n, at.seq, err)
		}
		for _, r := range batch {
			if why := at.judge(r); why != "" {
				return &BadRecord{Incident: n, Seq: at.seq + 1, Label: r.label(), Why: why}
			}
			at = at.next(r)
			sum.Records++
			if r.body == nil {
				sum.Erased++
			}
		}
		if len(batch) < rebuildBatch {
			break
		}
	}
	if at.seq != end.seq || !bytes.Equal(at.hash, end.hash) || at.label != end.label {
		return &BadRecord{Incident: n, Seq: at.seq + 1, Why: fmt.Sprintf("the log ends before it, but the incident has %d records", end.seq)}
	}
	sum.Entries += at.label
	return nil
}

// judge says what is wrong with the record that should be next.
func (at link) judge(r record) string {
	switch {
	case r.seq != at.seq+1:
		return fmt.Sprintf("it is missing; the next that is there is record %d", r.seq)
	case !bytes.Equal(r.prev, at.hash):
		return "it does not follow the record before it"
	case !bytes.Equal(r.hash, r.sum()):
		return "its header is not the one that was hashed"
	case r.kind == recordEntry && r.n != at.label+1, r.kind != recordEntry && r.kind != recordCustody && r.n != 0:
		return "it has another entry's number"
	case r.kind == recordCustody && (r.n < 1 || r.n > at.piece+1):
		return "it has the number of no piece of evidence"
	case r.body != nil && len(r.salt) != saltSize:
		return "the salt of its body has another length"
	case r.body != nil && !bytes.Equal(r.commitment, commit(r.salt, r.body)):
		return "its body is not the one that was recorded"
	}
	return ""
}

func (at link) next(r record) link {
	label, piece := at.label, at.piece
	switch r.kind {
	case recordEntry:
		label = r.n
	case recordCustody:
		piece = max(piece, r.n)
	}
	return link{seq: r.seq, hash: r.hash, label: label, piece: piece}
}
