package sigma

import (
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// Limits on what a blockReader reads.
const (
	maxBlockDepth = 16
	maxBlockKeys  = 64 // of one mapping
	maxBlockKey   = 512
)

// blockReader reads YAML as nearly all rules are written: mappings and lists in
// blocks, texts on one line or below a bar. That takes a tenth of what the
// library takes, and loading is mostly reading. It gives up on anything else,
// faults included, which the library then reads; what it does read the library
// reads the same (FuzzBlock).
type blockReader struct {
	text string
	line int // of the file, where at is
	at   int // of what comes next in that line
	col  int // its column
	end  int // of the line
	left int // values

	kids, keys []node // of what is being read, the innermost last
}

// close ends a list or mapping, whose values are those from a place on.
func (r *blockReader) close(n node, kids, keys int) node {
	n.kids, r.kids = slices.Clone(r.kids[kids:]), r.kids[:kids]
	if n.kind == kindMapping {
		n.keys, r.keys = slices.Clone(r.keys[keys:]), r.keys[:keys]
	}
	return n
}

// blocks reads a document, or says that it is for the library.
func (s section) blocks() (node, bool) {
	text, line := string(s.text), s.line
	if rest, ok := strings.CutPrefix(text, "---\n"); ok {
		text, line = rest, line+1
	}
	if !blockText(text) {
		return node{}, false
	}
	r := &blockReader{text: text, line: line, end: -1, left: maxNodes / 2}
	if !r.next() {
		return node{}, false
	}
	n, ok := r.block(0)
	return n, ok && r.at == len(text)
}

// blockText says whether there are only characters that YAML has no doubts
// about.
func blockText(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' && c != '\n', c == 0x7f:
			return false
		case c == 0xc2 && s[i+1] < 0xa0, // controls, a kind of line break among them
			c == 0xe2 && s[i+1] == 0x80 && s[i+2]|1 == 0xa9, // line breaks
			c == 0xef && s[i+1] >= 0xbb:                     // marks of byte order, and what is no character
			return false
		}
	}
	return true
}

// next goes to the next line that says something.
func (r *blockReader) next() bool {
	for r.end < len(r.text) {
		begin := r.end + 1
		r.line++
		if r.end = strings.IndexByte(r.text[min(begin, len(r.text)):], '\n'); r.end < 0 {
			r.end = len(r.text)
		} else {
			r.end += begin
		}
		at := begin
		for at < r.end && r.text[at] == ' ' {
			at++
		}
		if at < r.end && r.text[at] != '#' {
			r.at, r.col = at, at-begin
			return true
		}
	}
	r.at, r.col = len(r.text), -1
	return false
}

// block reads the mapping or list that begins here.
func (r *blockReader) block(depth int) (node, bool) {
	if depth > maxBlockDepth {
		return node{}, false
	}
	if r.dash() {
		return r.list(depth)
	}
	return r.mapping(depth)
}

// dash says whether an element of a list begins here.
func (r *blockReader) dash() bool {
	return r.at < r.end && r.text[r.at] == '-' && r.at+1 < r.end && r.text[r.at+1] == ' '
}

func (r *blockReader) list(depth int) (node, bool) {
	n, begin := node{kind: kindList, line: r.line}, len(r.kids)
	for col := r.col; r.col == col; {
		if r.left--; r.left < 0 || !r.dash() {
			return n, false
		}
		r.skip(r.at + 2)
		kid, ok := r.element(col, depth)
		if !ok {
			return n, false
		}
		if r.kids = append(r.kids, kid); r.col > col {
			return n, false
		}
		if r.col == col && !r.dash() {
			break // the key below the list, which stands no further in than its own
		}
	}
	return r.close(n, begin, len(r.keys)), true
}

// skip goes on to what is said at or behind a place in the line.
func (r *blockReader) skip(to int) {
	for to < r.end && r.text[to] == ' ' {
		to++
	}
	r.col += to - r.at
	r.at = to
}

