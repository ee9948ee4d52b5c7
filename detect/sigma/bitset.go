package sigma

// bitset is a set of small numbers that are not far from each other.
type bitset struct {
	first uint32 // a multiple of 64
	words []uint64
}

func (b *bitset) add(n int32) {
	word := uint32(n) &^ 63
	switch {
	case len(b.words) == 0:
		b.first, b.words = word, make([]uint64, 1)
	case word < b.first:
		b.words = append(make([]uint64, (b.first-word)/64), b.words...)
		b.first = word
	}
	if more := int(word-b.first)/64 + 1 - len(b.words); more > 0 {
		b.words = append(b.words, make([]uint64, more)...)
	}
	b.words[(word-b.first)/64] |= 1 << (uint32(n) & 63)
}

func (b *bitset) has(n int32) bool {
	at := uint32(n) - b.first
	return int(at>>6) < len(b.words) && b.words[at>>6]>>(at&63)&1 == 1
}
