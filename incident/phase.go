package incident

import (
	"fmt"
	"slices"
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

// Part is what of a timeline belongs to one phase.
type Part[T any] struct {
	Phase Phase // "": all of it, which nobody has divided
	Lines []T
}

// Title is the phase as a heading.
func (p Part[T]) Title() string { return capitalised(string(p.Phase)) }

// Phased divides a timeline by phase, in the usual order of phases, if somebody
// has said the phase of any entry: milestones alone divide it where they stand.
// entry gives a line's entry.
func Phased[T any](i Incident, lines []T, entry func(T) Entry) []Part[T] {
	said := func(l T) bool { return entry(l).Phase != "" }
	if !slices.ContainsFunc(lines, said) {
		return []Part[T]{{Lines: lines}}
	}
	var parts []Part[T]
	for _, p := range Phases() {
		parts = append(parts, Part[T]{Phase: p})
	}
	for _, l := range lines {
		of := i.PhaseOf(entry(l))
		at := slices.IndexFunc(parts, func(p Part[T]) bool { return p.Phase == of })
		if at < 0 { // of a newer build
			at = len(parts)
			parts = append(parts, Part[T]{Phase: of})
		}
		parts[at].Lines = append(parts[at].Lines, l)
	}
	return slices.DeleteFunc(parts, func(p Part[T]) bool { return len(p.Lines) == 0 })
}
