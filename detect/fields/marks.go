package fields

import "math/bits"

// blockSize is how many bytes are marked together.
const blockSize = 64

// block marks bytes of an event, the first with the lowest bit. That is done for
// all of it before anything is read, without a branch for what the bytes are:
// going from one backslash of a path to the next takes longer than all the rest.
//
// What is escaped is only right for what stands in texts. A backslash elsewhere
// is no JSON, which is found out where it stands.
type block struct {
	quotes  uint64 // those that are not escaped
	escaped uint64 // what stands behind a backslash that is not escaped itself
	odd     uint64 // controls, and what is not ASCII
	letters uint64 // of what is escaped all that is no backslash
}

// mark marks the bytes of an event.
func (d *Decoder) mark(data []byte) {
	whole := len(data) / blockSize
	if d.blocks = d.blocks[:0]; cap(d.blocks) <= whole {
		d.blocks = make([]block, 0, 2*whole+1)
	}
	d.blocks = d.blocks[:whole+1]
	if whole > 0 {
		classify(&d.blocks[0], &data[0], whole)
	}
	var rest [blockSize]byte // the zeros count as controls behind the end
	copy(rest[:], data[whole*blockSize:])
	classify(&d.blocks[whole], &rest[0], 1)
	carry := uint64(0)
	for i := range d.blocks {
		b := &d.blocks[i]
		if slashes := b.escaped; slashes|carry != 0 {
			b.escaped = escapedBy(slashes, &carry)
			b.quotes &^= b.escaped
			b.letters = b.escaped &^ slashes
		} else {
			b.letters = 0
		}
	}
}

// escapedBy marks what stands behind the first, third and so on of backslashes
// that follow each other. In carry is whether the block's first byte is escaped,
// then whether the next block's is. Source: Keiser and Lemire, Validating UTF-8
// in less than one instruction per byte, and simdjson's json_escape_scanner.
func escapedBy(slashes uint64, carry *uint64) uint64 {
	const even = 0x5555555555555555
	slashes &^= *carry
	follows := slashes<<1 | *carry
	sequences, over := bits.Add64(slashes&^(even|follows), slashes, 0)
	*carry = over
	return (even ^ sequences<<1) & follows
}

// text finds the end of a text whose opening quote stands before i: what
// scanText says.
func (d *Decoder) text(i int) (end int, kind valueKind) {
	if !d.marked {
		return scanText(d.data, i)
	}
	at := i % blockSize
	for n := i / blockSize; n < len(d.blocks); n++ {
		b := &d.blocks[n]
		within := ^uint64(0) << at
		quotes := b.quotes & within
		if quotes != 0 {
			within &= quotes&-quotes - 1
		}
		if b.odd&within != 0 {
			return scanText(d.data, i)
		}
		if b.escaped&within != 0 {
			kind = max(kind, escapedText)
			if letters := b.letters & within; letters != 0 {
				found := d.letters(n*blockSize, letters)
				if found == plainText {
					return -1, 0
				}
				kind = max(kind, found)
			}
		}
		if quotes != 0 {
			return n*blockSize + bits.TrailingZeros64(quotes), kind
		}
		at = 0
	}
	return -1, 0
}

// letters checks what stands behind backslashes, other than backslashes: what
// kind of text that makes, plainText when it is no JSON.
func (d *Decoder) letters(begin int, marks uint64) valueKind {
	kind := escapedText
	for ; marks != 0; marks &= marks - 1 {
		at := begin + bits.TrailingZeros64(marks)
		if escape(d.data, at) < 0 {
			return plainText
		}
		if d.data[at] == 'u' {
			kind = unicodeText
		}
	}
	return kind
}
