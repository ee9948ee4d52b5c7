package store

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"firebreak/incident"
)

// recordKind says what a log record tells of its subject.
type recordKind string

const (
	recordEntry      recordKind = "entry"
	recordVersion    recordKind = "version"
	recordEdit       recordKind = "edit"
	recordDrop       recordKind = "drop"
	recordAlteration recordKind = "alteration"
	recordDelete     recordKind = "delete"
	recordPin        recordKind = "pin"
	recordHide       recordKind = "hide"
	recordFile       recordKind = "file"
	recordRepeat     recordKind = "repeat"
	recordCustody    recordKind = "custody"

	// recordRedaction says that the content of its subject was erased.
	recordRedaction recordKind = "redaction"
	// recordPurge says that all that was recorded before was erased.
	recordPurge recordKind = "purge"
)

// saltSize is the length of a body's salt in bytes: as long as the digest,
// so that a commitment tells nothing of a body that was erased.
const saltSize = 32

// record is one line of an incident's log. Times are microseconds UTC.
type record struct {
	incident   incident.Number
	seq        int64 // from 1 in each incident, without gaps
	id         string
	kind       recordKind
	subject    string // the key of what it tells of
	n          int    // with recordEntry: the entry's label; with recordCustody: the piece's number
	occurredAt int64
	recordedAt int64
	actor      string
	commitment []byte // to the body
	prev       []byte // hash of the record before; empty in the first
	hash       []byte

	salt, body []byte // nil once erased
}

// label is the number of the entry that the record is; 0: it is none.
func (r record) label() int {
	if r.kind == recordEntry {
		return r.n
	}
	return 0
}

// commit computes what the header says of the body.
func commit(salt, body []byte) []byte {
	mac := hmac.New(sha256.New, salt)
	mac.Write(body)
	return mac.Sum(nil)
}

// sum computes the record's hash: SHA-256 over each header field preceded by
// its length (8 bytes, big endian), numbers as 8 bytes, so that no two
// different headers have the same encoding.
func (r record) sum() []byte {
	var b []byte
	put := func(field []byte) {
		b = binary.BigEndian.AppendUint64(b, uint64(len(field)))
		b = append(b, field...)
	}
	count := func(n int64) { put(binary.BigEndian.AppendUint64(nil, uint64(n))) }
	put([]byte("firebreak log 1"))
	count(int64(r.incident))
	count(r.seq)
	put([]byte(r.id))
	put([]byte(r.kind))
	put([]byte(r.subject))
	count(int64(r.n))
	count(r.occurredAt)
	count(r.recordedAt)
	put([]byte(r.actor))
	put(r.commitment)
	put(r.prev)
	hash := sha256.Sum256(b)
	return hash[:]
}

// head is where an incident's log ends.
type head struct {
	seq    int64  // of the last record
	hash   []byte // of that
	labels int    // how many entries have one
}

const selectLogHead = `SELECT log_seq, log_head, last_n FROM incidents WHERE number = ?`

func scanLogHead(row row) (h head, err error) {
	return h, row.Scan(&h.seq, &h.hash, &h.labels)
}

// append writes a record at the end of its incident's log and applies it. The
// incident's row is what serialises the appends.
func (tx *Tx) append(r record, body any) (record, error) {
	h, err := one(&tx.View, scanLogHead, selectLogHead, r.incident)
	if err != nil {
		return record{}, fmt.Errorf("log of %s: %w", r.incident, err)
	}
	if r, err = tx.extend(h, r, body); err != nil {
		return record{}, err
	}
	return r, tx.apply(r)
}

// extend writes a record after the head of its incident's log. It fills in
// what the log assigns: seq, id, recordedAt, hashes, and the label of an
// entry.
func (tx *Tx) extend(h head, r record, body any) (record, error) {
	var err error
	if r.body, err = json.Marshal(body); err != nil {
		return record{}, fmt.Errorf("encode %s of %s: %w", r.kind, r.subject, err)
	}
	if r.kind == recordEntry {
		h.labels++
		r.n = h.labels
	}
	r.seq, r.prev = h.seq+1, h.hash
	now := time.Now()
	r.id, r.recordedAt = newID(now), micros(now)
	r.salt = make([]byte, saltSize)
	rand.Read(r.salt) //nolint:errcheck // never fails, crypto/rand
	r.commitment = commit(r.salt, r.body)
	r.hash = r.sum()
	if err := tx.write(r, h.labels); err != nil {
		return record{}, fmt.Errorf("append to the log of %s: %w", r.incident, err)
	}
	return r, nil
}

// newID makes a name for a record that no other has: its time, in 48 bits of
// milliseconds, and 80 random bits. In the order of time they stand together
// in the indexes; of random ones a commit wrote as many pages as it had records,
// for each index.
func newID(now time.Time) string {
	b := make([]byte, 18)
	binary.BigEndian.PutUint64(b, uint64(now.UnixMilli())) //nolint:gosec // not before 1970
	rand.Read(b[8:])                                       //nolint:errcheck // never fails, crypto/rand
	return base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(b[2:])
}

// write stores a finished record and moves the incident's counters.
func (tx *Tx) write(r record, labels int) error {
	if _, err := tx.exec(`INSERT INTO log (incident, seq, id, kind, subject, n, occurred_at, recorded_at, actor, commitment, prev, hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.incident, r.seq, r.id, r.kind, r.subject, r.n, r.occurredAt, r.recordedAt, r.actor, r.commitment, blob(r.prev), r.hash); err != nil {
		return err
	}
	if _, err := tx.exec(`INSERT INTO bodies (log_id, salt, body) VALUES (?, ?, ?)`, r.id, r.salt, r.body); err != nil {
		return err
	}
	_, err := tx.exec(`UPDATE incidents SET log_seq = ?, log_head = ?, last_n = ? WHERE number = ?`, r.seq, r.hash, labels, r.incident)
	return err
}

// records reads a stretch of an incident's log, with the bodies that are
// still there.
func (v *View) records(n incident.Number, after int64, limit int) ([]record, error) {
	return all(v, func(row row) (r record, err error) {
		return r, row.Scan(&r.incident, &r.seq, &r.id, &r.kind, &r.subject, &r.n, &r.occurredAt, &r.recordedAt,
			&r.actor, &r.commitment, &r.prev, &r.hash, &r.salt, &r.body)
	}, `SELECT l.incident, l.seq, l.id, l.kind, l.subject, l.n, l.occurred_at, l.recorded_at,
			l.actor, l.commitment, l.prev, l.hash, b.salt, b.body
		FROM log l LEFT JOIN bodies b ON b.log_id = l.id
		WHERE l.incident = ? AND l.seq > ? ORDER BY l.seq`+atMost(limit), n, after)
}
