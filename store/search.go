package store

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"firebreak/incident"
	"firebreak/incident/mask"
)

// Hit is what a search found: an entry, a task or a section of an RCA.
//
// Entry stands for the latter two as well: with their text, time and author,
// kind task or rca, and no label. Its ID then is "task:INC-3:2" or
// "rca:INC-3:root-cause".
type Hit struct {
	Entry   incident.Entry
	Task    int     // the task's number, or 0
	Section string  // the section's name, or ""
	Link    string  // to the task's or the RCA's issue, where it has one
	Snippet string  // plain text around what was found
	Older   int     // the revision it was found in, if the entry says so no more; or 0
	Score   float64 // greater is a better match
}

// Found is one page of a search.
type Found struct {
	Hits []Hit
	More bool // another page follows
}

const (
	mostHits   = 10_000 // are leafed through
	mostRanked = 1000   // of the newest are put in order of relevance
)

// Search gives the page of hits that q asks for, limit (0: 20) to a page:
// entries, tasks and sections of RCAs by what they say now, entries by what
// they said before, by their files' names and by what a detection rests on, too.
// The newest come first: by when they happened, then the
// greater incident, then the greater label. By relevance, the newest 1,000
// are put in order. A query that neither says a word nor filters finds
// nothing.
//
// It looks only into incidents that the viewer may see, and never gives
// deleted, dropped or redacted entries. What others may see has no part in
// the answer: not in the order, the score or whether more follows.
func (v *View) Search(who incident.Viewer, q incident.Query, limit int) (Found, error) {
	if limit <= 0 {
		limit = 20
	}
	found, err := v.search(who, q, min(limit, mostHits))
	if err != nil {
		return Found{}, fmt.Errorf("search: %w", err)
	}
	return found, nil
}

func (v *View) search(who incident.Viewer, q incident.Query, limit int) (Found, error) {
	if w, ok := v.q.(*writer); ok { // what this transaction wrote is found as well
		if err := w.index(); err != nil {
			return Found{}, err
		}
	}
	terms := searchTerms(q.Terms)
	skip := (max(q.Page, 1) - 1) * limit
	reach := min(skip+limit, mostHits)
	if q.Relevance {
		reach = min(reach, mostRanked)
	}
	if skip >= reach {
		return Found{}, nil
	}
	if q.Relevance {
		return v.ranked(who, q, terms, skip, reach)
	}
	list, err := v.newest(who, q, terms, reach+1)
	if err != nil {
		return Found{}, err
	}
	more := len(list) > reach
	list = list[min(skip, len(list)):min(reach, len(list))]
	hits, err := v.hits(who, list, sought{terms, q.Indicators})
	return Found{Hits: hits, More: more && reach < mostHits}, err
}

// ranked puts the newest hits in order of relevance.
func (v *View) ranked(who incident.Viewer, q incident.Query, terms []string, skip, reach int) (Found, error) {
	list, err := v.newest(who, q, terms, mostRanked)
	if err != nil {
		return Found{}, err
	}
	list = list[:min(mostRanked, len(list))]
	if err := v.readTexts(list); err != nil {
		return Found{}, err
	}
	scores := map[int64]float64{}
	for _, d := range list {
		scores[d.id] = score(wordsOf(d.text+"\n"+d.names), phrases(terms))
		if scores[d.id] == 0 && d.earlier != "" {
			scores[d.id] = score(wordsOf(d.earlier), phrases(terms))
		}
	}
	slices.SortStableFunc(list, func(a, b document) int { return cmp.Compare(scores[b.id], scores[a.id]) })
	more := len(list) > reach
	hits, err := v.hits(who, list[min(skip, len(list)):min(reach, len(list))], sought{terms, q.Indicators})
	return Found{Hits: hits, More: more}, err
}

// fewIncidents is how many incidents the index can be asked for by name, each
// besides the words, at about the price of one.
const fewIncidents = 32

// mostPassed is how many documents of other severities are read in vain before
// the index is asked for each incident of the right ones.
const mostPassed = 2000

// newest gives at least so many of the newest documents that the query wants,
// if there are so many, in exact order.
//
// An incident's severity is not in the index, since it changes for thousands of
// documents at once. Hundreds of incidents by name cost the index a tenth of a
// second, so the newest of any severity are read first: among them are enough,
// or they are all, but in odd cases.
func (v *View) newest(who incident.Viewer, q incident.Query, terms []string, count int) ([]document, error) {
	if len(q.Severities) > 0 {
		severe, err := v.severe(who, q)
		if err != nil {
			return nil, err
		}
		if len(severe) > fewIncidents {
			match, err := v.match(who, q, terms, false)
			if err != nil || match == "" {
				return nil, err
			}
			s := scanning{match: match, atOnce: max(count, 256), passes: mostPassed, wants: func(d document) bool { return severe[d.incident] }}
			if list, whole, err := v.scan(q, s, count); err != nil || whole {
				return list, err
			}
		}
	}
	match, err := v.match(who, q, terms, true)
	if err != nil || match == "" {
		return nil, err
	}
	list, _, err := v.scan(q, scanning{match: match, atOnce: count, passes: math.MaxInt, wants: func(document) bool { return true }}, count)
	return list, err
}