// element reads what stands behind a dash.
func (r *blockReader) element(col, depth int) (node, bool) {
	if r.at == r.end || r.dash() {
		return node{}, false
	}
	if _, _, isKey := r.key(); isKey {
		return r.mapping(depth + 1)
	}
	return r.value(col)
}

func (r *blockReader) mapping(depth int) (node, bool) {
	n, begin, keys := node{kind: kindMapping, line: r.line}, len(r.kids), len(r.keys)
	for col := r.col; r.col == col; {
		key, after, ok := r.key()
		if r.left -= 2; r.left < 0 || !ok || len(r.keys)-keys == maxBlockKeys || depth > maxBlockDepth {
			return n, false
		}
		if key.tag, ok = blockTag(key); !ok || slices.ContainsFunc(r.keys[keys:], func(other node) bool { return other.text == key.text }) {
			return n, false
		}
		r.keys = append(r.keys, key)
		r.skip(after)
		var kid node
		if r.at == r.end || r.comment() {
			kid, ok = r.below(col, depth)
		} else {
			kid, ok = r.value(col)
		}
		if !ok || r.col > col {
			return n, false
		}
		r.kids = append(r.kids, kid)
	}
	return r.close(n, begin, keys), true
}

// comment says whether one begins here, behind a blank.
func (r *blockReader) comment() bool { return r.text[r.at] == '#' && r.text[r.at-1] == ' ' }

// below reads what stands below a key: further in, or a list that is not.
func (r *blockReader) below(col, depth int) (node, bool) {
	if !r.next() || r.col < col || r.col == col && !r.dash() {
		return node{}, false // nothing
	}
	return r.block(depth + 1)
}

// key reads a key and gives where its value may begin. Its tag is that of a
// quoted one or not set.
func (r *blockReader) key() (key node, after int, ok bool) {
	key = node{line: r.line}
	if c := r.text[r.at]; c == '\'' || c == '"' {
		var end int
		key.tag = tagText
		if key.text, end, ok = r.quoted(); !ok || end == r.end || r.text[end] != ':' {
			return key, 0, false
		}
		after = end + 1
	} else {
		line := r.text[r.at:r.end]
		colon := strings.Index(line, ": ")
		if colon < 0 && strings.HasSuffix(line, ":") {
			colon = len(line) - 1
		}
		if colon <= 0 || strings.Contains(line[:colon], " #") || !beginsPlain(c) {
			return key, 0, false
		}
		key.text, after = strings.TrimRight(line[:colon], " "), r.at+colon+1
		if strings.HasSuffix(key.text, ":") {
			return key, 0, false
		}
	}
	return key, after, len(key.text) <= maxBlockKey && (after == r.end || r.text[after] == ' ')
}

// beginsPlain says whether a text without quotes may begin so, in doubt not.
func beginsPlain(c byte) bool {
	return strings.IndexByte("-?:,[]{}#&*!|>'\"%@`", c) < 0
}

// value reads a text in the line, and goes to the next.
func (r *blockReader) value(col int) (node, bool) {
	n := node{line: r.line}
	switch c := r.text[r.at]; {
	case c == '|':
		return r.literal(col)
	case c == '\'' || c == '"':
		text, end, ok := r.quoted()
		if !ok {
			return n, false
		}
		n.text, n.tag = text, tagText
		if r.skip(end); r.at < r.end && !r.comment() {
			return n, false
		}
	case beginsPlain(c):
		line := r.text[r.at:r.end]
		if i := strings.Index(line, " #"); i >= 0 {
			line = line[:i]
		}
		n.text = strings.TrimRight(line, " ")
		if strings.Contains(n.text, ": ") || strings.HasSuffix(n.text, ":") {
			return n, false
		}
	default:
		return n, false
	}
	var ok bool
	if n.tag, ok = blockTag(n); !ok {
		return n, false
	}
	r.next()
	return n, r.col <= col // else it goes on there
}

