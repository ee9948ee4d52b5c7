package sigma

import "strings"

// item is a field with its modifiers, or keywords.
type item struct {
	c       *compiler
	field   string
	names   []string // of the modifiers
	applied int      // how many of them have been
}

// modifier is the name of the one that is being applied.
func (it *item) modifier() string { return it.names[it.applied] }

func (c *compiler) item(key, value node) (*expr, error) {
	parts := strings.Split(key.text, "|")
	it := &item{c: c, field: parts[0], names: parts[1:]}
	if err := checkField(it.field, key.line); err != nil {
		return nil, err
	}
	operands, err := it.operands(value)
	if err != nil {
		return nil, err
	}
	link, negated := opOr, false
	for ; it.applied < len(it.names); it.applied++ {
		switch it.modifier() {
		case "all":
			link = opAnd
		case "neq":
			negated = true
		default:
			if err := it.apply(operands, key.line); err != nil {
				return nil, err
			}
		}
	}
	e, err := it.link(link, operands)
	if negated && err == nil {
		e = negate(e)
	}
	return e, err
}

// operands reads the item's values. No values at all are null.
func (it *item) operands(value node) ([]operand, error) {
	nodes := []node{value}
	if value.kind == kindList {
		nodes = value.kids
	}
	if len(nodes) == 0 {
		nodes = []node{{tag: tagNull, line: value.line}}
	}
	operands := make([]operand, 0, len(nodes))
	for _, n := range nodes {
		o, err := newOperand(n)
		if err != nil {
			return nil, err
		}
		operands = append(operands, o)
	}
	return operands, nil
}

func (it *item) apply(operands []operand, line int) error {
	change, ok := modifiers[it.modifier()]
	if !ok {
		return faultf(line, "the modifier %s is unknown", quote(it.modifier()))
	}
	for i, o := range operands {
		changed, err := change(it, o)
		if err != nil {
			return err
		}
		operands[i] = changed
	}
	return nil
}

// link makes the item's expression: the operands as they are linked, and the
// variants of each any of them.
func (it *item) link(link opcode, operands []operand) (*expr, error) {
	var kids []*expr
	for _, o := range operands {
		tests, err := o.tests(it.field == "", it.c)
		if err != nil {
			return nil, err
		}
		if err := it.c.spend(len(tests), o.line); err != nil {
			return nil, err
		}
		var variants []*expr
		for _, t := range tests {
			variants = append(variants, it.c.atom(it.field, t))
		}
		kids = append(kids, combine(opOr, variants))
	}
	return combine(link, kids), nil
}

func checkField(name string, line int) error {
	if len(name) > maxField {
		return faultf(line, "the field's name is longer than %d bytes", maxField)
	}
	return nil
}
