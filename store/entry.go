package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"firebreak/incident"
)

// Record adds an entry to its incident's timeline, once per key. Its ID, N
// and RecordedAt are assigned; Pins, Revisions and the flags are ignored, they
// follow from what else is known under the key. fresh says whether it is new;
// else the entry is given as it was recorded first.
//
// For a Slack message (a Source of system "slack" with a TS) the text counts
// as one of its versions, sent at OccurredAt, and is kept as that even when
// the message is known already.
func (tx *Tx) Record(key string, e incident.Entry) (rec incident.Entry, fresh bool, err error) {
	own := Version{At: e.OccurredAt, By: e.Actor.ID, Text: e.Text}
	if e.Source.System == "slack" && e.Source.TS != "" {
		return tx.RecordVersions(key, e, own)
	}
	g, err := tx.ground(key, e)
	if err != nil {
		return incident.Entry{}, false, err
	}
	if g.known {
		rec, err = tx.EntryByKey(key)
		return rec, false, err
	}
	return tx.create(g, key, e, own)
}

// RecordVersions is Record with all that is known of a message's text; the
// entry's own Text is ignored. When the key is known already, versions and
// files that were not are added to it: whatever is told in whatever order ends
// in the same entry.
func (tx *Tx) RecordVersions(key string, e incident.Entry, vs ...Version) (incident.Entry, bool, error) {
	g, err := tx.ground(key, e)
	if err != nil {
		return incident.Entry{}, false, err
	}
	if !g.known {
		return tx.create(g, key, e, vs...)
	}
	old, err := tx.EntryByKey(key)
	if err != nil {
		return incident.Entry{}, false, err
	}
	learnt := false
	for _, v := range vs {
		fresh, err := tx.AddVersion(old.Incident, key, v)
		if err != nil {
			return incident.Entry{}, false, err
		}
		learnt = learnt || fresh
	}
	for _, f := range e.Files {
		fresh, err := tx.attach(old.Incident, key, f)
		if err != nil {
			return incident.Entry{}, false, fmt.Errorf("record %s: %w", key, err)
		}
		learnt = learnt || fresh
	}
	if !learnt {
		return old, false, nil
	}
	e, err = tx.EntryByKey(key)
	return e, false, err
}

// EntryByKey finds an entry by its identity, for the bot's own work.
func (v *View) EntryByKey(key string) (incident.Entry, error) {
	return v.entry("entry "+key, `e.key = ?`, key)
}

// Recorded gives those of the keys under which an entry has been recorded.
func (v *View) Recorded(keys []string) (map[string]bool, error) {
	asked, err := json.Marshal(keys)
	if err != nil {
		return nil, fmt.Errorf("recorded entries: %w", err)
	}
	list, err := all(v, value[string], `SELECT key FROM entries WHERE key IN (SELECT value FROM json_each(?))`, string(asked))
	if err != nil {
		return nil, fmt.Errorf("recorded entries: %w", err)
	}
	known := map[string]bool{}
	for _, key := range list {
		known[key] = true
	}
	return known, nil
}

// EntryKeyOf gives the identity of an entry.
func (v *View) EntryKeyOf(entryID string) (string, error) {
	key, err := one(v, value[string], `SELECT key FROM entries WHERE id = ?`, entryID)
	if err != nil {
		return "", fmt.Errorf("entry %s: %w", entryID, err)
	}
	return key, nil
}

// Entry finds an entry by its label.
func (v *View) Entry(who incident.Viewer, n incident.Number, label int) (incident.Entry, error) {
	args := append([]any{n, label}, seenBy(who)...)
	return v.entry(fmt.Sprintf("entry %d of %s", label, n),
		`e.incident = ? AND e.n = ? AND e.incident IN (SELECT i.number FROM incidents i WHERE `+visible+`)`, args...)
}

// entry finds the one entry that where chooses.
func (v *View) entry(what, where string, args ...any) (incident.Entry, error) {
	list, err := v.entries(where, args, "")
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return incident.Entry{}, fmt.Errorf("%s: %w", what, err)
	}
	return list[0], nil
}

// Filter chooses entries. What is zero does not choose.
type Filter struct {
	Kinds  []incident.Kind // any of these
	Lane   incident.Lane   // "": both
	From   string          // the actor's id or name, with or without @
	Pinned bool
	Off    bool      // off the timeline, for whatever reason
	Hidden bool      // not in the RCA and exports
	Stands bool      // on the timeline, and not redacted
	Learnt time.Time // recorded after that
	Since  time.Time // happened then or later
	Until  time.Time // happened then or earlier
	Words  []string  // all of these occur in the text, in any letter case
	Limit  int       // the first so many; 0: all
	Newest bool      // with Limit: the last so many instead, still oldest first
	Skip   int       // with Limit and no Words: so many are left out before
}

