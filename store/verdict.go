package store

import (
	"fmt"
	"time"

	"firebreak/incident"
)

// newestVerdicts are the verdicts that count: of each detection the newest,
// of two at the same moment that of the greater user id.
const newestVerdicts = `(SELECT v.detection, v.by, v.at, v.confirmed, v.reason FROM verdicts v
	WHERE NOT EXISTS (SELECT 1 FROM verdicts w WHERE w.detection = v.detection AND (w.at, w.by) > (v.at, v.by)))`

// SaveVerdict keeps somebody's word on a detection in the place of their
// earlier one. news is false when it counts already, or they have said
// something later.
func (tx *Tx) SaveVerdict(v incident.Verdict) (news bool, err error) {
	said, err := tx.Verdicts(v.Detection)
	if err != nil {
		return false, err
	}
	for i, was := range said {
		same := was.Confirmed == v.Confirmed && was.Reason == v.Reason
		if was.By == v.By && (was.At.After(v.At) || i == 0 && same) {
			return false, nil
		}
	}
	_, err = tx.exec(`INSERT INTO verdicts (detection, by, at, confirmed, reason) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (detection, by) DO UPDATE SET at = excluded.at, confirmed = excluded.confirmed, reason = excluded.reason`,
		v.Detection, v.By, micros(v.At), v.Confirmed, v.Reason)
	if err != nil {
		return false, fmt.Errorf("save verdict on %s: %w", v.Detection, err)
	}
	return true, nil
}

// Verdict gives the verdict that counts; ErrNotFound when nobody has judged.
func (v *View) Verdict(detection string) (incident.Verdict, error) {
	found, err := one(v, scanVerdict, selectVerdict+` WHERE detection = ? ORDER BY at DESC, by DESC LIMIT 1`, detection)
	if err != nil {
		return found, fmt.Errorf("verdict on %s: %w", detection, err)
	}
	return found, nil
}

// Verdicts gives what everybody has said about a detection, the newest first.
func (v *View) Verdicts(detection string) ([]incident.Verdict, error) {
	list, err := all(v, scanVerdict, selectVerdict+` WHERE detection = ? ORDER BY at DESC, by DESC`, detection)
	if err != nil {
		return nil, fmt.Errorf("verdicts on %s: %w", detection, err)
	}
	return list, nil
}

const selectVerdict = `SELECT detection, by, at, confirmed, reason FROM verdicts`

func scanVerdict(row row) (v incident.Verdict, err error) {
	return v, row.Scan(&v.Detection, &v.By, timeColumn{&v.At}, &v.Confirmed, &v.Reason)
}

// Records gives how each rule has done since a moment, by the detections'
// own time, in order of the rules' ids.
func (v *View) Records(since time.Time) ([]incident.Record, error) {
	// A bare column beside a lone max() is of the row that has the maximum
	// (SQLite docs, "Bare columns in an aggregate query").
	list, err := all(v, func(row row) (r incident.Record, err error) {
		var newest int64
		var last incident.Handling
		err = row.Scan(&r.Rule, &r.Told, &r.Shadow, &r.Suppressed, &r.Hints, &r.Confirmed, &r.False, &newest, &last)
		r.OnTrial = last == incident.HandlingShadow
		return r, err
	}, `SELECT d.rule, sum(d.handling = ?), sum(d.handling = ?), sum(d.handling = ?), sum(d.handling = ?),
			sum(coalesce(v.confirmed = 1, 0)), sum(coalesce(v.confirmed = 0, 0)), max(d.at), d.handling
		FROM detections d LEFT JOIN `+newestVerdicts+` v ON v.detection = d.id
		WHERE d.at >= ? GROUP BY d.rule ORDER BY d.rule`,
		incident.HandlingTold, incident.HandlingShadow, incident.HandlingSuppressed, incident.HandlingHint, micros(since))
	if err != nil {
		return nil, fmt.Errorf("records of rules: %w", err)
	}
	return list, nil
}

// JudgedDetections gives a rule's detections since a moment that have a
// verdict, with the one that counts, the newest first.
func (v *View) JudgedDetections(rule string, since time.Time) ([]incident.Judged, error) {
	list, err := all(v, func(row row) (j incident.Judged, err error) {
		return j, row.Scan(&j.ID, &j.Title, &j.Level, timeColumn{&j.At}, &j.Group.Type, &j.Group.Value, jsonColumn{&j.Evidence}, &j.Incident,
			&j.Handling, &j.Verdict.Detection, &j.Verdict.By, timeColumn{&j.Verdict.At}, &j.Verdict.Confirmed, &j.Verdict.Reason)
	}, `SELECT d.id, d.title, d.level, d.at, d.group_type, d.group_value, d.evidence, d.incident, d.handling,
			v.detection, v.by, v.at, v.confirmed, v.reason
		FROM detections d JOIN `+newestVerdicts+` v ON v.detection = d.id
		WHERE d.rule = ? AND d.at >= ? ORDER BY d.at DESC, d.id`, rule, micros(since))
	if err != nil {
		return nil, fmt.Errorf("judged detections of rule %s: %w", rule, err)
	}
	for i := range list {
		list[i].Rule = rule
	}
	return list, nil
}
