package bot

import (
	"firebreak/detect/rules"
	"firebreak/detect/sigma"
	"firebreak/incident"
)

// handlingOf is what becomes of what a rule finds. A rule on trial tells
// nobody, and what is of a low level is a hint: neither opens an incident.
func handlingOf(set *rules.Set, rule sigma.Head) incident.Handling {
	switch {
	case set.Shadow(rule):
		return incident.HandlingShadow
	case rule.Level == "low" || rule.Level == "informational":
		return incident.HandlingHint
	}
	return incident.HandlingTold
}
