package store

import (
	"encoding/json"
	"fmt"
	"time"

	"firebreak/incident"
)

// A purge erases all that an incident says. What has to happen at once does: a
// record of the log, the log's bodies, the timeline, tasks, alerts and actions.
// The search index before and the inbox after go in small steps, since both
// take long and people wait for the writer meanwhile.

// purgeBody is the body of a record that says that an incident was purged.
type purgeBody struct {
	At     int64  `json:"at"`
	By     string `json:"by,omitempty"`
	Reason string `json:"reason"`
}

// Unindex takes some of what an incident says out of the search index, and
// says whether there is more. ErrHeld when it is not to be erased.
func (tx *Tx) Unindex(n incident.Number, limit int) (more bool, err error) {
	if err := tx.notHeld(n); err != nil {
		return false, err
	}
	type indexed struct {
		id   int64
		text string
	}
	list, err := all(&tx.View, func(row row) (d indexed, err error) {
		return d, row.Scan(&d.id, &d.text)
	}, `SELECT d.id, coalesce(`+textOf+`, '') FROM documents d WHERE d.incident = ?`+atMost(limit), n)
	if err != nil {
		return false, fmt.Errorf("take %s out of the search index: %w", n, err)
	}
	for _, d := range list {
		if err := tx.dropDocument(d.id, d.text); err != nil {
			return false, fmt.Errorf("take %s out of the search index: %w", n, err)
		}
		if _, err := tx.exec(`UPDATE entries SET doc = 0 WHERE incident = ? AND doc = ?`, n, d.id); err != nil {
			return false, fmt.Errorf("take %s out of the search index: %w", n, err)
		}
	}
	return len(list) == limit, nil
}

func (v *View) notHeld(n incident.Number) error {
	r, err := v.Retention(n)
	if err == nil && r.Held() {
		err = fmt.Errorf("purge %s: %w", n, ErrHeld)
	}
	return err
}

// Purge erases all that an incident says, but that it was there, when and how
// it ended, and a record of the purge. What was received is erased by
// PurgeReceived; unneeded are the hashes of contents that no entry has any more.
// ErrHeld when a legal hold keeps it.
func (tx *Tx) Purge(n incident.Number, why Redaction) (unneeded []string, err error) {
	if err := tx.notHeld(n); err != nil {
		return nil, err
	}
	if unneeded, err = tx.unneeded(n); err != nil {
		return nil, err
	}
	b := purgeBody{At: micros(why.At), By: why.By, Reason: valid(why.Reason)}
	if _, err := tx.append(record{incident: n, kind: recordPurge, subject: "purge:" + n.String(), occurredAt: b.At, actor: b.By}, b); err != nil {
		return nil, fmt.Errorf("purge %s: %w", n, err)
	}
	for _, s := range []struct {
		query string
		args  []any
	}{
		{`DELETE FROM bodies WHERE log_id IN (SELECT id FROM log WHERE incident = ? AND kind <> 'purge')`, []any{n}},
		{`DELETE FROM alert_entities WHERE alert IN (SELECT id FROM alerts WHERE incident = ?)`, []any{n}},
		{`DELETE FROM sightings WHERE alert IN (SELECT id FROM alerts WHERE incident = ?)`, []any{n}},
		{`DELETE FROM unexamined WHERE alert IN (SELECT id FROM alerts WHERE incident = ?)`, []any{n}},
		{`UPDATE alerts SET title = '', raw = '', entities = '', fingerprint = '', erased = 1
			WHERE incident = ?1 OR copy_of IN (SELECT id FROM alerts WHERE incident = ?1) AND copy_of <> ''`, []any{n}},
		{`UPDATE detections SET why = '', group_value = '' WHERE incident = ?`, []any{n}},
		{`UPDATE verdicts SET reason = '' WHERE detection IN (SELECT id FROM detections WHERE incident = ?)`, []any{n}},
		{`DELETE FROM incident_entities WHERE incident = ?`, []any{n}},
		{`DELETE FROM tasks WHERE incident = ?`, []any{n}},
		{`DELETE FROM sections WHERE incident = ?`, []any{n}},
		{`UPDATE pages SET title = ?, redacted = 1 WHERE incident = ?`, []any{incident.Gone, n}},
		{`UPDATE actions SET state = 'done', fence = fence + 1, lease = 0, done_at = ?, reason = 'withheld: the incident was purged'
			WHERE incident = ? AND state <> 'done'`, []any{b.At, n}},
		{`UPDATE actions SET payload = ?, result = x'' WHERE incident = ?`, []any{emptied, n}},
		{`UPDATE incidents SET title = ?, channel_name = '', service = '', reason = '' WHERE number = ?`, []any{incident.Gone, n}},
		{`INSERT INTO retention (incident, purged_at, rest) VALUES (?1, ?2, 1)
			ON CONFLICT (incident) DO UPDATE SET purged_at = ?2, rest = 1`, []any{n, b.At}},
	} {
		if _, err := tx.exec(s.query, s.args...); err != nil {
			return nil, fmt.Errorf("purge %s: %w", n, err)
		}
	}
	return unneeded, nil
}

