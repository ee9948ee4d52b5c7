package bot

import (
	"fmt"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// A rule may find hundreds at once: a sweep over all accounts, or a mistake in
// the rule. The first of them get incidents of their own, as many as people can
// look at; what comes on top is gathered in the rule's storm, which pages once.
// Slack makes about 20 channels a minute, pages have need of those too.
const (
	// ruleStorm is how many incidents one rule may open within ruleStormWithin.
	ruleStorm       = 10
	ruleStormWithin = 10 * time.Minute
	// ruleTold is how many messages about one rule's detections a channel gets
	// within that time. What comes on top stands in one.
	ruleTold = 5
)

// ruleStormOf is what Incident.Storm holds for the storm of a rule. No
// PagerDuty service has such an id.
func ruleStormOf(rule string) string { return "rule:" + rule }

// gathersPages says whether an incident is that of a storm of pages.
func gathersPages(inc incident.Incident) bool {
	return inc.Storm != "" && !strings.HasPrefix(inc.Storm, ruleStormOf(""))
}

// openOrGather gives a detection an incident of its own, or has its rule's
// storm gather it.
func (b *Bot) openOrGather(tx *store.Tx, d incident.Detection) (incident.Incident, error) {
	opened, err := tx.RuleOpened(d.Rule, nowUTC().Add(-ruleStormWithin))
	if err != nil {
		return incident.Incident{}, err
	}
	if opened < ruleStorm {
		return b.openDetected(tx, d, d.Title, "")
	}
	inc, err := tx.IncidentOfStorm(ruleStormOf(d.Rule))
	if isNotFound(err) {
		return b.openDetected(tx, d, "Detection storm: "+d.Title, ruleStormOf(d.Rule))
	}
	if err != nil {
		return inc, err
	}
	if to := levelSeverity(d.Level); to < inc.Severity {
		return inc, b.worseStorm(tx, inc, to, d)
	}
	return inc, nil
}

// worseStorm makes a storm as severe as the worst that it has gathered.
func (b *Bot) worseStorm(tx *store.Tx, inc incident.Incident, to incident.Severity, d incident.Detection) error {
	from := inc.Severity
	inc.Severity = to
	if err := b.changedIncident(tx, inc, "detection:"+d.ID); err != nil {
		return err
	}
	_, _, err := tx.Record("severity:detection:"+d.ID, incident.Entry{
		Incident: inc.Number, Kind: incident.KindSeverity, Lane: incident.LaneResponder, OccurredAt: nowUTC(),
		Actor: b.actor(), Text: fmt.Sprintf("severity %s, was %s, for %s", to, from, d.Group.Value),
		Source: incident.Source{System: "firebreak"}, Data: map[string]any{"from": int(from), "to": int(to), "detection": d.ID},
	})
	return err
}

// inRuleStorm says whether a detection needs no message of its own, since so
// many of its rule come to the incident that one stands for them, and brings
// that up to date.
func (b *Bot) inRuleStorm(tx *store.Tx, d incident.Detection, inc incident.Incident) (bool, error) {
	now := nowUTC()
	s, err := tx.StormSince(inc.Number, d.Rule, now.Add(-stormQuiet))
	if isNotFound(err) {
		found, err := tx.RuleFound(inc.Number, d.Rule, now.Add(-ruleStormWithin))
		if err != nil || found <= ruleTold && inc.Storm != ruleStormOf(d.Rule) {
			return false, err
		}
		s = store.Storm{Incident: inc.Number, Rule: d.Rule, Since: now}
	} else if err != nil {
		return false, err
	}
	s.Until = now
	return true, b.tellStorm(tx, s)
}
