package store

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"firebreak/incident"
)

// What the bodies of log records hold. Renaming a field breaks every
// database: add only.
type (
	entryBody struct {
		Kind      incident.Kind      `json:"kind"`
		Lane      incident.Lane      `json:"lane"`
		Name      string             `json:"name,omitempty"`
		ActorKind incident.ActorKind `json:"actor_kind"`
		System    string             `json:"system,omitempty"`
		Channel   string             `json:"channel,omitempty"`
		TS        string             `json:"ts,omitempty"`
		ThreadTS  string             `json:"thread_ts,omitempty"`
		Permalink string             `json:"permalink,omitempty"`
		Versions  []versionBody      `json:"versions,omitempty"`
		Files     []fileBody         `json:"files,omitempty"`
		Data      map[string]any     `json:"data,omitempty"`

		Folded int             `json:"folded,omitempty"` // see Made
		Moved  incident.Number `json:"moved,omitempty"`
	}
	versionBody struct {
		At    int64  `json:"at"`
		Order string `json:"order,omitempty"`
		By    string `json:"by,omitempty"`
		Text  string `json:"text"`
	}
	editBody struct {
		At         int64  `json:"at"`
		By         string `json:"by"`
		Text       string `json:"text"`
		OccurredAt int64  `json:"occurred_at"`
		Reason     string `json:"reason,omitempty"`
		Undoes     int64  `json:"undoes,omitempty"` // seq of the edit that it takes back
		Batch      string `json:"batch,omitempty"`  // see Together
		Over       int64  `json:"over,omitempty"`   // of what follows an edit in Slack: seq of the correction it goes with, or -1
	}
	dropBody struct {
		At      int64  `json:"at"`
		By      string `json:"by"`
		Dropped bool   `json:"dropped"`
		Reason  string `json:"reason,omitempty"`
		Undoes  int64  `json:"undoes,omitempty"` // seq of the drop that it takes back
		Batch   string `json:"batch,omitempty"`
	}
	alterationBody struct {
		At     int64         `json:"at"`
		By     string        `json:"by"`
		What   incident.What `json:"what"`
		To     string        `json:"to"`
		Reason string        `json:"reason,omitempty"`
		Undoes int64         `json:"undoes,omitempty"` // seq of the change that it takes back
		Batch  string        `json:"batch,omitempty"`
	}
	deleteBody struct {
		At int64  `json:"at"`
		By string `json:"by,omitempty"`
	}
	pinBody struct {
		By    string `json:"by"`
		Emoji string `json:"emoji"`
		At    int64  `json:"at"`
		On    bool   `json:"on"`
		Order string `json:"order,omitempty"`
	}
	repeatBody struct {
		Alert string `json:"alert"`
		At    int64  `json:"at"`
	}
	fileBody struct {
		ID     string `json:"id"`
		Name   string `json:"name,omitempty"`
		SHA256 string `json:"sha256,omitempty"`
		Size   int64  `json:"size,omitempty"`
	}
)

// apply makes a log record visible to reads. It is the only way anything
// gets into the projections, so a rebuild ends where live appends did.
func (tx *Tx) apply(r record) error {
	if err := tx.project(r); err != nil {
		return fmt.Errorf("apply log record %d of %s: %w", r.seq, r.incident, err)
	}
	if err := tx.settle(r.subject); err != nil {
		return err
	}
	if err := tx.settleHolders(r); err != nil {
		return err
	}
	return tx.spot(r)
}

func (tx *Tx) project(r record) error {
	if r.body == nil && r.kind != recordEntry && r.kind != recordCustody {
		return nil // erased: nothing of it is left to show
	}
	switch r.kind {
	case recordEntry:
		return tx.projectEntry(r)
	case recordVersion:
		return tx.projectVersion(r)
	case recordEdit:
		return tx.projectEdit(r)
	case recordDrop:
		return tx.projectDrop(r)
	case recordAlteration:
		return tx.projectAlteration(r)
	case recordDelete:
		return tx.projectDelete(r)
	case recordPin:
		return tx.projectPin(r)
	case recordHide:
		return tx.projectHide(r)
	case recordFile:
		return tx.projectFile(r)
	case recordRepeat:
		return tx.projectRepeat(r)
	case recordRedaction:
		return tx.projectRedaction(r)
	case recordPurge:
		return tx.projectPurge(r)
	case recordCustody:
		return tx.projectCustody(r)
	}
	return fmt.Errorf("kind %q is unknown", r.kind)
}

func (tx *Tx) projectEntry(r record) error {
	var b entryBody
	if r.body != nil {
		if err := json.Unmarshal(r.body, &b); err != nil {
			return err
		}
	}
	data, err := b.data()
	if err != nil {
		return err
	}
	if err := tx.putEntry(r, b, data, "", 0); err != nil {
		return err
	}
	if b.Folded != 0 || b.Moved != 0 {
		if _, err := tx.exec(`UPDATE entries SET altered = 1, first_kind = kind, first_folded = ?, first_moved = ? WHERE key = ?`,
			b.Folded, b.Moved, r.subject); err != nil {
			return err
		}
	}
	for _, v := range b.Versions {
		if err := tx.putVersion(r.subject, v); err != nil {
			return err
		}
	}
	for _, f := range b.Files {
		if err := tx.putFile(r.subject, f); err != nil {
			return err
		}
	}
	return nil
}

