package sigma

import (
	"regexp"
	"strings"
)

// partKind is what a piece of a text stands for.
type partKind int

const (
	literal     partKind = iota
	anyRun               // *: any characters, also none
	anyOne               // ?: exactly one character
	placeholder          // %name%, only under the modifier expand
)

// part is a piece of a text; text is what a literal says, or a placeholder's
// name.
type part struct {
	kind partKind
	text string
}

// text is a rule's text after its escapes were understood. No two literals
// follow each other, and none is empty.
type text []part

// parseText understands wildcards and escapes: a backslash takes the meaning
// from a wildcard or a backslash behind it, and is itself before anything
// else.
func parseText(s string) text {
	var t text
	var lit strings.Builder
	flush := func() {
		if lit.Len() > 0 {
			t = append(t, part{literal, lit.String()})
			lit.Reset()
		}
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && strings.IndexByte(`*?\`, s[i+1]) >= 0:
			i++
			lit.WriteByte(s[i])
		case c == '*':
			flush()
			t = append(t, part{kind: anyRun})
		case c == '?':
			flush()
			t = append(t, part{kind: anyOne})
		default:
			lit.WriteByte(c)
		}
	}
	flush()
	return t
}

// plain is a text without wildcards.
func plain(s string) text {
	if s == "" {
		return nil
	}
	return text{{literal, s}}
}

// join puts texts behind each other.
func join(texts ...text) text {
	var t text
	for _, other := range texts {
		for _, p := range other {
			if last := len(t) - 1; last >= 0 && p.kind == literal && t[last].kind == literal {
				t[last].text += p.text
				continue
			}
			t = append(t, p)
		}
	}
	return t
}

// has says whether any part is of the kind.
func (t text) has(kind partKind) bool {
	for _, p := range t {
		if p.kind == kind {
			return true
		}
	}
	return false
}

func (t text) wild() bool { return t.has(anyRun) || t.has(anyOne) }

// literal is what a text without wildcards says.
func (t text) literal() string {
	if len(t) == 1 {
		return t[0].text
	}
	var b strings.Builder
	for _, p := range t {
		b.WriteString(p.text)
	}
	return b.String()
}

// open puts a * before or behind the text, unless one is there.
func (t text) open(before, behind bool) text {
	opened := make(text, 0, len(t)+2)
	if before && (len(t) == 0 || t[0].kind != anyRun) {
		opened = append(opened, part{kind: anyRun})
	}
	opened = append(opened, t...)
	if last := len(opened) - 1; behind && (last < 0 || opened[last].kind != anyRun) {
		opened = append(opened, part{kind: anyRun})
	}
	return opened
}

// split divides each literal by what cut makes of it.
func (t text) split(cut func(string) text) text {
	var parts text
	for _, p := range t {
		if p.kind == literal {
			parts = append(parts, cut(p.text)...)
			continue
		}
		parts = append(parts, p)
	}
	return parts
}

var placeholders = regexp.MustCompile(`\\%|%[^%]+%`)

// withPlaceholders understands %name%, and \% as a percent sign.
func (t text) withPlaceholders() text {
	return t.split(func(s string) text {
		var parts text
		rest := 0
		for _, m := range placeholders.FindAllStringIndex(s, -1) {
			found := part{literal, "%"}
			if s[m[0]] == '%' {
				found = part{placeholder, s[m[0]+1 : m[1]-1]}
			}
			parts = append(append(parts, plain(s[rest:m[0]])...), found)
			rest = m[1]
		}
		return join(parts, plain(s[rest:]))
	})
}

// fill puts each of the values in each placeholder's place: every combination
// is a text of its own. It gives up when there are more than most.
func (t text) fill(values func(name string) []text, most int) ([]text, bool) {
	if !t.has(placeholder) && most > 0 {
		return []text{t}, true
	}
	filled := []text{nil}
	for _, p := range t {
		choices := []text{{p}}
		if p.kind == placeholder {
			choices = values(p.text)
		}
		if len(filled)*len(choices) > most {
			return nil, false
		}
		var longer []text
		for _, begun := range filled {
			for _, choice := range choices {
				longer = append(longer, join(begun, choice))
			}
		}
		filled = longer
	}
	return filled, true
}
