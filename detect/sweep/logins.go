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
	maxWatched = 50_000  // changes of state, for rules of behaviour
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
	watch  *behaviour.Watch
	states map[[2]string]behaviour.Kept
	kept   int
	left   int
	found  []incident.Detection
}

func newBehave(w *behaviour.Watch) *behave {
	return &behave{watch: w, states: map[[2]string]behaviour.Kept{}}
}

// Behaviour gives the state of a group.
func (b *behave) Behaviour(rule, group string) ([]byte, error) {
	return b.states[[2]string{rule, group}].State, nil
}

// KeepBehaviour keeps it.
func (b *behave) KeepBehaviour(k behaviour.Kept) error {
	b.kept++
	b.states[[2]string{k.Rule, k.Group}] = k
	return nil
}

func (b *behave) add(a incident.Alert) error {
	if b.watch == nil {
		return nil
	}
	if b.kept >= maxWatched {
		b.left++
		return nil
	}
	found, err := b.watch.Observe(b, a)
	b.found = append(b.found, found...)
	return err
}

// finish looks at the groups in which something may wait for more.
func (b *behave) finish() ([]incident.Detection, error) {
	keys := slices.SortedFunc(maps.Keys(b.states), func(x, y [2]string) int { return slices.Compare(x[:], y[:]) })
	for _, key := range keys {
		if !b.states[key].Waits {
			continue
		}
		found, err := b.watch.Settle(b, key[0], key[1])
		if err != nil {
			return nil, err
		}
		b.found = append(b.found, found...)
	}
	return b.found, nil
}

func (b *behave) notes() []string {
	if b.left == 0 {
		return nil
	}
	return []string{fmt.Sprintf("the rules of behaviour left out %d events: they came after more than they can remember at once", b.left)}
}
