package sigma

import (
	"cmp"
	"slices"
	"time"

	"firebreak/detect/correlate"
	"firebreak/detect/event"
)

// Run tries a set on a stream of events. It belongs to one goroutine.
//
// Detections of single events are told at once. What correlations need is kept
// until Finish and then taken in the order in which the events happened, so
// that neither the order of files nor that of lines changes what is found. If
// more than MaxKept events are kept, the older half is taken already; an event
// that comes later but happened before those is then late and left out.
type Run struct {
	set     *Set
	matcher *matcher
	kept    []kept
	most    int // how many may be kept
	seen    int
	front   time.Time // everything up to it has been taken
	windows map[*Correlation]*correlate.Windows
	Tally   Tally
	// Loud tells of silent rules as well.
	Loud bool
}

// MaxKept is how many events a Run keeps for correlations.
const MaxKept = 1_000_000

// Tally counts what a run could not use as it was meant.
type Tally struct {
	Unrouted  int // events that do not tell where they are from
	Timeless  int // left out of correlations for want of a time
	Ungrouped int // hits left out of a correlation for want of a group's field
	Late      int // left out of correlations because they came too late
	Forgotten int // groups of correlations given up for want of room
}

// kept is an event that correlations need.
type kept struct {
	at    time.Time
	order int // of arrival
	place correlate.Place
	found []foundField
}

// foundField is a rule that matched and what its needs said.
type foundField struct {
	rule   *Rule
	fields [][]string
}

// NewRun begins. A given logsource says where events are from that do not tell
// themselves; an empty one has them tried with every rule.
func (s *Set) NewRun(given Logsource) *Run {
	r := &Run{set: s, matcher: s.engine().matcher(given), most: MaxKept, windows: map[*Correlation]*correlate.Windows{}}
	for _, co := range s.correlations {
		r.windows[co] = correlate.New(co.spec)
	}
	return r
}

// KeepAtMost is for who has less room than for MaxKept events.
func (r *Run) KeepAtMost(n int) { r.most = n }

// Event tries the rules on an event and gives what those for single events
// find, in the order the rules were read.
func (r *Run) Event(ev *event.Event, place correlate.Place) []Detection {
	r.set.Prepare(ev)
	r.matcher.match(ev)
	return r.Take(r.matcher.hits(), place)
}

// Data is Event for an event that is not decoded, which is much faster. The
// error is event.Decode's, and says why data is no event. Data may be changed
// afterwards.
func (r *Run) Data(data []byte, place correlate.Place) ([]Detection, error) {
	if err := r.matcher.matchData(data); err != nil {
		return nil, err
	}
	return r.Take(r.matcher.hits(), place), nil
}

// Forms is Event for what is there in several forms, such as an alert and the
// log event it carries, of which is known when it happened. A rule finds it
// once, in the first form that it matches.
func (r *Run) Forms(forms []*event.Event, at time.Time, place correlate.Place) []Detection {
	h := Hits{at: at, timed: !at.IsZero()}
	for _, ev := range forms {
		r.set.Prepare(ev)
		r.matcher.match(ev)
		form := r.matcher.hits()
		if form.all {
			r.Tally.Unrouted++
		}
		for _, f := range form.found {
			if !slices.ContainsFunc(h.found, func(other foundField) bool { return other.rule == f.rule }) {
				h.found = append(h.found, f)
			}
		}
	}
	return r.Take(h, place)
}

// Take tells of what was found in an event and keeps it for correlations.
func (r *Run) Take(h Hits, place correlate.Place) []Detection {
	if h.all {
		r.Tally.Unrouted++
	}
	r.seen++
	if len(h.found) == 0 {
		return nil
	}
	k := kept{at: h.at, order: r.seen, place: place}
	var told []Detection
	for _, f := range h.found {
		if r.Loud || !f.rule.Silent {
			told = append(told, Detection{Rule: f.rule.Head, At: h.at, Event: place, Count: 1, Evidence: []correlate.Place{place}})
		}
		if f.rule.member {
			k.found = append(k.found, f)
		}
	}
	r.keep(k, h.timed)
	if len(r.kept) >= r.most {
		told = append(told, r.overdue(r.most/2)...)
	}
	return told
}

// keep holds an event for the correlations that need it.
func (r *Run) keep(k kept, timed bool) {
	switch {
	case len(k.found) == 0:
		return
	case !timed:
		r.Tally.Timeless++
		return
	case k.at.Before(r.front):
		r.Tally.Late++
		return
	}
	r.kept = append(r.kept, k)
}

// Finish gives what correlations find, in order of time, and must be the last
// call.
func (r *Run) Finish() []Detection {
	told := r.overdue(len(r.kept))
	for _, w := range r.windows {
		r.Tally.Forgotten += w.Forgotten()
	}
	return told
}

// overdue correlates the n oldest events that are kept.
func (r *Run) overdue(n int) []Detection {
	slices.SortFunc(r.kept, func(a, b kept) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.order, b.order))
	})
	var told []Detection
	for _, k := range r.kept[:n] {
		told = append(told, r.correlate(k)...)
		r.front = k.at
	}
	r.kept = slices.Clone(r.kept[n:])
	return told
}
