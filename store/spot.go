package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"firebreak/incident"
)

// telling says whether indicators are looked for in entries of a kind: in
// what people and tools say, not in what firebreak makes of it.
func telling(k incident.Kind) bool {
	switch k {
	case incident.KindMessage, incident.KindAlert, incident.KindNote, incident.KindUpdate, incident.KindFile, incident.KindPage:
		return true
	}
	return false
}

// spot keeps the indicators of what a record adds to its entry: of a
// version, an edit or a file that alone, of an entry all that is known by
// now. What came before its entry waits for it.
func (tx *Tx) spot(r record) error {
	if tx.w.indicators == nil {
		return nil
	}
	switch r.kind {
	case recordEntry, recordVersion, recordEdit, recordFile:
	default:
		return nil
	}
	e, found, err := optional(&tx.View, scanSpotted, selectSpotted+` WHERE e.key = ?`, r.subject)
	if err != nil || !found || e.redacted || !telling(e.kind) {
		return err
	}
	texts := []string{}
	switch {
	case r.kind == recordEntry:
		texts, err = tx.textsOf(e)
	case r.body != nil:
		var b struct{ Text, Name string } // of a version, an edit, a file
		err = json.Unmarshal(r.body, &b)
		texts = append(texts, b.Text, b.Name)
	}
	if err != nil {
		return err
	}
	return tx.keepIndicators(e.incident, e.n, tx.w.spotted(texts...), tx.foundAt())
}

// spotPlain is spot for an entry that is new and has one version.
func (tx *Tx) spotPlain(r record, b entryBody) error {
	if tx.w.indicators == nil || !telling(b.Kind) {
		return nil
	}
	raw, _ := b.Data["raw"].(string)
	return tx.keepIndicators(r.incident, r.n, tx.w.spotted(b.Versions[0].Text, raw), tx.foundAt())
}

// foundAt is when indicators are found that are found now; not what is
// applied once more.
func (tx *Tx) foundAt() int64 {
	if tx.refill {
		return 0
	}
	return micros(time.Now())
}

func (tx *Tx) keepIndicators(n incident.Number, label int, list []incident.Indicator, foundAt int64) error {
	for _, i := range list {
		_, err := tx.exec(`INSERT INTO indicators (type, value, incident, n, found_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			i.Type, i.Value, n, label, foundAt)
		if err != nil {
			return fmt.Errorf("keep indicators of entry %d of %s: %w", label, n, err)
		}
	}
	return nil
}

// spotted gives the indicators of some texts. No text may keep its entry from
// being recorded: one that they cannot be found in has none.
func (w *writer) spotted(texts ...string) (list []incident.Indicator) {
	defer func() {
		if p := recover(); p != nil {
			w.log.Error("a text could not be searched for indicators", "panic", p)
		}
	}()
	for _, text := range texts {
		if text != "" {
			list = append(list, w.indicators(text)...)
		}
	}
	return list
}

// spottedEntry is an entry that may hold indicators.
type spottedEntry struct {
	pos      int64
	key      string
	incident incident.Number
	n        int
	kind     incident.Kind
	redacted bool
	data     string
}

const selectSpotted = `SELECT e.pos, e.key, e.incident, e.n, e.kind, e.redacted, e.data FROM entries e`

func scanSpotted(row row) (e spottedEntry, err error) {
	return e, row.Scan(&e.pos, &e.key, &e.incident, &e.n, &e.kind, &e.redacted, &e.data)
}

// textsOf gives all that an entry has ever said, its files' names, and an
// alert as it came in.
func (v *View) textsOf(e spottedEntry) ([]string, error) {
	texts, err := all(v, value[string], `SELECT text FROM versions WHERE key = ?1
		UNION ALL SELECT text FROM edits WHERE key = ?1 UNION ALL SELECT name FROM entry_files WHERE key = ?1`, e.key)
	if err != nil || e.data == "" {
		return texts, err
	}
	var data struct{ Raw string }
	if err := json.Unmarshal([]byte(e.data), &data); err != nil {
		return texts, nil //nolint:nilerr // not an alert's
	}
	return append(texts, data.Raw), nil
}

// leftCursor is where it stands which older entries have not been looked at.
const leftCursor = "indicators:left"

// FillIndicators looks for indicators in some of the entries that were
// recorded before there were any, the newest first, and remembers how far it
// came. more is false once all have been looked at. The texts are read and
// looked at outside of the update that keeps what was found.
func (s *Store) FillIndicators(ctx context.Context, batch int) (more bool, err error) {
	if s.write == nil || s.write.indicators == nil {
		return false, nil
	}
	type filled struct {
		e    spottedEntry
		list []incident.Indicator
	}
	var found []filled
	left := int64(0)
	err = s.View(ctx, func(v *View) error {
		text, err := v.Cursor(leftCursor)
		if err != nil || text == "" {
			return err
		}
		if left, err = strconv.ParseInt(text, 10, 64); err != nil {
			return err
		}
		entries, err := all(v, scanSpotted, selectSpotted+` WHERE e.pos <= ? ORDER BY e.pos DESC`+atMost(batch), left)
		if err != nil {
			return err
		}
		left = 0
		for _, e := range entries {
			if len(entries) == batch {
				left = e.pos - 1
			}
			if e.redacted || !telling(e.kind) {
				continue
			}
			texts, err := v.textsOf(e)
			if err != nil {
				return err
			}
			if list := s.write.spotted(texts...); len(list) > 0 {
				found = append(found, filled{e, list})
			}
		}
		more = true
		return nil
	})
	if err == nil && more {
		err = s.Update(ctx, func(tx *Tx) error {
			for _, f := range found {
				_, still, err := optional(&tx.View, value[int], `SELECT 1 FROM entries WHERE pos = ? AND key = ? AND redacted = 0`, f.e.pos, f.e.key)
				if err != nil {
					return err
				}
				if !still { // erased meanwhile
					continue
				}
				if err := tx.keepIndicators(f.e.incident, f.e.n, f.list, 0); err != nil {
					return err
				}
			}
			if left > 0 {
				return tx.SetCursor(leftCursor, strconv.FormatInt(left, 10))
			}
			_, err := tx.exec(`DELETE FROM cursors WHERE name = ?`, leftCursor)
			return err
		})
	}
	if err != nil {
		return false, fmt.Errorf("fill in indicators: %w", err)
	}
	return more && left > 0, nil
}
