package detect

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"firebreak/incident"
)

// maxEvidence is how many alerts a detection names; Count tells of all.
const maxEvidence = 200

// Rule is what a detector looks for, as people and pages name it.
type Rule struct {
	ID    string
	Title string
	Level string // low, medium, high, critical
	// Techniques of ATT&CK that it is a sign of, such as T1110.003.
	Techniques []string

	// Within is the length of the sliding window, in event time, in which
	// everything must have happened.
	Within time.Duration
	// Stands is how long one detection stands for what goes on: nothing of
	// the same rule and group that near it is another detection.
	Stands time.Duration
}

// Detector finds something in the history of one group of alerts.
//
// What makes one burst one detection. A burst is told when its first window
// is full, at the event time of the alert that filled it, and then stands for
// Rule.Stands in both directions of time. The caller keeps to that by
// dropping a detection whose ID it knows, or of whose rule and group it knows
// one at most Window away from At. As windows are measured in event time and
// the history is sorted here, a burst that fits into Stands is one detection
// in whatever order, how late and how often its alerts come; only which of
// them are named as evidence at first depends on which were there. Something
// that goes on for longer is told again after Stands at the soonest.
type Detector interface {
	Rule() Rule
	// Groups gives the entities of an alert whose histories it may complete.
	Groups(a incident.Alert) []incident.Entity
	// Window is how far around an alert's event time the history given to
	// Examine must reach, on both sides: Rule.Stands.
	Window() time.Duration
	// Examine finds what a group's history shows, oldest first. It depends
	// on the alerts alone, not on their order.
	Examine(group incident.Entity, alerts []incident.Alert) []incident.Detection
}

// Builtin gives the detectors that firebreak ships.
func Builtin() []Detector {
	return []Detector{FailedLogins(5), ManyHosts(3, 2)}
}

// history is a group's alerts in event order, each once.
func history(alerts []incident.Alert, matches func(incident.Alert) bool) []incident.Alert {
	var kept []incident.Alert
	for _, a := range alerts {
		if matches(a) {
			kept = append(kept, a)
		}
	}
	slices.SortStableFunc(kept, func(a, b incident.Alert) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return slices.CompactFunc(kept, func(a, b incident.Alert) bool { return a.ID == b.ID })
}

// tally counts what stands in a sliding window.
type tally interface {
	add(a incident.Alert)
	drop(a incident.Alert)
	full() bool
}

// burst is a detection in the making.
type burst struct {
	first incident.Alert // of the window that was full first
	at    time.Time
	hot   []incident.Alert // all that lay in a full window
}

// bursts slides a window over a sorted history.
func bursts(r Rule, alerts []incident.Alert, window tally) []burst {
	var found []burst
	low, told := 0, 0 // the window's start; alerts before told are in a burst
	for i, a := range alerts {
		window.add(a)
		for ; a.At.Sub(alerts[low].At) > r.Within; low++ {
			window.drop(alerts[low])
		}
		if !window.full() {
			continue
		}
		if last := len(found) - 1; last < 0 || a.At.Sub(found[last].at) > r.Stands {
			found = append(found, burst{first: alerts[low], at: a.At})
		}
		b := &found[len(found)-1]
		b.hot = append(b.hot, alerts[max(low, told):i+1]...)
		told = i + 1
	}
	return found
}

// detection writes a burst down. Its ID and its dedup key are made of the
// rule, the group and the first alert of the window that was full first.
func (b burst) detection(r Rule, group incident.Entity) incident.Detection {
	sum := sha256.Sum256([]byte(strings.Join([]string{r.ID, string(group.Type), group.Value, b.first.ID}, "\x00")))
	id := r.ID + "-" + hex.EncodeToString(sum[:8])
	evidence := make([]string, 0, min(len(b.hot), maxEvidence))
	for _, a := range b.hot[:min(len(b.hot), maxEvidence)] {
		evidence = append(evidence, a.ID)
	}
	return incident.Detection{
		ID: id, Rule: r.ID, Title: r.Title, Level: r.Level, At: b.at,
		Group: group, Count: len(b.hot), Techniques: r.Techniques, Evidence: evidence, DedupKey: "firebreak:" + id,
	}
}

// groupsOf gives an alert's entities of one type.
func groupsOf(a incident.Alert, t incident.EntityType) []incident.Entity {
	var groups []incident.Entity
	for _, e := range a.Entities {
		if e.Type == t && !slices.Contains(groups, e) {
			groups = append(groups, e)
		}
	}
	return groups
}
