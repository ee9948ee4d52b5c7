package detect

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"firebreak/incident"
)

// maxNamed is how many hosts or accounts a sentence names.
const maxNamed = 5

// Explain says in one sentence what a detection found: how many, where, who,
// for how long and when.
func Explain(d incident.Detection, evidence []incident.Alert) string {
	if len(evidence) == 0 {
		return fmt.Sprintf("%d alerts about %s", d.Count, d.Group.Value)
	}
	hosts, accounts := values(evidence, incident.EntityHost), values(evidence, incident.EntityAccount)
	from, to := evidence[0].At, evidence[len(evidence)-1].At
	if d.Group.Type == incident.EntityAccount {
		sources := map[string]bool{}
		for _, a := range evidence {
			sources[a.Source] = true
		}
		return fmt.Sprintf("%s was on %s within %s (%s), as told by %s",
			d.Group.Value, named(hosts, "host"), span(from, to), clock(from, to),
			list(slices.Sorted(maps.Keys(sources))))
	}
	s := fmt.Sprintf("%d failed logins from %s within %s (%s)", d.Count, d.Group.Value, span(from, to), clock(from, to))
	if len(accounts) > 0 {
		s += " as " + named(accounts, "account")
	}
	if len(hosts) > 0 {
		s += " on " + named(hosts, "host")
	}
	return s
}

func values(alerts []incident.Alert, t incident.EntityType) []string {
	seen := map[string]bool{}
	for _, a := range alerts {
		for _, v := range a.Values(t) {
			seen[v] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// named writes "host db-1" or "3 hosts (db-1, db-2, web-1)".
func named(values []string, what string) string {
	if len(values) == 1 {
		return what + " " + values[0]
	}
	return fmt.Sprintf("%d %ss (%s)", len(values), what, list(values))
}

func list(values []string) string {
	if len(values) > maxNamed {
		return strings.Join(values[:maxNamed], ", ") + fmt.Sprintf(" and %d more", len(values)-maxNamed)
	}
	return strings.Join(values, ", ")
}

func span(from, to time.Time) string {
	return incident.FormatDuration(max(to.Sub(from), time.Second))
}

// clock writes when it was, with the day once.
func clock(from, to time.Time) string {
	from, to = from.UTC(), to.UTC()
	layout := time.TimeOnly
	if from.Format(time.DateOnly) != to.Format(time.DateOnly) {
		layout = time.DateTime
	}
	return from.Format(time.DateTime) + " to " + to.Format(layout) + " UTC"
}

func as(a incident.Alert) string {
	var s string
	if accounts := a.Values(incident.EntityAccount); len(accounts) > 0 {
		s += " as " + accounts[0]
	}
	if hosts := a.Values(incident.EntityHost); len(hosts) > 0 {
		s += " on " + hosts[0]
	}
	return s
}
