package sigma

import (
	"regexp"
	"strings"

	"firebreak/detect/correlate"
)

// Sigma before its version 2 wrote what is a correlation now behind a pipe in
// the condition: "selection | count(User) by Host > 10" with a timeframe.

var (
	aggregated = regexp.MustCompile(`^(?i)(count|sum|avg|min|max)\s*\(\s*([^()\s]*)\s*\)\s*(?:by\s+([^<>=!]+?)\s*)?(>=|<=|==|!=|>|<|=)\s*(-?[0-9.]+)$`)
	nearby     = regexp.MustCompile(`(?is)^near\s+(.+)$`)
)

var aggregations = map[string]correlate.Kind{
	"count": correlate.ValueCount, "sum": correlate.Sum, "avg": correlate.Average, "min": correlate.Min, "max": correlate.Max,
}

var operators = map[string]correlate.Op{
	">": correlate.Greater, ">=": correlate.GreaterEqual, "<": correlate.Less, "<=": correlate.LessEqual,
	"=": correlate.Equal, "==": correlate.Equal, "!=": correlate.Unequal,
}

// piped says whether a detection has such a condition.
func (d detection) piped() bool {
	for _, n := range d.conditions {
		if strings.Contains(n.text, "|") {
			return true
		}
	}
	return false
}

// aggregate makes a correlation of a rule with an aggregation, and silent
// rules for what it is on.
func (c *compiler) aggregate(h Head, l Logsource, d detection) ([]*Rule, *Correlation, error) {
	n := d.conditions[0]
	base, rest, _ := strings.Cut(n.text, "|")
	switch {
	case len(d.conditions) > 1:
		return nil, nil, faultf(n.line, "one of several conditions is an aggregation: make rules of them")
	case strings.Contains(rest, "|"):
		return nil, nil, faultf(n.line, "the condition has more than one |")
	case d.timeframe.text == "":
		return nil, nil, faultf(n.line, "an aggregation needs a timeframe")
	}
	e, err := d.condition(base, n.line)
	if err != nil {
		return nil, nil, err
	}
	co := newCorrelation(h)
	if co.spec.Span, err = readSpan(d.timeframe); err != nil {
		return nil, nil, err
	}
	rest = strings.TrimSpace(rest)
	a := aggregation{co: co, logsource: l}
	a.add(e)
	if m := nearby.FindStringSubmatch(rest); m != nil {
		return a.near(d.selections, m[1], n.line)
	}
	m := aggregated.FindStringSubmatch(rest)
	if m == nil {
		return nil, nil, faultf(n.line, "the aggregation %s cannot be understood", quote(rest))
	}
	return a.function(m, n.line)
}

// aggregation is one in the making.
type aggregation struct {
	co        *Correlation
	logsource Logsource
	rules     []*Rule
}

// add makes a member of an expression.
func (a *aggregation) add(e *expr) {
	head := Head{Title: a.co.Title, File: a.co.File, Line: a.co.Line}
	r := newRule(head, a.logsource, e)
	r.Silent, r.whole, r.aside = true, a.co.Head, len(a.rules) > 0
	a.rules = append(a.rules, r)
	a.co.members = append(a.co.members, member{rule: r})
}

// function reads count() and its like.
func (a *aggregation) function(m []string, line int) ([]*Rule, *Correlation, error) {
	name, field := strings.ToLower(m[1]), m[2]
	a.co.spec.Kind = aggregations[name]
	switch {
	case field != "":
		a.co.values = []string{field}
	case name == "count":
		a.co.spec.Kind = correlate.EventCount
	default:
		return nil, nil, faultf(line, "%s() needs a field", name)
	}
	for group := range strings.SplitSeq(m[3], ",") {
		if group = strings.TrimSpace(group); group != "" {
			a.co.groupBy = append(a.co.groupBy, group)
		}
	}
	bound, ok := worth(m[5])
	if !ok || bound > correlate.MaxCount && name == "count" {
		return nil, nil, faultf(line, "%s is no number up to %d", quote(m[5]), correlate.MaxCount)
	}
	a.co.spec.Bounds = []correlate.Bound{{Op: operators[m[4]], Value: bound}}
	return a.rules, a.co, nil
}

// near wants other selections within the time of the timeframe.
func (a *aggregation) near(all selections, condition string, line int) ([]*Rule, *Correlation, error) {
	number := map[*Atom]int{}
	asked := selections{names: all.names, exprs: map[string]*expr{}}
	for _, name := range all.names {
		asked.exprs[name] = &expr{op: opAtom, atom: &Atom{field: name}}
	}
	e, err := asked.condition(condition, line)
	if err != nil {
		return nil, nil, err
	}
	e.each(func(atom *Atom) {
		if _, known := number[atom]; !known {
			number[atom] = len(a.co.members)
			a.add(all.exprs[atom.field])
		}
	})
	if len(a.co.members) > correlate.MaxMembers {
		return nil, nil, faultf(line, "the condition has more than %d selections", correlate.MaxMembers)
	}
	a.co.spec.Kind, a.co.spec.Members = correlate.Temporal, len(a.co.members)
	a.co.spec.When = func(seen []bool) bool {
		return seen[0] && e.eval(func(atom *Atom) bool { return seen[number[atom]] })
	}
	return a.rules, a.co, nil
}
