package incident

import (
	"fmt"
	"math"
)

// wilsonZ is the normal quantile of a two-sided confidence of 95 %.
const wilsonZ = 1.959964

// Wilson gives the bounds between which the true share lies with a confidence
// of 95 %, after k of n were hits (E. B. Wilson 1927; method 3 of R. G.
// Newcombe, Statistics in Medicine 17, 1998). Of nothing it gives 0 and 1.
func Wilson(k, n int) (low, high float64) {
	if n <= 0 || k < 0 || k > n {
		return 0, 1
	}
	size, share := float64(n), float64(k)/float64(n)
	z2 := wilsonZ * wilsonZ
	middle := share + z2/(2*size)
	off := wilsonZ * math.Sqrt(share*(1-share)/size+z2/(4*size*size))
	return max(0, (middle-off)/(1+z2/size)), min(1, (middle+off)/(1+z2/size))
}

// Record is how a rule has done over some time: what became of its
// detections, and what people said about them.
type Record struct {
	Rule                            string
	Told, Shadow, Suppressed, Hints int
	Confirmed, False                int  // detections, by their newest verdict
	OnTrial                         bool // its newest detection was kept in shadow
}

// Judged is how many detections have a verdict.
func (r Record) Judged() int { return r.Confirmed + r.False }

// Found is how many detections there were.
func (r Record) Found() int { return r.Told + r.Shadow + r.Suppressed + r.Hints }

// Right says in plain words how often the rule was right, and what can be
// relied on with a confidence of 95 %: how good a good one is at least, and a
// bad one at most.
func (r Record) Right() string {
	n := r.Judged()
	if n == 0 {
		return "not judged yet"
	}
	low, high := Wilson(r.Confirmed, n)
	if 2*r.Confirmed < n {
		return fmt.Sprintf("%d of %d right, at most %.0f %%", r.Confirmed, n, math.Ceil(100*high))
	}
	return fmt.Sprintf("%d of %d right, at least %.0f %%", r.Confirmed, n, math.Floor(100*low))
}

// Worse says whether a record is worse than another: of those that were judged
// the one less often right, or by more verdicts; then what nobody judged, the
// busiest first.
func (r Record) Worse(than Record) bool {
	a, b := r.Judged(), than.Judged()
	switch {
	case (a == 0) != (b == 0):
		return a != 0
	case a == 0 && r.Found() != than.Found():
		return r.Found() > than.Found()
	case r.Confirmed*b != than.Confirmed*a:
		return r.Confirmed*b < than.Confirmed*a
	case a != b:
		return a > b
	}
	return r.Rule < than.Rule
}
