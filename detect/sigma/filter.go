package sigma

import (
	"slices"
	"strings"
)

// filter is a meta rule that narrows others down.
type filter struct {
	Head
	logsource Logsource
	any       bool // it is for every rule of its logsource
	refs      []reference
	expr      *expr
	used      bool
}

// readFilter compiles a filter. note says what is likely not meant.
func (c *compiler) readFilter(h Head, doc node) (f *filter, note error, err error) {
	f = &filter{Head: h}
	if f.logsource, err = mustLogsource(doc); err != nil {
		return nil, nil, err
	}
	n, _ := doc.get("filter")
	rules, ok := n.get("rules")
	if !ok {
		return nil, nil, faultf(n.line, "the filter does not say which rules it is for: name them, or write any")
	}
	if f.refs, err = readReferences(rules); err != nil {
		return nil, nil, err
	}
	f.any = len(f.refs) == 0 || rules.kind == kindScalar && strings.EqualFold(rules.text, "any")
	d, err := c.readDetection(n, "rules")
	if err != nil {
		return nil, nil, err
	}
	if len(d.conditions) != 1 || d.piped() {
		return nil, nil, faultf(n.line, "a filter has one condition, without |")
	}
	if f.expr, err = d.compile(); err != nil {
		return nil, nil, err
	}
	if condition := d.conditions[0]; !slices.ContainsFunc(tokens.FindAllString(condition.text, -1), isNot) {
		note = faultf(condition.line, "the filter's condition has no not: rules will only find what the filter describes")
	}
	return f, note, nil
}

func isNot(word string) bool { return strings.EqualFold(word, "not") }

// narrow adds the filter's condition to a rule that it is for.
func (f *filter) narrow(r *Rule) {
	meant := f.any || slices.ContainsFunc(f.refs, func(ref reference) bool { return r.Known(ref.name) || r.whole.Known(ref.name) })
	if meant && !r.aside && f.logsource.contains(r.Logsource) {
		r.expr = &expr{op: opAnd, kids: []*expr{r.expr, f.expr}}
		f.used = true
	}
}
