package sigma

import "firebreak/detect/needle"

// workspace is the memory that making an index takes for so long. The next one
// takes the same.
type workspace struct {
	share   []float64 // by term: of events that have it, as the sample says
	met     []bool    // by term
	wanted  [][]int32 // by term: what is marked when an event has it
	looked  []term    // those that are wanted
	numbers [2][]int32
	offers  []offer
	counts  []*needle.Counts
	used    int // of counts
}

// reset makes room for so many questions and terms.
func (w *workspace) reset(questions, terms int) {
	w.share, w.met, w.wanted = cleared(w.share, terms), cleared(w.met, terms), cleared(w.wanted, terms)
	w.numbers[0], w.numbers[1] = cleared(w.numbers[0], questions), cleared(w.numbers[1], questions)
	w.offers, w.looked, w.used = w.offers[:0], w.looked[:0], 0
}

func cleared[T any](s []T, size int) []T {
	if cap(s) < size {
		return make([]T, size, size+size/4)
	}
	s = s[:size]
	clear(s)
	return s
}

// count gives counts of nothing.
func (w *workspace) count() *needle.Counts {
	if w.used == len(w.counts) {
		w.counts = append(w.counts, &needle.Counts{})
	}
	c := w.counts[w.used]
	c.Clear()
	w.used++
	return c
}
