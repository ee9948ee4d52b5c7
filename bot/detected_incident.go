package bot

import (
	"firebreak/incident"
	"firebreak/store"
)

// incidentFor finds the open incident whose alerts share an entity with the
// evidence; failing that it opens one, or has a storm of the rule gather it, or
// gives none if the detection's level is not worth it.
func (b *Bot) incidentFor(tx *store.Tx, d incident.Detection, evidence []incident.Alert) (incident.Incident, error) {
	inc, ok, err := b.workedOn(tx, d, evidence)
	if err == nil && !ok {
		if !b.opens(d) {
			return inc, nil
		}
		inc, err = b.openOrGather(tx, d)
	}
	if err != nil {
		return inc, err
	}
	d.Incident = inc.Number
	return inc, tx.SaveFinding(d, !ok, nowUTC())
}

// workedOn finds the open incident that a detection belongs to: the evidence's,
// else one that is about the same.
func (b *Bot) workedOn(tx *store.Tx, d incident.Detection, evidence []incident.Alert) (incident.Incident, bool, error) {
	for _, a := range evidence {
		if a.Incident != 0 {
			inc, err := tx.Incident(incident.Operator(), a.Incident)
			if err != nil || !inc.Closed() {
				return inc, err == nil, err
			}
		}
	}
	entities := []incident.Entity{d.Group}
	for _, a := range evidence {
		entities = append(entities, a.Entities...)
	}
	n, err := sharing(tx, entities, d.At)
	if err != nil || n == 0 {
		return incident.Incident{}, false, err
	}
	inc, err := tx.Incident(incident.Operator(), n)
	return inc, err == nil, err
}

// openDetected opens an incident for a detection, and pages.
func (b *Bot) openDetected(tx *store.Tx, d incident.Detection, title, storm string) (incident.Incident, error) {
	inc, err := b.openIncident(tx, incident.Incident{
		Title: title, Severity: levelSeverity(d.Level), Private: b.cfg.Private, Storm: storm,
		OpenedAt: d.At, DedupKey: b.pageKey(d),
		Milestones: milestonesAt(incident.Detected, d.At),
	})
	if err != nil || inc.DedupKey == "" {
		return inc, err
	}
	return inc, b.raise(tx, inc, d)
}
