package needle

import (
	"cmp"
	"slices"
	"strings"
)

// gramSize is how many bytes a needle is known by.
const gramSize = 4

// maxStride is the most bytes that a search steps at once.
const maxStride = 4

// grams finds needles of at least gramSize bytes anywhere in a text. It looks
// at every stride-th place of the text only; so of each needle stride grams
// that follow each other are known, one of which stands at such a place.
type grams struct {
	used   bool
	stride int
	filter filter
	heads  []int32 // by hash: the first of entries, which end with the next head
	shift  uint
	// entries are sorted by hash.
	entries []gram
	needles []Needle
}

// gram is where in a needle four bytes stand.
type gram struct {
	bytes  uint32
	offset int32
	needle int32
}

func newGrams(all []Needle, counts *Counts) grams {
	if len(all) == 0 {
		return grams{}
	}
	g := grams{used: true, stride: maxStride, needles: all}
	for _, l := range all {
		g.stride = min(g.stride, len(l.Text)-gramSize+1)
	}
	for i, l := range all {
		at := rarest(l.Text, g.stride, counts)
		for j := at; j < at+g.stride; j++ {
			g.entries = append(g.entries, gram{load4(l.Text, j), int32(j), int32(i)})
		}
	}
	g.filter = newFilter(len(g.entries), 16)
	g.shift = min(g.filter.shift+3, 64)
	slices.SortFunc(g.entries, func(a, b gram) int {
		return cmp.Or(cmp.Compare(g.head(a.bytes), g.head(b.bytes)), cmp.Compare(a.bytes, b.bytes))
	})
	g.heads = make([]int32, 1<<(64-g.shift)+1)
	for _, e := range g.entries {
		g.filter.add(spread(uint64(e.bytes)))
		g.heads[g.head(e.bytes)+1]++
	}
	for i := 1; i < len(g.heads); i++ {
		g.heads[i] += g.heads[i-1]
	}
	return g
}

func (g *grams) head(bytes uint32) uint64 { return spread(uint64(bytes)) >> g.shift }

// rarest gives where in a needle the grams begin that were seen least.
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

func (g *grams) find(text string, marks []uint64) {
	if !g.used {
		return
	}
	bits, shift, stride := g.filter.bits, g.filter.shift&63, g.stride
	for i := 0; i+gramSize <= len(text); i += stride {
		hash := spread(uint64(load4(text, i)))
		h := hash >> shift
		if word := h >> 6; word < uint64(len(bits)) && bits[word]>>(h&63)&1 != 0 {
			g.verify(text, i, hash, marks)
		}
	}
}

// verify compares the needles known by the bytes at a place.
func (g *grams) verify(text string, at int, hash uint64, marks []uint64) {
	head, bytes := hash>>g.shift, load4(text, at)
	for _, e := range g.entries[g.heads[head]:g.heads[head+1]] {
		if e.bytes != bytes || int(e.offset) > at {
			continue
		}
		if l := &g.needles[e.needle]; strings.HasPrefix(text[at-int(e.offset):], l.Text) {
			mark(marks, l.Marks)
		}
	}
}
