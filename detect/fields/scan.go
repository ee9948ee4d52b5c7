package fields

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special marks the bytes, of eight, that a text cannot go on over: quotes,
// backslashes, controls and what is not ASCII. The lowest mark is right; above
// it there may be wrong ones.
func special(x uint64) uint64 {
	quote, slash := x^('"'*ones), x^('\\'*ones)
	return ((quote-ones)&^quote | (slash-ones)&^slash | (x-' '*ones)&^x | x) & highs
}

// scanText finds the end of a text whose opening quote stands before i: where
// the closing one is, or -1 when it is no text as JSON wants it, or no UTF-8.
func scanText(data []byte, i int) (end int, kind valueKind) {
	begin, wider := i, false
	for {
		for i+8 <= len(data) {
			m := special(binary.LittleEndian.Uint64(data[i:]))
			if m != 0 {
				i += bits.TrailingZeros64(m) >> 3
				break
			}
			i += 8
		}
		if i >= len(data) {
			return -1, 0
		}
		switch c := data[i]; {
		case c == '"':
			if wider && !utf8.Valid(data[begin:i]) {
				return -1, 0
			}
			return i, kind
		case c == '\\':
			kind = max(kind, escapedText)
			if i+1 < len(data) && data[i+1] == 'u' {
				kind = unicodeText
			}
			if i = escape(data, i+1); i < 0 {
				return -1, 0
			}
		case c < ' ':
			return -1, 0
		case c >= utf8.RuneSelf:
			wider, kind = true, max(kind, widerText)
			for i++; i < len(data) && data[i] >= utf8.RuneSelf; i++ {
			}
		default:
			i++
		}
	}
}

// escape gives what follows an escape, whose backslash stands before i.
func escape(data []byte, i int) int {
	if i >= len(data) {
		return -1
	}
	switch data[i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 1
	case 'u':
		if i+5 <= len(data) && unit(data[i+1:i+5]) >= 0 {
			return i + 5
		}
	}
	return -1
}

// unit reads four hexadecimal digits, or gives -1.
func unit(digits []byte) rune {
	var u rune
	for _, c := range digits {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		u = u<<4 | rune(c)
	}
	return u
}

// scanNumber finds the end of a number that begins at i, or gives -1.
func scanNumber(data []byte, i int) int {
	if data[i] == '-' {
		i++
	}
	begin := i
	if i = digits(data, i); i < 0 || data[begin] == '0' && i > begin+1 {
		return -1
	}
	if i < len(data) && data[i] == '.' {
		if i = digits(data, i+1); i < 0 {
			return -1
		}
	}
	if i < len(data) && data[i]|0x20 == 'e' {
		if i++; i < len(data) && (data[i] == '+' || data[i] == '-') {
			i++
		}
		return digits(data, i)
	}
	return i
}

// digits gives the end of at least one digit, or -1.
func digits(data []byte, i int) int {
	begin := i
	for i < len(data) && '0' <= data[i] && data[i] <= '9' {
		i++
	}
	if i == begin {
		return -1
	}
	return i
}
