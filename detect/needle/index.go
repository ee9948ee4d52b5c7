package needle

import "math/bits"

// Kind is where in a text a needle must stand.
type Kind uint8

// The kinds.
const (
	Contains Kind = iota // anywhere
	Prefix
	Suffix
	Exact // the whole text
)

// Needle is a text to look for. Only an exact one may be empty.
type Needle struct {
	Kind  Kind
	Text  string
	Marks []int32 // bits to set when it is found
}

// Index finds needles.
type Index struct {
	exact    exact
	prefixes prefixes
	suffixes suffixes
	short    short
	grams    grams
}

// New makes an index. Counts may be nil.
func New(all []Needle, counts *Counts) *Index {
	var kinds [Exact + 2][]Needle
	const short = Exact + 1
	kindOf := func(l *Needle) Kind {
		if l.Kind == Contains && len(l.Text) < gramSize {
			return short
		}
		return l.Kind
	}
	var sizes [Exact + 2]int
	for i := range all {
		sizes[kindOf(&all[i])]++
	}
	for kind, n := range sizes {
		kinds[kind] = make([]Needle, 0, n)
	}
	for i := range all {
		kind := kindOf(&all[i])
		kinds[kind] = append(kinds[kind], all[i])
	}
	return &Index{
		exact: newExact(kinds[Exact]), prefixes: newPrefixes(kinds[Prefix]), suffixes: newSuffixes(kinds[Suffix]),
		short: newShort(kinds[short]), grams: newGrams(kinds[Contains], counts),
	}
}

// Find sets the marks of the needles that text has.
func (x *Index) Find(text string, marks []uint64) {
	x.exact.find(text, marks)
	x.prefixes.find(text, marks)
	x.suffixes.find(text, marks)
	x.short.find(text, marks)
	x.grams.find(text, marks)
}

// Scans says whether all of a text is looked through.
func (x *Index) Scans() bool { return x.short.used || x.grams.used }

func mark(marks []uint64, all []int32) {
	for _, m := range all {
		marks[uint32(m)>>6] |= 1 << (uint32(m) & 63)
	}
}

// filter is a set of hashes that may hold others as well.
type filter struct {
	bits  []uint64
	shift uint // of a 64-bit hash: what is left numbers the bits
}

// newFilter has room for n hashes, room bits for each.
func newFilter(n, room int) filter {
	size := uint(bits.Len(uint(max(n, 1)*room - 1)))
	size = min(max(size, 6), 20)
	return filter{make([]uint64, 1<<(size-6)), 64 - size}
}

func (f *filter) add(hash uint64) {
	h := hash >> f.shift
	f.bits[h>>6] |= 1 << (h & 63)
}

func (f *filter) has(hash uint64) bool {
	h := hash >> f.shift
	return f.bits[h>>6]>>(h&63)&1 != 0
}

// spread makes a hash of bytes: its upper bits depend on all of them.
func spread(x uint64) uint64 { return x * 0x9E3779B97F4A7C15 }

func load4(s string, i int) uint32 {
	_ = s[i+3]
	return uint32(s[i]) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16 | uint32(s[i+3])<<24
}

func load8(s string, i int) uint64 {
	_ = s[i+7]
	return uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
		uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
}
