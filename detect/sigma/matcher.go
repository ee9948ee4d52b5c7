package sigma

import (
	"math"
	"math/bits"
	"slices"
	"strings"

	"firebreak/detect/event"
	"firebreak/detect/fields"
)

// matcher tries an engine's rules on one event after the other. It belongs to
// one goroutine. What it remembers of an event is marked with the event's
// number, so that nothing has to be cleared for the next.
type matcher struct {
	engine *engine
	given  Logsource

	ev      *event.Event    // nil: decoder has the event
	decoder *fields.Decoder // of events that are plain enough
	number  uint32
	slots   []slot   // by chain
	answers []uint32 // by question: the event's number, and the answer in the last bit
	marks   []uint64 // the tries that the event can match
	found   []int32  // tries of the plan that it matches
	plan    *plan
	index   *index // nil until it is known where the event is from
	memory  *memory

	// plans remembers, by signature, the plans of events.
	plans     map[string]*plan
	signature []byte
}

// slot is what a chain says in the event of that number.
type slot struct {
	number uint32
	values event.Values
}

// maxNumber is the last number that leaves room for an answer.
const maxNumber = math.MaxUint32 >> 1

func (e *engine) matcher(given Logsource) *matcher {
	e.mu.Lock()
	defer e.mu.Unlock()
	return &matcher{
		engine: e, given: given, slots: make([]slot, len(e.chains)), answers: make([]uint32, len(e.questions)),
		decoder: fields.NewDecoder(e.layout), plans: map[string]*plan{}, memory: newMemory(memorySlots, memoryBytes, memoryMarks),
	}
}

// next forgets the event before.
func (m *matcher) next() {
	m.index = nil
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
	m.try(m.engine.planOf(m))
}

// matchData does so with an event that is not decoded. Its error is
// event.Decode's. What it found points into data.
func (m *matcher) matchData(data []byte) error {
	if !m.decoder.Decode(data) {
		ev, err := event.Decode(data)
		if err != nil {
			return err
		}
		m.engine.set.Prepare(ev)
		m.match(ev)
		return nil
	}
	m.next()
	m.ev = nil
	m.try(m.planOfSignature())
	return nil
}

func (m *matcher) try(p *plan) {
	m.plan = p
	index := p.index.Load()
	if len(m.answers) < index.questions {
		m.answers = append(m.answers, make([]uint32, index.questions-len(m.answers))...)
	}
	m.index = index
	m.candidates(index)
	m.decide(index)
	p.observe(m)
	m.verify()
}

// candidates marks the tries that the event can match.
func (m *matcher) candidates(x *index) {
	m.marks = append(m.marks[:0], x.always...)
	written, asIs := "", false
	if m.ev == nil {
		written, asIs = m.decoder.AsWritten()
	}
	for i := range x.fields {
		f := &x.fields[i]
		if asIs && f.sieve != nil {
			f.sieve.Find(written, m.marks)
			continue
		}
		if m.ev == nil {
			if raw, _, lone := m.engine.chains[f.chain].lone(m.decoder); lone {
				m.recall(f, raw)
				continue
			}
		}
		if values := m.values(f.chain); values.Present {
			f.find(values, m.marks)
		}
	}
}

// decide answers the questions that were marked.
func (m *matcher) decide(x *index) {
	for i, word := range m.marks[x.tries:] {
		for ; word != 0; word &= word - 1 {
			m.answers[x.decided[i<<6+bits.TrailingZeros64(word)]] = m.number<<1 | 1
		}
	}
}

// verify tries what is marked. Of several tries of one rule the first that
// matches counts.
func (m *matcher) verify() {
	m.found = m.found[:0]
	var last *Rule
	for i, word := range m.marks[:m.index.tries] {
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
		s.number = m.number
		if c := &m.engine.chains[number]; m.ev == nil {
			s.values = c.decode(m.decoder)
		} else {
			s.values = c.read(m.ev)
		}
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
		return slices.ContainsFunc(s.kids, m.holds)
	case opNot:
		return !m.holds(s.kids[0])
	}
	return m.answer(s.question)
}

// answer asks each question once for an event.
func (m *matcher) answer(q *question) bool {
	a := &m.answers[q.number]
	if *a>>1 != m.number {
		if m.index != nil && m.index.decides.has(q.number) {
			return false
		}
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
