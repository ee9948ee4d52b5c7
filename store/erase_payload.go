package store

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"firebreak/incident"
)

// emptied is what is left of a payload that was erased as a whole.
var emptied = []byte("{}")

// Emptied says whether a payload was erased.
func Emptied(payload []byte) bool { return bytes.Equal(payload, emptied) }

// payload is what a row of the inbox or of the actions holds.
type payload struct {
	id            int64
	key, state    string
	bytes, result []byte
}

// posts learns which of firebreak's own messages are about what was erased: they
// may tell of it in words that cannot be found.
func (x *eraser) posts(n incident.Number) error {
	inc, err := x.tx.Incident(incident.Operator(), n)
	if err != nil {
		return err
	}
	list, err := all(&x.tx.View, func(row row) (p payload, err error) {
		return p, row.Scan(&p.key, &p.bytes, &p.result)
	}, `SELECT key, payload, result FROM actions WHERE incident = ? AND state = 'done' AND substr(result, 1, 1) = x'22'`, n)
	if err != nil {
		return err
	}
	var posted []string
	for _, p := range list {
		var post struct{ Channel string }
		var ts string
		if !x.about(p.key) || json.Unmarshal(p.result, &ts) != nil {
			continue
		}
		_ = json.Unmarshal(p.bytes, &post) // what names no channel went to the incident's
		x.posted[ts] = true
		posted = append(posted, ts)
		if err := x.tx.eraseMessage(cmp.Or(post.Channel, inc.Channel.ID), ts); err != nil {
			return err
		}
	}
	x.quote = x.quote.And(incident.NewQuote(posted))
	return nil
}

// actions takes it out of what was planned: all that was about the entry
// itself, and of the rest what quotes it. What has not gone out yet goes out
// without it; what was about nothing else is not done any more.
func (x *eraser) actions(n incident.Number) error {
	list, err := all(&x.tx.View, func(row row) (p payload, err error) {
		return p, row.Scan(&p.id, &p.key, &p.state, &p.bytes, &p.result)
	}, `SELECT id, key, state, payload, result FROM actions WHERE incident = ?1
		UNION ALL SELECT id, key, state, payload, result FROM actions WHERE incident = 0 AND created_at >= ?2`, n, micros(x.since))
	if err != nil {
		return err
	}
	for _, p := range list {
		if err := x.action(p); err != nil {
			return fmt.Errorf("erase action %d: %w", p.id, err)
		}
	}
	return nil
}

func (x *eraser) action(p payload) error {
	if !x.about(p.key) {
		left, a := x.quote.Erase(p.bytes)
		result, b := x.quote.Erase(p.result)
		if !a && !b {
			return nil
		}
		_, err := x.tx.exec(`UPDATE actions SET payload = ?, result = ? WHERE id = ?`, blob(left), blob(result), p.id)
		return err
	}
	result := p.result
	if len(result) > 0 && result[0] != '"' { // the ts of a message stays: it may have to be edited
		result = nil
	}
	if _, err := x.tx.exec(`UPDATE actions SET payload = ?, result = ? WHERE id = ?`, emptied, blob(result), p.id); err != nil {
		return err
	}
	s := incident.ActionState(p.state)
	if !s.Open() && s != incident.ActionParked {
		return nil
	}
	x.sum.Withheld++
	_, err := x.tx.exec(`UPDATE actions SET state = 'done', fence = fence + 1, lease = 0, done_at = ?, reason = 'withheld: what it was about was redacted'
		WHERE id = ?`, micros(x.why.At), p.id)
	return err
}

// about says whether a key is of an action about an entry that was erased.
func (x *eraser) about(key string) bool {
	for gone := range x.gone {
		at := strings.Index(key, gone)
		if at < 0 {
			continue
		}
		if end := at + len(gone); end == len(key) || key[end] == ':' {
			return true
		}
	}
	return false
}

