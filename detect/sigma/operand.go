package sigma

import (
	"net/netip"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"firebreak/detect/correlate"
)

// operandKind is what a rule's value has become.
type operandKind string

// The words are used in reasons: "contains needs a text, not a number".
const (
	isText       operandKind = "a text"
	isNumber     operandKind = "a number"
	isBool       operandKind = "true or false"
	isNull       operandKind = "null"
	isRegexp     operandKind = "a regular expression"
	isNetwork    operandKind = "a network"
	isComparison operandKind = "a comparison"
	isExistence  operandKind = "a field's existence"
	isField      operandKind = "a field's name"
)

// operand is a rule's value on its way through the modifiers.
type operand struct {
	kind operandKind
	line int
	raw  string // as the rule has it

	texts  []text // of a text: any of them will do
	cased  bool
	number number       // of a number or comparison
	op     correlate.Op // of a comparison
	part   timePart     // of a number or comparison: what of a time it means
	yes    bool         // of true or false, or existence
	flags  string       // of a regular expression
	prefix netip.Prefix
	field  fieldTest
}

// Limits on one value, in bytes and wildcards.
const (
	maxText      = 64 << 10
	maxWildcards = 1000
	maxRegexp    = 8 << 10
)

// newOperand reads a scalar.
func newOperand(n node) (operand, error) {
	o := operand{line: n.line, raw: n.text}
	switch {
	case n.kind != kindScalar:
		return o, faultf(n.line, "a field's value is a text, number, true, false or null, or a list of these")
	case len(n.text) > maxText:
		return o, faultf(n.line, "the value is longer than %d bytes", maxText)
	}
	switch n.tag {
	case tagNull:
		o.kind = isNull
	case tagBool:
		o.kind, o.yes = isBool, strings.EqualFold(n.text, "true")
	case tagInt, tagFloat:
		o.kind, o.number = isNumber, newNumber(n.text)
	default:
		o.kind, o.texts = isText, []text{parseText(n.text)}
		if len(o.texts[0]) > 2*maxWildcards {
			return o, faultf(n.line, "the value has more than %d wildcards", maxWildcards)
		}
	}
	return o, nil
}

// newNumber reads a YAML number. Its text is decimal, so that 0x10 finds 16.
func newNumber(s string) number {
	if n, err := strconv.Atoi(s); err == nil && decimal(s) {
		return number{s, float64(n)}
	}
	var value any
	if yaml.Load([]byte(s), &value) != nil {
		value = nil
	}
	switch v := value.(type) {
	case int:
		return number{strconv.Itoa(v), float64(v)}
	case float64:
		return number{strconv.FormatFloat(v, 'f', -1, 64), v}
	}
	f, _ := strconv.ParseFloat(s, 64)
	return number{s, f}
}

// tests gives the atoms' tests for what the operand has become: any of them
// will do. keyword says that there is no field.
func (o operand) tests(keyword bool, c *compiler) ([]test, error) {
	switch o.kind {
	case isText:
		return o.textTests(keyword, c)
	case isNumber, isBool:
		return o.scalarTests(keyword)
	case isRegexp:
		re, err := compileRegexp(o.raw, o.flags)
		if err != nil {
			return nil, faultf(o.line, "the regular expression %s cannot be used: %v", quote(o.raw), err)
		}
		return []test{regexpTest{re}}, nil
	}
	if keyword {
		return nil, faultf(o.line, "%s needs a field", o.kind)
	}
	switch o.kind {
	case isNull:
		return []test{nullTest{}}, nil
	case isNetwork:
		return []test{networkTest{o.prefix}}, nil
	case isExistence:
		return []test{existsTest{o.yes}}, nil
	case isField:
		return []test{o.field}, nil
	}
	if o.part != "" {
		return []test{timeTest{o.part, o.op, o.number}}, nil
	}
	return []test{compareTest{o.op, o.number}}, nil
}

func (o operand) textTests(keyword bool, c *compiler) ([]test, error) {
	var tests []test
	for _, t := range o.texts {
		filled, err := c.fill(t, o.line)
		if err != nil {
			return nil, err
		}
		for _, t := range filled {
			switch {
			case !utf8.ValidString(t.literal()):
				return nil, faultf(o.line, "the value becomes bytes that no event holds as text: encode them with base64 or base64offset")
			case keyword && len(t) == 0:
				return nil, faultf(o.line, "an empty keyword finds everything")
			case keyword:
				t = t.open(true, true)
			}
			tests = append(tests, textTest{newPattern(t, o.cased)})
		}
	}
	return tests, nil
}

func (o operand) scalarTests(keyword bool) ([]test, error) {
	if o.kind == isNumber && o.part != "" {
		return []test{timeTest{o.part, correlate.Equal, o.number}}, nil
	}
	if o.kind == isNumber && !keyword {
		return []test{numberTest{o.number}}, nil
	}
	said := strconv.FormatBool(o.yes)
	if o.kind == isNumber {
		said = o.number.text
	}
	return []test{textTest{newPattern(plain(said).open(keyword, keyword), false)}}, nil
}

// compileRegexp gives the regular expression with its flags. Go's engine
// takes time linear in the text, whatever the expression; what it does not
// have (looking around, going back) is refused by it.
func compileRegexp(source, flags string) (*regexp.Regexp, error) {
	if len(source) > maxRegexp {
		return nil, &syntax.Error{Code: syntax.ErrLarge, Expr: source[:16] + "…"}
	}
	if flags != "" {
		source = "(?" + flags + ")" + source
	}
	return regexp.Compile(source)
}
