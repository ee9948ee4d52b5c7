package fields

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"

	"firebreak/detect/event"
)

// Values gives what the field of that number says, as Event.Values does.
func (d *Decoder) Values(name int32) event.Values {
	f := &d.names[name]
	if f.event != d.event {
		return event.Values{}
	}
	begin := len(d.values)
	for r := f.node.values.first; r >= 0; r = d.records[r].next {
		d.values = append(d.values, d.value1(&d.records[r]))
	}
	return event.Values{Present: true, List: d.values[begin:len(d.values):len(d.values)]}
}

// Lone gives a field's value as it is written, quotes aside, if it has one only
// and that is no object. What is written the same says the same, letter case
// aside: folded, 1E5 is what "1E5" is.
func (d *Decoder) Lone(name int32) (raw []byte, present, lone bool) {
	f := &d.names[name]
	if f.event != d.event {
		return nil, false, false
	}
	if v := &f.node.values; v.count == 1 {
		if r := &d.records[v.first]; r.kind != object {
			return d.data[r.from:r.to], true, true
		}
	}
	return nil, true, false
}

// Leaves gives every value that is no object or list, as Event.Leaves does.
func (d *Decoder) Leaves() []event.Value {
	begin := len(d.values)
	for i := range d.records {
		if r := &d.records[i]; r.kind != object {
			d.values = append(d.values, d.value1(r))
		}
	}
	return d.values[begin:len(d.values):len(d.values)]
}

// value1 makes a value of what stands there.
func (d *Decoder) value1(r *record) event.Value {
	raw := d.data[r.from:r.to]
	switch r.kind {
	case truth:
		return event.Value{Text: text(raw), Folded: text(raw)}
	case object:
		return event.ObjectValue(raw)
	case number:
		return event.Value{Text: text(raw), Folded: d.folded(raw), Number: true}
	case plainText:
		return event.Value{Text: text(raw), Folded: d.folded(raw)}
	case widerText:
		return event.Value{Text: text(raw), Folded: d.foldedWider(raw)}
	}
	begin := len(d.memory)
	d.memory = unescape(d.memory, raw)
	raw = d.memory[begin:]
	if wider(raw) {
		return event.Value{Text: text(raw), Folded: d.foldedWider(raw)}
	}
	return event.Value{Text: text(raw), Folded: d.folded(raw)}
}

// text is bytes as a string, without copying them. They must not change while
// it is in use: until the next Decode.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// folded folds ASCII. What has no capital letters stays where it is.
func (d *Decoder) folded(raw []byte) string {
	i := 0
	for ; i+8 <= len(raw); i += 8 {
		if capitals(binary.LittleEndian.Uint64(raw[i:])) != 0 {
			return d.lower(raw, i)
		}
	}
	for ; i < len(raw); i++ {
		if 'A' <= raw[i] && raw[i] <= 'Z' {
			return d.lower(raw, i)
		}
	}
	return text(raw)
}

// lower copies ASCII, folded; there is no capital letter before i.
func (d *Decoder) lower(raw []byte, i int) string {
	begin := len(d.memory)
	d.memory = append(d.memory, raw...)
	lower := d.memory[begin:]
	for ; i+8 <= len(lower); i += 8 {
		x := binary.LittleEndian.Uint64(lower[i:])
		binary.LittleEndian.PutUint64(lower[i:], x|capitals(x)>>2)
	}
	for ; i < len(lower); i++ {
		if 'A' <= lower[i] && lower[i] <= 'Z' {
			lower[i] |= 0x20
		}
	}
	return text(lower)
}

// capitals marks, with their highest bits, the capital letters among eight
// bytes of ASCII.
func capitals(x uint64) uint64 {
	return (x + (0x80-'A')*ones) &^ (x + (0x80-'Z'-1)*ones) & highs
}

func (d *Decoder) foldedWider(raw []byte) string {
	begin := len(d.memory)
	d.memory = event.AppendFold(d.memory, text(raw))
	return text(d.memory[begin:])
}

func wider(b []byte) bool {
	i := 0
	for ; i+8 <= len(b); i += 8 {
		if binary.LittleEndian.Uint64(b[i:])&highs != 0 {
			return true
		}
	}
	for ; i < len(b); i++ {
		if b[i] >= utf8.RuneSelf {
			return true
		}
	}
	return false
}

// unescape appends a text that was found sound.
func unescape(to, raw []byte) []byte {
	for {
		i := slash(raw)
		to = append(to, raw[:i]...)
		if i+1 >= len(raw) {
			return to
		}
		if c := raw[i+1]; c != 'u' {
			to, raw = append(to, unescaped(c)), raw[i+2:]
			continue
		}
		r := unit(raw[i+2 : i+6])
		raw = raw[i+6:]
		if utf16.IsSurrogate(r) {
			other := rune(-1)
			if len(raw) >= 6 && raw[0] == '\\' && raw[1] == 'u' {
				other = unit(raw[2:6])
			}
			if r = utf16.DecodeRune(r, other); r != utf8.RuneError {
				raw = raw[6:]
			}
		}
		to = utf8.AppendRune(to, r)
	}
}

// slash finds the first backslash, or the end.
func slash(raw []byte) int {
	i := 0
	for ; i+8 <= len(raw); i += 8 {
		x := binary.LittleEndian.Uint64(raw[i:]) ^ '\\'*ones
		if m := (x - ones) &^ x & highs; m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	for ; i < len(raw) && raw[i] != '\\'; i++ {
	}
	return i
}

func unescaped(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}
