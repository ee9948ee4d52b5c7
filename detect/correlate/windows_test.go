package correlate_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"firebreak/detect/correlate"
)

var start = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)

// oracle keeps every hit and works everything out anew each time.
type oracle struct {
	spec correlate.Spec
	all  []correlate.Hit
	held map[string]bool
}

func (o *oracle) add(h correlate.Hit) (holds, begins bool, measured float64) {
	o.all = append(o.all, h)
	var in []correlate.Hit // the group's window
	paused := true         // nothing of the group was in the window before
	for i, old := range o.all {
		if old.Group == h.Group && old.At.After(h.At.Add(-o.spec.Span)) {
			in = append(in, old)
			paused = paused && i == len(o.all)-1
		}
	}
	measured = o.measure(in)
	holds = true
	for _, b := range o.spec.Bounds {
		holds = holds && b.Op.Holds(measured, b.Value)
	}
	begins = holds && (paused || !o.held[h.Group])
	o.held[h.Group] = holds
	return holds, begins, measured
}

func (o *oracle) measure(in []correlate.Hit) float64 {
	different := map[string]bool{}
	var numbers []float64
	for _, h := range in {
		numbers = append(numbers, h.Numbers...)
		for _, v := range h.Values {
			different[v] = true
		}
	}
	slices.Sort(numbers)
	switch o.spec.Kind {
	case correlate.EventCount:
		return float64(len(in))
	case correlate.ValueCount:
		return float64(len(different))
	case correlate.Temporal:
		seen := map[int]bool{}
		for _, h := range in {
			seen[h.Member] = true
		}
		return float64(len(seen))
	case correlate.TemporalOrdered:
		return float64(longest(in, -1))
	case correlate.Percentile:
		rank := int(math.Ceil(o.spec.Percent / 100 * float64(len(numbers))))
		return numbers[max(rank, 1)-1]
	case correlate.Median:
		n := len(numbers)
		return (numbers[(n-1)/2] + numbers[n/2]) / 2
	case correlate.Min:
		return numbers[0]
	case correlate.Max:
		return numbers[len(numbers)-1]
	}
	sum := 0.0
	for _, n := range numbers {
		sum += n
	}
	if o.spec.Kind == correlate.Average {
		return sum / float64(len(numbers))
	}
	return sum
}

// longest is the longest chain of members above the last one.
func longest(in []correlate.Hit, last int) int {
	best := 0
	for i, h := range in {
		if h.Member > last {
			best = max(best, 1+longest(in[i+1:], h.Member))
		}
	}
	return best
}

// TestWindowsEqualOracle compares every kind with that on random hits.
func TestWindowsEqualOracle(t *testing.T) {
	for kind := correlate.EventCount; kind <= correlate.Max; kind++ {
		t.Run(fmt.Sprint(kind), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				spec := correlate.Spec{
					Kind: kind, Members: 4, Span: 10 * time.Second, Always: rapid.Bool().Draw(t, "always"), Percent: rapid.SampledFrom([]float64{0, 50, 75, 100}).Draw(t, "percent"),
				}
				ops := []correlate.Op{correlate.GreaterEqual, correlate.Greater, correlate.Less, correlate.LessEqual, correlate.Equal, correlate.Unequal}
				for range rapid.IntRange(1, 2).Draw(t, "bounds") {
					spec.Bounds = append(spec.Bounds, correlate.Bound{Op: rapid.SampledFrom(ops).Draw(t, "op"), Value: float64(rapid.IntRange(0, 5).Draw(t, "bound"))})
				}
				w, o := correlate.New(spec), &oracle{spec: spec, held: map[string]bool{}}
				at := start
				for i := range rapid.IntRange(1, 40).Draw(t, "hits") {
					at = at.Add(time.Duration(rapid.IntRange(0, 6).Draw(t, "pause")) * time.Second)
					h := correlate.Hit{
						At: at, Member: rapid.IntRange(0, 3).Draw(t, "member"), Group: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "group"),
						Values:  rapid.SliceOfN(rapid.SampledFrom([]string{"x", "y", "z", "u", "v", "w"}), 1, 2).Draw(t, "values"),
						Numbers: []float64{float64(rapid.IntRange(-3, 6).Draw(t, "number"))},
						Places:  []correlate.Place{{Line: int64(i + 1)}},
					}
					got := w.Add(h)
					holds, begins, measured := o.add(h)
					if got.Holds != holds || got.Begins != begins {
						t.Fatalf("hit %d: holds %t, begins %t; want %t, %t (measured %g, want %g)", i+1, got.Holds, got.Begins, holds, begins, got.Measured, measured)
					}
					// Beyond what the bounds need, counts may stop.
					if capped := kind == correlate.EventCount || kind == correlate.ValueCount; !capped && math.Abs(got.Measured-measured) > 1e-9 {
						t.Fatalf("hit %d: measured %g, want %g", i+1, got.Measured, measured)
					}
					if (len(got.Places) > 0) != (begins || holds && spec.Always) {
						t.Fatalf("hit %d: the evidence is %v", i+1, got.Places)
					}
				}
			})
		})
	}
}

