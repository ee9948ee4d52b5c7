package sigma

import (
	"slices"
	"strings"

	"firebreak/detect/event"
	"firebreak/detect/fields"
)

// chain is the names a field has in an event, in the order they are tried.
// Without names it is every value of the event.
type chain struct {
	names   []string
	numbers []int32 // of the names, in the engine's layout
}

// of gives a field's names in one kind of log.
func (n *names) of(field string) []string {
	if field == "" {
		return nil
	}
	return slices.Concat(n.route[field], []string{field}, n.general[field])
}

// chainKey tells chains apart.
func chainKey(names []string) string {
	if names == nil {
		return "\x00" // no other: in all of them is a field's own name
	}
	return strings.Join(names, "\x00")
}

// chain gives the number of a field's chain.
func (e *engine) chain(field string, n *names) int32 { return e.numbers[chainKey(n.of(field))] }

// allChains finds all the chains that there will ever be, and the names in
// them: those of each field that is asked for, in each kind of log.
func (e *engine) allChains() {
	kinds := []*names{e.set.general}
	for _, r := range e.set.mapping.routes {
		if len(r.names.route) > 0 {
			kinds = append(kinds, r.names)
		}
	}
	for _, field := range e.set.fields() {
		for _, kind := range kinds {
			e.add(kind.of(field))
		}
	}
	for _, name := range slices.Concat(e.set.mapping.time, e.set.mapping.messages) {
		e.add([]string{name})
	}
	e.layOut()
}

func (e *engine) add(names []string) {
	if _, known := e.numbers[chainKey(names)]; !known {
		e.numbers[chainKey(names)] = int32(len(e.chains))
		e.chains = append(e.chains, chain{names: names})
	}
}

// layOut numbers the names.
func (e *engine) layOut() {
	numbers := map[string]int32{}
	var names []string
	for i := range e.chains {
		c := &e.chains[i]
		for _, name := range c.names {
			if _, known := numbers[name]; !known {
				numbers[name] = int32(len(names))
				names = append(names, name)
			}
			c.numbers = append(c.numbers, numbers[name])
		}
	}
	e.layout = fields.NewLayout(names, e.set.mapping.lift)
}

// fields are all that routes, rules and correlations ask for.
func (s *Set) fields() []string {
	known := map[string]bool{}
	var all []string
	add := func(field string) {
		if !known[field] {
			known[field], all = true, append(all, field)
		}
	}
	atom := func(a *Atom) {
		add(a.field)
		if t, ok := a.test.(fieldTest); ok {
			add(t.other)
		}
	}
	for _, r := range s.mapping.routes {
		r.when.each(atom)
	}
	for _, r := range s.rules {
		r.expr.each(atom)
		for _, field := range r.needs {
			add(field)
		}
	}
	return all
}

// read gives what the chain says in an event.
func (c *chain) read(ev *event.Event) (values event.Values) {
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

// decode is read for an event that was decoded for its fields only.
func (c *chain) decode(d *fields.Decoder) (values event.Values) {
	if c.names == nil {
		return event.Values{Present: true, List: d.Leaves()}
	}
	for _, number := range c.numbers {
		if values = d.Values(number); values.Present {
			break
		}
	}
	return values
}

// lone gives the chain's value as it is written, if it has one only.
func (c *chain) lone(d *fields.Decoder) (raw []byte, present, lone bool) {
	for _, number := range c.numbers {
		if raw, present, lone = d.Lone(number); present {
			break
		}
	}
	return raw, present, lone
}
