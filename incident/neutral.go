package incident

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// joiner is U+2060 WORD JOINER. It is invisible, has no width and is no word
// character, so it keeps a sigil from whatever it would refer to.
const joiner = "\u2060"

// titleMax is the longest title of a GitLab issue in characters
// (docs.gitlab.com, Issues API: title, at most 255).
const titleMax = 255

// sigils begin a reference, a mention, an embedded picture or a placeholder
// in GitLab Flavored Markdown. GitLab looks for references in the rendered
// text, where a backslash is gone: only a joiner keeps them apart.
const sigils = "@#!&~%$^[*"

// escaped are the characters that Markdown gives a meaning anywhere in a
// line.
const escaped = "\\`*_[]~$|"

// GitLabText makes untrusted text inert in GitLab Markdown, keeping its lines:
// nothing in it runs as a quick action, mentions, refers, links, embeds, ends
// a code fence or forges a marker, and it reads as it was written.
//
// Each line becomes a line of a quotation. GitLab deletes carriage returns
// before it looks for quick actions, so whatever any of its generations might
// take for a line break is one here. The result has no final line break and
// needs a blank line after it.
func GitLabText(s string) string {
	lines := strings.Split(Legible(s), "\n")
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		line = strings.TrimRightFunc(line, unicode.IsSpace)
		if line == "" {
			b.WriteByte('>')
			continue
		}
		b.WriteString("> ")
		b.WriteString(inertLine(line))
		if i+1 < len(lines) && strings.TrimSpace(lines[i+1]) != "" {
			b.WriteByte('\\') // a hard line break
		}
	}
	return b.String()
}

// GitLabLine is GitLabText on one line, without a prefix: for bullets and
// table cells. Line breaks become spaces. It is safe at the start of a line
// too.
func GitLabLine(s string) string {
	return inertLine(strings.Join(strings.Fields(Legible(s)), " "))
}

// GitLabTitle makes untrusted text the title of an issue: one line of at most
// 255 characters. GitLab does not parse Markdown or quick actions there but
// does look for mentions and references.
func GitLabTitle(s string) string {
	title := joinSigils(strings.Join(strings.Fields(Legible(s)), " "))
	if title == "" {
		return "Untitled"
	}
	if utf8.RuneCountInString(title) <= titleMax {
		return title
	}
	return string([]rune(title)[:titleMax-1]) + "…"
}

// Legible makes every kind of line break a plain one, and removes what has
// no business in text: other control characters, invalid bytes, and marks
// that reorder what a reader sees.
func Legible(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\v', r == '\f', r == 0x85, r == 0x2028, r == 0x2029:
			return '\n'
		case r == '\t':
			return r
		case unicode.IsControl(r), reorders(r):
			return -1
		}
		return r
	}, s)
}

// reorders says whether r is a bidirectional embedding, override or isolate:
// marks that can make a line read as something else than it says.
func reorders(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

// inertLine neutralises one line.
func inertLine(line string) string {
	text := strings.TrimLeft(line, " \t")
	var b strings.Builder
	for _, r := range line[:len(line)-len(text)] {
		if r == '\t' {
			b.WriteString("\u00A0\u00A0\u00A0")
		}
		b.WriteRune('\u00A0') // four plain spaces would begin a code block
	}
	b.WriteString(escapeMarkdown(joinSigils(escapeStart(text))))
	return b.String()
}

// mark stands, in the intermediate form of a line, before the character that
// needs a backslash where it stands only. Control characters are gone by then.
const mark = '\x00'

// escapeStart marks what has a meaning only at the start of a line: a quick
// action, a list, a heading, an underline, an include. It looks past what
// cannot be seen.
func escapeStart(line string) string {
	i := strings.IndexFunc(line, visible)
	if i < 0 {
		return line
	}
	digits := len(line[i:]) - len(strings.TrimLeft(line[i:], "0123456789"))
	if end := i + digits; digits > 0 && end < len(line) && strings.IndexByte(".)", line[end]) >= 0 {
		return line[:end] + string(mark) + line[end:]
	}
	if strings.IndexByte("/+-=:#", line[i]) >= 0 {
		return line[:i] + string(mark) + line[i:]
	}
	return line
}

func visible(r rune) bool { return !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) }

// joinSigils puts a joiner after everything that could begin a reference or
// a link, unless a space follows, with which none begins.
func joinSigils(s string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/8)
	for i, r := range s {
		b.WriteRune(r)
		rest := s[i+utf8.RuneLen(r):]
		switch {
		case strings.ContainsRune(sigils, r):
			if !strings.HasPrefix(rest, " ") {
				b.WriteString(joiner)
			}
		case r == ':' && strings.HasPrefix(rest, "//"), rest != "" && rest[0] == '.' && endsInWWW(s[:i+1]):
			b.WriteString(joiner)
		}
	}
	return b.String()
}

// endsInWWW says whether a dot after s would make a link of what follows. The
// joiner stands before the dot: after it, it would pass for part of a host.
func endsInWWW(s string) bool {
	return len(s) >= 3 && strings.EqualFold(s[len(s)-3:], "www")
}

// escapeMarkdown takes the meaning off every character that has one.
func escapeMarkdown(s string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/8)
	for _, r := range s {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == mark:
			b.WriteByte('\\')
		case strings.ContainsRune(escaped, r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
