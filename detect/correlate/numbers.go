package correlate

import (
	"math"
	"slices"
	"time"
)

// numbered is a number within a window.
type numbered struct {
	entry
	number float64
}

// numbers keeps the numbers of a window in order of time, the newest most.
type numbers struct {
	queue[numbered]
	most int
}

// due gives the number that leaves next, if one does: because it is no younger
// than cutoff, or because there are too many.
func (n *numbers) due(cutoff time.Time) (float64, bool) {
	if n.len() > 0 && (n.len() > n.most || !n.front().at.After(cutoff)) {
		return n.pop().number, true
	}
	return 0, false
}

func (n *numbers) places() []Place {
	first := n.all()[:min(n.len(), MaxPlaces)]
	entries := make([]entry, 0, len(first))
	for _, e := range first {
		entries = append(entries, e.entry)
	}
	return placesOf(entries)
}

// sums adds numbers up.
type sums struct {
	numbers
	average bool
	sum     float64
	lost    float64 // what adding and taking away has rounded off (Neumaier)
	taken   int     // since the sum was last made anew
}

func (w *sums) expire(cutoff time.Time) {
	for number, ok := w.due(cutoff); ok; number, ok = w.due(cutoff) {
		w.plus(-number)
		w.taken++
	}
	if w.taken > 1024 || w.len() == 0 {
		w.sum, w.lost, w.taken = 0, 0, 0
		for _, e := range w.all() {
			w.plus(e.number)
		}
	}
}

func (w *sums) plus(number float64) {
	sum := w.sum + number
	if math.Abs(w.sum) >= math.Abs(number) {
		w.lost += (w.sum - sum) + number
	} else {
		w.lost += (number - sum) + w.sum
	}
	w.sum = sum
}

func (w *sums) add(h Hit) {
	for _, number := range h.Numbers {
		w.push(numbered{entry{h.At, h.Places}, number})
		w.plus(number)
	}
}

func (w *sums) measure() (float64, int) {
	sum := w.sum + w.lost
	if w.average && w.len() > 0 {
		sum /= float64(w.len())
	}
	return sum, w.len()
}

// ranks keeps numbers sorted.
type ranks struct {
	numbers
	kind    Kind
	percent float64
	sorted  []float64
}

func (w *ranks) expire(cutoff time.Time) {
	for number, ok := w.due(cutoff); ok; number, ok = w.due(cutoff) {
		i, _ := slices.BinarySearch(w.sorted, number)
		w.sorted = slices.Delete(w.sorted, i, i+1)
	}
}

func (w *ranks) add(h Hit) {
	for _, number := range h.Numbers {
		w.push(numbered{entry{h.At, h.Places}, number})
		i, _ := slices.BinarySearch(w.sorted, number)
		w.sorted = slices.Insert(w.sorted, i, number)
	}
}

// measure gives the nearest rank for a percentile: the least number that so
// many of a hundred are no greater than. The median of an even number of
// numbers lies between the two in the middle.
func (w *ranks) measure() (float64, int) {
	n := len(w.sorted)
	if n == 0 {
		return math.NaN(), 0
	}
	switch w.kind {
	case Min:
		return w.sorted[0], n
	case Max:
		return w.sorted[n-1], n
	case Median:
		return w.sorted[(n-1)/2]/2 + w.sorted[n/2]/2, n
	}
	rank := int(math.Ceil(w.percent / 100 * float64(n)))
	return w.sorted[max(rank, 1)-1], n
}
