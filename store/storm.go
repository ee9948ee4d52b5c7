package store

import (
	"fmt"
	"time"

	"firebreak/incident"
)

// Storm is a stretch in which so much came to an incident that one message
// stands for all of it.
type Storm struct {
	ID           int64
	Incident     incident.Number
	Rule         string // whose detections they are; empty: they are alerts
	Since, Until time.Time
}

// SaveStorm begins a storm, whose ID is 0, or replaces it.
func (tx *Tx) SaveStorm(s Storm) (Storm, error) {
	if s.ID != 0 {
		_, err := tx.exec(`UPDATE storms SET until = ? WHERE id = ?`, micros(s.Until), s.ID)
		if err != nil {
			return s, fmt.Errorf("save storm %d: %w", s.ID, err)
		}
		return s, nil
	}
	res, err := tx.exec(`INSERT INTO storms (incident, rule, since, until) VALUES (?, ?, ?, ?)`, s.Incident, s.Rule, micros(s.Since), micros(s.Until))
	if err != nil {
		return s, fmt.Errorf("begin a storm of %s: %w", s.Incident, err)
	}
	s.ID, err = res.LastInsertId()
	return s, err
}

const selectStorm = `SELECT id, incident, rule, since, until FROM storms`

func scanStorm(row row) (s Storm, err error) {
	return s, row.Scan(&s.ID, &s.Incident, &s.Rule, timeColumn{&s.Since}, timeColumn{&s.Until})
}

// Storm gives one storm.
func (v *View) Storm(id int64) (Storm, error) {
	s, err := one(v, scanStorm, selectStorm+` WHERE id = ?`, id)
	if err != nil {
		return s, fmt.Errorf("storm %d: %w", id, err)
	}
	return s, nil
}

// StormSince gives an incident's storm that went on at or after a moment; the
// newest. ErrNotFound when there is none.
func (v *View) StormSince(n incident.Number, rule string, since time.Time) (Storm, error) {
	s, err := one(v, scanStorm, selectStorm+` WHERE incident = ? AND rule = ? AND until >= ? ORDER BY id DESC LIMIT 1`, n, rule, micros(since))
	if err != nil {
		return s, fmt.Errorf("storm of %s: %w", n, err)
	}
	return s, nil
}

// AlertsSeen counts an incident's alerts that were seen from a moment on, and
// tells when the first of them was.
func (v *View) AlertsSeen(n incident.Number, from time.Time) (count int, first time.Time, err error) {
	_, err = one(v, func(row row) (_ struct{}, err error) {
		return struct{}{}, row.Scan(&count, timeColumn{&first})
	}, `SELECT count(*), coalesce(min(seen_at), 0) FROM alerts WHERE incident = ? AND incident <> 0 AND seen_at >= ?`, n, micros(from))
	if err != nil {
		return 0, first, fmt.Errorf("count alerts of %s: %w", n, err)
	}
	return count, first, nil
}

// Tally says how many alerts say something.
type Tally struct {
	What  string
	Count int
}

// StormTallies are what a storm's alerts say most often.
type StormTallies struct {
	Alerts                     int
	Sources, Actions, Entities []Tally
}

// TallyStorm counts what the alerts of a storm say, each list the most frequent
// first and at most limit long.
func (v *View) TallyStorm(s Storm, limit int) (t StormTallies, err error) {
	const where = ` WHERE a.incident = ? AND a.incident <> 0 AND a.seen_at BETWEEN ? AND ?`
	const of = ` FROM alerts a` + where
	args := []any{s.Incident, micros(s.Since), micros(s.Until)}
	count := func(what, from string) ([]Tally, error) {
		return all(v, func(row row) (c Tally, err error) { return c, row.Scan(&c.What, &c.Count) },
			`SELECT `+what+` AS what, count(*) AS c`+from+` GROUP BY 1 HAVING what <> '' ORDER BY c DESC, what`+atMost(limit), args...)
	}
	if t.Alerts, err = one(v, value[int], `SELECT count(*)`+of, args...); err != nil {
		return t, fmt.Errorf("tally storm %d: %w", s.ID, err)
	}
	for _, list := range []struct {
		into       *[]Tally
		what, from string
	}{
		{&t.Sources, `a.source`, of},
		{&t.Actions, `a.action`, of},
		{
			&t.Entities, `(j.value ->> '$.Type') || ' ' || (j.value ->> '$.Value')`,
			` FROM alerts a JOIN json_each(CASE WHEN a.entities = '' THEN '[]' ELSE a.entities END) j` + where,
		},
	} {
		if *list.into, err = count(list.what, list.from); err != nil {
			return t, fmt.Errorf("tally storm %d: %w", s.ID, err)
		}
	}
	return t, nil
}
