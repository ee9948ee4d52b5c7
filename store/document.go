package store

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"firebreak/incident"
)

// document is what search can find, as the index holds it.
type document struct {
	id       int64
	at       int64 // microseconds
	incident incident.Number
	what     what
	n        int    // of the entry or task
	section  string // of the RCA
	text     string
	names    string // of files; of a detection, what it rests on: see factsOf
	earlier  string // what it said before, see View.earlierTexts
	tags     string
}

// what says what a document is.
type what string

const (
	whatEntry   what = "entry"
	whatTask    what = "task"
	whatSection what = "section"
)

// slots is how many documents of one millisecond have an id.
const slots = 1 << 20

// latest is the last millisecond of its own that an id can hold, in the year
// 2248; later ones share it. Search puts those that share one in order.
const latest = 1<<43 - 1

// firstID is the least id of what happened at the time, in microseconds.
func firstID(at int64) int64 { return min(max(at/1000, 0), latest) * slots }

// putDocument makes search find a document and gives its id.
func (tx *Tx) putDocument(d document) (int64, error) {
	first := firstID(d.at)
	res, err := tx.exec(`INSERT INTO documents (id, at, incident, what, n, section, names, earlier, tags)
		VALUES ((SELECT coalesce(max(id) + 1, ?) FROM documents WHERE id >= ? AND id < ?), ?, ?, ?, ?, ?, ?, ?, ?)`,
		first, first, first+slots, d.at, d.incident, d.what, d.n, d.section, d.names, d.earlier, d.tags)
	if err != nil {
		return 0, err
	}
	id, err := res.LastInsertId()
	if err != nil || tx.refill {
		return id, err
	}
	tx.later(id, `INSERT INTO fts (rowid, text, names, earlier, tags) VALUES (?, ?, ?, ?, ?)`, id, d.text, d.names, d.earlier, d.tags)
	return id, nil
}

// dropDocument is the reverse of putDocument. The index holds no text of its
// own, so taking a document out takes the very text put in.
func (tx *Tx) dropDocument(id int64, text string) error {
	d, err := one(&tx.View, func(row row) (d document, err error) {
		return d, row.Scan(&d.names, &d.earlier, &d.tags)
	}, `DELETE FROM documents WHERE id = ? RETURNING names, earlier, tags`, id)
	if err != nil {
		return fmt.Errorf("document %d: %w", id, err)
	}
	if tx.refill {
		return nil
	}
	tx.later(id, `INSERT INTO fts (fts, rowid, text, names, earlier, tags) VALUES ('delete', ?, ?, ?, ?, ?)`, id, text, d.names, d.earlier, d.tags)
	return nil
}

// indexing is one statement for the search index.
type indexing struct {
	id    int64 // of the document
	query string
	args  []any
}

// later has the search index written just before the commit, once for the
// whole group: FTS5 writes a segment of its own, which it then has to merge,
// at each savepoint that follows a write (fts5_main.c, fts5SavepointMethod).
func (tx *Tx) later(id int64, query string, args ...any) {
	tx.w.pending = append(tx.w.pending, indexing{id, query, args})
}

// index writes what waits for it: in the order of the documents, since FTS5
// writes a segment at each that comes before the last one, too (fts5_index.c,
// sqlite3Fts5IndexBeginWrite); what is of one document, in the order in which
// it was told.
func (w *writer) index() error {
	slices.SortStableFunc(w.pending, func(a, b indexing) int { return cmp.Compare(a.id, b.id) })
	for _, p := range w.pending {
		if _, err := w.exec(p.query, p.args); err != nil {
			return fmt.Errorf("write the search index: %w", err)
		}
	}
	w.pending = nil // not emptied: who is undone gets back what there was
	return nil
}

// replaceDocument makes search find a task or a section as it is from now
// on. was is its text until now, "" when it is new.
func (tx *Tx) replaceDocument(d document, was string) error {
	id, found, err := optional(&tx.View, value[int64],
		`SELECT id FROM documents WHERE incident = ? AND what = ? AND n = ? AND section = ? AND what <> 'entry'`,
		d.incident, d.what, d.n, d.section)
	if err == nil && found {
		err = tx.dropDocument(id, was)
	}
	if err == nil && d.text != "" {
		_, err = tx.putDocument(d)
	}
	if err != nil {
		return fmt.Errorf("index %s %d%s of %s: %w", d.what, d.n, d.section, d.incident, err)
	}
	return nil
}

// The tags of a document: each one word to the index. Ids and names are in
// hex, since they may hold anything.
const (
	tagPublic = "public" // its incident is not private
	tagPinned = "pinned"
	tagAsked  = "asked" // it only asks the bot to search

	tagAdversary = "adversary" // its lane; those of the other have none
)

func tagIncident(n incident.Number) string { return "i" + strconv.FormatInt(int64(n), 10) }
func tagKind(k incident.Kind) string       { return "k" + hexed(string(k)) }
func tagID(id string) string               { return "u" + hexed(id) }
func tagName(name string) string           { return "n" + hexed(name) }

func hexed(s string) string { return hex.EncodeToString([]byte(strings.ToLower(s))) }

// tagged gives the tags that all documents have.
func tagged(n incident.Number, private bool, kind incident.Kind, actorID, actorName string, texts ...string) string {
	tags := append([]string{tagIncident(n), tagKind(kind)}, quads(texts...)...)
	if !private {
		tags = append(tags, tagPublic)
	}
	if actorID != "" {
		tags = append(tags, tagID(actorID))
	}
	if actorName != "" {
		tags = append(tags, tagName(actorName))
	}
	return strings.Join(tags, " ")
}
