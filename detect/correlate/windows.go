package correlate

import (
	"container/list"
	"time"
)

// Windows watches the groups of one correlation.
type Windows struct {
	spec      Spec
	groups    map[string]*list.Element
	byAge     *list.List // of *group, the one silent longest first
	forgotten int
}

// group is one group's window.
type group struct {
	key    string
	last   time.Time
	holds  bool
	window window
}

// window keeps the hits of one group that are young enough.
type window interface {
	// expire drops what is no younger than cutoff.
	expire(cutoff time.Time)
	add(h Hit)
	// measure gives what the bounds are on, and what was counted.
	measure() (measured float64, count int)
	// places are the events of what was measured, oldest first.
	places() []Place
}

// New begins to watch.
func New(spec Spec) *Windows {
	return &Windows{spec: spec, groups: map[string]*list.Element{}, byAge: list.New()}
}

// Forgotten says how many groups had to be given up for want of room.
func (w *Windows) Forgotten() int { return w.forgotten }

// Add takes a hit, no older than the one before, and says how things stand in
// its group.
func (w *Windows) Add(h Hit) Result {
	cutoff := h.At.Add(-w.spec.Span)
	w.expire(cutoff)
	g := w.group(h.Group)
	g.last = h.At
	g.window.expire(cutoff)
	g.window.add(h)
	measured, count := g.window.measure()
	holds := w.holds(g, measured)
	r := Result{Holds: holds, Begins: holds && !g.holds, Count: count, Measured: measured}
	g.holds = holds
	if r.Begins || holds && w.spec.Always {
		r.Places = merge(g.window.places())
	}
	return r
}

func (w *Windows) holds(g *group, measured float64) bool {
	if seen, ok := g.window.(*members); ok && w.spec.When != nil {
		return w.spec.When(seen.seen())
	}
	return w.spec.holds(measured)
}

// expire drops groups in whose windows nothing is left.
func (w *Windows) expire(cutoff time.Time) {
	for e := w.byAge.Front(); e != nil; e = w.byAge.Front() {
		if g := e.Value.(*group); g.last.After(cutoff) {
			return
		}
		w.drop(e)
	}
}

func (w *Windows) drop(e *list.Element) {
	delete(w.groups, w.byAge.Remove(e).(*group).key)
}

func (w *Windows) group(key string) *group {
	if e, ok := w.groups[key]; ok {
		w.byAge.MoveToBack(e)
		return e.Value.(*group)
	}
	if len(w.groups) >= MaxGroups {
		w.drop(w.byAge.Front())
		w.forgotten++
	}
	g := &group{key: key, window: w.spec.window()}
	w.groups[key] = w.byAge.PushBack(g)
	return g
}

func (s Spec) window() window {
	switch s.Kind {
	case ValueCount:
		return &values{last: map[string]*seenValue{}, most: s.enough()}
	case Temporal:
		return &members{last: make([]entry, s.Members)}
	case TemporalOrdered:
		return newChains(s.Members)
	case Sum, Average:
		return &sums{numbers: numbers{most: MaxValues}, average: s.Kind == Average}
	case Percentile, Median, Min, Max:
		return &ranks{numbers: numbers{most: MaxRanked}, kind: s.Kind, percent: s.Percent}
	}
	return &hits{most: s.enough()}
}

// merge drops what was named before, and what is too much.
func merge(places []Place) []Place {
	seen := make(map[Place]bool, len(places))
	var kept []Place
	for _, p := range places {
		if len(kept) == MaxPlaces {
			break
		}
		if !seen[p] {
			seen[p] = true
			kept = append(kept, p)
		}
	}
	return kept
}
