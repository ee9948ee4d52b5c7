package sigma

import (
	"slices"

	"firebreak/detect/event"
)

// Said is a field that a rule asked for, and what it says. Of a keyword the
// field is "".
type Said struct {
	Field string
	Text  string
}

// maxSaid bounds what is told of one match.
const maxSaid = 32

// said gives what made an expression hold: of alternatives the first. What
// must not be there says nothing.
func (e *expr) said(v *view) []Said {
	var all []Said
	e.tell(v, func(s Said) {
		if len(all) < maxSaid && !slices.Contains(all, s) {
			all = append(all, s)
		}
	})
	return all
}

// tell visits the atoms that made an expression hold.
func (e *expr) tell(v *view, give func(Said)) {
	switch e.op {
	case opAnd:
		for _, kid := range e.kids {
			kid.tell(v, give)
		}
	case opOr:
		for _, kid := range e.kids {
			if kid.holds(v) {
				kid.tell(v, give)
				return
			}
		}
	case opNot:
	case opAtom:
		if text, ok := e.atom.said(v); ok {
			give(Said{e.atom.field, text})
		}
	}
}

// said gives the first of the field's values that is as asked for.
func (a *Atom) said(v *view) (string, bool) {
	list := v.values(a.field).List
	if fits := a.fits(); fits != nil {
		at := slices.IndexFunc(list, fits)
		if at < 0 {
			return "", false
		}
		return list[at].Text, true
	}
	if len(list) == 0 {
		return "", false
	}
	return list[0].Text, true
}

// fits is the test of one value, nil where the test is not one of values.
func (a *Atom) fits() func(event.Value) bool {
	switch t := a.test.(type) {
	case textTest:
		return t.pattern.matches
	case numberTest:
		return t.is
	case regexpTest:
		return func(v event.Value) bool { return t.re.MatchString(v.Text) }
	case networkTest, compareTest, timeTest, fieldTest, nullTest, existsTest:
	}
	return nil
}
