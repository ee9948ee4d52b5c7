package bot

import (
	"time"

	"firebreak/incident"
)

// sharedWithin is how far apart in time an incident's alerts and a new
// detection may lie and still be thought one thing.
const sharedWithin = 24 * time.Hour

// windowOf is the window of the rule's detector.
func (b *Bot) windowOf(rule string) time.Duration {
	for _, d := range b.finders {
		if d.Rule().ID == rule {
			return d.Window()
		}
	}
	return 0
}

// pageKey is the dedup key under which a detection pages, or "" where the
// operator lets it page nobody.
func (b *Bot) pageKey(d incident.Detection) string {
	if b.cfg.RoutingKey == "" || b.pager == nil || !b.pages(d) {
		return ""
	}
	return d.DedupKey
}

// levelSeverity maps a rule's level to the severity of the incident that its
// detection opens.
func levelSeverity(level string) incident.Severity {
	switch level {
	case "critical":
		return incident.SEV1
	case "high":
		return incident.SEV2
	case "medium":
		return incident.SEV3
	}
	return incident.SEV4
}

// eventSeverity maps a rule's level to an Events v2 severity (PagerDuty
// docs, "Send an Alert Event": critical, error, warning or info).
func eventSeverity(level string) string {
	switch level {
	case "critical":
		return "critical"
	case "high":
		return "error"
	case "medium":
		return "warning"
	}
	return "info"
}

func milestonesAt(m incident.Milestone, at time.Time) map[incident.Milestone]time.Time {
	return map[incident.Milestone]time.Time{m: at}
}

// alertSystem says where an alert came from, for its entry's source.
func alertSystem(a incident.Alert) string {
	if a.TS != "" {
		return "slack"
	}
	return "pagerduty"
}

func permalinkOf(b *Bot, channel, ts string) string {
	if ts == "" {
		return ""
	}
	return permalink(b.me().URL, channel, ts, "")
}

func entityMap(entities []incident.Entity) map[string][]string {
	m := map[string][]string{}
	for _, e := range entities {
		m[string(e.Type)] = append(m[string(e.Type)], e.Value)
	}
	return m
}
