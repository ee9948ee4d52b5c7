package fields

import (
	"slices"
	"unicode/utf8"

	"firebreak/detect/event"
)

// Limits on what a decoder handles and remembers.
const (
	maxDepth = 64
	maxKey   = 256     // bytes
	maxNodes = 1 << 14 // places that are remembered
)

// Decoder reads events.
type Decoder struct {
	layout *Layout
	root   *node
	nodes  int    // below root
	number uint32 // of the node learnt last

	data    []byte
	blocks  []block // of data
	marked  bool    // there are blocks
	event   uint64  // number of the event
	object  uint64  // number of the object
	lists   int     // around what is being read
	depth   int
	records []record
	names   []found // by name
	roots   []found // by lifted path
	watched []*node // in the order they came
	unicode bool    // some text has an escape such as \u000a
	direct  bool    // there is a name whose rank is rankDirect or rankAtDirect
	wrapped bool    // some element has #attributes

	memory []byte        // of texts
	values []event.Value // that were given
}

// found is the node that something stands at in the event of that number.
type found struct {
	event uint64
	rank  int32
	node  *node
}

// record is a value where it stands.
type record struct {
	from, to int32
	next     int32 // of the same node, or -1
	kind     valueKind
}

type valueKind uint8

const (
	plainText   valueKind = iota // ASCII without escapes
	widerText                    // UTF-8 without escapes
	escapedText                  // with escapes such as \\n
	unicodeText                  // with escapes such as \u000a as well
	number
	truth // true or false
	object
)

// list is a node's values in the event.
type list struct{ first, last, count int32 }

// NewDecoder makes a decoder for what a layout wants.
func NewDecoder(l *Layout) *Decoder {
	return &Decoder{marked: marks(), layout: l, root: newRoot(), names: make([]found, l.count), roots: make([]found, len(l.lift)+1)}
}

// Decode reads an event. If it says no, package event must be asked.
func (d *Decoder) Decode(data []byte) bool {
	if d.layout.odd || len(data) > event.MaxSize {
		return false
	}
	if d.nodes > maxNodes {
		d.root, d.nodes = newRoot(), 0
	}
	d.data, d.records, d.memory, d.values = data, d.records[:0], d.memory[:0], d.values[:0]
	d.watched = d.watched[:0]
	d.event++
	d.lists, d.depth, d.direct, d.wrapped, d.unicode = 0, 0, false, false, false
	i := d.blank(0)
	if i >= len(data) || data[i] != '{' {
		return false
	}
	if d.marked {
		d.mark(data)
	}
	if i = d.members(d.root, i+1); i < 0 || d.direct && d.wrapped {
		return false
	}
	return d.blank(i) == len(data)
}

// AsWritten gives the event's bytes, if whatever its texts say stands there as
// it is but for backslashes, quotes, slashes and controls.
func (d *Decoder) AsWritten() (string, bool) { return text(d.data), !d.unicode }

// blank skips white space. The methods that read give where they ended, or -1.
func (d *Decoder) blank(i int) int {
	for i < len(d.data) {
		switch d.data[i] {
		case ' ', '\t', '\r', '\n':
			i++
		default:
			return i
		}
	}
	return i
}

// members reads an object whose brace was read.
func (d *Decoder) members(n *node, i int) int {
	if d.depth++; d.depth > maxDepth {
		return -1
	}
	d.object++
	number, data := d.object, d.data
	guess := &n.first
	for first := true; ; first = false {
		if i = d.blank(i); i >= len(data) {
			return -1
		}
		if data[i] == '}' && first {
			break
		}
		var kid *node
		if kid, i = d.key(n, *guess, i); kid == nil || kid.object == number {
			return -1
		}
		kid.object, *guess = number, kid
		guess = &kid.next
		if i = d.blank(i); i >= len(data) || data[i] != ':' {
			return -1
		}
		if i = d.member(kid, d.blank(i+1)); i < 0 {
			return -1
		}
		if i = d.blank(i); i >= len(data) || data[i] != ',' {
			if i >= len(data) || data[i] != '}' {
				return -1
			}
			break
		}
		i++
	}
	d.depth--
	return i + 1
}

