package sigma

import (
	"strconv"

	"firebreak/detect/event"
)

// opcode is what an expression does with its kids.
type opcode int

const (
	opAtom opcode = iota
	opAnd
	opOr
	opNot
)

// expr is a compiled condition: a tree over atoms. Trees and atoms never
// change once they are compiled, and rules share their atoms.
type expr struct {
	op   opcode
	kids []*expr
	atom *Atom
}

// Atom is one question to one field: the smallest thing that is tried on an
// event. An index needs no more than the atoms to find the rules that an event
// can match at all; what it finds must be what expr.holds says.
type Atom struct {
	field string // "" asks every value of the event: a keyword
	test  test
}

// test is what an atom asks: a single or a fieldTest.
type test interface {
	key() string // the same for tests that are the same
}

// single is a test of one field's values.
type single interface {
	test
	of(values event.Values) bool
}

// key is the same for atoms that are the same.
func (a *Atom) key() string { return strconv.Quote(a.field) + " " + a.test.key() }

// holds is the reference evaluator: it asks what the condition asks, in its
// order, and nothing else.
func (e *expr) holds(v *view) bool {
	return e.eval(func(a *Atom) bool { return a.holds(v) })
}

func (a *Atom) holds(v *view) bool {
	if t, ok := a.test.(fieldTest); ok {
		return t.of(v.values(a.field), v.values(t.other))
	}
	return a.test.(single).of(v.values(a.field))
}

// eval works the tree out with whatever answers for the atoms.
func (e *expr) eval(ask func(*Atom) bool) bool {
	switch e.op {
	case opAnd:
		for _, kid := range e.kids {
			if !kid.eval(ask) {
				return false
			}
		}
		return true
	case opOr:
		for _, kid := range e.kids {
			if kid.eval(ask) {
				return true
			}
		}
		return false
	case opNot:
		return !e.kids[0].eval(ask)
	}
	return ask(e.atom)
}

// each visits the atoms, one that stands there twice twice.
func (e *expr) each(visit func(*Atom)) {
	if e.op == opAtom {
		visit(e.atom)
	}
	for _, kid := range e.kids {
		kid.each(visit)
	}
}

// keyword says whether the expression asks the whole event anywhere.
func (e *expr) keyword() (found bool) {
	e.each(func(a *Atom) { found = found || a.field == "" })
	return found
}

// combine makes one expression of several.
func combine(op opcode, kids []*expr) *expr {
	if len(kids) == 1 {
		return kids[0]
	}
	return &expr{op: op, kids: kids}
}

func negate(e *expr) *expr { return &expr{op: opNot, kids: []*expr{e}} }

// view is an event seen with the field names of one route.
type view struct {
	ev    *event.Event
	names *names
}

// values gives what a field says: under the name it has in this log, under its
// own, or under one that other logs have for it.
func (v *view) values(field string) event.Values {
	if field == "" {
		return event.Values{Present: true, List: v.ev.Leaves()}
	}
	for _, name := range v.names.route[field] {
		if values := v.ev.Values(name); values.Present {
			return values
		}
	}
	values := v.ev.Values(field)
	for _, name := range v.names.general[field] {
		if values.Present {
			break
		}
		values = v.ev.Values(name)
	}
	return values
}