// unneeded gives the hashes of contents that only this incident's entries
// have, and erases those that an older version kept here.
func (tx *Tx) unneeded(n incident.Number) ([]string, error) {
	const where = `sha256 <> '' AND sha256 IN (SELECT f.sha256 FROM entry_files f JOIN entries e ON e.key = f.key WHERE e.incident = ?1)
		AND sha256 NOT IN (SELECT f.sha256 FROM entry_files f JOIN entries e ON e.key = f.key WHERE e.incident <> ?1)`
	list, err := all(&tx.View, value[string], `SELECT DISTINCT sha256 FROM entry_files WHERE `+where, n)
	if err == nil {
		_, err = tx.exec(`DELETE FROM blobs WHERE `+where, n)
	}
	if err != nil {
		return nil, fmt.Errorf("files of %s that nothing needs: %w", n, err)
	}
	return list, nil
}

// projectPurge leaves nothing of the timeline up to here.
func (tx *Tx) projectPurge(r record) error {
	for more := true; more; {
		var err error
		if more, err = tx.Unindex(r.incident, rebuildBatch); err != nil {
			return err
		}
	}
	for _, table := range []string{"versions", "edits", "drops", "alterations", "deletions", "pins", "hides", "entry_files", "repeats", "redactions"} {
		if _, err := tx.exec(`DELETE FROM `+table+` WHERE key IN (SELECT subject FROM log WHERE incident = ? AND seq < ?)`, r.incident, r.seq); err != nil {
			return err
		}
	}
	if _, err := tx.exec(`DELETE FROM custody WHERE incident = ? AND seq < ?`, r.incident, r.seq); err != nil {
		return err
	}
	for _, table := range []string{"indicators", "entries"} {
		if _, err := tx.exec(`DELETE FROM `+table+` WHERE incident = ?`, r.incident); err != nil {
			return err
		}
	}
	return nil
}

// UnfinishedPurges are those of which something received is still there.
func (v *View) UnfinishedPurges() ([]incident.Number, error) {
	list, err := all(v, value[incident.Number], `SELECT incident FROM retention WHERE rest <> 0 ORDER BY incident`)
	if err != nil {
		return nil, fmt.Errorf("purges to go on with: %w", err)
	}
	return list, nil
}

// PurgeReceived erases some of what was received about a purged incident, and
// says whether there is more: what was told in its channel, the commands, forms
// and alerts that its entries were made of, and what people did in it.
func (tx *Tx) PurgeReceived(n incident.Number, limit int) (more bool, err error) {
	inc, err := tx.Incident(incident.Operator(), n)
	if err != nil {
		return false, err
	}
	const left = `state <> 'pending' AND payload <> x'7b7d'` // {}
	in, err := json.Marshal(inc.Channel.ID)
	if err != nil {
		return false, err
	}
	day := int64(24 * time.Hour / time.Microsecond)
	for _, s := range []struct {
		query string
		args  []any
	}{
		{`id IN (SELECT id FROM inbox WHERE lane = ? AND lane <> '' AND ` + left + atMost(limit) + `)`, []any{inc.Channel.ID}},
		{`id IN (SELECT id FROM inbox WHERE key IN (SELECT subject FROM log WHERE incident = ?) AND ` + left + atMost(limit) + `)`, []any{n}},
		{`id IN (SELECT id FROM inbox WHERE key IN (
			SELECT substr(id, 1, CASE instr(id, '#') WHEN 0 THEN length(id) ELSE instr(id, '#') - 1 END) FROM alerts WHERE incident = ?)
			AND ` + left + atMost(limit) + `)`, []any{n}},
		{
			`id IN (SELECT id FROM inbox WHERE source IN ('slash_commands', 'interactive') AND received_at BETWEEN ? AND ?
			AND ` + left + ` AND instr(payload, ?) > 0` + atMost(limit) + `)`,
			[]any{micros(inc.OpenedAt) - day, micros(time.Now()), in},
		},
	} {
		res, err := tx.exec(`UPDATE inbox SET payload = x'7b7d', reason = '' WHERE `+s.query, s.args...)
		if err != nil {
			return false, fmt.Errorf("purge what %s has received: %w", n, err)
		}
		if count, err := res.RowsAffected(); err != nil || count > 0 {
			return err == nil, err
		}
	}
	if _, err := tx.exec(`UPDATE actions SET payload = x'7b7d', result = x'' WHERE incident = 0 AND created_at >= ? AND state = 'done' AND instr(payload, ?) > 0`,
		micros(inc.OpenedAt), in); err != nil {
		return false, fmt.Errorf("purge what %s has received: %w", n, err)
	}
	if _, err := tx.exec(`UPDATE retention SET rest = 0 WHERE incident = ?`, n); err != nil {
		return false, fmt.Errorf("purge what %s has received: %w", n, err)
	}
	return false, nil
}
