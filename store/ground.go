package store

import (
	"encoding/json"
	"errors"
	"fmt"

	"firebreak/incident"
)

// ground is what an entry is put on: where its incident's log ends, and what
// is known already. It is read at one go, since reading takes as long as
// writing, and nearly every entry is new.
type ground struct {
	head    head
	private bool
	name    string // of the actor, as people know them; "" unknown
	known   bool   // an entry has this key
	heard   bool   // something else is known under it: it came before its entry
}

// ground looks what the entry with this key would be put on.
func (tx *Tx) ground(key string, e incident.Entry) (ground, error) {
	g, err := one(&tx.View, func(row row) (g ground, err error) {
		return g, row.Scan(&g.head.seq, &g.head.hash, &g.head.labels, &g.private, &g.name, &g.known, &g.heard)
	}, `SELECT i.log_seq, i.log_head, i.last_n, i.private,
			coalesce((SELECT p.name FROM people p WHERE p.id = ?1), ''),
			EXISTS (SELECT 1 FROM entries e WHERE e.key = ?2),
			EXISTS (SELECT 1 FROM versions v WHERE v.key = ?2) OR EXISTS (SELECT 1 FROM edits x WHERE x.key = ?2)
				OR EXISTS (SELECT 1 FROM deletions d WHERE d.key = ?2) OR EXISTS (SELECT 1 FROM pins p WHERE p.key = ?2)
				OR EXISTS (SELECT 1 FROM entry_files f WHERE f.key = ?2) OR EXISTS (SELECT 1 FROM hides h WHERE h.key = ?2)
		FROM incidents i WHERE i.number = ?3`, e.Actor.ID, key, e.Incident)
	if errors.Is(err, ErrNotFound) { // still known, if another incident has it
		_, g.known, err = optional(&tx.View, value[int], `SELECT 1 FROM entries WHERE key = ?`, key)
		if err == nil && !g.known {
			err = fmt.Errorf("log of %s: %w", e.Incident, ErrNotFound)
		}
	}
	if err != nil {
		return ground{}, fmt.Errorf("record %s: %w", key, err)
	}
	return g, nil
}

// create appends a new entry.
func (tx *Tx) create(g ground, key string, e incident.Entry, vs ...Version) (incident.Entry, bool, error) {
	b := bodyOf(e, vs...)
	r, err := tx.extend(g.head, record{
		incident: e.Incident, kind: recordEntry, subject: key,
		occurredAt: micros(e.OccurredAt), actor: e.Actor.ID,
	}, b)
	if err != nil {
		return incident.Entry{}, false, fmt.Errorf("record %s: %w", key, err)
	}
	if g.heard || len(b.Versions) != 1 || len(b.Files) > 0 {
		if err := tx.apply(r); err != nil {
			return incident.Entry{}, false, fmt.Errorf("record %s: %w", key, err)
		}
		rec, err := tx.EntryByKey(key)
		return rec, true, err
	}
	if err := b.asRead(); err != nil {
		return incident.Entry{}, false, fmt.Errorf("record %s: %w", key, err)
	}
	rec, err := tx.applyPlain(g, r, b)
	if err != nil {
		return incident.Entry{}, false, fmt.Errorf("record %s: %w", key, err)
	}
	return rec, true, nil
}

// bodyOf is what the log keeps of an entry with these versions.
func bodyOf(e incident.Entry, vs ...Version) entryBody {
	b := entryBody{
		Kind: e.Kind, Lane: e.Lane, Name: e.Actor.Name, ActorKind: e.Actor.Kind,
		System: e.Source.System, Channel: e.Source.Channel, TS: e.Source.TS,
		ThreadTS: e.Source.ThreadTS, Permalink: e.Source.Permalink,
		Files: fileBodies(e.Files), Data: e.Data,
	}
	for _, v := range vs {
		b.Versions = append(b.Versions, v.body())
	}
	if b.Lane == "" {
		b.Lane = incident.LaneResponder
	}
	return b
}

// applyPlain is apply for an entry of which nothing is known but its one
// version: it writes what apply would end with, and gives what would then be
// read.
func (tx *Tx) applyPlain(g ground, r record, b entryBody) (incident.Entry, error) {
	data, err := b.data()
	if err != nil {
		return incident.Entry{}, err
	}
	s := standing{
		leaves: true, actorID: r.actor, actorName: b.Name, kind: b.Kind, lane: b.Lane, private: g.private, data: data, newText: b.Versions[0].Text,
		now: document{at: r.occurredAt, incident: r.incident, what: whatEntry, n: r.n},
	}
	s.now.names = factsOf(s.kind, data)
	if s.now.tags, err = s.tags(); err != nil {
		return incident.Entry{}, err
	}
	if err := tx.reindex(&s); err != nil {
		return incident.Entry{}, err
	}
	if err := tx.putEntry(r, b, data, s.newText, s.doc); err != nil {
		return incident.Entry{}, err
	}
	if err := tx.putVersion(r.subject, b.Versions[0]); err != nil {
		return incident.Entry{}, err
	}
	if err := tx.spotPlain(r, b); err != nil {
		return incident.Entry{}, err
	}
	return r.entry(b, g.name), nil
}

// asRead makes the body what reading it back from the log would give.
func (b *entryBody) asRead() error {
	for _, s := range []*string{&b.Name, &b.System, &b.Channel, &b.TS, &b.ThreadTS, &b.Permalink, (*string)(&b.Kind), (*string)(&b.Lane), (*string)(&b.ActorKind)} {
		*s = valid(*s)
	}
	if len(b.Data) == 0 {
		b.Data = nil
		return nil
	}
	text, err := json.Marshal(b.Data)
	if err != nil {
		return err
	}
	b.Data = nil
	return json.Unmarshal(text, &b.Data)
}

// entry is the entry of a plain record as it will be read.
func (r record) entry(b entryBody, name string) incident.Entry {
	e := incident.Entry{
		ID: r.id, Incident: r.incident, N: r.n, Kind: b.Kind, Lane: b.Lane,
		OccurredAt: fromMicros(r.occurredAt), RecordedAt: fromMicros(r.recordedAt),
		Actor: incident.Actor{ID: r.actor, Name: b.Name, Kind: b.ActorKind}, Text: b.Versions[0].Text,
		Source: incident.Source{System: b.System, Channel: b.Channel, TS: b.TS, ThreadTS: b.ThreadTS, Permalink: b.Permalink},
		Data:   b.Data,
	}
	if name != "" && b.ActorKind == incident.ActorUser {
		e.Actor.Name = name
	}
	return e
}
