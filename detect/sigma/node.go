package sigma

import "strings"

// nodeKind is what a node is.
type nodeKind int

const (
	kindScalar nodeKind = iota
	kindList
	kindMapping
)

// node is a YAML value, aliases followed, with the line it stands in.
type node struct {
	kind nodeKind
	line int

	// Of a scalar: its text, and one of the tags below.
	text string
	tag  string

	keys []node // of a mapping, as many as kids
	kids []node
}

// The tags of YAML's core schema that matter to Sigma. Others (timestamps)
// are taken as text.
const (
	tagText  = "!!str"
	tagInt   = "!!int"
	tagFloat = "!!float"
	tagBool  = "!!bool"
	tagNull  = "!!null"
)

// get gives the value of a mapping's key.
func (n node) get(key string) (node, bool) {
	for i, k := range n.keys {
		if k.text == key {
			return n.kids[i], true
		}
	}
	return node{line: n.line}, false
}

// null says whether the node says nothing.
func (n node) null() bool { return n.kind == kindScalar && n.tag == tagNull }

// words reads a list of texts, or one text.
func (n node) words() ([]string, error) {
	switch {
	case n.kind == kindScalar && !n.null():
		return []string{n.text}, nil
	case n.kind != kindList:
		return nil, faultf(n.line, "want a text or a list of texts")
	}
	var words []string
	for _, kid := range n.kids {
		if kid.kind != kindScalar || kid.null() {
			return nil, faultf(kid.line, "want a text")
		}
		words = append(words, strings.TrimSpace(kid.text))
	}
	return words, nil
}
