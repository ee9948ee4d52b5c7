package mask

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// visible is a text without what no reader sees: pictures, exports and GitLab
// leave it out, and a key that a soft hyphen divides would be whole there. at is
// where each of its bytes stands in the text; nil where nothing is left out.
func visible(s string) (bare string, at []int) {
	if strings.IndexFunc(s, unseen) < 0 {
		return s, nil
	}
	var b strings.Builder
	at = make([]int, 0, len(s))
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !unseen(r) {
			b.WriteString(s[i : i+size])
			for j := range size {
				at = append(at, i+j)
			}
		}
		i += size
	}
	return b.String(), at
}

// unseen says whether r is drawn by nobody: format characters, such as a
// zero-width space, and control characters but for tabs and line breaks.
func unseen(r rune) bool {
	switch r {
	case '\t', '\n', '\r', '\v', '\f', 0x85:
		return false
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r)
}
