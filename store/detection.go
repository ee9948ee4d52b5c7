package store

import (
	"encoding/json"
	"fmt"
	"time"

	"firebreak/incident"
)

// SaveDetection keeps a detection, once per ID: fresh is false when it is
// known. Told again it is replaced, since its evidence may have grown; an
// incident it has already is not taken away by 0.
func (tx *Tx) SaveDetection(d incident.Detection) (fresh bool, err error) {
	evidence, err := jsonText(d.Evidence)
	if err != nil {
		return false, fmt.Errorf("save detection %s: %w", d.ID, err)
	}
	techniques, err := jsonText(d.Techniques)
	if err != nil {
		return false, fmt.Errorf("save detection %s: %w", d.ID, err)
	}
	_, known, err := optional(&tx.View, value[int], `SELECT 1 FROM detections WHERE id = ?`, d.ID)
	if err != nil {
		return false, fmt.Errorf("save detection %s: %w", d.ID, err)
	}
	_, err = tx.exec(`INSERT INTO detections (id, rule, title, level, at, group_type, group_value, count, why, evidence, incident, dedup_key, techniques, handling)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET title = excluded.title, level = excluded.level, at = excluded.at,
			count = excluded.count, why = excluded.why, evidence = excluded.evidence,
			incident = CASE WHEN excluded.incident <> 0 THEN excluded.incident ELSE incident END,
			dedup_key = excluded.dedup_key, techniques = excluded.techniques, handling = excluded.handling`,
		d.ID, d.Rule, d.Title, d.Level, micros(d.At), d.Group.Type, d.Group.Value, d.Count, d.Why, evidence, d.Incident, d.DedupKey, techniques, d.Handling)
	if err != nil {
		return false, fmt.Errorf("save detection %s: %w", d.ID, err)
	}
	return !known, nil
}

// Detection gives a detection by its ID.
func (v *View) Detection(id string) (incident.Detection, error) {
	d, err := one(v, scanDetection, selectDetection+` WHERE id = ?`, id)
	if err != nil {
		return d, fmt.Errorf("detection %s: %w", id, err)
	}
	return d, nil
}

// DetectionsFor gives what a rule found about a group from one moment to
// another, both included, in order of time.
func (v *View) DetectionsFor(rule string, group incident.Entity, from, to time.Time) ([]incident.Detection, error) {
	list, err := all(v, scanDetection, selectDetection+`
		WHERE rule = ? AND group_type = ? AND group_value = ? AND at BETWEEN ? AND ? ORDER BY at, id`,
		rule, group.Type, group.Value, micros(from), micros(to))
	if err != nil {
		return nil, fmt.Errorf("detections of rule %s: %w", rule, err)
	}
	return list, nil
}

// Detections gives an incident's detections, in order of time.
func (v *View) Detections(n incident.Number) ([]incident.Detection, error) {
	list, err := all(v, scanDetection, selectDetection+` WHERE incident = ? ORDER BY at, id`, n)
	if err != nil {
		return nil, fmt.Errorf("detections of %s: %w", n, err)
	}
	return list, nil
}

// CountDetections counts detections by what became of them.
func (v *View) CountDetections() (map[incident.Handling]int, error) {
	counts := map[incident.Handling]int{}
	_, err := all(v, func(row row) (_ struct{}, err error) {
		var h incident.Handling
		var n int
		err = row.Scan(&h, &n)
		counts[h] = n
		return struct{}{}, err
	}, `SELECT handling, count(*) FROM detections GROUP BY handling`)
	if err != nil {
		return nil, fmt.Errorf("count detections: %w", err)
	}
	return counts, nil
}

// DetectionsHandled gives those of which one of the given things became, since
// a moment, the newest first, at most limit of them.
func (v *View) DetectionsHandled(since time.Time, limit int, handlings ...incident.Handling) ([]incident.Detection, error) {
	names, err := json.Marshal(handlings)
	if err != nil {
		return nil, fmt.Errorf("detections kept: %w", err)
	}
	list, err := all(v, scanDetection, selectDetection+`
		WHERE handling IN (SELECT value FROM json_each(?)) AND at >= ? ORDER BY at DESC, id`+atMost(limit), string(names), micros(since))
	if err != nil {
		return nil, fmt.Errorf("detections kept: %w", err)
	}
	return list, nil
}

// Sees says whether a viewer may know what a detection is about: they may see
// its incident, and while it has none, every incident of its evidence.
func (v *View) Sees(who incident.Viewer, d incident.Detection) (bool, error) {
	ids, err := json.Marshal(d.Evidence)
	if err != nil {
		return false, fmt.Errorf("who sees detection %s: %w", d.ID, err)
	}
	where := `i.number = ?`
	args := append([]any{d.Incident}, seenBy(who)...)
	if d.Incident == 0 {
		where = `i.number IN (SELECT a.incident FROM alerts a JOIN json_each(?) e ON a.id = e.value)`
		args[0] = string(ids)
	}
	hidden, err := one(v, value[bool], `SELECT EXISTS (SELECT 1 FROM incidents i WHERE `+where+` AND NOT `+visible+`)`, args...)
	if err != nil {
		return false, fmt.Errorf("who sees detection %s: %w", d.ID, err)
	}
	return !hidden, nil
}

const selectDetection = `SELECT id, rule, title, level, at, group_type, group_value, count, why, evidence, incident, dedup_key,
	techniques, handling FROM detections`

func scanDetection(row row) (d incident.Detection, err error) {
	return d, row.Scan(&d.ID, &d.Rule, &d.Title, &d.Level, timeColumn{&d.At}, &d.Group.Type, &d.Group.Value, &d.Count, &d.Why,
		jsonColumn{&d.Evidence}, &d.Incident, &d.DedupKey, jsonColumn{&d.Techniques}, &d.Handling)
}
