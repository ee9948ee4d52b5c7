package correlate

import (
	"slices"
	"time"
)

// members remembers when each member was seen last.
type members struct {
	last []entry // a zero time: not in the window
}

func (w *members) expire(cutoff time.Time) {
	for i := range w.last {
		if !w.last[i].at.After(cutoff) {
			w.last[i] = entry{}
		}
	}
}

func (w *members) add(h Hit) { w.last[h.Member] = entry{h.At, h.Places} }

func (w *members) seen() []bool {
	seen := make([]bool, len(w.last))
	for i, e := range w.last {
		seen[i] = !e.at.IsZero()
	}
	return seen
}

func (w *members) measure() (float64, int) {
	n := 0
	for _, seen := range w.seen() {
		if seen {
			n++
		}
	}
	return float64(n), n
}

func (w *members) places() []Place {
	inOrder := slices.Clone(w.last)
	slices.SortStableFunc(inOrder, func(a, b entry) int { return a.at.Compare(b.at) })
	return placesOf(inOrder)
}

// chain is hits of members in their order; it ends with a hit and goes back to
// the one before.
type chain struct {
	start  time.Time // of its first hit
	places []Place   // of its last
	before *chain
}

// chains keeps, for each length and each member a chain can end with, the one
// that began last: it stays in the window longest.
type chains struct {
	ending [][]*chain // by length-1, then by member
}

func newChains(n int) *chains {
	c := &chains{ending: make([][]*chain, n)}
	for i := range c.ending {
		c.ending[i] = make([]*chain, n)
	}
	return c
}

func (w *chains) expire(cutoff time.Time) {
	for _, ending := range w.ending {
		for i, c := range ending {
			if c != nil && !c.start.After(cutoff) {
				ending[i] = nil
			}
		}
	}
}

func (w *chains) add(h Hit) {
	for length := h.Member; length > 0; length-- {
		var best *chain
		for _, c := range w.ending[length-1][:h.Member] {
			if c != nil && (best == nil || !c.start.Before(best.start)) {
				best = c
			}
		}
		if best != nil {
			w.ending[length][h.Member] = &chain{best.start, h.Places, best}
		}
	}
	w.ending[0][h.Member] = &chain{start: h.At, places: h.Places}
}

// longest gives the longest chain that is left.
func (w *chains) longest() (*chain, int) {
	for length := len(w.ending) - 1; length >= 0; length-- {
		var best *chain
		for _, c := range w.ending[length] {
			if c != nil && (best == nil || !c.start.Before(best.start)) {
				best = c
			}
		}
		if best != nil {
			return best, length + 1
		}
	}
	return nil, 0
}

func (w *chains) measure() (float64, int) {
	_, n := w.longest()
	return float64(n), n
}

func (w *chains) places() []Place {
	var hits [][]Place
	for c, _ := w.longest(); c != nil; c = c.before {
		hits = append(hits, c.places)
	}
	slices.Reverse(hits)
	return slices.Concat(hits...)
}
