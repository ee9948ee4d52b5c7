package sigma

import (
	"bytes"
	"errors"
	"regexp"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Limits on one YAML document. SigmaHQ's largest rule has 295 KB and 7,000
// values.
const (
	maxDocument = 1 << 20 // bytes
	maxNodes    = 100_000 // after aliases are followed
	maxDepth    = 32
)

// section is one document of a file, not yet read.
type section struct {
	line int // of the file, before its first
	text []byte
}

var (
	marker  = regexp.MustCompile(`(?m)^(---|\.\.\.)(?:[ \t\r].*)?$`)
	content = regexp.MustCompile(`(?m)^[^\s#%]|^\s+[^\s#]`)
)

// sections divides a file into its documents before any is read, so that one
// that is no YAML does not take the others with it. At the beginning of a line
// --- cannot be anything else: YAML forbids it even within quotes.
func sections(file []byte) []section {
	var found []section
	start := 0
	add := func(end int) {
		if text := file[start:end]; content.Match(bytes.TrimPrefix(text, []byte("---"))) {
			found = append(found, section{bytes.Count(file[:start], []byte("\n")), text})
		}
		start = end
	}
	var markers [][]int
	if bytes.Contains(file, []byte("\n---")) || bytes.Contains(file, []byte("\n...")) || bytes.HasPrefix(file, []byte("...")) {
		markers = marker.FindAllIndex(file, -1)
	}
	for _, m := range markers {
		add(m[0])
		if file[m[0]] == '.' {
			start = m[1]
		}
	}
	add(len(file))
	return found
}

// read parses the document.
func (s section) read() (node, error) {
	if len(s.text) > maxDocument {
		return node{}, faultf(s.line+1, "the document is longer than %d bytes", maxDocument)
	}
	if !utf8.Valid(s.text) {
		return node{}, faultf(s.line+1, "the document is not UTF-8")
	}
	if n, ok := s.blocks(); ok {
		return n, nil
	}
	return s.library()
}

// library has the library read the document.
func (s section) library() (node, error) {
	var root yaml.Node
	if err := yaml.Load(s.text, &root); err != nil {
		return node{}, s.noYAML(err)
	}
	r := copier{offset: s.line, left: maxNodes}
	return r.node(&root, 0)
}

func (s section) noYAML(err error) error {
	line, reason := 1, err.Error()
	if load, ok := errors.AsType[*yaml.LoadError](err); ok {
		// The end of the document is in its last line, not below it.
		last := bytes.Count(bytes.TrimRight(s.text, "\n"), []byte("\n")) + 1
		line, reason = max(min(load.Mark.Line, last), 1), load.Message
	}
	return faultf(s.line+line, "no YAML: %s", reason)
}

// copier copies a document, following aliases as long as it stays small.
type copier struct {
	offset int
	left   int
}

func (r *copier) node(y *yaml.Node, depth int) (node, error) {
	line := r.offset + y.Line
	if r.left--; r.left < 0 {
		return node{}, faultf(line, "more than %d values, aliases counted each time", maxNodes)
	}
	if depth > maxDepth {
		return node{}, faultf(line, "nested more than %d deep", maxDepth)
	}
	switch y.Kind {
	case yaml.DocumentNode:
		return r.node(y.Content[0], depth)
	case yaml.AliasNode:
		n, err := r.node(y.Alias, depth+1)
		n.line = line
		return n, err
	case yaml.SequenceNode:
		kids, err := r.nodes(y.Content, depth)
		return node{kind: kindList, line: line, kids: kids}, err
	case yaml.MappingNode:
		return r.mapping(y, depth)
	}
	return node{kind: kindScalar, line: line, text: y.Value, tag: tagOf(y)}, nil
}

var numeral = regexp.MustCompile(`^[-+]?(?:0|[1-9][0-9]*|0x[0-9a-fA-F]+|[0-9]+\.[0-9]+(?:[eE][-+]?[0-9]+)?)$`)

// tagOf takes for numbers what the reference implementation does, but no
// octal ones: 00000409 and 1e10 are text, since people mean them as they are.
func tagOf(y *yaml.Node) string {
	tag := y.ShortTag()
	if (tag == tagInt || tag == tagFloat) && !numeral.MatchString(y.Value) {
		return tagText
	}
	return tag
}

func (r *copier) nodes(content []*yaml.Node, depth int) ([]node, error) {
	kids := make([]node, 0, len(content))
	for _, y := range content {
		n, err := r.node(y, depth+1)
		if err != nil {
			return nil, err
		}
		kids = append(kids, n)
	}
	return kids, nil
}

func (r *copier) mapping(y *yaml.Node, depth int) (node, error) {
	n := node{kind: kindMapping, line: r.offset + y.Line}
	kids, err := r.nodes(y.Content, depth)
	if err != nil {
		return node{}, err
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(kids); i += 2 {
		key := kids[i]
		switch {
		case key.kind != kindScalar:
			return node{}, faultf(key.line, "a key is a list or a mapping")
		case y.Content[i].ShortTag() == "!!merge":
			return node{}, faultf(key.line, "merge keys (<<) are not supported: write the keys out")
		case seen[key.text]:
			return node{}, faultf(key.line, "the key %s stands there twice", quote(key.text))
		}
		seen[key.text] = true
		n.keys, n.kids = append(n.keys, key), append(n.kids, kids[i+1])
	}
	return n, nil
}
