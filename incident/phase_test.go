package incident

import (
	"testing"
	"time"
)

// TestPhases: milestones divide an incident, an explicit phase overrides them.
func TestPhases(t *testing.T) {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	whole := Incident{OpenedAt: at(3), Milestones: map[Milestone]time.Time{
		Detected: at(0), Acknowledged: at(10), Contained: at(20), Eradicated: at(30), Recovered: at(40),
	}}
	for minutes, want := range map[int]Phase{
		-1: PhaseIntrusion, 0: PhaseDetection, 9: PhaseDetection, 10: PhaseContainment, 19: PhaseContainment,
		20: PhaseEradication, 30: PhaseRecovery, 39: PhaseRecovery, 40: PhaseReview, 4000: PhaseReview,
	} {
		if got := whole.PhaseAt(at(minutes)); got != want {
			t.Errorf("minute %d is %s, want %s", minutes, got, want)
		}
	}
	early := Incident{OpenedAt: at(3), Milestones: map[Milestone]time.Time{Contained: at(20)}}
	for minutes, want := range map[int]Phase{2: PhaseIntrusion, 3: PhaseDetection, 19: PhaseDetection, 25: PhaseEradication} {
		if got := early.PhaseAt(at(minutes)); got != want {
			t.Errorf("without milestones minute %d is %s, want %s", minutes, got, want)
		}
	}
	if got := whole.PhaseOf(Entry{OccurredAt: at(15), Phase: PhaseReview}); got != PhaseReview {
		t.Errorf("what somebody said is overridden: %s", got)
	}
	for _, p := range Phases() {
		if got, err := ParsePhase(" " + string(p)); err == nil {
			t.Errorf("with a space in front it is %q", got)
		}
		if got, err := ParsePhase(string(p)); err != nil || got != p {
			t.Errorf("%s is read as %q, %v", p, got, err)
		}
	}
}
