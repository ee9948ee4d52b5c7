package sigma

import "time"

// Settle gives what correlations find up to a time, for input that goes on:
// what comes later but happened before is late and left out. Without it they
// tell at Finish.
func (r *Run) Settle(upTo time.Time) []Detection {
	n := 0
	for _, k := range r.kept {
		if !k.at.After(upTo) {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	told := r.overdue(n)
	if upTo.After(r.front) {
		r.front = upTo
	}
	return told
}
