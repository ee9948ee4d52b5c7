package incident

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Missing says, one sentence each, what still keeps an incident from being
// closed as resolved: the root cause, the remediation, the contained
// milestone, and an owner for each open task. Nothing missing gives nil.
//
// sections holds the RCA's texts by section name.
func Missing(i Incident, sections map[string]string, tasks []Task) []string {
	var missing []string
	for _, name := range []string{SectionRootCause, SectionRemediation} {
		if strings.TrimSpace(sections[name]) == "" {
			missing = append(missing, fmt.Sprintf("The %s is not written yet (rca set %s TEXT).",
				strings.ToLower(SectionTitle(name)), name))
		}
	}
	if i.Milestones[Contained].IsZero() {
		missing = append(missing, "The contained milestone is not set (milestone contained).")
	}
	return append(missing, ownerless(tasks)...)
}

// ownerless names the open tasks that nobody is responsible for.
func ownerless(tasks []Task) []string {
	var ns []int
	for _, t := range tasks {
		if t.State == TaskOpen && !t.Owned() {
			ns = append(ns, t.N)
		}
	}
	slices.Sort(ns)
	switch len(ns) {
	case 0:
		return nil
	case 1:
		return []string{fmt.Sprintf("Task %d has no owner (task assign %d @user).", ns[0], ns[0])}
	}
	return []string{fmt.Sprintf("Tasks %s have no owner (task assign N @user).", enumerate(ns))}
}

// enumerate writes 1, 2 and 3.
func enumerate(ns []int) string {
	words := make([]string, len(ns))
	for i, n := range ns {
		words[i] = strconv.Itoa(n)
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