// scanning is a way to read documents from the index.
type scanning struct {
	match  string
	atOnce int
	passes int // how many of those that are not wanted may be read
	wants  func(document) bool
}

// scan reads the newest documents until there are count of them; whole says
// that it did not give up before. Ids keep the order of milliseconds: of the
// last one read all are, since the order within is not the ids', and of those
// at the ends of the query's span some may lie outside of it.
func (v *View) scan(q incident.Query, s scanning, count int) (list []document, whole bool, err error) {
	least, most := span(q)
	passed := 0
	for len(list) < count {
		if passed > s.passes {
			return nil, false, nil
		}
		ids, err := v.matching(q, s, s.atOnce, least, most)
		if err != nil {
			return nil, false, err
		}
		ends := len(ids) < s.atOnce
		if !ends {
			last := ids[len(ids)-1]
			most = last/slots*slots - 1
			rest, err := v.matching(q, s, slots, max(least, most+1), last-1)
			if err != nil {
				return nil, false, err
			}
			ids = append(ids, rest...)
		}
		read, err := v.documents(ids)
		if err != nil {
			return nil, false, err
		}
		wanted := slices.DeleteFunc(read, func(d document) bool { return outside(q, d.at) || !s.wants(d) })
		list, passed = append(list, wanted...), passed+len(ids)-len(wanted)
		if ends {
			break
		}
	}
	slices.SortFunc(list, newerFirst)
	return list, true, nil
}

// matching gives the ids of at most so many documents of the index between
// two, the newest first.
func (v *View) matching(q incident.Query, s scanning, limit int, least, most int64) ([]int64, error) {
	if len(q.Indicators) == 0 {
		return all(v, value[int64], `SELECT rowid FROM fts WHERE fts MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC`+atMost(limit), s.match, least, most)
	}
	of, args := indicated(q.Indicators)
	return all(v, value[int64], `SELECT f.rowid FROM (`+of+`) c CROSS JOIN fts f ON f.rowid = c.doc WHERE f.fts MATCH ? ORDER BY f.rowid DESC`+atMost(limit),
		append(args, least, most, s.match)...)
}

// outside says whether a time in microseconds is not one the query asks for.
func outside(q incident.Query, at int64) bool {
	return !q.After.IsZero() && at < micros(q.After) || !q.Before.IsZero() && at >= micros(q.Before)
}

// span gives the ids between which the query's times lie.
func span(q incident.Query) (least, most int64) {
	least, most = 0, math.MaxInt64
	if !q.After.IsZero() {
		least = firstID(micros(q.After))
	}
	if !q.Before.IsZero() {
		most = firstID(micros(q.Before)) + (slots - 1)
	}
	return least, most
}

// newerFirst is the one order of hits, whole: no two are equal in it.
func newerFirst(a, b document) int {
	return cmp.Or(cmp.Compare(b.at, a.at), cmp.Compare(b.incident, a.incident),
		cmp.Compare(a.what, b.what), cmp.Compare(b.n, a.n), cmp.Compare(a.section, b.section))
}

// documents reads what stands in the index, but for the text.
func (v *View) documents(ids []int64) ([]document, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return all(v, func(row row) (d document, err error) {
		return d, row.Scan(&d.id, &d.at, &d.incident, &d.what, &d.n, &d.section, &d.names, &d.earlier)
	}, `SELECT d.id, d.at, d.incident, d.what, d.n, d.section, d.names, substr(d.earlier, 1, 4000)
		FROM json_each(?) x JOIN documents d ON d.id = x.value`, jsonList(ids))
}

// readTexts adds the texts, as far as they count in a ranking: the first 4,000
// characters.
func (v *View) readTexts(list []document) error {
	type said struct {
		id   int64
		text string
	}
	texts, err := all(v, func(row row) (s said, err error) {
		return s, row.Scan(&s.id, &s.text)
	}, `SELECT d.id, substr(coalesce(`+textOf+`, ''), 1, 4000) FROM json_each(?) x JOIN documents d ON d.id = x.value`, jsonList(idsOf(list)))
	if err != nil {
		return err
	}
	byID := map[int64]string{}
	for _, s := range texts {
		byID[s.id] = s.text
	}
	for i := range list {
		list[i].text = byID[list[i].id]
	}
	return nil
}

