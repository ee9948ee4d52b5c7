package store

import (
	"fmt"
	"time"

	"firebreak/incident"
)

// Thread is a thread as Slack counts it: what stays the same while no reply
// comes or goes.
type Thread struct {
	TS      string // of the parent
	Replies int
	Latest  string // ts of the newest reply
}

// SaveThread keeps how a thread stood when its replies were read to the end.
func (tx *Tx) SaveThread(channel string, t Thread) error {
	if _, err := tx.exec(`INSERT INTO threads (channel, ts, replies, latest) VALUES (?, ?, ?, ?)
		ON CONFLICT (channel, ts) DO UPDATE SET replies = excluded.replies, latest = excluded.latest`,
		channel, t.TS, t.Replies, t.Latest); err != nil {
		return fmt.Errorf("save thread %s of %s: %w", t.TS, channel, err)
	}
	return nil
}

// Threads gives the threads of a channel whose replies have been read, by the
// ts of the parent.
func (v *View) Threads(channel string) (map[string]Thread, error) {
	list, err := all(v, func(row row) (t Thread, err error) {
		return t, row.Scan(&t.TS, &t.Replies, &t.Latest)
	}, `SELECT ts, replies, latest FROM threads WHERE channel = ?`, channel)
	if err != nil {
		return nil, fmt.Errorf("threads of %s: %w", channel, err)
	}
	byTS := make(map[string]Thread, len(list))
	for _, t := range list {
		byTS[t.TS] = t
	}
	return byTS, nil
}

// Check says that a finished comparison has seen a message in Slack.
func (tx *Tx) Check(channel, ts string) error {
	if _, err := tx.exec(`INSERT INTO checked (channel, ts) VALUES (?, ?) ON CONFLICT DO NOTHING`, channel, ts); err != nil {
		return fmt.Errorf("check %s of %s: %w", ts, channel, err)
	}
	return nil
}

// Checked gives the messages of a channel that have been seen in Slack, by ts.
func (v *View) Checked(channel string) (map[string]bool, error) {
	list, err := all(v, value[string], `SELECT ts FROM checked WHERE channel = ?`, channel)
	if err != nil {
		return nil, fmt.Errorf("what was checked of %s: %w", channel, err)
	}
	seen := make(map[string]bool, len(list))
	for _, ts := range list {
		seen[ts] = true
	}
	return seen, nil
}

// Gap is a stretch of a channel that could not be compared with Slack's own
// record.
type Gap struct {
	ID       int64 // 0: not saved yet
	Incident incident.Number
	Channel  string
	Since    time.Time
	Until    time.Time // when it was last tried, or where what was read begins
	Code     string    // the cause, for comparing
	Why      string    // the cause in a sentence
	Said     int       // how often its message has been written
	ClosedAt time.Time // when it was compared after all
}

// SaveGap keeps a gap; a channel has at most one that is open.
func (tx *Tx) SaveGap(g Gap) (Gap, error) {
	if g.ID == 0 {
		res, err := tx.exec(`INSERT INTO gaps (incident, channel, since, until, code, why, said, closed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			g.Incident, g.Channel, micros(g.Since), micros(g.Until), g.Code, g.Why, g.Said, micros(g.ClosedAt))
		if err != nil {
			return g, fmt.Errorf("save gap of %s: %w", g.Channel, err)
		}
		g.ID, err = res.LastInsertId()
		return g, err
	}
	_, err := tx.exec(`UPDATE gaps SET since = ?, until = ?, code = ?, why = ?, said = ?, closed_at = ? WHERE id = ?`,
		micros(g.Since), micros(g.Until), g.Code, g.Why, g.Said, micros(g.ClosedAt), g.ID)
	if err != nil {
		return g, fmt.Errorf("save gap %d: %w", g.ID, err)
	}
	return g, nil
}

// Gaps gives an incident's gaps, closed ones too, the earliest first.
func (v *View) Gaps(n incident.Number) ([]Gap, error) {
	list, err := all(v, scanGap, selectGap+` WHERE incident = ? ORDER BY since, id`, n)
	if err != nil {
		return nil, fmt.Errorf("gaps of %s: %w", n, err)
	}
	return list, nil
}

// Gap gives one gap.
func (v *View) Gap(id int64) (Gap, error) {
	g, err := one(v, scanGap, selectGap+` WHERE id = ?`, id)
	if err != nil {
		return g, fmt.Errorf("gap %d: %w", id, err)
	}
	return g, nil
}

// OpenGap gives a channel's open gap: ErrNotFound when it has none.
func (v *View) OpenGap(channel string) (Gap, error) {
	g, err := one(v, scanGap, selectGap+` WHERE channel = ? AND closed_at = 0`, channel)
	if err != nil {
		return g, fmt.Errorf("open gap of %s: %w", channel, err)
	}
	return g, nil
}

const selectGap = `SELECT id, incident, channel, since, until, code, why, said, closed_at FROM gaps`

func scanGap(row row) (g Gap, err error) {
	return g, row.Scan(&g.ID, &g.Incident, &g.Channel, timeColumn{&g.Since}, timeColumn{&g.Until}, &g.Code, &g.Why, &g.Said, timeColumn{&g.ClosedAt})
}
