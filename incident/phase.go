package incident

import (
	"fmt"
	"strings"
	"time"
)

// Phase is the part of an incident that an entry belongs to.
type Phase string

// The phases, named as NIST SP 800-61 names the work. Each milestone ends one
// and begins the next.
const (
	PhaseIntrusion   Phase = "intrusion"   // before anybody knew
	PhaseDetection   Phase = "detection"   // from detected, or else opened: is it one, and what is it?
	PhaseContainment Phase = "containment" // from acknowledged
	PhaseEradication Phase = "eradication" // from contained
	PhaseRecovery    Phase = "recovery"    // from eradicated
	PhaseReview      Phase = "review"      // from recovered: what is learnt
)

// Phases lists all of them in their usual order.
func Phases() []Phase {
	return []Phase{PhaseIntrusion, PhaseDetection, PhaseContainment, PhaseEradication, PhaseRecovery, PhaseReview}
}

// ParsePhase reads a phase's name in any letter case.
func ParsePhase(s string) (Phase, error) {
	for _, p := range Phases() {
		if strings.EqualFold(s, string(p)) {
			return p, nil
		}
	}
	return "", fmt.Errorf("%q is no phase", s)
}

// begins are the phases that milestones begin.
var begins = map[Milestone]Phase{
	Detected: PhaseDetection, Acknowledged: PhaseContainment, Contained: PhaseEradication,
	Eradicated: PhaseRecovery, Recovered: PhaseReview,
}

// PhaseAt gives the phase in which something happened: the one that the
// furthest milestone reached by then begins. A milestone that nobody set begins
// nothing; without "detected" the incident's opening stands for it.
func (i Incident) PhaseAt(at time.Time) Phase {
	phase := PhaseIntrusion
	for _, m := range Milestones() {
		reached := i.Milestones[m]
		if m == Detected && reached.IsZero() {
			reached = i.OpenedAt
		}
		if !reached.IsZero() && !at.Before(reached) {
			phase = begins[m]
		}
	}
	return phase
}

// PhaseOf gives an entry's phase: the one somebody said, else the one in which
// it happened.
func (i Incident) PhaseOf(e Entry) Phase {
	if e.Phase != "" {
		return e.Phase
	}
	return i.PhaseAt(e.OccurredAt)
}
