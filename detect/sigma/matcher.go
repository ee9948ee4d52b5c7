package sigma

import (
	"math"
	"math/bits"
	"slices"
	"strings"

	"firebreak/detect/event"
)

// matcher tries an engine's rules on one event after the other. It belongs to
// one goroutine. What it remembers of an event is marked with the event's
// number, so that nothing has to be cleared for the next.
type matcher struct {
	engine *engine
	given  Logsource

	ev      *event.Event
	number  uint32
	slots   []slot   // by chain
	answers []uint32 // by question: the event's number, and the answer in the last bit
	marks   []uint64 // the tries that the event can match
	found   []int32  // tries of the plan that it matches
	plan    *plan
}

// slot is what a chain says in the event of that number.
type slot struct {
	number uint32
	values event.Values
}

// maxNumber is the last number that leaves room for an answer.
const maxNumber = math.MaxUint32 >> 1

func (e *engine) matcher(given Logsource) *matcher {
	m := &matcher{engine: e, given: given}
	m.grow()
	return m
}

// grow makes room for what has been compiled meanwhile.
func (m *matcher) grow() {
	e := m.engine
	e.mu.Lock()
	defer e.mu.Unlock()
	m.slots = append(m.slots, make([]slot, len(e.chains)-len(m.slots))...)
	m.answers = append(m.answers, make([]uint32, len(e.questions)-len(m.answers))...)
}

// next forgets the event before.
func (m *matcher) next() {
	if m.number++; m.number == maxNumber {
		clear(m.slots)
		clear(m.answers)
		m.number = 1
	}
}

// match tries the rules on an event; found and plan are what it found.
func (m *matcher) match(ev *event.Event) {
	m.next()
	m.ev = ev
	m.plan = m.engine.planOf(m)
	index := m.plan.index.Load()
	if len(m.answers) < index.questions || len(m.slots) < index.chains {
		m.grow()
	}
	m.candidates(index)
	m.plan.observe(m)
	m.verify()
}

// candidates marks the tries that the event can match.
func (m *matcher) candidates(x *index) {
	m.marks = append(m.marks[:0], x.always...)
	for i := range x.fields {
		f := &x.fields[i]
		if values := m.values(f.chain); values.Present {
			f.find(values, m.marks)
		}
	}
}

// verify tries what is marked. Of several tries of one rule the first that
// matches counts.
func (m *matcher) verify() {
	m.found = m.found[:0]
	var last *Rule
	for i, word := range m.marks {
		for ; word != 0; word &= word - 1 {
			number := i<<6 + bits.TrailingZeros64(word)
			if rule := m.plan.tries[number].rule; rule != last && m.holds(m.plan.programs[number].step) {
				last = rule
				m.found = append(m.found, int32(number))
			}
		}
	}
}

// values gives what a chain says.
func (m *matcher) values(number int32) *event.Values {
	s := &m.slots[number]
	if s.number != m.number {
		s.number, s.values = m.number, m.engine.chains[number].read(m.ev)
	}
	return &s.values
}

func (m *matcher) holds(s *step) bool {
	switch s.op {
	case opAnd:
		for _, kid := range s.kids {
			if !m.holds(kid) {
				return false
			}
		}
		return true
	case opOr:
		for _, kid := range s.kids {
			if m.holds(kid) {
				return true
			}
		}
		return false
	case opNot:
		return !m.holds(s.kids[0])
	}
	return m.answer(s.question)
}

// answer asks each question once for an event.
func (m *matcher) answer(q *question) bool {
	a := &m.answers[q.number]
	if *a>>1 != m.number {
		*a = m.number << 1
		if m.ask(q) {
			*a |= 1
		}
	}
	return *a&1 == 1
}

func (m *matcher) ask(q *question) bool {
	own := m.values(q.chain)
	if q.single == nil {
		return q.test.(fieldTest).of(*own, *m.values(q.other))
	}
	return q.single.of(*own)
}

// texts gives what chains say, for correlations.
func (m *matcher) texts(chains []int32) [][]string {
	all := make([][]string, len(chains))
	for i, number := range chains {
		for _, value := range m.values(number).List {
			all[i] = append(all[i], strings.Clone(short(value.Text)))
		}
	}
	return all
}

// origin finds out where the event is from.
func (m *matcher) origin() origin {
	var o origin
	for i, r := range m.engine.routes {
		known := r.from.empty() || slices.ContainsFunc(o.kinds, r.from.contains)
		if known && m.holds(r.when) {
			o.routes, o.kinds = append(o.routes, i), append(o.kinds, r.is)
		}
	}
	return o
}
