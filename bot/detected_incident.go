package bot

import (
	"firebreak/incident"
	"firebreak/store"
)

// incidentFor finds the open incident whose alerts share an entity with the
// evidence; failing that it opens one, or gives none if the detection's level
// is not worth it.
func (b *Bot) incidentFor(tx *store.Tx, d incident.Detection, evidence []incident.Alert) (incident.Incident, error) {
	for _, a := range evidence {
		if a.Incident != 0 {
			inc, err := tx.Incident(incident.Operator(), a.Incident)
			if err != nil || !inc.Closed() {
				return inc, err
			}
		}
	}
	if inc, ok, err := sharedIncident(tx, d, evidence); err != nil || ok {
		return inc, err
	}
	if !b.opens(d) {
		return incident.Incident{}, nil
	}
	inc, err := b.openIncident(tx, incident.Incident{
		Title: d.Title, Severity: levelSeverity(d.Level), Private: b.cfg.Private,
		OpenedAt: d.At, DedupKey: b.pageKey(d),
		Milestones: milestonesAt(incident.Detected, d.At),
	})
	if err != nil || inc.DedupKey == "" {
		return inc, err
	}
	return inc, b.raise(tx, inc, d)
}

// sharedIncident looks for an open incident that has alerts about the same
// address, account or host within a day of the detection.
func sharedIncident(tx *store.Tx, d incident.Detection, evidence []incident.Alert) (incident.Incident, bool, error) {
	entities := []incident.Entity{d.Group}
	for _, a := range evidence {
		entities = append(entities, a.Entities...)
	}
	seen := map[incident.Entity]bool{}
	for _, e := range entities {
		if seen[e] {
			continue
		}
		seen[e] = true
		alerts, err := tx.AlertsWith(e, d.At.Add(-sharedWithin), d.At.Add(sharedWithin))
		if err != nil {
			return incident.Incident{}, false, err
		}
		for _, a := range alerts {
			if a.Incident == 0 {
				continue
			}
			inc, err := tx.Incident(incident.Operator(), a.Incident)
			if err != nil || !inc.Closed() {
				return inc, err == nil, err
			}
		}
	}
	return incident.Incident{}, false, nil
}
