package store

import (
	"fmt"
	"time"

	"firebreak/incident"
)

// Version is one state of a message's text at its source. Two are the same
// when message, At and Text are.
type Version struct {
	At    time.Time // when it was edited; of the original, when it was sent
	Order string    // event_ts of what told of it: decides between versions of one At; "" unknown
	By    string
	Text  string
}

func (v Version) body() versionBody {
	return versionBody{At: micros(v.At), Order: v.Order, By: v.By, Text: valid(v.Text)}
}

// AddVersion adds a version told by the message's source. It may come before
// its entry; the entry then starts with it. fresh says whether anything was
// learnt: of a redacted entry nothing is.
func (tx *Tx) AddVersion(n incident.Number, key string, v Version) (fresh bool, err error) {
	b := v.body()
	known, err := tx.knowsVersion(key, b)
	if err != nil || known {
		return false, err
	}
	if gone, err := tx.IsRedacted(key); err != nil || gone {
		return false, err
	}
	before, err := tx.wording(key)
	if err != nil {
		return false, err
	}
	was, err := tx.sourceText(key)
	if err != nil {
		return false, err
	}
	_, err = tx.append(record{incident: n, kind: recordVersion, subject: key, occurredAt: b.At, actor: b.By}, b)
	if err == nil && before.key != "" {
		err = tx.followVersion(before, was, v)
	}
	if err != nil {
		return false, fmt.Errorf("add version to %s: %w", key, err)
	}
	return true, nil
}

// knowsVersion says whether adding b would change nothing.
func (v *View) knowsVersion(key string, b versionBody) (bool, error) {
	ord, err := parseOrder(b.Order)
	if err != nil {
		return false, fmt.Errorf("version of %s: %w", key, err)
	}
	_, known, err := optional(v, value[int], `SELECT 1 FROM versions WHERE key = ? AND at = ? AND digest = ? AND ord >= ? AND by >= ?`,
		key, b.At, digest(b.Text), ord, b.By)
	return known, err
}

// Edit lays a responder's correction over an entry: from now on the entry
// says r.Text and happened at r.OccurredAt (zero: when it happened before).
// Rev and Via of r are ignored. What the source says later changes only the
// revisions beneath. ErrRedacted when its content was erased.
func (tx *Tx) Edit(entryID string, r incident.Revision) error {
	e, err := tx.corrected(entryID)
	if err == nil && e.redacted {
		err = fmt.Errorf("edit entry %s: %w", entryID, ErrRedacted)
	}
	if err != nil {
		return err
	}
	b := editBody{At: micros(r.At), By: r.By, Text: valid(r.Text), OccurredAt: micros(r.OccurredAt), Reason: r.Reason, Batch: tx.batch}
	if b.OccurredAt == 0 {
		b.OccurredAt = e.at
	}
	if _, err := tx.append(record{incident: e.n, kind: recordEdit, subject: e.key, occurredAt: b.At, actor: b.By}, b); err != nil {
		return fmt.Errorf("edit entry %s: %w", entryID, err)
	}
	return nil
}

// revisions gives what the entries chosen by where have been, by key, in
// order of time: of the source's and the responders' at one time, the
// source's first.
func (v *View) revisions(where string, args []any) (map[string][]incident.Revision, error) {
	type keyed struct {
		key string
		rev incident.Revision
	}
	list, err := all(v, func(row row) (k keyed, err error) {
		return k, row.Scan(&k.key, timeColumn{&k.rev.At}, &k.rev.By, &k.rev.Via, &k.rev.Text, timeColumn{&k.rev.OccurredAt}, &k.rev.Reason, &k.rev.Followed)
	}, `WITH edited AS (SELECT e.key, e.original_at FROM entries e WHERE e.edited AND `+where+`)
		SELECT key, at, by, via, text, occurred_at, reason, followed FROM (
			SELECT v.key, v.at, v.by, 'slack' AS via, v.text, e.original_at AS occurred_at, '' AS reason, 0 AS followed, v.ord AS ord, v.digest AS digest
			FROM edited e JOIN versions v ON v.key = e.key
			UNION ALL
			SELECT x.key, x.at, x.by, CASE WHEN x.over = 0 THEN 'responder' ELSE 'slack' END, x.text, x.occurred_at, x.reason, x.over <> 0, x.seq, x''
			FROM edited e JOIN edits x ON x.key = e.key)
		ORDER BY key, at, via = 'responder' OR followed, ord, digest`, args...)
	if err != nil {
		return nil, err
	}
	byKey := map[string][]incident.Revision{}
	for _, k := range list {
		k.rev.Rev = len(byKey[k.key]) + 1
		byKey[k.key] = append(byKey[k.key], k.rev)
	}
	return byKey, nil
}
