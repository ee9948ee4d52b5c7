package detect

import (
	"slices"
	"time"

	"firebreak/incident"
)

// failedLogins finds many failed logins from one address.
type failedLogins struct {
	rule Rule
	n    int
}

// FailedLogins finds n failed logins or more from one address within ten
// minutes, whatever the accounts and hosts. Its level rises to high when a
// login from there succeeds during the burst or right after it.
func FailedLogins(n int) Detector {
	return failedLogins{n: n, rule: Rule{
		ID: "failed-logins", Title: "Many failed logins from one address", Level: "medium", Techniques: []string{"T1110"},
		Within: 10 * time.Minute, Stands: time.Hour,
	}}
}

func (d failedLogins) Rule() Rule            { return d.rule }
func (d failedLogins) Window() time.Duration { return d.rule.Stands }

func (d failedLogins) Groups(a incident.Alert) []incident.Entity {
	if a.Action != LoginFailure && a.Action != LoginSuccess {
		return nil
	}
	return groupsOf(a, incident.EntityAddress)
}

func (d failedLogins) Examine(group incident.Entity, alerts []incident.Alert) []incident.Detection {
	in := func(action string) []incident.Alert {
		return history(alerts, func(a incident.Alert) bool { return a.Action == action && has(a, group) })
	}
	successes := in(LoginSuccess)
	var found []incident.Detection
	for _, b := range bursts(d.rule, in(LoginFailure), &atLeast{n: d.n}) {
		detection := b.detection(d.rule, group)
		detection.Why = Explain(detection, b.hot)
		if a, ok := firstBetween(successes, b.hot[0].At, b.hot[len(b.hot)-1].At.Add(d.rule.Within)); ok {
			detection.Level = "high"
			detection.Why += "; then a login succeeded" + as(a)
		}
		found = append(found, detection)
	}
	return found
}

// atLeast is full when n alerts stand in the window.
type atLeast struct{ n, count int }

func (t *atLeast) add(incident.Alert)  { t.count++ }
func (t *atLeast) drop(incident.Alert) { t.count-- }
func (t *atLeast) full() bool          { return t.count >= t.n }

func has(a incident.Alert, group incident.Entity) bool {
	return slices.Contains(a.Entities, group)
}

func firstBetween(alerts []incident.Alert, from, to time.Time) (incident.Alert, bool) {
	for _, a := range alerts {
		if !a.At.Before(from) && !a.At.After(to) {
			return a, true
		}
	}
	return incident.Alert{}, false
}
