package store

import (
	"fmt"
	"strings"
	"time"

	"firebreak/incident"
)

// Mention is where an indicator was said first within an incident, and how
// often.
type Mention struct {
	incident.Indicator
	Incident  incident.Number
	N         int // of the entry
	At        time.Time
	Actor     incident.Actor
	Permalink string
	Count     int       // entries that say it
	Last      time.Time // of those
}

// speaks chooses entries e that count as saying something, as SQL. What was
// deleted, dropped or redacted says nothing, nor do messages of the actor that is
// the first argument: firebreak itself, which repeats what others have said.
const speaks = `e.deleted = 0 AND e.dropped = 0 AND e.redacted = 0 AND (e.kind <> 'message' OR e.actor_id <> ?1)`

// mentions picks, of each indicator in each incident that where chooses of
// indicators as x, entries as e and incidents as i, the first entry that
// [speaks].
func mentions(where string) string {
	return `SELECT type, value, incident, n, occurred_at, actor_id, name, actor_kind, permalink, said, last FROM (
		SELECT x.type, x.value, x.incident, x.n, e.occurred_at, e.actor_id, e.actor_kind, e.permalink,
			coalesce(nullif((SELECT p.name FROM people p WHERE p.id = e.actor_id), ''), e.actor_name) AS name,
			count(*) OVER w AS said, max(e.occurred_at) OVER w AS last,
			row_number() OVER (PARTITION BY x.type, x.value, x.incident ORDER BY e.occurred_at, e.n) AS place
		FROM indicators x JOIN entries e ON e.incident = x.incident AND e.n = x.n JOIN incidents i ON i.number = x.incident
		WHERE ` + speaks + ` AND ` + where + `
		WINDOW w AS (PARTITION BY x.type, x.value, x.incident))
	WHERE place = 1`
}

func scanMention(row row) (s Mention, err error) {
	return s, row.Scan(&s.Type, &s.Value, &s.Incident, &s.N, timeColumn{&s.At}, &s.Actor.ID, &s.Actor.Name, &s.Actor.Kind,
		&s.Permalink, &s.Count, timeColumn{&s.Last})
}

// Indicators gives an incident's indicators, those said first last in front,
// without what only messages of the actor called except say.
func (v *View) Indicators(who incident.Viewer, n incident.Number, except string) ([]Mention, error) {
	if _, err := v.Incident(who, n); err != nil {
		return nil, err
	}
	list, err := all(v, scanMention, mentions(`x.incident = ?`)+` ORDER BY occurred_at DESC, n DESC, type, value`, except, n)
	if err != nil {
		return nil, fmt.Errorf("indicators of %s: %w", n, err)
	}
	return list, nil
}

// Seen tells in which incidents that the viewer may see an indicator was
// said, the newest incident first, at most limit of them.
func (v *View) Seen(who incident.Viewer, i incident.Indicator, except string, limit int) ([]Mention, error) {
	list, err := all(v, scanMention, mentions(`x.value = ? AND x.type = ? AND `+visible)+` ORDER BY incident DESC`+atMost(limit),
		append([]any{except, i.Value, i.Type}, seenBy(who)...)...)
	if err != nil {
		return nil, fmt.Errorf("sightings of %s: %w", i.Type, err)
	}
	return list, nil
}

// Learnt is an indicator that became known.
type Learnt struct {
	ID int64 // of those learnt later the greater
	incident.Indicator
	Incident incident.Number
	Known    bool // an incident with a smaller number has it, and this one had not
}

// IndicatorsAfter gives what became known after the one of that ID, in that
// order, at most limit of them; not what was filled in.
func (v *View) IndicatorsAfter(id int64, except string, limit int) ([]Learnt, error) {
	list, err := all(v, func(row row) (l Learnt, err error) {
		return l, row.Scan(&l.ID, &l.Type, &l.Value, &l.Incident, &l.Known)
	}, `SELECT x.id, x.type, x.value, x.incident,
			EXISTS (SELECT 1 FROM indicators y WHERE y.value = x.value AND y.type = x.type AND y.incident < x.incident)
			AND NOT EXISTS (SELECT 1 FROM indicators y JOIN entries e ON e.incident = y.incident AND e.n = y.n
				WHERE y.value = x.value AND y.type = x.type AND y.incident = x.incident AND y.id < x.id AND y.found_at <> 0 AND `+speaks+`)
		FROM indicators x JOIN entries e ON e.incident = x.incident AND e.n = x.n
		WHERE x.id > ?2 AND x.found_at <> 0 AND `+speaks+`
		ORDER BY x.id`+atMost(limit), except, id)
	if err != nil {
		return nil, fmt.Errorf("indicators learnt after %d: %w", id, err)
	}
	return list, nil
}

// indicated is the part of a query that chooses the documents of entries
// with one of the indicators, the newest mostIndicated of them.
func indicated(list []incident.Indicator) (query string, args []any) {
	var either []string
	for _, i := range list {
		either = append(either, `x.value = ? AND x.type = ?`)
		args = append(args, i.Value, i.Type)
	}
	return `SELECT DISTINCT e.doc AS doc FROM indicators x JOIN entries e ON e.incident = x.incident AND e.n = x.n
		WHERE (` + strings.Join(either, ` OR `) + `) AND e.doc BETWEEN ? AND ? ORDER BY e.doc DESC` + atMost(mostIndicated), args
}

// mostIndicated bounds how many documents a search for an indicator looks at.
const mostIndicated = 2000

// Repeated is an indicator of an incident that earlier ones have, too.
type Repeated struct {
	incident.Indicator
	Incidents []incident.Number // the newest first
}

// Earlier gives an incident's indicators that public incidents with a smaller
// number have, in the order in which this one learnt them; not those that
// were filled in long after.
func (v *View) Earlier(n incident.Number, except string) ([]Repeated, error) {
	type pair struct {
		incident.Indicator
		in incident.Number
	}
	pairs, err := all(v, func(row row) (p pair, err error) {
		return p, row.Scan(&p.Type, &p.Value, &p.in)
	}, `WITH here AS (
			SELECT x.type, x.value, min(x.id) AS id FROM indicators x JOIN entries e ON e.incident = x.incident AND e.n = x.n
			WHERE x.incident = ?2 AND x.found_at <> 0 AND `+speaks+` GROUP BY x.type, x.value)
		SELECT h.type, h.value, x.incident FROM here h JOIN indicators x ON x.value = h.value AND x.type = h.type AND x.incident < ?2
			JOIN incidents i ON i.number = x.incident AND i.private = 0
			JOIN entries e ON e.incident = x.incident AND e.n = x.n
		WHERE `+speaks+` GROUP BY h.type, h.value, h.id, x.incident ORDER BY h.id, x.incident DESC`, except, n)
	if err != nil {
		return nil, fmt.Errorf("earlier sightings of what %s says: %w", n, err)
	}
	var list []Repeated
	for _, p := range pairs {
		if len(list) == 0 || list[len(list)-1].Indicator != p.Indicator {
			list = append(list, Repeated{Indicator: p.Indicator})
		}
		last := &list[len(list)-1]
		last.Incidents = append(last.Incidents, p.in)
	}
	return list, nil
}
