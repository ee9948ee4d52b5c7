package sigma

import (
	"math/bits"
	"strings"

	"firebreak/detect/needle"
)

const (
	// sampleSize is how many events of a plan are looked at before its index is
	// made for what they say.
	sampleSize = 256
	// sampleSteps is by how much less makes it be made a first time.
	sampleSteps = 16
	// maxSampled bounds the bytes of a value that are kept for that.
	maxSampled = 2048
	// maxSampledAll bounds those of all plans together: one whose sample goes
	// beyond has seen enough.
	maxSampledAll = 8 << 20
	valueBytes    = 64 // that keeping one takes, beside its own
)

// sample is what the first events of a plan say in the fields that its rules
// need something of.
type sample struct {
	events int
	bytes  int                // of values that are kept
	fields map[int32]*sampled // by chain
}

// sampled is one chain's values.
type sampled struct {
	there, present int // events
	values         map[string]int
	count, length  int // of values, and of all of them together
}

// newSample begins a sample for the rules of a plan.
func newSample(programs []*program) *sample {
	s := &sample{fields: map[int32]*sampled{}}
	for _, p := range programs {
		s.add(p.step)
	}
	return s
}

func (s *sample) add(x *step) {
	if x.question != nil && s.fields[x.question.chain] == nil {
		s.fields[x.question.chain] = &sampled{values: map[string]int{}}
	}
	for _, kid := range x.kids {
		s.add(kid)
	}
}

// take looks at the matcher's event.
func (s *sample) take(m *matcher) {
	s.events++
	for chain, f := range s.fields {
		values := m.values(chain)
		if !values.Present {
			continue
		}
		f.there++
		if len(values.List) > 0 {
			f.present++
		}
		for _, v := range values.List {
			f.count, f.length = f.count+1, f.length+len(v.Folded)
			value := v.Folded[:min(len(v.Folded), maxSampled)]
			if _, known := f.values[value]; known {
				f.values[value]++
				continue
			}
			f.values[strings.Clone(value)] = 1
			s.bytes += len(value) + valueBytes
		}
	}
}

// counts counts the needles of one chain's questions in its values, which have
// their places as marks, and, if that matters to any of them, what stands there
// at all.
func (f *sampled) counts(needles []needle.Needle, w *workspace) ([]int, *needle.Counts) {
	found := make([]int, len(needles))
	x := needle.New(needles, nil)
	var seen *needle.Counts
	if x.Scans() {
		seen = w.count()
	}
	marks := make([]uint64, (len(needles)+63)/64)
	for value, times := range f.values {
		if seen != nil {
			seen.Add(value)
		}
		clear(marks)
		x.Find(value, marks)
		for i, word := range marks {
			for ; word != 0; word &= word - 1 {
				found[i<<6+bits.TrailingZeros64(word)] += times
			}
		}
	}
	return found, seen
}
