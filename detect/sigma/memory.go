package sigma

import (
	"hash/maphash"
	"math/bits"
)

// Limits on what is remembered of values.
const (
	memorySlots   = 1 << 10
	memoryBytes   = 256 << 10
	memoryMarks   = 16 << 10
	maxRemembered = 2 << 10 // bytes of a value
	maxMarks      = 1 << 10 // of a value
)

// memory remembers what was found in values: programs, people and computers are
// the same in most of a log's events. It belongs to one goroutine. A value that
// is found in it is the same byte for byte. What is remembered longest is
// forgotten for what is new, and a value is new the second time it is seen.
type memory struct {
	seed  maphash.Seed
	slots []remembered
	fresh []uint64
	bytes ring[byte]
	marks ring[int32]
}

// remembered is a value of one field.
type remembered struct {
	hash   uint64
	seen   uint64 // the hash of a value that was not remembered here
	serial uint64 // of the fieldIndex; 0: nothing is remembered
	raw    stretch
	marks  stretch
}

// newMemory makes one for so many values, with room for bytes and marks of all
// of them together, and of none more than that.
func newMemory(slots, bytes, marks int) *memory {
	return &memory{
		seed: maphash.MakeSeed(), slots: make([]remembered, slots),
		bytes: ring[byte]{all: make([]byte, bytes)}, marks: ring[int32]{all: make([]int32, marks)},
	}
}

// recall finds what is looked for in a field that has one value only.
func (m *matcher) recall(f *fieldIndex, raw []byte) {
	if len(raw) > min(maxRemembered, len(m.memory.bytes.all)) {
		f.find(m.values(f.chain), m.marks)
		return
	}
	hash := maphash.Bytes(m.memory.seed, raw) ^ f.serial*0x9E3779B97F4A7C15
	r := &m.memory.slots[hash%uint64(len(m.memory.slots))]
	switch {
	case r.hash == hash && r.serial == f.serial && m.memory.is(r, raw):
		markAll(m.marks, m.memory.marks.get(r.marks))
	case r.seen == hash:
		m.remember(f, r, hash, raw)
	default:
		r.seen = hash
		f.find(m.values(f.chain), m.marks)
	}
}

// is says whether it is that value, and all of it is still there.
func (y *memory) is(r *remembered, raw []byte) bool {
	return y.bytes.has(r.raw) && y.marks.has(r.marks) && string(y.bytes.get(r.raw)) == string(raw)
}

// remember looks for it and keeps what was found.
func (m *matcher) remember(f *fieldIndex, r *remembered, hash uint64, raw []byte) {
	y := m.memory
	y.fresh = append(y.fresh[:0], make([]uint64, len(m.marks))...)
	f.find(m.values(f.chain), y.fresh)
	count := 0
	for i, word := range y.fresh {
		m.marks[i] |= word
		count += bits.OnesCount64(word)
	}
	if count > min(maxMarks, len(y.marks.all)) {
		return
	}
	*r = remembered{hash: hash, serial: f.serial, raw: y.bytes.take(len(raw)), marks: y.marks.take(count)}
	copy(y.bytes.get(r.raw), raw)
	marks := y.marks.get(r.marks)[:0]
	for i, word := range y.fresh {
		for ; word != 0; word &= word - 1 {
			marks = append(marks, int32(i<<6+bits.TrailingZeros64(word)))
		}
	}
}

// ring has room for what was put into it last.
type ring[T any] struct {
	all []T
	end uint64 // of what was put into it ever
}

// stretch is where something stands in a ring: from there on, of all that was
// ever put into it.
type stretch struct {
	from uint64
	size int
}

// take makes room, in one piece.
func (r *ring[T]) take(size int) stretch {
	if at := int(r.end % uint64(len(r.all))); at+size > len(r.all) {
		r.end += uint64(len(r.all) - at)
	}
	s := stretch{r.end, size}
	r.end += uint64(size)
	return s
}

// has says whether what stood there does still.
func (r *ring[T]) has(s stretch) bool { return r.end-s.from <= uint64(len(r.all)) }

func (r *ring[T]) get(s stretch) []T {
	at := int(s.from % uint64(len(r.all)))
	return r.all[at : at+s.size]
}