func hit(seconds float64, group string, line int64) correlate.Hit {
	at := start.Add(time.Duration(seconds * float64(time.Second)))
	return correlate.Hit{At: at, Group: group, Values: []string{fmt.Sprint(line)}, Numbers: []float64{1}, Places: []correlate.Place{{Line: line}}}
}

// TestStormIsBounded has more hits within one window than are kept.
func TestStormIsBounded(t *testing.T) {
	for kind := correlate.EventCount; kind <= correlate.Max; kind++ {
		w := correlate.New(correlate.Spec{Kind: kind, Members: 1, Span: time.Hour, Bounds: []correlate.Bound{{Op: correlate.GreaterEqual, Value: 1}}})
		begins, most := 0, correlate.MaxValues
		if kind >= correlate.Percentile {
			most = correlate.MaxRanked
		}
		for i := range int64(most + 1000) {
			r := w.Add(hit(float64(i)/1000, "a", i+1))
			if r.Begins {
				begins++
			}
			if len(r.Places) > correlate.MaxPlaces {
				t.Fatalf("kind %d names %d places", kind, len(r.Places))
			}
			if r.Count > most+1 {
				t.Fatalf("kind %d counts %d", kind, r.Count)
			}
		}
		if begins != 1 {
			t.Errorf("kind %d begins %d times", kind, begins)
		}
	}
}

// TestGroupsAreBounded opens more groups than there may be: the one that was
// silent longest goes.
func TestGroupsAreBounded(t *testing.T) {
	w := correlate.New(correlate.Spec{Span: time.Hour, Bounds: []correlate.Bound{{Op: correlate.GreaterEqual, Value: 2}}})
	for i := range correlate.MaxGroups {
		w.Add(hit(0, fmt.Sprint(i), 1))
	}
	w.Add(hit(1, "0", 2)) // no longer the oldest
	w.Add(hit(2, "one more", 3))
	if w.Forgotten() != 1 {
		t.Errorf("%d groups forgotten", w.Forgotten())
	}
	if !w.Add(hit(3, "0", 4)).Holds {
		t.Error("the group that was heard of lately is forgotten")
	}
	if w.Add(hit(3, "1", 5)).Holds {
		t.Error("the group that was silent longest is known")
	}
	// After a span without hits there is nothing to forget.
	w.Add(hit(2*3600, "later", 6))
	if w.Forgotten() != 2 {
		t.Errorf("%d groups forgotten", w.Forgotten())
	}
}

// TestSumsDoNotDrift adds and takes away numbers of very different sizes.
func TestSumsDoNotDrift(t *testing.T) {
	w := correlate.New(correlate.Spec{Kind: correlate.Sum, Span: 10 * time.Second, Bounds: []correlate.Bound{{Op: correlate.Unequal, Value: 0}}})
	var last correlate.Result
	for i := range int64(10_000) {
		h := hit(float64(i), "a", i)
		h.Numbers = []float64{math.Pow(10, float64(i%17)), 0.1}
		last = w.Add(h)
	}
	want := 0.0
	for i := int64(9_990); i < 10_000; i++ {
		want += math.Pow(10, float64(i%17)) + 0.1
	}
	if math.Abs(last.Measured-want)/want > 1e-12 {
		t.Errorf("measured %v, want %v", last.Measured, want)
	}
}

func TestEvidenceIsInOrderAndOnce(t *testing.T) {
	w := correlate.New(correlate.Spec{
		Kind: correlate.TemporalOrdered, Members: 3, Span: time.Minute, Bounds: []correlate.Bound{{Op: correlate.GreaterEqual, Value: 3}},
	})
	var last correlate.Result
	for i, places := range [][]correlate.Place{{{Line: 1}, {Line: 2}}, {{Line: 2}}, {{File: "b", Line: 1}}} {
		last = w.Add(correlate.Hit{At: start.Add(time.Duration(i) * time.Second), Member: i, Places: places})
	}
	want := []correlate.Place{{Line: 1}, {Line: 2}, {File: "b", Line: 1}}
	if diff := cmp.Diff(want, last.Places); diff != "" || !last.Begins {
		t.Errorf("begins %t, -want +got:\n%s", last.Begins, diff)
	}
}
