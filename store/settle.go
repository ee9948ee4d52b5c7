package store

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"firebreak/incident"
)

// standing is what an entry says now, and what it should say.
type standing struct {
	pos                int64
	doc                int64 // its document in the search index, or 0
	was                document
	text               string
	leaves             bool // whether search may give it, deletion aside
	originalAt         int64
	editText, version  sql.NullString
	editAt             sql.NullInt64
	versions           int
	corrected          bool // by a responder, even if all of it was taken back
	deleted, erased    bool
	altered            bool // by a responder, beside text and time
	actorID, actorName string
	kind               incident.Kind
	lane               incident.Lane
	private, pinned    bool
	data               string
	now                document // what search should find; nothing to find in it: nothing
	newText            string
	edited             bool
}

// settle brings an entry in line with all that is known under its key. There
// may be none yet: then what is known waits.
func (tx *Tx) settle(key string) error {
	s, found, err := optional(&tx.View, scanStanding, selectStanding, key)
	if err != nil || !found {
		return err
	}
	s.newText, s.now.at = s.version.String, s.originalAt
	if s.editText.Valid {
		s.newText, s.now.at = s.editText.String, s.editAt.Int64
	}
	if s.erased {
		s.newText = ""
		if _, err := tx.exec(`DELETE FROM indicators WHERE incident = ? AND n = ?`, s.now.incident, s.now.n); err != nil {
			return err
		}
	}
	is := state{kind: s.kind}
	if s.altered {
		if is, err = tx.stateOf(key); err != nil {
			return err
		}
	}
	s.kind, s.leaves = is.kind, !is.off() && !s.erased
	s.edited = !s.erased && (s.versions > 1 || s.corrected)
	if err := tx.addFindable(key, &s); err != nil {
		return fmt.Errorf("texts of %s: %w", key, err)
	}
	if s.now.tags, err = s.tags(); err != nil {
		return fmt.Errorf("tags of %s: %w", key, err)
	}
	if err := tx.reindex(&s); err != nil {
		return fmt.Errorf("index %s: %w", key, err)
	}
	_, err = tx.exec(`UPDATE entries SET text = ?, occurred_at = ?, deleted = ?, edited = ?, doc = ? WHERE pos = ?`,
		s.newText, s.now.at, s.deleted, s.edited, s.doc, s.pos)
	if err != nil || !s.altered {
		return err
	}
	_, err = tx.exec(`UPDATE entries SET kind = ?, phase = ?, hidden = ?, dropped = ?, folded = ?, moved = ? WHERE pos = ?`,
		is.kind, is.phase, is.hidden, is.off(), is.folded, is.moved, s.pos)
	return err
}

// settleHolders brings in line what an entry is or was part of: what is on a
// message counts for the entry that stands for it.
func (tx *Tx) settleHolders(r record) error {
	if r.kind != recordPin && r.kind != recordAlteration && r.kind != recordDelete {
		return nil
	}
	holders, err := all(&tx.View, value[string], `WITH RECURSIVE held (key) AS (
			SELECT s.key FROM entries p JOIN entries s ON s.incident = p.incident AND s.n IN (
				SELECT p.folded UNION SELECT CAST(a.value AS INTEGER) FROM alterations a WHERE a.key = p.key AND a.what = 'folded')
			WHERE p.key = ?1 AND s.n <> 0
			UNION SELECT s.key FROM held h JOIN entries p ON p.key = h.key JOIN entries s ON s.incident = p.incident AND s.n = p.folded WHERE p.folded <> 0)
		SELECT key FROM held`, r.subject)
	if err != nil {
		return err
	}
	for _, key := range holders {
		if err := tx.settle(key); err != nil {
			return err
		}
	}
	return nil
}

// selectStanding asks whether there are files before it orders their names:
// SQLite makes a table to order in even for none.
const selectStanding = `SELECT e.pos, e.doc, e.incident, e.n, e.kind, e.lane, e.actor_id, e.actor_name, e.data, i.private,
		e.text, e.occurred_at, e.redacted, e.altered, e.original_at,
		(SELECT x.text FROM edits x WHERE x.key = e.key AND NOT x.undone ORDER BY ` + newestEdit + ` LIMIT 1),
		(SELECT x.occurred_at FROM edits x WHERE x.key = e.key AND NOT x.undone ORDER BY ` + newestEdit + ` LIMIT 1),
		(SELECT v.text FROM versions v WHERE v.key = e.key ORDER BY v.at DESC, v.ord DESC, v.digest DESC LIMIT 1),
		(SELECT count(*) FROM versions v WHERE v.key = e.key),
		EXISTS (SELECT 1 FROM edits x WHERE x.key = e.key),
		EXISTS (SELECT 1 FROM deletions d WHERE d.key = e.key),
		` + pinnedEntry + `,
		CASE WHEN EXISTS (SELECT 1 FROM entry_files f WHERE f.key = e.key) THEN coalesce((
			SELECT group_concat(f.name, char(10) ORDER BY f.id) FROM entry_files f WHERE f.key = e.key AND f.name <> ''), '') ELSE '' END,
		coalesce(d.names, ''), coalesce(d.earlier, ''), coalesce(d.tags, '')
	FROM entries e JOIN incidents i ON i.number = e.incident LEFT JOIN documents d ON d.id = e.doc
	WHERE e.key = ?`

func scanStanding(row row) (s standing, err error) {
	err = row.Scan(&s.pos, &s.doc, &s.now.incident, &s.now.n, &s.kind, &s.lane, &s.actorID, &s.actorName, &s.data, &s.private,
		&s.text, &s.was.at, &s.erased, &s.altered, &s.originalAt,
		&s.editText, &s.editAt, &s.version, &s.versions, &s.corrected, &s.deleted, &s.pinned, &s.now.names,
		&s.was.names, &s.was.earlier, &s.was.tags)
	s.now.what = whatEntry
	return s, err
}

// tags are what filters know the entry by.
func (s standing) tags() (string, error) {
	tags := tagged(s.now.incident, s.private, s.kind, s.actorID, s.actorName, s.newText, s.now.names, s.now.earlier)
	if s.pinned {
		tags += " " + tagPinned
	}
	if s.lane == incident.LaneAdversary {
		tags += " " + tagAdversary
	}
	e := incident.Entry{Kind: s.kind}
	if s.kind == incident.KindCommand && s.data != "" {
		if err := json.Unmarshal([]byte(s.data), &e.Data); err != nil {
			return "", err
		}
	}
	if e.Asks() {
		tags += " " + tagAsked
	}
	return tags, nil
}

// reindex makes search find what the entry says from now on, at its new time.
func (tx *Tx) reindex(s *standing) error {
	should := s.leaves && !s.deleted && s.newText+s.now.names+s.now.earlier != ""
	if should == (s.doc != 0) && (!should || s.text == s.newText && s.was.at == s.now.at &&
		s.was.names == s.now.names && s.was.earlier == s.now.earlier && s.was.tags == s.now.tags) {
		return nil
	}
	if s.doc != 0 {
		if err := tx.dropDocument(s.doc, s.text); err != nil {
			return err
		}
		s.doc = 0
	}
	if !should {
		return nil
	}
	s.now.text = s.newText
	var err error
	s.doc, err = tx.putDocument(s.now)
	return err
}
