package sigma

import (
	"slices"

	"firebreak/detect/correlate"
)

// comparisons are the keys of a condition that compare.
var comparisons = []correlate.Op{
	correlate.Greater, correlate.GreaterEqual, correlate.Less, correlate.LessEqual, correlate.Equal, correlate.Unequal,
}

// medianPercent is what a percentile means that names none.
const medianPercent = 50

// condition reads bounds, or an expression over rules.
func (co *Correlation) condition(n node) error {
	co.spec.Percent, co.percentile.line = medianPercent, n.line
	if n.kind == kindScalar && n.tag == tagText {
		if !temporal(co.spec.Kind) {
			return faultf(n.line, "only temporal correlations can have an expression as their condition")
		}
		co.expression = n
		return nil
	}
	if n.kind != kindMapping {
		return faultf(n.line, "the condition is neither a mapping nor an expression")
	}
	for i, key := range n.keys {
		if err := co.conditionPart(key, n.kids[i]); err != nil {
			return err
		}
	}
	return nil
}

func (co *Correlation) conditionPart(key, n node) (err error) {
	switch op := correlate.Op(key.text); {
	case key.text == "field":
		co.values, err = n.words()
	case key.text == "percentile":
		co.percentile = n
		co.spec.Percent, err = readNumber(n)
		if err == nil && (co.spec.Percent < 0 || co.spec.Percent > 100) {
			err = faultf(n.line, "the percentile is not from 0 to 100")
		}
	case slices.Contains(comparisons, op):
		b := correlate.Bound{Op: op}
		b.Value, err = readNumber(n)
		if err == nil && co.spec.Kind <= correlate.TemporalOrdered && b.Value > correlate.MaxCount {
			err = faultf(n.line, "more than %d are not counted", correlate.MaxCount)
		}
		co.spec.Bounds = append(co.spec.Bounds, b)
	default:
		err = faultf(key.line, "a correlation's condition has no %s", quote(key.text))
	}
	return err
}

func readNumber(n node) (float64, error) {
	f, ok := worth(n.text)
	if n.kind != kindScalar || !ok {
		return 0, faultf(n.line, "%s is no number", quote(n.text))
	}
	return f, nil
}

// express compiles the expression over the names of rules; without one, all
// rules are wanted. An expression that has no list of rules beside it refers
// to those it names.
func (co *Correlation) express() error {
	if co.expression.text == "" {
		if temporal(co.spec.Kind) && len(co.spec.Bounds) == 0 {
			co.spec.Bounds = []correlate.Bound{{Op: correlate.GreaterEqual, Value: float64(len(co.refs))}}
		}
		return nil
	}
	line := co.expression.line
	if len(co.refs) == 0 {
		for _, word := range tokens.FindAllString(co.expression.text, -1) {
			if identifier.MatchString(word) && !reserved(word) && !refers(co.refs, word) {
				co.refs = append(co.refs, reference{word, line})
			}
		}
	}
	s := selections{exprs: map[string]*expr{}}
	number := map[*Atom]int{}
	for i, ref := range co.refs {
		a := &Atom{field: ref.name}
		number[a] = i
		s.names = append(s.names, ref.name)
		s.exprs[ref.name] = &expr{op: opAtom, atom: a}
	}
	e, err := s.condition(co.expression.text, line)
	if err != nil {
		return err
	}
	return co.use(e, number, line)
}

func refers(refs []reference, name string) bool {
	return slices.ContainsFunc(refs, func(r reference) bool { return r.name == name })
}

// use makes an expression the condition; number tells the members its atoms
// stand for.
func (co *Correlation) use(e *expr, number map[*Atom]int, line int) error {
	named := map[*Atom]bool{}
	e.each(func(a *Atom) { named[a] = true })
	switch {
	case len(co.refs) > correlate.MaxMembers:
		return faultf(line, "the correlation refers to more than %d rules", correlate.MaxMembers)
	case len(named) < len(number):
		return faultf(line, "the expression does not name all rules that the correlation refers to")
	case co.spec.Kind == correlate.Temporal:
		co.spec.When = func(seen []bool) bool {
			return e.eval(func(a *Atom) bool { return seen[number[a]] })
		}
	case !conjunctive(e):
		return faultf(line, "temporal_ordered takes no expression but its rules joined by and")
	default:
		co.spec.Bounds = []correlate.Bound{{Op: correlate.GreaterEqual, Value: float64(len(co.refs))}}
	}
	return nil
}

// conjunctive says whether an expression has nothing but and.
func conjunctive(e *expr) bool {
	return e.op == opAtom || e.op == opAnd && !slices.ContainsFunc(e.kids, func(kid *expr) bool { return !conjunctive(kid) })
}
