package sigma

import (
	"slices"
	"strings"

	"firebreak/detect/correlate"
)

// Correlation is a rule on what other rules find.
type Correlation struct {
	Head
	spec     correlate.Spec
	refs     []reference // in the order of the rule
	groupBy  []string    // fields or aliases
	aliases  []alias
	values   []string // the fields that are counted or calculated with
	generate bool     // the rules it refers to are told of as well

	// expression, of temporal, is a condition over the names of rules; what it
	// compiles to asks for members by number.
	expression node
	percentile node // without a text when the condition names none

	members []member
	// needs are the fields that correlations read from what it finds.
	needs []string
}

// reference names a rule.
type reference struct {
	name string
	line int
}

// alias is a name for what different rules call differently.
type alias struct {
	name   string
	fields map[string]string // by reference
	line   int
}

// member is one of the rules a correlation refers to: one of the two.
type member struct {
	rule  *Rule
	inner *Correlation
	// Which fields of what it finds make the group, the value, and what is
	// kept for correlations that refer to this one.
	group, value, keep []string
}

var correlationKinds = map[string]correlate.Kind{
	"event_count": correlate.EventCount, "value_count": correlate.ValueCount,
	"temporal": correlate.Temporal, "temporal_ordered": correlate.TemporalOrdered,
	"value_sum": correlate.Sum, "value_avg": correlate.Average,
	"value_percentile": correlate.Percentile, "value_median": correlate.Median,
}

// temporal says whether the kind looks at members rather than at numbers.
func temporal(k correlate.Kind) bool {
	return k == correlate.Temporal || k == correlate.TemporalOrdered
}

func newCorrelation(h Head) *Correlation {
	h.Correlation = true
	return &Correlation{Head: h}
}

// readCorrelation reads a correlation section. What its references mean is not
// known yet.
func readCorrelation(h Head, doc node) (*Correlation, error) {
	n, _ := doc.get("correlation")
	co := newCorrelation(h)
	if n.kind != kindMapping {
		return nil, faultf(n.line, "the correlation is no mapping")
	}
	if err := co.kind(n); err != nil {
		return nil, err
	}
	for i, key := range n.keys {
		if err := co.attribute(key, n.kids[i]); err != nil {
			return nil, err
		}
	}
	if generate, ok := doc.get("generate"); ok {
		if err := co.attribute(node{text: "generate"}, generate); err != nil {
			return nil, err
		}
	}
	return co, co.check(n)
}

func (co *Correlation) kind(n node) error {
	kind, _ := n.get("type")
	var ok bool
	if co.spec.Kind, ok = correlationKinds[strings.ToLower(kind.text)]; !ok {
		return faultf(kind.line, "the correlation's type %s is none of event_count, value_count, temporal, temporal_ordered, "+
			"value_sum, value_avg, value_percentile and value_median", quote(kind.text))
	}
	return nil
}

func (co *Correlation) attribute(key, n node) (err error) {
	switch key.text {
	case "type":
	case "rules":
		co.refs, err = readReferences(n)
	case "group-by":
		co.groupBy, err = n.words()
	case "timespan":
		co.spec.Span, err = readSpan(n)
	case "condition":
		err = co.condition(n)
	case "aliases":
		co.aliases, err = readAliases(n)
	case "generate":
		if n.tag != tagBool {
			return faultf(n.line, "generate is neither true nor false")
		}
		co.generate = co.generate || strings.EqualFold(n.text, "true")
	default:
		err = faultf(key.line, "a correlation has no %s", quote(key.text))
	}
	return err
}

// check looks whether everything that must be there is.
func (co *Correlation) check(n node) error {
	counted := slices.Contains([]correlate.Kind{correlate.EventCount, correlate.Temporal, correlate.TemporalOrdered}, co.spec.Kind)
	switch {
	case co.spec.Span == 0:
		return faultf(n.line, "the correlation has no timespan")
	case len(co.refs) == 0 && co.expression.text == "":
		return faultf(n.line, "the correlation refers to no rules")
	case len(co.refs) > correlate.MaxMembers:
		return faultf(n.line, "the correlation refers to more than %d rules", correlate.MaxMembers)
	case len(co.spec.Bounds) == 0 && !temporal(co.spec.Kind):
		return faultf(n.line, "the correlation has no condition such as gte: 10")
	case counted && len(co.values) > 0:
		return faultf(n.line, "a correlation of this type has no use for a field in its condition")
	case len(co.values) > 1 && co.spec.Kind != correlate.ValueCount:
		return faultf(n.line, "only value_count takes more than one field")
	case !counted && len(co.values) == 0:
		return faultf(n.line, "the correlation's condition names no field")
	}
	return nil
}
