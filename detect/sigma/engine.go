package sigma

import (
	"slices"
	"strings"
	"sync"

	"firebreak/detect/event"
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
	set *Set

	mu        sync.Mutex
	chains    []chain
	numbers   map[string]int32 // of chains, by their names
	questions map[questionKey]*question
	programs  map[programKey]*program

	routes   []routeProgram
	time     []int32 // chains of the fields that hold a time
	messages []int32 // chains of the fields that hold a bare log line
	samples  int     // events of a plan that are looked at before its index is final
}

// chain is the names a field has in an event, in the order they are tried.
// Without names it is every value of the event.
type chain struct {
	names []string
}

// routeProgram is a route, compiled.
type routeProgram struct {
	from, is Logsource
	when     *step
}

func newEngine(s *Set) *engine {
	e := &engine{
		set: s, samples: sampleSize, numbers: map[string]int32{},
		questions: map[questionKey]*question{}, programs: map[programKey]*program{},
	}
	for _, r := range s.mapping.routes {
		e.routes = append(e.routes, routeProgram{r.from, r.is, e.step(r.when, s.general)})
	}
	for _, field := range s.mapping.time {
		e.time = append(e.time, e.number([]string{field}))
	}
	for _, field := range s.mapping.messages {
		e.messages = append(e.messages, e.number([]string{field}))
	}
	return e
}

// chain gives the number of a field's chain.
func (e *engine) chain(field string, n *names) int32 {
	if field == "" {
		return e.number(nil)
	}
	return e.number(slices.Concat(n.route[field], []string{field}, n.general[field]))
}

func (e *engine) number(names []string) int32 {
	key := strings.Join(names, "\x00")
	if names == nil {
		key = "\x00"
	}
	number, ok := e.numbers[key]
	if !ok {
		number = int32(len(e.chains))
		e.chains, e.numbers[key] = append(e.chains, chain{names}), number
	}
	return number
}

// read gives what the chain says in an event.
func (c chain) read(ev *event.Event) (values event.Values) {
	if c.names == nil {
		return event.Values{Present: true, List: ev.Leaves()}
	}
	for _, name := range c.names {
		if values = ev.Values(name); values.Present {
			break
		}
	}
	return values
}
