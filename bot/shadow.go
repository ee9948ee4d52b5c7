package bot

import (
	"firebreak/detect/rules"
	"firebreak/detect/sigma"
	"firebreak/incident"
)

// handlingOf is what becomes of what a rule finds. A rule on trial tells
// nobody; of the others the level says whether it is worth an incident.
func handlingOf(set *rules.Set, rule sigma.Head) incident.Handling {
	if set.Shadow(rule) {
		return incident.HandlingShadow
	}
	return incident.HandlingTold
}
