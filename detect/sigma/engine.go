package sigma

import (
	"strings"
	"sync"
	"sync/atomic"

	"firebreak/detect/fields"
)

// engine is a set made ready to be tried quickly. What it says is what the
// reference says (expr.holds, Set.matches); it only asks less.
//
// Fields become chains of names, so that rules for several logs share what was
// looked up; atoms become questions, answered once per event; and an index
// over what a rule needs to be there (witness) finds the few rules that an
// event can match at all. What was compiled never changes. More is compiled
// when the first event of another kind of log comes, under mu; any number of
// matchers, one per goroutine, use it at the same time.
type engine struct {
	set     *Set
	chains  []chain
	numbers map[string]int32 // of chains, by their names
	layout  *fields.Layout   // of all names in chains

	mu        sync.Mutex
	questions map[questionKey]*question
	programs  map[programKey]*program
	terms     map[term]int32 // their numbers, of those that are not presentTerms

	routes   []routeProgram
	time     []int32 // chains of the fields that hold a time
	messages []int32 // chains of the fields that hold a bare log line
	// blind says that where an event is from does not depend on some fields
	// only.
	blind      bool
	samples    int          // events of a plan that are looked at before its index is final
	sampled    atomic.Int64 // bytes that plans keep of events for that
	serials    atomic.Uint64
	workspaces sync.Pool
}

// routeProgram is a route, compiled.
type routeProgram struct {
	from, is Logsource
	when     *step
}

func newEngine(s *Set) *engine {
	e := &engine{
		set: s, samples: sampleSize, numbers: map[string]int32{},
		questions: map[questionKey]*question{}, programs: map[programKey]*program{}, terms: map[term]int32{},
	}
	e.allChains()
	for _, r := range s.mapping.routes {
		e.routes = append(e.routes, routeProgram{r.from, r.is, e.step(r.when, s.general)})
	}
	e.time, e.messages = e.alone(s.mapping.time), e.alone(s.mapping.messages)
	e.watch()
	return e
}

// alone gives the chains of fields that have no other names.
func (e *engine) alone(names []string) (chains []int32) {
	for _, name := range names {
		chains = append(chains, e.numbers[chainKey([]string{name})])
	}
	return chains
}

// watch tells the layout what where an event is from depends on.
func (e *engine) watch() {
	for _, r := range e.routes {
		e.watchStep(r.when)
	}
	for _, number := range e.messages {
		e.watchChain(number, fields.Presence)
	}
}

func (e *engine) watchStep(s *step) {
	for _, kid := range s.kids {
		e.watchStep(kid)
	}
	if s.question == nil {
		return
	}
	want := fields.Content
	switch t := s.question.test.(type) {
	case nullTest, existsTest:
		want = fields.Presence
	case textTest:
		if strings.Trim(t.pattern.key(), "*") == "" && len(t.pattern.runs) > 1 {
			want = fields.Presence
		}
	}
	e.watchChain(s.question.chain, want)
	if s.question.single == nil {
		e.watchChain(s.question.other, want)
	}
}

func (e *engine) watchChain(number int32, want fields.Watch) {
	c := e.chains[number]
	e.blind = e.blind || c.names == nil
	for _, name := range c.numbers {
		e.layout.Watch(name, want)
	}
}