// textOf is the text of a document d.
const textOf = `CASE d.what
	WHEN 'entry' THEN (SELECT e.text FROM entries e WHERE e.incident = d.incident AND e.n = d.n)
	WHEN 'task' THEN (SELECT t.title FROM tasks t WHERE t.incident = d.incident AND t.n = d.n)
	ELSE (SELECT s.text FROM sections s WHERE s.incident = d.incident AND s.name = d.section) END`

func idsOf(list []document) []int64 {
	ids := make([]int64, len(list))
	for i, d := range list {
		ids[i] = d.id
	}
	return ids
}

// jsonList passes any number of ids as one argument.
func jsonList(ids []int64) string {
	b, err := json.Marshal(ids)
	if err != nil {
		return "[]" // numbers always encode
	}
	return string(b)
}

// hits reads what the documents stand for. That it may be seen, and leaves,
// is asked again: the index is only a projection.
func (v *View) hits(who incident.Viewer, list []document, s sought) ([]Hit, error) {
	entries, err := v.entriesOf(who, list)
	if err != nil {
		return nil, err
	}
	others, err := v.othersOf(who, list)
	if err != nil {
		return nil, err
	}
	var hits []Hit
	for _, d := range list {
		hit, ok := others[d.id]
		if d.what == whatEntry {
			hit.Entry, ok = entries[place{d.incident, d.n}]
		}
		if !ok {
			continue
		}
		text, terms := hit.Entry.Text, phrases(s.terms)
		if hit.Older = s.olderIn(hit.Entry, d.names); hit.Older != 0 {
			text, terms = hit.Entry.Revisions[hit.Older-1].Text, s.phrases()
		} else if says(text, terms) == 0 && (len(terms) > 0 || text == "") {
			text = strings.TrimSpace(text + "\n" + d.names)
		}
		hit.Snippet = snippet(mask.Text(text), terms)
		hit.Score = score(wordsOf(text), phrases(s.terms))
		hits = append(hits, hit)
	}
	return hits, nil
}

// place is where an entry stands.
type place struct {
	incident incident.Number
	n        int
}

func (v *View) entriesOf(who incident.Viewer, list []document) (map[place]incident.Entry, error) {
	entries, err := v.entries(`e.pos IN (
			SELECT y.pos FROM json_each(?) x JOIN documents d ON d.id = x.value
			JOIN entries y ON y.incident = d.incident AND y.n = d.n WHERE d.what = 'entry')
		AND e.deleted = 0 AND e.dropped = 0 AND e.redacted = 0
		AND EXISTS (SELECT 1 FROM incidents i WHERE i.number = e.incident AND `+visible+`)`,
		append([]any{jsonList(idsOf(list))}, seenBy(who)...), "")
	if err != nil {
		return nil, err
	}
	byPlace := map[place]incident.Entry{}
	for _, e := range entries {
		byPlace[place{e.Incident, e.N}] = e
	}
	return byPlace, nil
}

// othersOf reads the tasks and sections among the documents, by id.
func (v *View) othersOf(who incident.Viewer, list []document) (map[int64]Hit, error) {
	type other struct {
		id  int64
		hit Hit
	}
	found, err := all(v, func(row row) (o other, err error) {
		e := &o.hit.Entry
		err = row.Scan(&o.id, &e.Incident, timeColumn{&e.OccurredAt}, &o.hit.Task, &o.hit.Section,
			&e.Text, &e.Actor.ID, &e.Actor.Name, &o.hit.Link)
		o.hit.name()
		return o, err
	}, `SELECT d.id, d.incident, d.at, d.n, d.section, coalesce(t.title, s.text, ''), coalesce(t.created_by, s.by, ''),
			coalesce((SELECT p.name FROM people p WHERE p.id = coalesce(t.created_by, s.by)), ''),
			CASE d.what WHEN 'task' THEN coalesce(t.url, '') ELSE i.rca_url END
		FROM json_each(?) x JOIN documents d ON d.id = x.value JOIN incidents i ON i.number = d.incident
		LEFT JOIN tasks t ON d.what = 'task' AND t.incident = d.incident AND t.n = d.n
		LEFT JOIN sections s ON d.what = 'section' AND s.incident = d.incident AND s.name = d.section
		WHERE d.what <> 'entry' AND `+visible, append([]any{jsonList(idsOf(list))}, seenBy(who)...)...)
	byID := map[int64]Hit{}
	for _, o := range found {
		byID[o.id] = o.hit
	}
	return byID, err
}

// name makes a task or a section look like an entry.
func (h *Hit) name() {
	e := &h.Entry
	e.Kind, e.ID = incident.KindTask, fmt.Sprintf("task:%s:%d", e.Incident, h.Task)
	if h.Section != "" {
		e.Kind, e.ID = incident.KindRCA, fmt.Sprintf("rca:%s:%s", e.Incident, h.Section)
	}
	e.Lane = incident.LaneResponder
	if e.Actor.ID != "" {
		e.Actor.Kind = incident.ActorUser
	}
}
