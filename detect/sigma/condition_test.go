package sigma

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// named gives selections whose atoms can be told apart by their names.
func named(names ...string) selections {
	s := selections{names: names, exprs: map[string]*expr{}}
	for _, name := range names {
		s.exprs[name] = &expr{op: opAtom, atom: &Atom{field: name}}
	}
	return s
}

// tree is a condition as people mean it.
type tree struct {
	op   string // a name, or not, and, or
	kids []tree
}

func (c tree) holds(true map[string]bool) bool {
	switch c.op {
	case "not":
		return !c.kids[0].holds(true)
	case "and":
		return c.kids[0].holds(true) && c.kids[1].holds(true)
	case "or":
		return c.kids[0].holds(true) || c.kids[1].holds(true)
	}
	return true[c.op]
}

// text writes the condition with the parentheses it needs, and sometimes more.
func (c tree) text(t *rapid.T, outer int) string {
	binds := map[string]int{"or": 1, "and": 2, "not": 3}[c.op]
	var s string
	switch len(c.kids) {
	case 0:
		return c.op
	case 1:
		s = "not " + c.kids[0].text(t, binds)
	default:
		s = c.kids[0].text(t, binds) + " " + c.op + " " + c.kids[1].text(t, binds)
	}
	if binds < outer || rapid.IntRange(0, 4).Draw(t, "parentheses") == 0 {
		s = "( " + s + ")"
	}
	return s
}

func drawTree(t *rapid.T, names []string, depth int) tree {
	op := "name"
	if depth > 0 {
		op = rapid.SampledFrom([]string{"name", "not", "and", "or", "and", "or"}).Draw(t, "op")
	}
	switch op {
	case "name":
		return tree{op: rapid.SampledFrom(names).Draw(t, "name")}
	case "not":
		return tree{op, []tree{drawTree(t, names, depth-1)}}
	}
	return tree{op, []tree{drawTree(t, names, depth-1), drawTree(t, names, depth-1)}}
}

// TestConditionMeansWhatItSays writes random trees down and reads them back.
func TestConditionMeansWhatItSays(t *testing.T) {
	names := []string{"a", "b", "sel_c", "not-d", "or1"}
	rapid.Check(t, func(t *rapid.T) {
		meant := drawTree(t, names, 5)
		text := meant.text(t, 0)
		e, err := named(names...).condition(text, 1)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		for bits := range 1 << len(names) {
			true := map[string]bool{}
			for i, name := range names {
				true[name] = bits>>i&1 == 1
			}
			got := e.eval(func(a *Atom) bool { return true[a.field] })
			if want := meant.holds(true); got != want {
				t.Fatalf("%s with %v: got %t, want %t", text, true, got, want)
			}
		}
	})
}

// FuzzCondition looks that nothing panics, and that what is accepted names
// selections that are there.
func FuzzCondition(f *testing.F) {
	for _, seed := range []string{
		"a and not (b or 1 of c*)", "all of them", "1 of _*", "a | count() > 5", "((((", "not", "2 of them", "any OF *", "a and b or", "1 of", strings.Repeat("(", 100) + "a",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := named("a", "b", "c1", "c2", "_d", "_e")
		e, err := s.condition(text, 7)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "line 7: ") {
				t.Errorf("%q: the error %v names another line", text, err)
			}
			return
		}
		e.each(func(a *Atom) {
			if s.exprs[a.field] == nil || s.exprs[a.field].atom != a {
				t.Errorf("%q asks for %q", text, a.field)
			}
		})
	})
}

func TestConditionLimits(t *testing.T) {
	nested := strings.Repeat("(", maxNested) + "a" + strings.Repeat(")", maxNested)
	if _, err := named("a").condition(nested, 1); err != nil {
		t.Errorf("%d parentheses: %v", maxNested, err)
	}
	for name, text := range map[string]string{
		fmt.Sprintf("nested more than %d deep", maxNested):   "(" + nested + ")",
		fmt.Sprintf("is longer than %d bytes", maxCondition): strings.Repeat("a or ", maxCondition/5) + "a or a",
		"ends too early": strings.Repeat("not ", maxCondition/4),
	} {
		if _, err := named("a").condition(text, 1); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want %q", err, name)
		}
	}
}