// quoted reads a text in quotes, which ends in the line, and gives where.
func (r *blockReader) quoted() (text string, end int, ok bool) {
	quote, begin := r.text[r.at:r.at+1], r.at+1
	if quote == `"` {
		n := strings.IndexAny(r.text[begin:r.end], `"\`)
		if n < 0 || r.text[begin+n] == '\\' {
			return "", 0, false
		}
		return r.text[begin : begin+n], begin + n + 1, true
	}
	for at := begin; ; at += 2 {
		n := strings.IndexByte(r.text[at:r.end], '\'')
		if n < 0 {
			return "", 0, false
		}
		if at += n; at+1 == r.end || r.text[at+1] != '\'' {
			return strings.ReplaceAll(r.text[begin:at], "''", "'"), at + 1, true
		}
	}
}

// literal reads the lines below a bar, which are further in than col.
func (r *blockReader) literal(col int) (node, bool) {
	n := node{line: r.line, tag: tagText}
	bar := strings.TrimRight(r.text[r.at:r.end], " ")
	if bar != "|" && bar != "|-" || !strings.HasSuffix(r.text, "\n") {
		return n, false
	}
	var b strings.Builder
	inner, blank := -1, 0 // the lines' column, and empty lines before the next
	for r.end+1 < len(r.text) {
		line, _, _ := strings.Cut(r.text[r.end+1:], "\n")
		indent := len(line) - len(strings.TrimLeft(line, " "))
		empty := indent == len(line)
		switch {
		case empty && indent > inner: // may be part of it, or of what is empty before it
			return n, false
		case empty:
			blank++
		case indent <= col, indent < inner:
			return r.ended(n, col, bar, b.String())
		default:
			if inner < 0 {
				inner = indent
			}
			for ; blank > 0; blank-- {
				b.WriteByte('\n')
			}
			b.WriteString(line[inner:])
			b.WriteByte('\n')
		}
		r.line, r.end = r.line+1, r.end+1+len(line)
	}
	return r.ended(n, col, bar, b.String())
}

// ended makes the value of a literal text that ends before the next line.
func (r *blockReader) ended(n node, col int, bar, text string) (node, bool) {
	if n.text = text; bar == "|-" {
		n.text = strings.TrimSuffix(text, "\n")
	}
	r.next()
	return n, text != "" && r.col <= col
}

// blockTag is the tag of a text: that which it has, or what it looks like.
func blockTag(n node) (string, bool) {
	s := n.text
	switch {
	case n.tag != "":
		return n.tag, true
	case s == "":
		return "", false
	case decimal(s):
		return tagInt, true
	case len(s) == len(time.DateOnly) && s[4] == '-' && s[7] == '-':
		if _, err := time.Parse(time.DateOnly, s); err == nil {
			return "!!timestamp", true
		}
	case s == "null", s == "Null", s == "NULL":
		return tagNull, true
	case slices.Contains(truths, s):
		return tagBool, true
	case strings.IndexByte("0123456789+.~<", s[0]) < 0, strings.ContainsAny(s, `/\,()%*=`):
		return tagText, true
	}
	var doc yaml.Node
	if yaml.Load([]byte(s), &doc) != nil || len(doc.Content) != 1 || doc.Content[0].Kind != yaml.ScalarNode || doc.Content[0].Value != s {
		return "", false
	}
	tag := tagOf(doc.Content[0])
	return tag, tag != "!!merge"
}

// truths are all that is true or false in YAML's core schema.
var truths = []string{"true", "True", "TRUE", "false", "False", "FALSE"}

// decimal says whether a text is a number that can be written in one way only.
func decimal(s string) bool {
	return s == "0" || s != "" && len(s) < 18 && '1' <= s[0] && s[0] <= '9' && strings.Trim(s, "0123456789") == ""
}
