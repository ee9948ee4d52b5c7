package sigma

import (
	"slices"
	"strings"

	"firebreak/detect/event"
)

// Head is what people call a rule by, and where it stands.
type Head struct {
	ID    string
	Name  string
	Title string
	Level string // "" or one of Levels
	Tags  []string
	// Status is how far the rule has come by its author's word, in small
	// letters, such as experimental; "" when it says nothing.
	Status string
	File   string
	Line   int
	// Logsource is which log the rule is for; a correlation is for none.
	Logsource Logsource
	// Correlation says that it is on what other rules find, Silent that it
	// only serves correlations and tells nothing itself.
	Correlation bool
	Silent      bool
	// Sum is the same for the same content, comments and layout aside.
	Sum string
}

// Levels are the levels of Sigma, least first.
var Levels = []string{"informational", "low", "medium", "high", "critical"}

// Rule is a rule for single events, compiled.
type Rule struct {
	Head
	expr    *expr
	keyword bool // it searches the whole event
	open    bool // it asks for nothing to be there
	member  bool // it serves correlations
	whole   Head // of what an aggregation is on: the aggregation's rule
	aside   bool // it is what an aggregation wants to be near: not to be filtered
	// needs are the fields that correlations read from what it finds.
	needs []string
}

// newRule is a rule with what can be seen of its condition.
func newRule(h Head, l Logsource, e *expr) *Rule {
	nothing := &view{event.Nothing(), &names{}}
	h.Logsource = l
	return &Rule{Head: h, expr: e, keyword: e.keyword(), open: e.holds(nothing)}
}

// Known says whether a reference, which is an id or a name, means this rule.
func (h Head) Known(reference string) bool {
	return reference != "" && (reference == h.Name || strings.EqualFold(reference, h.ID))
}

// label is how a refusal calls the rule.
func (h Head) label() string {
	if h.Title != "" {
		return h.Title
	}
	return h.ID
}

// Limits on what a rule says about itself, in bytes. The specification has
// 256 characters for titles.
const (
	maxTitle = 1024
	maxTags  = 200
)

// readHead reads what all kinds of rules say about themselves. Whatever could
// be read is there even with an error.
func readHead(doc node, file string) (Head, error) {
	h := Head{File: file, Line: doc.line}
	for key, field := range map[string]*string{"id": &h.ID, "name": &h.Name, "title": &h.Title, "level": &h.Level, "status": &h.Status} {
		if n, ok := doc.get(key); ok && n.kind == kindScalar && !n.null() && len(n.text) <= maxTitle {
			*field = strings.TrimSpace(n.text)
		}
	}
	for _, key := range []string{"id", "name", "title", "level"} {
		if n, ok := doc.get(key); ok && !n.null() && (n.kind != kindScalar || len(n.text) > maxTitle) {
			return h, faultf(n.line, "the %s is no text of at most %d bytes", key, maxTitle)
		}
	}
	h.Level, h.Status = strings.ToLower(h.Level), strings.ToLower(h.Status)
	switch n, _ := doc.get("level"); {
	case h.Title == "":
		return h, faultf(doc.line, "there is no title")
	case h.Level != "" && !slices.Contains(Levels, h.Level):
		return h, faultf(n.line, "the level %s is none of %s", quote(h.Level), either(Levels))
	}
	return h.withTags(doc)
}

func (h Head) withTags(doc node) (Head, error) {
	n, ok := doc.get("tags")
	if !ok || n.null() {
		return h, nil
	}
	tags, err := n.words()
	if err != nil || len(tags) > maxTags {
		return h, faultf(n.line, "the tags are no list of at most %d texts", maxTags)
	}
	h.Tags = tags
	return h, nil
}

// detection is a rule's detection section, its selections compiled.
type detection struct {
	selections
	conditions []node
	timeframe  node
	line       int
}

// readDetection compiles the selections of a detection or filter section; the
// keys in apart are none.
func (c *compiler) readDetection(n node, apart ...string) (detection, error) {
	d := detection{selections: selections{exprs: map[string]*expr{}}, line: n.line}
	if n.kind != kindMapping {
		return d, faultf(n.line, "the section is no mapping")
	}
	for i, key := range n.keys {
		switch kid := n.kids[i]; {
		case key.text == "condition":
			d.conditions = []node{kid}
			if kid.kind == kindList {
				d.conditions = kid.kids
			}
		case key.text == "timeframe":
			d.timeframe = kid
		case slices.Contains(apart, key.text):
		default:
			e, err := c.detection(kid)
			if err != nil {
				return d, err
			}
			d.names = append(d.names, key.text)
			d.exprs[key.text] = e
		}
	}
	return d, d.check()
}

func (d detection) check() error {
	switch {
	case len(d.conditions) == 0:
		return faultf(d.line, "there is no condition")
	case len(d.names) == 0:
		return faultf(d.line, "there is nothing to look for beside the condition")
	}
	for _, n := range d.conditions {
		if n.kind != kindScalar || n.tag != tagText {
			return faultf(n.line, "the condition is no text")
		}
	}
	return nil
}

// compile links the selections; several conditions are alternatives.
func (d detection) compile() (*expr, error) {
	var kids []*expr
	for _, n := range d.conditions {
		e, err := d.condition(n.text, n.line)
		if err != nil {
			return nil, err
		}
		kids = append(kids, e)
	}
	return combine(opOr, kids), nil
}
