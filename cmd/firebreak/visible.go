package main

import (
	"fmt"
	"strings"
	"unicode"
)

// visible makes text from outside safe for a terminal: what would move the
// cursor, colour, ring or reorder is shown as its code instead of obeyed.
// Line breaks and tabs stay.
func visible(text string) string {
	if !strings.ContainsFunc(text, obeyed) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case !obeyed(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// obeyed says whether a terminal would act on r instead of showing it:
// control characters (C0, C1, DEL) and those that change the direction of
// writing.
func obeyed(r rune) bool {
	if r == '\n' || r == '\t' {
		return false
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
}

// visibleJSON does the same for JSON, where the code means the character
// itself, so that nothing is changed for who parses it.
func visibleJSON(line []byte) []byte {
	if !strings.ContainsFunc(string(line), obeyed) {
		return line
	}
	var b strings.Builder
	for _, r := range string(line) {
		if obeyed(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return []byte(b.String())
}
