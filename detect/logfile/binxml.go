package logfile

import (
	"encoding/binary"
	"errors"
	"unicode/utf16"
)

// Limits on one record: a template may use a value as often as it likes, and
// values may hold templates.
const (
	maxNodes      = 20_000
	maxRecordText = 1 << 20
	maxNesting    = 48
	maxArguments  = 4096
)

var (
	errTruncated = errors.New("its XML ends too early")
	errToken     = errors.New("its XML has a token that is not known")
	errDeep      = errors.New("its XML is nested too deep")
	errMuch      = errors.New("its XML says more than a record can hold")
)

// chunk is one chunk of a file. Names and templates are written once in it and
// referred to by where they stand.
type chunk struct {
	data      []byte
	templates map[uint32]*element
}

func newChunk(data []byte) *chunk { return &chunk{data: data, templates: map[uint32]*element{}} }

// cursor reads a chunk up to an end. Beyond that it gives zeros and says so.
type cursor struct {
	data  []byte
	at    int
	short bool
}

var zeros [8]byte

func (c *cursor) take(n int) []byte {
	if n < 0 || c.at < 0 || n > len(c.data)-c.at {
		c.short = true
		c.at = len(c.data)
		return zeros[:min(max(n, 0), len(zeros))]
	}
	c.at += n
	return c.data[c.at-n : c.at]
}

func (c *cursor) u8() byte    { return c.take(1)[0] }
func (c *cursor) u16() uint16 { return binary.LittleEndian.Uint16(c.take(2)) }
func (c *cursor) u32() uint32 { return binary.LittleEndian.Uint32(c.take(4)) }

// text reads n units of UTF-16.
func (c *cursor) text(n int) string { return utf16String(c.take(2 * n)) }

func utf16String(b []byte) string {
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		units = append(units, binary.LittleEndian.Uint16(b))
	}
	for len(units) > 0 && units[len(units)-1] == 0 {
		units = units[:len(units)-1]
	}
	return string(utf16.Decode(units))
}

// element is an element of XML: of a template with gaps, else with values.
type element struct {
	name       string
	attributes []attribute
	kids       []part
}

type attribute struct {
	name  string
	value []part
}

// part is one thing within an element or attribute.
type part struct {
	element *element
	value   any // a string, number, boolean or list; nil: nothing
	gap     int // from 1: the argument that belongs here
}

// argument is what fills a gap: bytes of the chunk.
type argument struct {
	kind     byte
	from, to int
}

// binXML reads one record.
type binXML struct {
	chunk *chunk
	nodes int // that may still be made
	bytes int // of text that may still be taken
	depth int
	err   error
}

func (x *binXML) fail(err error) {
	if x.err == nil {
		x.err = err
	}
}

// count takes from what the record may hold, and says whether there was
// enough.
func (x *binXML) count(bytes int) bool {
	x.nodes--
	x.bytes -= bytes
	if x.nodes < 0 || x.bytes < 0 {
		x.fail(errMuch)
	}
	return x.err == nil
}

// enter goes one deeper; leave must follow.
func (x *binXML) enter() bool {
	x.depth++
	if x.depth > maxNesting {
		x.fail(errDeep)
	}
	return x.err == nil
}

func (x *binXML) leave() { x.depth-- }

// reading is where a fragment is read.
type reading struct {
	*binXML
	c        *cursor
	template bool
	open     []*element // from the root to the element that is open
	into     *attribute // the attribute that takes values
}

// fragment reads XML from c to its end token. A template, which has gaps, is
// marked by a non-nil gaps.
func (x *binXML) fragment(c *cursor, template *element) *element {
	root := &element{}
	if template != nil {
		root = template
	}
	r := &reading{binXML: x, c: c, template: template != nil, open: []*element{root}}
	if x.enter() {
		for x.err == nil && !c.short && r.token() {
			continue
		}
		if c.short {
			x.fail(errTruncated)
		}
	}
	x.leave()
	return root
}

// token reads one token; false: it was the last.
func (r *reading) token() bool {
	if !r.count(0) {
		return false
	}
	if r.c.at >= len(r.c.data) {
		return false // a fragment within a value may end without a token
	}
	switch token := r.c.u8(); token {
	case 0x00: // the end
		return false
	case 0x0f: // the beginning, with a version
		r.c.take(3)
	case 0x01, 0x41:
		r.start(token == 0x41)
	case 0x02: // the start tag is complete
		r.into = nil
	case 0x03, 0x04:
		r.into = nil
		if len(r.open) == 1 {
			r.fail(errToken)
			return false
		}
		r.open = r.open[:len(r.open)-1]
	case 0x05, 0x45:
		r.c.u8() // always a string
		r.text(int(r.c.u16()))
	case 0x06, 0x46:
		top := r.top()
		top.attributes = append(top.attributes, attribute{name: r.name()})
		r.into = &top.attributes[len(top.attributes)-1]
	case 0x07, 0x47:
		r.text(int(r.c.u16()))
	case 0x08, 0x48:
		r.put(part{value: string(rune(r.c.u16()))})
	case 0x09, 0x49:
		r.put(part{value: entity(r.name())})
	case 0x0a:
		r.name()
	case 0x0b:
		r.c.take(2 * int(r.c.u16()))
	case 0x0c:
		r.instance()
	case 0x0d, 0x0e:
		gap := int(r.c.u16()) + 1
		r.c.u8()
		r.put(part{gap: gap})
	default:
		r.fail(errToken)
		return false
	}
	return true
}

func (r *reading) top() *element { return r.open[len(r.open)-1] }

// put adds to the attribute or element that is open.
func (r *reading) put(p part) {
	if r.into != nil {
		r.into.value = append(r.into.value, p)
		return
	}
	top := r.top()
	top.kids = append(top.kids, p)
}

func (r *reading) text(units int) {
	if r.count(2 * units) {
		r.put(part{value: r.c.text(units)})
	}
}

// start opens an element. Only in a template it says what it depends on.
func (r *reading) start(attributes bool) {
	if r.template {
		r.c.u16()
	}
	r.c.u32() // its size
	e := &element{name: r.name()}
	if attributes {
		r.c.u32() // their size
	}
	if len(r.open) >= maxNesting {
		r.fail(errDeep)
		return
	}
	r.into = nil
	r.put(part{element: e})
	r.open = append(r.open, e)
}

// name reads a name, which stands here or elsewhere in the chunk.
func (r *reading) name() string {
	at := r.c.u32()
	there := &cursor{data: r.chunk.data, at: int(at)}
	if int(at) == r.c.at {
		there = r.c
	}
	there.take(6) // the next of the same hash, and the hash
	name := there.text(int(there.u16()))
	there.take(2)
	if there.short {
		r.c.short = true
	}
	if !r.count(2 * len(name)) {
		return ""
	}
	return name
}

func entity(name string) string {
	return map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'"}[name]
}
