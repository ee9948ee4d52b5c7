package behaviour

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"firebreak/incident"
)

// Run applies a watch's rules to alerts that are all at hand, such as those of
// a file, and finds what Observe and Settle would. It keeps its states as they
// are, not as the JSON that a store keeps, which is what makes it fast. It
// belongs to one goroutine.
type Run struct {
	watch     *Watch
	most      int
	states    map[runGroup]*state
	Forgotten int // alerts of groups that there was no room for
}

type runGroup struct {
	rule  int // in the watch
	group string
}

// NewRun begins without any memory. It keeps at most so many groups.
func (w *Watch) NewRun(groups int) *Run {
	return &Run{watch: w, most: groups, states: map[runGroup]*state{}}
}

// Observe takes an alert in and gives what has become known by it.
func (r *Run) Observe(a incident.Alert) []incident.Detection {
	var found []incident.Detection
	for i, rule := range r.watch.rules {
		if !rule.matches(a) {
			continue
		}
		h, ok := r.watch.hit(rule, a)
		if !ok {
			continue
		}
		for _, group := range groups(rule, a) {
			s := r.state(runGroup{i, group}, rule.Kind)
			if s == nil {
				r.Forgotten++
				continue
			}
			found = append(found, detections(rule, group, s.take(rule, h))...)
		}
	}
	return found
}

func (r *Run) state(of runGroup, kind string) *state {
	s := r.states[of]
	if s == nil && len(r.states) < r.most {
		s = &state{Kind: kind}
		r.states[of] = s
	}
	return s
}

// Finish gives what waits for older alerts: there are none any more.
func (r *Run) Finish() []incident.Detection {
	var found []incident.Detection
	for _, of := range slices.SortedFunc(maps.Keys(r.states), func(a, b runGroup) int {
		return cmp.Or(cmp.Compare(a.rule, b.rule), strings.Compare(a.group, b.group))
	}) {
		s, rule := r.states[of], r.watch.rules[of.rule]
		found = append(found, detections(rule, of.group, s.settle(rule, s.Newest+1))...)
	}
	return found
}

// take is what a state makes of an alert.
func (s *state) take(r Rule, h hit) []finding {
	fresh, late := s.add(h)
	if !fresh && !late {
		return nil
	}
	news := s.settle(r, s.Newest-r.Lateness.Microseconds())
	if r.AtOnce {
		news = append(news, s.peek(r)...)
	}
	return news
}