// Entries gives an incident's timeline: in order of time, then label.
func (v *View) Entries(who incident.Viewer, n incident.Number, f Filter) ([]incident.Entry, error) {
	if _, err := v.Incident(who, n); err != nil {
		return nil, err
	}
	where, args := f.where(n)
	order := "e.occurred_at, e.n"
	if f.Newest {
		order = "e.occurred_at DESC, e.n DESC"
	}
	order = "ORDER BY " + order
	if f.Limit > 0 && len(f.Words) == 0 {
		order += fmt.Sprintf(" LIMIT %d OFFSET %d", f.Limit, f.Skip)
	}
	list, err := v.entries(where, args, order)
	if err != nil {
		return nil, fmt.Errorf("entries of %s: %w", n, err)
	}
	list = slices.DeleteFunc(list, func(e incident.Entry) bool { return !f.says(e.Text) })
	if f.Limit > 0 && len(list) > f.Limit {
		list = list[:f.Limit]
	}
	if f.Newest {
		slices.Reverse(list)
	}
	return list, nil
}

// where is the part of the filter that the database can judge; letter case
// beyond ASCII is not.
func (f Filter) where(n incident.Number) (string, []any) {
	where, args := `e.incident = ?`, []any{n}
	if len(f.Kinds) > 0 {
		where += ` AND e.kind IN (?` + strings.Repeat(`, ?`, len(f.Kinds)-1) + `)`
		for _, k := range f.Kinds {
			args = append(args, k)
		}
	}
	if f.Lane != "" {
		where, args = where+` AND e.lane = ?`, append(args, f.Lane)
	}
	if from := strings.TrimPrefix(f.From, "@"); from != "" {
		where += ` AND (e.actor_id = ? OR e.actor_name = ? COLLATE NOCASE
			OR e.actor_id IN (SELECT p.id FROM people p WHERE p.name = ? COLLATE NOCASE))`
		args = append(args, from, from, from)
	}
	if f.Off {
		where += ` AND e.dropped`
	}
	if f.Hidden {
		where += ` AND ` + hiddenEntry
	}
	if f.Stands {
		where += ` AND e.dropped = 0 AND e.redacted = 0`
	}
	if !f.Learnt.IsZero() {
		where, args = where+` AND e.recorded_at > ?`, append(args, micros(f.Learnt))
	}
	if !f.Since.IsZero() {
		where, args = where+` AND e.occurred_at >= ?`, append(args, micros(f.Since))
	}
	if !f.Until.IsZero() {
		where, args = where+` AND e.occurred_at <= ?`, append(args, micros(f.Until))
	}
	if f.Pinned {
		where += ` AND ` + pinnedEntry
	}
	return where, args
}

// says whether all words occur in the text.
func (f Filter) says(text string) bool {
	if len(f.Words) == 0 {
		return true
	}
	text = strings.ToLower(text)
	return !slices.ContainsFunc(f.Words, func(w string) bool {
		return !strings.Contains(text, strings.ToLower(w))
	})
}

// CountEntries gives how many entries an incident has.
func (v *View) CountEntries(n incident.Number) (total int, err error) {
	total, err = one(v, value[int], `SELECT last_n FROM incidents WHERE number = ?`, n)
	if err != nil {
		return 0, fmt.Errorf("count entries of %s: %w", n, err)
	}
	return total, nil
}

// CountSince gives how many entries of each kind an incident was given after a
// moment; of messages, people's only.
func (v *View) CountSince(n incident.Number, since time.Time) (map[incident.Kind]int, error) {
	counts := map[incident.Kind]int{}
	_, err := all(v, func(row row) (_ struct{}, err error) {
		var k incident.Kind
		var count int
		if err = row.Scan(&k, &count); err == nil {
			counts[k] = count
		}
		return struct{}{}, err
	}, `SELECT kind, count(*) FROM entries WHERE incident = ? AND recorded_at > ?
		AND (kind <> 'message' OR actor_kind = 'user') GROUP BY kind`, n, micros(since))
	if err != nil {
		return nil, fmt.Errorf("count entries of %s: %w", n, err)
	}
	return counts, nil
}

