package sigma

import (
	"fmt"
	"strings"
)

// Refusal is a rule that cannot be honoured, and why, or, as a note, something
// that is likely not meant.
type Refusal struct {
	File   string
	Line   int    // from 1
	Rule   string // its title or id, "" when not even that could be read
	Reason string
}

func (r Refusal) String() string {
	name := ""
	if r.Rule != "" {
		name = fmt.Sprintf("rule %q: ", r.Rule)
	}
	return fmt.Sprintf("%s:%d: %s%s", r.File, r.Line, name, r.Reason)
}

// fault is what is wrong with a rule, and in which line.
type fault struct {
	line   int
	reason string
}

func (f *fault) Error() string { return fmt.Sprintf("line %d: %s", f.line, f.reason) }

// faultf is the error for everything a rule does wrong.
func faultf(line int, format string, args ...any) error {
	return &fault{line, fmt.Sprintf(format, args...)}
}

// quote shows a rule's text within a reason, shortened.
func quote(text string) string {
	const most = 80
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return fmt.Sprintf("%q", text)
}

// either lists words: "a, b or c".
func either(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
