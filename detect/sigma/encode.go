package sigma

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// base64Once is the text's encoding when it begins an encoded text.
func base64Once(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// base64Anywhere is what the text looks like within a longer encoded text, for
// each of the three positions it can have there: only the characters that no
// neighbour has a bit in. One of them is empty for a single byte.
func base64Anywhere(s string) [3]string {
	var found [3]string
	for shift := range found {
		encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(" ", shift) + s))
		start := [3]int{0, 2, 3}[shift]
		end := len(encoded) - [3]int{0, 3, 2}[(shift+len(s))%3]
		if start < end {
			found[shift] = encoded[start:end]
		}
	}
	return found
}

// order is the order of the bytes in a UTF-16 unit.
type order int

const (
	littleEndian order = iota
	bigEndian
)

// wide is the text in UTF-16, as bytes.
func wide(s string, o order) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(s)) {
		low, high := byte(unit), byte(unit>>8)
		if o == bigEndian {
			low, high = high, low
		}
		b.WriteByte(low)
		b.WriteByte(high)
	}
	return b.String()
}

// byteOrderMark begins what utf16 encodes.
const byteOrderMark = "\xff\xfe"

// dashes are what Windows takes for the dash of an option, and their likes.
var dashes = []text{plain("-"), plain("/"), plain("–"), plain("—"), plain("―")}

// dashPlace is the name of the placeholder that stands where a dash did. No
// rule can write it.
const dashPlace = "\x00dash"

// withDashes marks the dashes that begin a word and do not follow one: the
// first of "-no-exit", not the second.
func (t text) withDashes() text {
	return t.split(func(s string) text {
		var parts text
		rest, before := 0, rune(-1)
		for i := 0; i < len(s); {
			r, size := utf8.DecodeRuneInString(s[i:])
			after, _ := utf8.DecodeRuneInString(s[i+size:])
			if isDash(r) && !isWord(before) && isWord(after) {
				parts = append(append(parts, plain(s[rest:i])...), part{placeholder, dashPlace})
				rest = i + size
			}
			before = r
			i += size
		}
		return append(parts, plain(s[rest:])...)
	})
}

func isDash(r rune) bool { return strings.ContainsRune("-/–—―", r) }

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }
