package sweep

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"firebreak/detect"
	"firebreak/detect/behaviour"
	"firebreak/incident"
)

// Limits on what is kept of a file's alerts.
const (
	maxKept    = 200_000 // alerts, for detectors that look at a history
	maxWatched = 200_000 // alerts that rules of behaviour look at
	maxGroups  = 50_000  // accounts and the like that they remember
)

// logins are the histories that detectors look at in the end: of logins, by
// what they are about.
type logins struct {
	finders   []detect.Detector
	histories []map[incident.Entity][]incident.Alert // by finder
	kept      int
	left      int
}

func newLogins(d Detectors) *logins {
	l := &logins{finders: d.Finders}
	for range d.Finders {
		l.histories = append(l.histories, map[incident.Entity][]incident.Alert{})
	}
	return l
}

func (l *logins) add(a incident.Alert) {
	for i, f := range l.finders {
		for _, group := range f.Groups(a) {
			if l.kept >= maxKept {
				l.left++
				continue
			}
			l.kept++
			l.histories[i][group] = append(l.histories[i][group], a)
		}
	}
}

func (l *logins) finish() (found []incident.Detection) {
	for i, f := range l.finders {
		groups := slices.SortedFunc(maps.Keys(l.histories[i]), func(a, b incident.Entity) int {
			return cmp.Or(strings.Compare(string(a.Type), string(b.Type)), strings.Compare(a.Value, b.Value))
		})
		for _, group := range groups {
			found = append(found, f.Examine(group, l.histories[i][group])...)
		}
	}
	return found
}

func (l *logins) notes() []string {
	if l.left == 0 {
		return nil
	}
	return []string{fmt.Sprintf("the detectors on logins looked at the first %d only", maxKept)}
}

// behave is the rules of behaviour with a memory that is gone afterwards.
type behave struct {
	run   *behaviour.Run // nil: no rules
	taken int
	left  int
	found []incident.Detection
}

func newBehave(w *behaviour.Watch) *behave {
	if w == nil {
		return &behave{}
	}
	return &behave{run: w.NewRun(maxGroups)}
}

func (b *behave) add(a incident.Alert) {
	switch {
	case b.run == nil:
	case b.taken >= maxWatched:
		b.left++
	default:
		b.taken++
		b.found = append(b.found, b.run.Observe(a)...)
	}
}

func (b *behave) finish() []incident.Detection {
	if b.run == nil {
		return nil
	}
	return append(b.found, b.run.Finish()...)
}

func (b *behave) notes() []string {
	if b.left == 0 && (b.run == nil || b.run.Forgotten == 0) {
		return nil
	}
	return []string{fmt.Sprintf("the rules of behaviour left out %d events: there are more than they can remember", b.left+b.run.Forgotten)}
}
