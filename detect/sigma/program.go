package sigma

import (
	"cmp"
	"slices"

	"firebreak/detect/event"
)

// question is an atom as the engine asks it: of a chain of names.
type question struct {
	number int32
	chain  int32
	other  int32 // of a fieldTest: the other field's chain
	test   test
	single single // nil for a fieldTest; of a regexpTest one that looks at less

	// What the answer yes needs to be there, and what no does: of the terms of
	// each choice at least one. Any one choice is enough to look for; there is
	// none when nothing needs to be there.
	needs, denied [][]term
}

// questionKey tells questions apart.
type questionKey struct {
	chain int32
	atom  *Atom
}

// step is a compiled expression over questions.
type step struct {
	op       opcode
	kids     []*step // what costs least first
	question *question
	cost     int
}

// program is a rule with the names of one kind of log, compiled.
type program struct {
	step  *step
	needs []int32 // chains of what correlations read
}

// programKey tells programs apart.
type programKey struct {
	rule  *Rule
	names *names
}

// program compiles a rule, once for each set of names.
func (e *engine) program(r *Rule, n *names) *program {
	key := programKey{r, n}
	if len(n.route) == 0 {
		key.names = e.set.general
	}
	p, ok := e.programs[key]
	if !ok {
		p = &program{step: e.step(r.expr, n)}
		for _, field := range r.needs {
			p.needs = append(p.needs, e.chain(field, n))
		}
		e.programs[key] = p
	}
	return p
}

func (e *engine) step(x *expr, n *names) *step {
	if x.op == opAtom {
		q := e.question(x.atom, n)
		return &step{question: q, cost: q.cost()}
	}
	s := &step{op: x.op, kids: make([]*step, 0, len(x.kids))}
	for _, kid := range x.kids {
		compiled := e.step(kid, n)
		s.kids, s.cost = append(s.kids, compiled), s.cost+compiled.cost
	}
	slices.SortStableFunc(s.kids, func(a, b *step) int { return cmp.Compare(a.cost, b.cost) })
	return s
}

func (e *engine) question(a *Atom, n *names) *question {
	key := questionKey{e.chain(a.field, n), a}
	q, ok := e.questions[key]
	if !ok {
		q = &question{number: int32(len(e.questions)), chain: key.chain, test: a.test}
		q.single, _ = a.test.(single)
		if t, ok := a.test.(fieldTest); ok {
			q.other = e.chain(t.other, n)
		}
		if t, ok := a.test.(regexpTest); ok {
			q.single = expressionTest{t, necessaryOf(t.re)}
		}
		q.needs, q.denied = q.choices(), q.denials()
		e.number(q.needs)
		e.number(q.denied)
		e.questions[key] = q
	}
	return q
}

// number numbers the terms of choices, those that are the same alike.
func (e *engine) number(choices [][]term) {
	for _, terms := range choices {
		for i := range terms {
			t := &terms[i]
			if t.kind == termPresent {
				continue
			}
			n, known := e.terms[*t]
			if !known {
				n = int32(len(e.chains) + len(e.terms))
				e.terms[*t] = n
			}
			t.number = n
		}
	}
}

// expressionTest is a regexpTest that first looks for what must be there.
type expressionTest struct {
	regexpTest
	choices choices
}

func (t expressionTest) of(values event.Values) bool {
	return slices.ContainsFunc(values.List, func(v event.Value) bool { return t.choices.in(v.Folded) && t.re.MatchString(v.Text) })
}

// cost is roughly how long asking takes.
func (q *question) cost() int {
	most := 1
	switch t := q.test.(type) {
	case textTest:
		if len(t.pattern.runs) > 1 {
			most = 1 + 2*len(t.pattern.runs)
		}
	case regexpTest, timeTest:
		most = 100
	case networkTest, compareTest, fieldTest:
		most = 10
	}
	return most
}

// each visits the step's questions, one that is asked twice twice.
func (s *step) each(visit func(*question)) {
	if s.question != nil {
		visit(s.question)
	}
	for _, kid := range s.kids {
		kid.each(visit)
	}
}