// CountMatching gives how many entries of an incident a filter without words
// chooses, whatever its limit. The words of a filter are not looked at: only
// reading the texts can tell.
func (v *View) CountMatching(who incident.Viewer, n incident.Number, f Filter) (total int, err error) {
	if _, err := v.Incident(who, n); err != nil {
		return 0, err
	}
	where, args := f.where(n)
	total, err = one(v, value[int], `SELECT count(*) FROM entries e WHERE `+where, args...)
	if err != nil {
		return 0, fmt.Errorf("count entries of %s: %w", n, err)
	}
	return total, nil
}

// entries reads those that where chooses, of table entries as e, whole.
func (v *View) entries(where string, args []any, order string) ([]incident.Entry, error) {
	var keys []string
	var pinned, filed, edited, altered bool // whether any of them is
	list, err := all(v, func(row row) (e incident.Entry, err error) {
		var key string
		var hasPins, hasFiles, hasEdits, hasAlterations bool
		var firstKind incident.Kind
		var repeats int
		var since, until time.Time
		err = row.Scan(&key, &e.ID, &e.Incident, &e.N, &e.Kind, &e.Lane, timeColumn{&e.OccurredAt}, timeColumn{&e.RecordedAt},
			&e.Actor.ID, &e.Actor.Name, &e.Actor.Kind, &e.Text, &e.Deleted, &e.Dropped, &e.Redacted,
			&e.Source.System, &e.Source.Channel, &e.Source.TS, &e.Source.ThreadTS, &e.Source.Permalink, jsonColumn{&e.Data},
			&hasPins, &hasFiles, &hasEdits, &hasAlterations, &firstKind, &e.Phase, &e.Hidden, &e.Folded, &e.Moved, &e.MovedAway, &repeats, timeColumn{&since}, timeColumn{&until})
		repeated(&e, repeats, since, until)
		keys = append(keys, key)
		pinned, filed, edited, altered = pinned || hasPins, filed || hasFiles, edited || hasEdits, altered || hasAlterations
		if firstKind != e.Kind {
			e.FirstKind = firstKind
		}
		return e, err
	}, `SELECT e.key, e.id, e.incident, e.n, e.kind, e.lane, e.occurred_at, e.recorded_at,
			e.actor_id, coalesce(nullif(who.name, ''), e.actor_name), e.actor_kind, e.text, e.deleted, e.dropped, e.redacted,
			e.system, e.channel, e.ts, e.thread_ts, e.permalink, e.data,
			`+pinnedEntry+`, EXISTS (SELECT 1 FROM entry_files f WHERE f.key = e.key), e.edited,
			e.altered, e.first_kind, e.phase, `+hiddenEntry+`, e.folded, e.moved,
			CASE WHEN e.moved <> 0 THEN coalesce((SELECT i.private FROM incidents i WHERE i.number = e.moved), 0) ELSE 0 END,
			CASE WHEN e.kind = 'alert' THEN (SELECT count(*) FROM repeats r WHERE r.key = e.key) ELSE 0 END,
			CASE WHEN e.kind = 'alert' THEN (SELECT coalesce(min(r.at), 0) FROM repeats r WHERE r.key = e.key) ELSE 0 END,
			CASE WHEN e.kind = 'alert' THEN (SELECT coalesce(max(r.at), 0) FROM repeats r WHERE r.key = e.key) ELSE 0 END
		FROM entries e LEFT JOIN people who ON who.id = e.actor_id AND e.actor_kind = 'user'
		WHERE `+where+` `+order, args...)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	if strings.Contains(order, " LIMIT ") { // what belongs to these entries, not to all that match
		where = `e.key IN (SELECT e.key FROM entries e WHERE ` + where + ` ` + order + `)`
	}
	var pins map[string][]incident.Pin
	if pinned {
		if pins, err = v.pins(where, args); err != nil {
			return nil, err
		}
	}
	var files map[string][]incident.File
	if filed {
		if files, err = v.files(where, args); err != nil {
			return nil, err
		}
	}
	var revisions map[string][]incident.Revision
	if edited {
		if revisions, err = v.revisions(where, args); err != nil {
			return nil, err
		}
	}
	var alterations map[string][]incident.Alteration
	if altered {
		if alterations, err = v.alterationsOf(where, args); err != nil {
			return nil, err
		}
	}
	for i, key := range keys {
		list[i].Alterations = alterations[key]
		list[i].Pins, list[i].Files, list[i].Revisions = pins[key], files[key], revisions[key]
	}
	return list, nil
}
