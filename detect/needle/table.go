package needle

import (
	"cmp"
	"slices"
)

// gramSize is how many bytes a needle is known by.
const gramSize = 4

// maxStride is the most bytes that a search steps at once.
const maxStride = 8

// table finds the places in a text where one of many texts may stand. It looks
// at every stride-th place only; so of each text stride grams that follow each
// other are known, one of which stands at such a place.
type table struct {
	alike  uint32 // bits that do not matter, in each gram
	stride int
	filter filter
	heads  []int32 // by hash: the first of entries, which end with the next head
	shift  uint
	// entries are sorted by hash.
	entries []gram
}

// gram is where in a text four bytes stand.
type gram struct {
	bytes  uint32
	offset int32
	text   int32
}

// Stride is how many bytes a search steps at once if the shortest needle that
// may stand anywhere has n bytes.
func Stride(n int) int { return max(min(n-gramSize+1, maxStride), 1) }

// newTable makes a table for texts of at least gramSize bytes.
func newTable(texts []string, alike uint32, counts *Counts) table {
	t := table{alike: alike, stride: maxStride}
	for _, s := range texts {
		t.stride = min(t.stride, Stride(len(s)))
	}
	t.entries = make([]gram, 0, len(texts)*t.stride)
	for i, s := range texts {
		at := rarest(s, t.stride, counts)
		for j := at; j < at+t.stride; j++ {
			t.entries = append(t.entries, gram{load4(s, j) | alike, int32(j), int32(i)})
		}
	}
	t.filter = newFilter(len(t.entries), room(len(t.entries)))
	t.shift = t.filter.shift + 3
	slices.SortFunc(t.entries, func(a, b gram) int {
		return cmp.Or(cmp.Compare(t.head(a.bytes), t.head(b.bytes)), cmp.Compare(a.bytes, b.bytes))
	})
	t.heads = make([]int32, 1<<(64-t.shift)+1)
	for _, e := range t.entries {
		t.filter.add(spread(uint64(e.bytes)))
		t.heads[t.head(e.bytes)+1]++
	}
	for i := 1; i < len(t.heads); i++ {
		t.heads[i] += t.heads[i-1]
	}
	return t
}

// room is how many bits a filter has for each of n entries: many, as long as it
// stays within a processor's nearest cache.
func room(n int) int {
	switch {
	case n < 1<<8:
		return 256
	case n < 1<<10:
		return 64
	}
	return 16
}

func (t *table) head(bytes uint32) uint64 { return spread(uint64(bytes)) >> t.shift }

// rarest gives where in a text the grams begin that were seen least.
func rarest(text string, stride int, counts *Counts) int {
	best, least := 0, ^uint64(0)
	for at := 0; at+gramSize+stride-1 <= len(text); at++ {
		sum := uint64(0)
		for j := at; j < at+stride; j++ {
			sum += counts.of(load4(text, j))
		}
		if sum < least {
			best, least = at, sum
		}
	}
	return best
}

// next gives the first place from i on where the table knows the bytes, or -1.
// It looks at four places at once as long as there are as many, for nearly
// always none of them is known.
func (t *table) next(text string, i int) int {
	bits, shift, stride, alike := t.filter.bits, t.filter.shift&63, t.stride, t.alike
	for last := len(text) - gramSize; i <= last; {
		if i+3*stride <= last {
			a, b := spread(uint64(load4(text, i)|alike))>>shift, spread(uint64(load4(text, i+stride)|alike))>>shift
			c, d := spread(uint64(load4(text, i+2*stride)|alike))>>shift, spread(uint64(load4(text, i+3*stride)|alike))>>shift
			if (bits[a>>6]>>(a&63)|bits[b>>6]>>(b&63)|bits[c>>6]>>(c&63)|bits[d>>6]>>(d&63))&1 == 0 {
				i += 4 * stride
				continue
			}
		}
		h := spread(uint64(load4(text, i)|alike)) >> shift
		if bits[h>>6]>>(h&63)&1 != 0 {
			return i
		}
		i += stride
	}
	return -1
}

// at gives the entries that may be for the bytes at a place.
func (t *table) at(text string, i int) (bytes uint32, entries []gram) {
	bytes = load4(text, i) | t.alike
	head := t.head(bytes)
	return bytes, t.entries[t.heads[head]:t.heads[head+1]]
}
