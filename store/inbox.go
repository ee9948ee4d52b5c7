package store

import (
	"encoding/json"
	"fmt"
	"time"

	"firebreak/incident"
)

// inboundAttempts is how often the handling of a row may fail before it is
// set aside: enough for a passing trouble, few enough that one bad row does
// not hold up its lane for long.
const inboundAttempts = 5

// Receive keeps what the outside told us. A key is taken once, for ever:
// fresh is false, and nothing changes, when it was received before. A zero
// ReceivedAt means now.
func (tx *Tx) Receive(in incident.Inbound) (id int64, fresh bool, err error) {
	if in.ReceivedAt.IsZero() {
		in.ReceivedAt = time.Now()
	}
	res, err := tx.exec(`INSERT INTO inbox (key, source, lane, payload, received_at, state, attempts, reason)
		VALUES (?, ?, ?, ?, ?, 'pending', 0, '') ON CONFLICT (key) DO NOTHING`,
		in.Key, in.Source, in.Lane, blob(in.Payload), micros(in.ReceivedAt))
	fresh, err = changed(res, err)
	switch {
	case err != nil:
		return 0, false, fmt.Errorf("receive %s: %w", in.Key, err)
	case !fresh:
		id, err = one(&tx.View, value[int64], `SELECT id FROM inbox WHERE key = ?`, in.Key)
		return id, false, err
	}
	id, err = res.LastInsertId()
	return id, true, err
}

// ReceivedPayloads gives what was received under keys that begin alike, by
// key, whatever has become of it.
func (v *View) ReceivedPayloads(prefix string) (map[string][]byte, error) {
	byKey := map[string][]byte{}
	_, err := all(v, func(row row) (_ struct{}, err error) {
		var key string
		var payload json.RawMessage
		if err = row.Scan(&key, rawColumn{&payload}); err == nil {
			byKey[key] = payload
		}
		return struct{}{}, err
	}, `SELECT key, payload FROM inbox WHERE key >= ? AND key < ? || char(0x10FFFF)`, prefix, prefix)
	if err != nil {
		return nil, fmt.Errorf("what was received under %s: %w", prefix, err)
	}
	return byKey, nil
}

// PendingInbound gives rows still to be handled with ids above after, in
// order of id. Ids may commit out of order, so after is good for paging
// within one View only, never to be kept.
func (v *View) PendingInbound(after int64, limit int) ([]incident.Inbound, error) {
	list, err := all(v, func(row row) (in incident.Inbound, err error) {
		return in, row.Scan(&in.ID, &in.Key, &in.Source, &in.Lane, rawColumn{&in.Payload}, timeColumn{&in.ReceivedAt}, &in.Attempts)
	}, `SELECT id, key, source, lane, payload, received_at, attempts FROM inbox
		WHERE state = 'pending' AND id > ? ORDER BY id`+atMost(limit), after)
	if err != nil {
		return nil, fmt.Errorf("pending inbox: %w", err)
	}
	return list, nil
}

// PendingIDs gives the ids of rows still to be handled, in order, which costs
// a fraction of reading the rows.
func (v *View) PendingIDs(limit int) ([]int64, error) {
	ids, err := all(v, value[int64], `SELECT id FROM inbox WHERE state = 'pending' ORDER BY id`+atMost(limit))
	if err != nil {
		return nil, fmt.Errorf("ids of pending inbox: %w", err)
	}
	return ids, nil
}

// HandledInbound marks a row done: in the transaction that holds what
// followed from it.
func (tx *Tx) HandledInbound(id int64) error {
	ok, err := changed(tx.exec(`UPDATE inbox SET state = 'handled', reason = '' WHERE id = ?`, id))
	if err == nil && !ok {
		err = ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("mark inbox row %d handled: %w", id, err)
	}
	return nil
}

// ReopenInbound makes the handled events of a lane pending again: they were
// handled when nobody knew yet what the lane belongs to. Commands and clicks
// are not among them; they are obeyed once.
func (tx *Tx) ReopenInbound(lane string) error {
	_, err := tx.exec(`UPDATE inbox SET state = 'pending' WHERE lane = ? AND state = 'handled' AND source = 'events_api'`, lane)
	if err != nil {
		return fmt.Errorf("reopen inbox of lane %s: %w", lane, err)
	}
	return nil
}

// FailInbound counts an attempt that failed. After the fifth the row is set
// aside: kept, but no longer pending.
func (tx *Tx) FailInbound(id int64, reason string) error {
	ok, err := changed(tx.exec(`UPDATE inbox SET attempts = attempts + 1, reason = ?,
			state = CASE WHEN attempts + 1 >= ? THEN 'poisoned' ELSE state END
		WHERE id = ? AND state = 'pending'`, valid(reason), inboundAttempts, id))
	if err == nil && !ok {
		err = ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("count failure of inbox row %d: %w", id, err)
	}
	return nil
}

// InboundBacklog gives how many rows wait, and since when the oldest does.
func (v *View) InboundBacklog() (count int, oldest time.Time, err error) {
	_, err = one(v, func(row row) (_ struct{}, err error) {
		return struct{}{}, row.Scan(&count, timeColumn{&oldest})
	}, `SELECT count(*), coalesce(min(received_at), 0) FROM inbox WHERE state = 'pending'`)
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("inbox backlog: %w", err)
	}
	return count, oldest, nil
}
