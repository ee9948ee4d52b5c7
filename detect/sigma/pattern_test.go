package sigma

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"unicode/utf8"

	"firebreak/detect/event"
)

// fits is what a pattern means, as slow and plain as can be: rune by rune,
// trying every length for every *. It knows nothing of how patterns are built.
func fits(pattern, value []rune) bool {
	if len(pattern) == 0 {
		return len(value) == 0
	}
	switch {
	case pattern[0] == '*':
		return fits(pattern[1:], value) || len(value) > 0 && fits(pattern, value[1:])
	case pattern[0] == '?':
		return len(value) > 0 && fits(pattern[1:], value[1:])
	case pattern[0] == '\\' && len(pattern) > 1 && strings.ContainsRune(`*?\`, pattern[1]):
		pattern = pattern[1:]
	}
	return len(value) > 0 && event.Fold(string(pattern[0])) == event.Fold(string(value[0])) && fits(pattern[1:], value[1:])
}

// FuzzPattern compares patterns with that.
func FuzzPattern(f *testing.F) {
	for _, seed := range [][2]string{
		{`a*b*c`, "abcbc"}, {`\\*`, `\x`}, {`\\\*`, `\*`}, {`?*?`, "äö"}, {`*ab?d*`, "xabababcd"}, {`aba*aba`, "ababa"}, {"*\u212a", "k"}, {`a?*?b`, "a\n\nb"}, {``, ""},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, value string) {
		if !utf8.ValidString(pattern) || !utf8.ValidString(value) || strings.Count(pattern, "*") > 4 || len(pattern) > 24 || len(value) > 32 {
			return
		}
		got := newPattern(parseText(pattern), false).matches(event.Value{Text: value, Folded: event.Fold(value)})
		if want := fits([]rune(pattern), []rune(value)); got != want {
			t.Errorf("%q in %q: got %t, want %t", pattern, value, got, want)
		}
	})
}

// FuzzBase64Anywhere encodes the value with something around it: one of the
// three variants must be found, and the one that is meant for its position.
func FuzzBase64Anywhere(f *testing.F) {
	f.Add([]byte("http://"), []byte("x"), []byte("evil"))
	f.Add([]byte("äö"), []byte{}, []byte{0xff}) // as many characters as bytes would end elsewhere
	f.Add([]byte{0}, []byte("xx"), []byte{})
	f.Fuzz(func(t *testing.T, value, before, behind []byte) {
		if len(value) == 0 {
			return
		}
		encoded := base64.StdEncoding.EncodeToString(bytes.Join([][]byte{before, value, behind}, nil))
		variants := base64Anywhere(string(value))
		variant := variants[len(before)%3]
		if !strings.Contains(encoded, variant) {
			t.Errorf("%q, %d bytes in, is not found by %q in %q", value, len(before), variant, encoded)
		}
		// As much as is certain: what differs with other neighbours is not in
		// it, and no more than one character at each end is left out.
		if least := len(value)*8/6 - 1; len(variant) < least {
			t.Errorf("%q is only looked for by %q", value, variant)
		}
		if len(value) > 1 && variant == "" {
			t.Errorf("nothing is left of %q", value)
		}
	})
}

// FuzzDashes looks that windash keeps everything but the dashes.
func FuzzDashes(f *testing.F) {
	for _, seed := range []string{"-a", " /no-exit", "–—―-x", "a - b", "-", "\xff-a", "-ä"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		dashed := parseText(s).withDashes()
		var back strings.Builder
		for _, p := range dashed {
			switch p.kind {
			case literal:
				back.WriteString(p.text)
			case anyRun:
				back.WriteByte('*')
			case anyOne:
				back.WriteByte('?')
			case placeholder:
				back.WriteByte('-')
			}
		}
		plainly := strings.NewReplacer("/", "-", "–", "-", "—", "-", "―", "-")
		var want strings.Builder
		for _, p := range parseText(s) {
			want.WriteString(p.text)
			switch p.kind {
			case anyRun:
				want.WriteByte('*')
			case anyOne:
				want.WriteByte('?')
			case literal, placeholder:
			}
		}
		if plainly.Replace(back.String()) != plainly.Replace(want.String()) {
			t.Errorf("%q became %q", s, back.String())
		}
	})
}