// inbox takes it out of what was received: what delivered the entry by its
// key, and by what it says what was told in its channels and what people did
// since.
func (x *eraser) inbox(e incident.Entry) error {
	for key := range x.gone {
		if err := x.delivered(key); err != nil {
			return err
		}
	}
	for _, a := range x.alerts {
		row, _, _ := strings.Cut(a.ID, "#") // the n-th of those that came together
		if err := x.empty(`key = ? AND source = 'alerts'`, row); err != nil {
			return err
		}
	}
	lanes, err := x.lanes(e)
	if err != nil {
		return err
	}
	for lane := range lanes {
		if err := x.received(`lane = ?`, lane); err != nil {
			return err
		}
	}
	return x.received(`source IN ('slash_commands', 'interactive') AND received_at >= ?`, micros(x.since))
}

// lanes are the channels in which it was told.
func (x *eraser) lanes(e incident.Entry) (map[string]bool, error) {
	inc, err := x.tx.Incident(incident.Operator(), e.Incident)
	if err != nil {
		return nil, err
	}
	lanes := map[string]bool{inc.Channel.ID: true, e.Source.Channel: true}
	for _, a := range x.alerts {
		lanes[a.Channel] = true
	}
	delete(lanes, "")
	return lanes, nil
}

// delivered empties the row that an entry was made of, by its key: the row's
// own, with what it made behind a colon; of a form, the lane of the form.
func (x *eraser) delivered(key string) error {
	if form, ok := strings.CutPrefix(key, "view:"); ok {
		id, _, _ := strings.Cut(form, ":")
		return x.empty(`lane = ?`, "view:"+id)
	}
	for key != "" {
		if err := x.empty(`key = ? AND source IN ('slash_commands', 'interactive')`, key); err != nil {
			return err
		}
		key = key[:max(0, strings.LastIndexByte(key, ':'))]
	}
	return nil
}

// empty erases rows as a whole, once they have been handled.
func (x *eraser) empty(where string, arg any) error {
	_, err := x.tx.exec(`UPDATE inbox SET payload = ?1, reason = '' WHERE state <> 'pending' AND `+strings.Replace(where, "?", "?2", 1), emptied, arg)
	if err != nil {
		return fmt.Errorf("empty the inbox: %w", err)
	}
	return nil
}

// EmptyInbound erases what a row holds.
func (tx *Tx) EmptyInbound(id int64) error {
	if _, err := tx.exec(`UPDATE inbox SET payload = ?, reason = '' WHERE id = ?`, emptied, id); err != nil {
		return fmt.Errorf("empty inbox row %d: %w", id, err)
	}
	return nil
}

// inboxBatch is how many rows are in memory at once: they may be large.
const inboxBatch = 200

// received takes it out of the rows that where chooses, also of those that
// have still to be handled.
func (x *eraser) received(where string, arg any) error {
	for after := int64(0); ; {
		batch, err := all(&x.tx.View, func(row row) (p payload, err error) {
			return p, row.Scan(&p.id, &p.bytes)
		}, `SELECT id, payload FROM inbox WHERE `+where+` AND id > ? ORDER BY id`+atMost(inboxBatch), arg, after)
		if err != nil {
			return fmt.Errorf("read the inbox: %w", err)
		}
		for _, p := range batch {
			after = p.id
			left, found := x.quote.Erase(p.bytes)
			if !found {
				continue
			}
			if _, err := x.tx.exec(`UPDATE inbox SET payload = ?, reason = '' WHERE id = ?`, blob(left), p.id); err != nil {
				return fmt.Errorf("erase inbox row %d: %w", p.id, err)
			}
		}
		if len(batch) < inboxBatch {
			return nil
		}
	}
}

// EraseResult erases what an action has brought.
func (tx *Tx) EraseResult(id int64) error {
	if _, err := tx.exec(`UPDATE actions SET result = x'' WHERE id = ?`, id); err != nil {
		return fmt.Errorf("erase the result of action %d: %w", id, err)
	}
	return nil
}

// EraseInbound takes Slack's messages of those ts out of what a row holds.
func (tx *Tx) EraseInbound(id int64, held json.RawMessage, messages []string) error {
	left, found := incident.NewQuote(messages).Erase(held)
	if !found {
		return nil
	}
	if _, err := tx.exec(`UPDATE inbox SET payload = ?, reason = '' WHERE id = ?`, blob(left), id); err != nil {
		return fmt.Errorf("erase inbox row %d: %w", id, err)
	}
	return nil
}
