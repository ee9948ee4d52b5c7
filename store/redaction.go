package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"firebreak/incident"
)

// ErrRedacted says that an entry's content was erased: it takes no other.
var ErrRedacted = errors.New("the entry was redacted")

// redactionBody is what is left of an entry whose content was erased: who made
// it, when and where, and who erased it and why.
type redactionBody struct {
	At         int64              `json:"at"`
	By         string             `json:"by"`
	Reason     string             `json:"reason,omitempty"`
	Kind       incident.Kind      `json:"kind"`
	Lane       incident.Lane      `json:"lane"`
	Name       string             `json:"name,omitempty"`
	ActorKind  incident.ActorKind `json:"actor_kind"`
	System     string             `json:"system,omitempty"`
	Channel    string             `json:"channel,omitempty"`
	TS         string             `json:"ts,omitempty"`
	ThreadTS   string             `json:"thread_ts,omitempty"`
	Permalink  string             `json:"permalink,omitempty"`
	Dropped    bool               `json:"dropped,omitempty"`
	Hidden     bool               `json:"hidden,omitempty"`
	Phase      incident.Phase     `json:"phase,omitempty"`
	Folded     int                `json:"folded,omitempty"`
	Moved      incident.Number    `json:"moved,omitempty"`
	OccurredAt int64              `json:"occurred_at"` // as corrected
}

// Redaction is why the content of an entry is erased.
type Redaction struct {
	By, Reason string
	At         time.Time
}

// IsRedacted says whether the content of the entry with a key was erased.
func (v *View) IsRedacted(key string) (bool, error) {
	_, found, err := optional(v, value[int], `SELECT 1 FROM redactions WHERE key = ?`, key)
	if err != nil {
		return false, fmt.Errorf("redaction of %s: %w", key, err)
	}
	return found, nil
}

// redact records that an entry's content is gone, and erases it from the log
// and from all that is made of the log.
func (tx *Tx) redact(e incident.Entry, key string, r Redaction) error {
	b := redactionBody{
		At: micros(r.At), By: r.By, Reason: valid(r.Reason), Kind: e.Kind, Lane: e.Lane, Name: e.Actor.Name, ActorKind: e.Actor.Kind,
		System: e.Source.System, Channel: e.Source.Channel, TS: e.Source.TS, ThreadTS: e.Source.ThreadTS, Permalink: e.Source.Permalink,
		Dropped: e.Dropped, Hidden: e.Hidden, Phase: e.Phase, Folded: e.Folded, Moved: e.Moved, OccurredAt: micros(e.OccurredAt),
	}
	// The text of a contentless index can be taken out only while it is known,
	// so the projection comes before the bodies.
	if _, err := tx.append(record{incident: e.Incident, kind: recordRedaction, subject: key, occurredAt: b.At, actor: b.By}, b); err != nil {
		return fmt.Errorf("redact entry %d of %s: %w", e.N, e.Incident, err)
	}
	if _, err := tx.exec(`DELETE FROM bodies WHERE log_id IN (
			SELECT id FROM log WHERE incident = ? AND subject = ? AND kind NOT IN ('pin', 'hide', 'delete', 'repeat', 'redaction'))`,
		e.Incident, key); err != nil {
		return fmt.Errorf("erase entry %d of %s: %w", e.N, e.Incident, err)
	}
	if e.Source.System != "slack" || e.Source.TS == "" {
		return nil
	}
	return tx.eraseMessage(e.Source.Channel, e.Source.TS)
}

// projectRedaction leaves of the entry what the record says, and nothing else:
// what was told of it before is erased, or will be.
func (tx *Tx) projectRedaction(r record) error {
	var b redactionBody
	if err := json.Unmarshal(r.body, &b); err != nil {
		return err
	}
	if _, err := tx.exec(`INSERT INTO redactions (key, at, by, reason) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		r.subject, b.At, b.By, b.Reason); err != nil {
		return err
	}
	for _, clear := range []string{
		`DELETE FROM versions WHERE key = ?`, `DELETE FROM edits WHERE key = ?`, `DELETE FROM drops WHERE key = ?`,
		`DELETE FROM entry_files WHERE key = ?`, `DELETE FROM alterations WHERE key = ?`,
		`UPDATE custody SET file = '', move = '', recipient = '', note = '', sha256 = '', size = 0 WHERE key = ?`,
	} {
		if _, err := tx.exec(clear, r.subject); err != nil {
			return err
		}
	}
	_, err := tx.exec(`UPDATE entries SET redacted = 1, dropped = ?, kind = ?, lane = ?, actor_name = ?, actor_kind = ?,
			altered = 0, first_kind = '', first_folded = 0, first_moved = 0, hidden = ?, phase = ?, folded = ?, moved = ?,
			system = ?, channel = ?, ts = ?, thread_ts = ?, permalink = ?, data = '', original_at = ? WHERE key = ?`,
		b.Dropped, b.Kind, b.Lane, b.Name, b.ActorKind, b.Hidden, b.Phase, b.Folded, b.Moved,
		b.System, b.Channel, b.TS, b.ThreadTS, b.Permalink, b.OccurredAt, r.subject)
	return err
}

// eraseMessage notes that what a Slack message says is not to be kept.
func (tx *Tx) eraseMessage(channel, ts string) error {
	if _, err := tx.exec(`INSERT INTO erased_messages (channel, ts) VALUES (?, ?) ON CONFLICT DO NOTHING`, channel, ts); err != nil {
		return fmt.Errorf("erase message %s: %w", ts, err)
	}
	return nil
}

// ErasedMessage says whether what a Slack message says is not to be kept.
func (v *View) ErasedMessage(channel, ts string) (bool, error) {
	if channel == "" || ts == "" {
		return false, nil
	}
	_, found, err := optional(v, value[int], `SELECT 1 FROM erased_messages WHERE channel = ? AND ts = ?`, channel, ts)
	if err != nil {
		return false, fmt.Errorf("erased message %s: %w", ts, err)
	}
	return found, nil
}
