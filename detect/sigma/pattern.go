package sigma

import (
	"slices"
	"strings"
	"unicode/utf8"

	"firebreak/detect/event"
	"firebreak/detect/needle"
)

// pattern is a text ready to be compared: folded unless case matters, and
// divided at its *.
type pattern struct {
	cased bool
	// runs are what stands before, between and behind the *; the first
	// begins the value and the last ends it. One run means no *.
	runs []run
}

// run is a text without *.
type run struct {
	parts   text   // literals and ?
	literal string // the text when there is no ?
	simple  bool   // there is none
}

func newPattern(t text, cased bool) *pattern {
	p := &pattern{cased: cased}
	var parts text
	add := func() {
		r := run{parts: parts, simple: !parts.has(anyOne)}
		if r.simple {
			r.literal = parts.literal()
		}
		p.runs = append(p.runs, r)
		parts = nil
	}
	for _, part := range t {
		if part.kind == anyRun {
			add()
			continue
		}
		if part.kind == literal && !cased {
			part.text = event.Fold(part.text)
		}
		parts = append(parts, part)
	}
	add()
	return p
}

// matches compares the whole value.
func (p *pattern) matches(v event.Value) bool {
	s := v.Folded
	if p.cased {
		s = v.Text
	}
	first, last := p.runs[0], p.runs[len(p.runs)-1]
	n, ok := first.prefix(s)
	if !ok {
		return false
	}
	if len(p.runs) == 1 {
		return n == len(s)
	}
	s = s[n:]
	if n, ok = last.suffix(s); !ok {
		return false
	}
	s = s[:len(s)-n]
	// Each run as far left as it goes leaves the most for those behind it.
	for _, r := range p.runs[1 : len(p.runs)-1] {
		end := r.find(s)
		if end < 0 {
			return false
		}
		s = s[end:]
	}
	return true
}

// is says whether the pattern wants nothing but a text at such a place.
func (p *pattern) is(where needle.Kind, text string) bool {
	var wanted []string
	switch where {
	case needle.Exact:
		wanted = []string{text}
	case needle.Prefix:
		wanted = []string{text, ""}
	case needle.Suffix:
		wanted = []string{"", text}
	case needle.Contains:
		wanted = []string{"", text, ""}
	}
	return slices.EqualFunc(p.runs, wanted, func(r run, text string) bool { return r.simple && r.literal == text })
}

// prefix says how many bytes of s the run takes at its beginning.
func (r run) prefix(s string) (int, bool) {
	if r.simple {
		return len(r.literal), strings.HasPrefix(s, r.literal)
	}
	n := 0
	for _, p := range r.parts {
		size := len(p.text)
		if p.kind == anyOne {
			_, size = utf8.DecodeRuneInString(s[n:])
		}
		if size == 0 || !strings.HasPrefix(s[n:], p.text) {
			return 0, false
		}
		n += size
	}
	return n, true
}

// suffix says how many bytes of s the run takes at its end.
func (r run) suffix(s string) (int, bool) {
	if r.simple {
		return len(r.literal), strings.HasSuffix(s, r.literal)
	}
	n := 0
	for i := len(r.parts) - 1; i >= 0; i-- {
		p, left := r.parts[i], s[:len(s)-n]
		size := len(p.text)
		if p.kind == anyOne {
			_, size = utf8.DecodeLastRuneInString(left)
		}
		if size == 0 || !strings.HasSuffix(left, p.text) {
			return 0, false
		}
		n += size
	}
	return n, true
}

// find gives the end of the run's first place in s, or -1.
func (r run) find(s string) int {
	if r.simple {
		if i := strings.Index(s, r.literal); i >= 0 {
			return i + len(r.literal)
		}
		return -1
	}
	for start := 0; start <= len(s); {
		if n, ok := r.prefix(s[start:]); ok {
			return start + n
		}
		_, size := utf8.DecodeRuneInString(s[start:])
		start += max(size, 1)
	}
	return -1
}

// key tells patterns apart.
func (p *pattern) key() string {
	var b strings.Builder
	if p.cased {
		b.WriteString("cased:")
	}
	for i, r := range p.runs {
		if i > 0 {
			b.WriteByte('*')
		}
		for _, part := range r.parts {
			if part.kind == anyOne {
				b.WriteByte('?')
			}
			b.WriteString(escaper.Replace(part.text))
		}
	}
	return b.String()
}

var escaper = strings.NewReplacer(`*`, `\*`, `?`, `\?`, `\`, `\\`)
