package correlate

import "time"

// entry is a hit within a window.
type entry struct {
	at     time.Time
	places []Place
}

// queue holds what came in order of time and leaves in the same order.
type queue[T any] struct {
	items []T
	head  int
}

func (q *queue[T]) push(item T) { q.items = append(q.items, item) }
func (q *queue[T]) all() []T    { return q.items[q.head:] }
func (q *queue[T]) len() int    { return len(q.items) - q.head }
func (q *queue[T]) front() *T   { return &q.items[q.head] }

// pop takes the first. The room it leaves is used again in time.
func (q *queue[T]) pop() T {
	var none T
	item := q.items[q.head]
	q.items[q.head] = none
	q.head++
	if q.head > 32 && q.head > len(q.items)/2 {
		q.items = append(q.items[:0], q.items[q.head:]...)
		q.head = 0
	}
	return item
}

// hits counts hits: the newest most of them.
type hits struct {
	entries queue[entry]
	most    int
}

func (w *hits) expire(cutoff time.Time) {
	for w.entries.len() > 0 && !w.entries.front().at.After(cutoff) {
		w.entries.pop()
	}
}

func (w *hits) add(h Hit) {
	w.entries.push(entry{h.At, h.Places})
	if w.entries.len() > w.most {
		w.entries.pop()
	}
}

func (w *hits) measure() (float64, int) { return float64(w.entries.len()), w.entries.len() }
func (w *hits) places() []Place         { return placesOf(w.entries.all()) }

func placesOf(entries []entry) []Place {
	var places []Place
	for _, e := range entries {
		if len(places) > 4*MaxPlaces {
			break
		}
		places = append(places, e.places...)
	}
	return places
}

// values counts different values: the most that were seen last.
type values struct {
	last map[string]*seenValue
	// order has every sighting that is not known to be outdated, in order of
	// time; an outdated one is not its value's last.
	order queue[*seenValue]
	most  int
}

// seenValue is a value's sighting.
type seenValue struct {
	entry
	value string
}

func (w *values) expire(cutoff time.Time) {
	for w.order.len() > 0 && !(*w.order.front()).at.After(cutoff) {
		w.forget()
	}
}

// forget drops the oldest sighting, and its value if that was the last.
func (w *values) forget() {
	s := w.order.pop()
	if w.last[s.value] == s {
		delete(w.last, s.value)
	}
}

func (w *values) add(h Hit) {
	for _, v := range h.Values {
		s := &seenValue{entry{h.At, h.Places}, v}
		w.last[v] = s
		w.order.push(s)
	}
	for len(w.last) > w.most {
		w.forget()
	}
	if w.order.len() > 2*len(w.last)+64 {
		w.tidy()
	}
}

// tidy drops outdated sightings.
func (w *values) tidy() {
	var kept queue[*seenValue]
	for _, s := range w.order.all() {
		if w.last[s.value] == s {
			kept.push(s)
		}
	}
	w.order = kept
}

func (w *values) measure() (float64, int) { return float64(len(w.last)), len(w.last) }

// places names each value's last sighting.
func (w *values) places() []Place {
	w.tidy()
	var entries []entry
	for _, s := range w.order.all() {
		entries = append(entries, s.entry)
	}
	return placesOf(entries)
}
