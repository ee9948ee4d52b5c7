package bot

import (
	"firebreak/detect/rules"
	"firebreak/detect/sigma"
	"firebreak/incident"
)

// handlingOf is what becomes of what a rule finds before anybody looks at its
// level: a rule on trial tells nobody.
func handlingOf(set *rules.Set, rule sigma.Head) incident.Handling {
	if set.Shadow(rule) {
		return incident.HandlingShadow
	}
	return incident.HandlingTold
}
