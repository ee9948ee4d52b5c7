package sigma

import (
	"slices"
	"sync/atomic"

	"firebreak/detect/event"
	"firebreak/detect/needle"
)

// index finds the tries of a plan that an event can match: those that nothing
// has to be there for, and those of whose witness the event has a part. It
// never changes.
//
// Where it looks for all that a question asks, it knows the answer as well: such
// a question has a mark of its own, and if it is not marked the answer is no.
type index struct {
	always    []uint64 // bits by try; then, from a word of their own on, by decided question
	fields    []fieldIndex
	questions int     // how many there were when the plan was compiled
	terms     int     // the same
	tries     int     // words of always that are of tries
	decided   []int32 // questions, by bit
	decides   bitset  // the same, by question
}

// everything is the index that leaves out nothing.
func everything(tries int) *index {
	x := &index{always: make([]uint64, words(tries)), tries: words(tries)}
	for i := range tries {
		x.always[i>>6] |= 1 << (i & 63)
	}
	return x
}

// words is how many words have n bits.
func words(n int) int { return (n + 63) / 64 }

// fieldIndex is what is looked for in one chain.
type fieldIndex struct {
	chain     int32
	serial    uint64  // no other has it
	there     []int32 // tries to mark when the field is there
	present   []int32 // when it says something
	fractions []int32 // when it may be a number with a fraction
	needles   *needle.Index
	// sieve, of keywords, does instead of all of these with an event as it is
	// written.
	sieve *needle.Sieve
}

func (f *fieldIndex) find(values *event.Values, marks []uint64) {
	markAll(marks, f.there)
	if len(values.List) == 0 {
		return
	}
	markAll(marks, f.present)
	for i := range values.List {
		v := &values.List[i]
		if f.needles != nil {
			f.needles.Find(v.Folded, marks)
		}
		if len(f.fractions) > 0 && fraction(v.Folded) {
			markAll(marks, f.fractions)
		}
	}
}

func markAll(marks []uint64, tries []int32) {
	for _, t := range tries {
		marks[uint32(t)>>6] |= 1 << (uint32(t) & 63)
	}
}

// indexer makes an index.
type indexer struct {
	*workspace
	programs []*program
	odds     *odds
	keywords int32 // the chain that is every value of the event, or -1
	serials  *atomic.Uint64
}

// better makes a plan's index for what its sample says.
func (e *engine) better(p *plan) *index {
	before := p.index.Load()
	w, _ := e.workspaces.Get().(*workspace)
	if w == nil {
		w = &workspace{}
	}
	defer e.workspaces.Put(w)
	w.reset(before.questions, before.terms)
	x := &indexer{w, p.programs, newOdds(w, p.programs, p.sample, len(e.chains)), -1, &e.serials}
	if number, asked := e.numbers[chainKey(nil)]; asked {
		x.keywords = number
	}
	made := x.index()
	made.questions, made.terms = before.questions, before.terms
	return made
}

// want has a mark set when an event has a term.
func (x *indexer) want(t term, mark int32) {
	marks := x.wanted[t.number]
	if len(marks) == 0 {
		x.looked = append(x.looked, t)
	} else if marks[len(marks)-1] == mark {
		return
	}
	x.wanted[t.number] = append(marks, mark)
}

// index chooses a witness for each program.
func (x *indexer) index() *index {
	tries := words(len(x.programs))
	made := &index{always: make([]uint64, tries), tries: tries}
	chosen := choose(x.odds, x.programs)
	for i, p := range x.programs {
		if _, some := x.odds.chance(p.step, false); !some {
			markAll(made.always, []int32{int32(i)})
			continue
		}
		x.odds.each(p.step, false, func(w *offer) {
			for _, t := range w.terms {
				x.want(t, int32(i))
			}
		})
	}
	x.decide(made, chosen)
	made.fields = x.fields()
	return made
}

// fields sorts what is wanted by chain.
func (x *indexer) fields() []fieldIndex {
	fields := map[int32]*fieldIndex{}
	needles := map[int32][]needle.Needle{}
	for _, t := range x.looked {
		f := fields[t.chain]
		if f == nil {
			f = &fieldIndex{chain: t.chain, serial: x.serials.Add(1)}
			fields[t.chain] = f
		}
		switch tries := x.wanted[t.number]; t.kind {
		case termThere:
			f.there = append(f.there, tries...)
		case termPresent:
			f.present = append(f.present, tries...)
		case termFraction:
			f.fractions = append(f.fractions, tries...)
		case termNeedle:
			needles[t.chain] = append(needles[t.chain], needle.Needle{Kind: t.where, Text: t.text, Marks: tries})
		}
	}
	var all []fieldIndex
	for chain, f := range fields {
		if n := needles[chain]; len(n) > 0 {
			f.needles = needle.New(n, x.odds.seen[chain])
			if chain == x.keywords && len(f.there)+len(f.present)+len(f.fractions) == 0 {
				f.sieve = needle.NewSieve(n, x.odds.seen[chain])
			}
		}
		all = append(all, *f)
	}
	slices.SortFunc(all, func(a, b fieldIndex) int { return int(a.chain - b.chain) })
	return all
}