// key reads a key: likely the one guessed.
func (d *Decoder) key(n, guess *node, i int) (*node, int) {
	data := d.data
	if data[i] != '"' {
		return nil, -1
	}
	i++
	if guess != nil {
		if end := i + len(guess.key); end < len(data) && data[end] == '"' && string(data[i:end]) == guess.key {
			return guess, end + 1
		}
	}
	end, kind := d.text(i)
	if end < 0 || kind >= escapedText || end == i || end-i > maxKey {
		return nil, -1
	}
	key := data[i:end]
	kid := n.kids[string(key)]
	if kid == nil {
		if kid = d.learn(n, key); kid == nil {
			return nil, -1
		}
	}
	return kid, end + 1
}

// learn remembers a key.
func (d *Decoder) learn(n *node, key []byte) *node {
	if slices.Contains(key, ' ') {
		return nil
	}
	if d.nodes++; d.nodes > maxNodes || !utf8.Valid(key) {
		return nil
	}
	if n.kids == nil {
		n.kids = map[string]*node{}
	}
	kid := d.layout.kid(n, string(key))
	d.number++
	kid.number, n.kids[kid.key] = d.number, kid
	return kid
}

// member reads a key's value.
func (d *Decoder) member(n *node, i int) int {
	if n.event != d.event {
		n.event, n.values = d.event, list{-1, -1, 0}
		if n.watch > Unwatched {
			d.watched = append(d.watched, n)
		}
	}
	if n.strict && d.lists > 0 {
		return -1
	}
	for _, t := range n.takes {
		if !d.names[t.name].is(d.event, t.rank, n) {
			return -1
		}
		d.direct = d.direct || t.rank%ranks >= rankDirect
	}
	if n.path > 0 && !d.roots[n.path].is(d.event, 0, n) {
		return -1
	}
	if i >= len(d.data) {
		return -1
	}
	if d.data[i] == '{' {
		d.wrapped = d.wrapped || n.wraps
		if n.within > 0 && !d.roots[n.within].is(d.event, 0, n) {
			return -1
		}
	}
	return d.value(n, i)
}

// is says that something stands at a node. It is not plain when it stands at
// another one as well, with the same right.
func (f *found) is(event uint64, rank int32, n *node) bool {
	if f.event != event || rank < f.rank {
		*f = found{event, rank, n}
		return true
	}
	return rank > f.rank || f.node == n
}

// value reads a value of a node.
func (d *Decoder) value(n *node, i int) int {
	data := d.data
	if i >= len(data) {
		return -1
	}
	switch c := data[i]; c {
	case '"':
		end, kind := d.text(i + 1)
		if end < 0 {
			return -1
		}
		d.record(n, i+1, end, kind)
		return end + 1
	case '{':
		end := d.members(n, i+1)
		if end >= 0 && len(n.takes) > 0 {
			d.record(n, i, end, object)
		}
		return end
	case '[':
		return d.elements(n, i+1)
	case 't':
		return d.word(n, i, "true")
	case 'f':
		return d.word(n, i, "false")
	case 'n':
		return d.word(n, i, "null")
	}
	end := scanNumber(data, i)
	if end >= 0 {
		d.record(n, i, end, number)
	}
	return end
}

func (d *Decoder) word(n *node, i int, word string) int {
	end := i + len(word)
	if end > len(d.data) || string(d.data[i:end]) != word {
		return -1
	}
	if word != "null" {
		d.record(n, i, end, truth)
	}
	return end
}

// elements reads a list whose bracket was read.
func (d *Decoder) elements(n *node, i int) int {
	if d.depth++; d.depth > maxDepth {
		return -1
	}
	d.lists++
	for first := true; ; first = false {
		if i = d.blank(i); i >= len(d.data) {
			return -1
		}
		if d.data[i] == ']' && first {
			break
		}
		if i = d.value(n, i); i < 0 {
			return -1
		}
		if i = d.blank(i); i >= len(d.data) || d.data[i] != ',' {
			if i >= len(d.data) || d.data[i] != ']' {
				return -1
			}
			break
		}
		i++
	}
	d.lists--
	d.depth--
	return i + 1
}

// record keeps where a value stands.
func (d *Decoder) record(n *node, from, to int, kind valueKind) {
	d.unicode = d.unicode || kind == unicodeText
	number := int32(len(d.records))
	d.records = append(d.records, record{int32(from), int32(to), -1, kind})
	if len(n.takes) == 0 {
		return
	}
	if v := &n.values; v.count == 0 {
		*v = list{number, number, 1}
	} else {
		d.records[v.last].next = number
		v.last = number
		v.count++
	}
}
