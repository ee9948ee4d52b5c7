package sigma

import (
	"slices"
)

// Limits on one rule.
const (
	maxTests  = 100_000 // atoms, each variant of a value for itself
	maxField  = 512     // bytes of a field's name
	maxNested = 64      // parentheses in a condition
)

// compiler makes expressions of one rule's YAML.
type compiler struct {
	mapping *Mapping
	atoms   map[string]*Atom // of all rules, by key
	left    int              // tests that the rule may still have
}

func (c *compiler) tooMany(line int) error {
	return faultf(line, "the rule has more than %d values, each variant counted", maxTests)
}

// spend takes n of the tests that are left.
func (c *compiler) spend(n, line int) error {
	if c.left -= n; c.left < 0 {
		return c.tooMany(line)
	}
	return nil
}

// fill puts the mapping's values in the place of placeholders. A rule with one
// that has no values must not run: its filter would filter nothing.
func (c *compiler) fill(t text, line int) ([]text, error) {
	var missing string
	filled, ok := t.fill(func(name string) []text {
		values := c.mapping.placeholders[name]
		if len(values) == 0 && missing == "" {
			missing = name
		}
		return values
	}, c.left)
	switch {
	case missing != "":
		return nil, faultf(line, "the placeholder %%%s%% has no values: give them in a mapping", missing)
	case !ok:
		return nil, c.tooMany(line)
	}
	return filled, nil
}

// atom gives the one atom that asks this.
func (c *compiler) atom(field string, t test) *expr {
	a := &Atom{field, t}
	key := a.key()
	if known := c.atoms[key]; known != nil {
		a = known
	} else {
		c.atoms[key] = a
	}
	return &expr{op: opAtom, atom: a}
}

// detection compiles what a search identifier stands for: a mapping wants all
// its items, a list any of its elements, and bare values are keywords.
func (c *compiler) detection(n node) (*expr, error) {
	if n.kind != kindScalar && len(n.kids) == 0 {
		return nil, faultf(n.line, "there is nothing in it to look for")
	}
	keywords := !slices.ContainsFunc(n.kids, func(kid node) bool { return kid.kind != kindScalar })
	if n.kind == kindScalar || n.kind == kindList && keywords {
		return c.item(node{line: n.line}, n)
	}
	var kids []*expr
	for i, kid := range n.kids {
		var e *expr
		var err error
		if n.kind == kindMapping {
			e, err = c.item(n.keys[i], kid)
		} else {
			e, err = c.detection(kid)
		}
		if err != nil {
			return nil, err
		}
		kids = append(kids, e)
	}
	if n.kind == kindMapping {
		return combine(opAnd, kids), nil
	}
	return combine(opOr, kids), nil
}
