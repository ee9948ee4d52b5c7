package store

import (
	"fmt"
	"math"
	"time"

	"firebreak/incident"
)

// AlertsAfter gives the alerts that follow one in order of event time, then
// ID, at most limit of them. Of the one before, only At and ID matter; of the
// zero alert all follow, and without an ID those of its very moment do too.
// Alerts seen after until are left out, so that reading page by page ends, and
// copies, which nobody has examined either.
func (v *View) AlertsAfter(before incident.Alert, until time.Time, limit int) ([]incident.Alert, error) {
	list, err := all(v, scanAlert, selectAlert+`
		WHERE (a.at, a.id) > (?, ?) AND a.seen_at <= ? AND a.copy_of = '' ORDER BY a.at, a.id`+atMost(limit),
		beginning(before.At), before.ID, micros(until))
	if err != nil {
		return nil, fmt.Errorf("alerts in order of time: %w", err)
	}
	return list, nil
}

// AlertBytes says how many bytes the raw alerts have that AlertsAfter gives
// from a moment on.
func (v *View) AlertBytes(from, until time.Time) (int64, error) {
	n, err := one(v, value[int64], `SELECT coalesce(sum(octet_length(raw)), 0) FROM alerts WHERE at >= ? AND seen_at <= ? AND copy_of = ''`,
		beginning(from), micros(until))
	if err != nil {
		return 0, fmt.Errorf("size of the alerts: %w", err)
	}
	return n, nil
}

// beginning is a moment as it is stored; the zero time comes before all
// others.
func beginning(t time.Time) int64 {
	if t.IsZero() {
		return math.MinInt64
	}
	return micros(t)
}

// Judgement is a detection with the newest verdict on it.
type Judgement struct {
	incident.Detection
	Confirmed bool
}

// Judgements gives the detections that people have judged since a
// moment, the newest first, at most limit of them.
func (v *View) Judgements(since time.Time, limit int) ([]Judgement, error) {
	list, err := all(v, func(row row) (j Judgement, err error) {
		return j, row.Scan(&j.ID, &j.Rule, timeColumn{&j.At}, jsonColumn{&j.Evidence}, &j.Confirmed)
	}, `SELECT d.id, d.rule, d.at, d.evidence,
			(SELECT v.confirmed FROM verdicts v WHERE v.detection = d.id ORDER BY v.at DESC, v.by DESC LIMIT 1)
		FROM detections d WHERE d.at >= ? AND d.id IN (SELECT detection FROM verdicts) ORDER BY d.at DESC, d.id`+atMost(limit),
		beginning(since))
	if err != nil {
		return nil, fmt.Errorf("judged detections: %w", err)
	}
	return list, nil
}