// data is the JSON of what the entry holds besides its text; "" when nothing.
func (b entryBody) data() (string, error) {
	if len(b.Data) == 0 {
		return "", nil
	}
	text, err := json.Marshal(b.Data)
	return string(text), err
}

// putEntry adds the entry's row, with what it says and its document in the
// search index as far as they are known already.
func (tx *Tx) putEntry(r record, b entryBody, data, text string, doc int64) error {
	_, err := tx.exec(`INSERT INTO entries (key, id, incident, n, kind, lane, original_at, occurred_at, recorded_at,
			actor_id, actor_name, actor_kind, text, deleted, dropped, redacted,
			system, channel, ts, thread_ts, permalink, data, edited, doc)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?, ?, ?, ?, 0, ?)`,
		r.subject, r.id, r.incident, r.n, b.Kind, b.Lane, r.occurredAt, r.occurredAt, r.recordedAt,
		r.actor, b.Name, b.ActorKind, text, r.body == nil,
		b.System, b.Channel, b.TS, b.ThreadTS, b.Permalink, data, doc)
	return err
}

func (tx *Tx) projectVersion(r record) error {
	var b versionBody
	if err := json.Unmarshal(r.body, &b); err != nil {
		return err
	}
	return tx.putVersion(r.subject, b)
}

// putVersion adds to the set of versions; of the same version told twice the
// greater order and author stay, whichever came first.
func (tx *Tx) putVersion(key string, b versionBody) error {
	ord, err := parseOrder(b.Order)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO versions (key, at, digest, ord, by, text) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (key, at, digest) DO UPDATE SET ord = max(ord, excluded.ord), by = max(by, excluded.by)`,
		key, b.At, digest(b.Text), ord, b.By, b.Text)
	return err
}

// digest stands for a text in an index.
func digest(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

func (tx *Tx) projectEdit(r record) error {
	var b editBody
	if err := json.Unmarshal(r.body, &b); err != nil {
		return err
	}
	if b.Undoes != 0 {
		if _, err := tx.exec(`UPDATE edits SET undone = 1 WHERE key = ?1 AND ?2 IN (seq, over)`, r.subject, b.Undoes); err != nil {
			return err
		}
	}
	_, err := tx.exec(`INSERT INTO edits (key, seq, at, by, text, occurred_at, reason, batch, undone, over) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.subject, r.seq, b.At, b.By, b.Text, b.OccurredAt, b.Reason, b.Batch, b.Undoes != 0, b.Over)
	return err
}

func (tx *Tx) projectDrop(r record) error {
	var b dropBody
	if err := json.Unmarshal(r.body, &b); err != nil {
		return err
	}
	if _, err := tx.exec(`UPDATE drops SET undone = 1 WHERE key = ? AND seq = ?`, r.subject, b.Undoes); err != nil {
		return err
	}
	if _, err := tx.exec(`INSERT INTO drops (key, seq, at, by, dropped, reason, batch, undone) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		r.subject, r.seq, b.At, b.By, b.Dropped, b.Reason, b.Batch, b.Undoes != 0); err != nil {
		return err
	}
	return tx.markAltered(r.subject)
}

func (tx *Tx) projectDelete(r record) error {
	var b deleteBody
	if err := json.Unmarshal(r.body, &b); err != nil {
		return err
	}
	_, err := tx.exec(`INSERT INTO deletions (key, at, by) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING`, r.subject, b.At, b.By)
	return err
}

func (tx *Tx) projectPin(r record) error {
	var b pinBody
	if err := json.Unmarshal(r.body, &b); err != nil {
		return err
	}
	ord, err := parseOrder(b.Order)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO pins (key, by, emoji, pinned, at, ord) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (key, by, emoji) DO UPDATE SET pinned = excluded.pinned, at = excluded.at, ord = excluded.ord
		WHERE (excluded.ord, excluded.pinned, excluded.at) > (pins.ord, pins.pinned, pins.at)`,
		r.subject, b.By, b.Emoji, b.On, b.At, ord)
	return err
}

func (tx *Tx) projectFile(r record) error {
	var b fileBody
	if err := json.Unmarshal(r.body, &b); err != nil {
		return err
	}
	return tx.putFile(r.subject, b)
}

// putFile adds to an entry's files; what is known once is not unlearnt.
func (tx *Tx) putFile(key string, b fileBody) error {
	_, err := tx.exec(`INSERT INTO entry_files (key, id, name, sha256, size) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (key, id) DO UPDATE SET
			name = CASE WHEN excluded.name <> '' THEN excluded.name ELSE name END,
			sha256 = CASE WHEN excluded.sha256 <> '' THEN excluded.sha256 ELSE sha256 END,
			size = CASE WHEN excluded.sha256 <> '' OR sha256 = '' THEN excluded.size ELSE size END`,
		key, b.ID, b.Name, b.SHA256, b.Size)
	return err
}
