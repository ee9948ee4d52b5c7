package sigma

import (
	"path"
	"regexp"
	"strings"
)

// maxCondition is the most bytes a condition may have.
const maxCondition = 64 << 10

// selections are a rule's search identifiers, in its order.
type selections struct {
	names []string
	exprs map[string]*expr
}

// condition parses what links the selections.
func (s selections) condition(text string, line int) (*expr, error) {
	p := &conditionParser{selections: s, line: line}
	if len(text) > maxCondition {
		return nil, faultf(line, "the condition is longer than %d bytes", maxCondition)
	}
	for _, token := range tokens.FindAllString(text, -1) {
		if strings.TrimSpace(token) != "" {
			p.tokens = append(p.tokens, token)
		}
	}
	e, err := p.or()
	if err == nil && len(p.tokens) > 0 {
		err = p.unexpected()
	}
	return e, err
}

// tokens divides a condition: words, parentheses, and anything else by
// character.
var tokens = regexp.MustCompile(`(?s)[\w*-]+|\s+|.`)

// identifier is what a selection's name may be.
var identifier = regexp.MustCompile(`^[\w-]+$`)

// conditionParser descends: or, and, not, then what stands for itself.
type conditionParser struct {
	selections
	line   int
	tokens []string // what is left
	depth  int
}

func (p *conditionParser) unexpected() error {
	if len(p.tokens) == 0 {
		return faultf(p.line, "the condition ends too early")
	}
	return faultf(p.line, "the condition has %s where it cannot stand", quote(p.tokens[0]))
}

// next takes the next token if it is this word.
func (p *conditionParser) next(word string) bool {
	if len(p.tokens) > 0 && strings.EqualFold(p.tokens[0], word) {
		p.tokens = p.tokens[1:]
		return true
	}
	return false
}

func (p *conditionParser) or() (*expr, error)  { return p.chain("or", opOr, p.and) }
func (p *conditionParser) and() (*expr, error) { return p.chain("and", opAnd, p.not) }

// chain parses operands with the same word between them.
func (p *conditionParser) chain(word string, op opcode, operand func() (*expr, error)) (*expr, error) {
	var kids []*expr
	for {
		kid, err := operand()
		if err != nil {
			return nil, err
		}
		if kids = append(kids, kid); !p.next(word) {
			return combine(op, kids), nil
		}
	}
}

func (p *conditionParser) not() (*expr, error) {
	negated := false
	for p.next("not") {
		negated = !negated
	}
	e, err := p.operand()
	if negated && err == nil {
		e = negate(e)
	}
	return e, err
}

func (p *conditionParser) operand() (*expr, error) {
	if p.next("(") {
		if p.depth++; p.depth > maxNested {
			return nil, faultf(p.line, "the condition is nested more than %d deep", maxNested)
		}
		e, err := p.or()
		if err == nil && !p.next(")") {
			err = p.unexpected()
		}
		p.depth--
		return e, err
	}
	if len(p.tokens) > 1 && strings.EqualFold(p.tokens[1], "of") {
		return p.quantified()
	}
	if len(p.tokens) == 0 || !identifier.MatchString(p.tokens[0]) || reserved(p.tokens[0]) {
		return nil, p.unexpected()
	}
	name := p.tokens[0]
	e, ok := p.exprs[name]
	if !ok {
		return nil, faultf(p.line, "the condition names %s, which the detection does not have", quote(name))
	}
	p.tokens = p.tokens[1:]
	return e, nil
}

func reserved(word string) bool {
	switch strings.ToLower(word) {
	case "and", "or", "not", "of":
		return true
	}
	return false
}

// quantified parses "1 of them" and the like.
func (p *conditionParser) quantified() (*expr, error) {
	op := opOr
	switch quantifier := strings.ToLower(p.tokens[0]); quantifier {
	case "1", "any":
	case "all":
		op = opAnd
	default:
		return nil, faultf(p.line, "%s of is not Sigma: use 1 of, any of or all of", quote(quantifier))
	}
	p.tokens = p.tokens[2:]
	if len(p.tokens) == 0 || p.tokens[0] == "(" || p.tokens[0] == ")" {
		return nil, p.unexpected()
	}
	pattern := p.tokens[0]
	p.tokens = p.tokens[1:]
	var kids []*expr
	for _, name := range p.names {
		if chosen(pattern, name) {
			kids = append(kids, p.exprs[name])
		}
	}
	if len(kids) == 0 {
		return nil, faultf(p.line, "the condition names %s, which fits nothing in the detection", quote(pattern))
	}
	return combine(op, kids), nil
}

// chosen says whether a pattern means a selection. Those that begin with an
// underscore are only meant by patterns that do as well.
func chosen(pattern, name string) bool {
	if strings.HasPrefix(name, "_") && !strings.HasPrefix(pattern, "_") {
		return false
	}
	if strings.EqualFold(pattern, "them") {
		return true
	}
	fits, err := path.Match(pattern, name)
	return err == nil && fits
}
