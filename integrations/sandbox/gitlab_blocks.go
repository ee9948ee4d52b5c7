package sandbox

import (
	"regexp"
	"strings"
)

// mdBlock is a stretch of lines [from, to) that is not prose.
type mdBlock struct {
	from, to int
	kind     mdKind
}

type mdKind int

const (
	mdFence   mdKind = iota // fenced code
	mdComment               // an HTML comment
	mdHTML                  // another HTML block
	mdQuote                 // GitLab's >>> block
)

var (
	mdFenceOpen = regexp.MustCompile("^ {0,3}(`{3,}[^`]*|~{3,}.*)$")
	mdHTMLSix   = regexp.MustCompile(`(?i)^ {0,3}</?(address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(\s|/?>|$)`)
	mdHTMLOne   = regexp.MustCompile(`(?i)^ {0,3}<(script|pre|style|textarea)(\s|>|$)`)
	mdHTMLSeven = regexp.MustCompile(`^ {0,3}</?[A-Za-z][A-Za-z0-9-]*(\s[^<>]*)?/?>\s*$`)
)

// markdownBlocks finds the top-level blocks of CommonMark and GitLab's >>>
// (both documented) whose lines are not prose. Containers are not entered: a fence inside a
// quote is not found here.
func markdownBlocks(lines []string) []mdBlock {
	var blocks []mdBlock
	paragraph := false // the line before belongs to one
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		b := mdBlock{from: i, to: i + 1}
		switch {
		case mdFenceOpen.MatchString(line):
			b.to, b.kind = fenceEnd(lines, i), mdFence
		case strings.HasPrefix(trimIndent(line), "<!--"):
			b.to, b.kind = lineWith(lines, i, "-->"), mdComment
		case mdHTMLOne.MatchString(line):
			tag := strings.ToLower(mdHTMLOne.FindStringSubmatch(line)[1])
			b.to, b.kind = lineWith(lines, i, "</"+tag+">"), mdHTML
		case mdHTMLSix.MatchString(line), mdHTMLSeven.MatchString(line) && !paragraph:
			b.to, b.kind = blankAfter(lines, i), mdHTML
		case strings.TrimRight(line, " ") == ">>>":
			end := closingQuote(lines, i)
			if end < 0 { // unclosed: an ordinary quote
				paragraph = true
				continue
			}
			b.to, b.kind = end, mdQuote
		default:
			paragraph = strings.TrimSpace(line) != ""
			continue
		}
		blocks = append(blocks, b)
		paragraph = false
		i = b.to - 1
	}
	return blocks
}

// trimIndent removes up to three leading spaces; four make indented code.
func trimIndent(line string) string {
	t := strings.TrimLeft(line, " ")
	if len(line)-len(t) > 3 {
		return line
	}
	return t
}

// fenceEnd: a closing fence is of the same character, at least as long, and
// bare; without one the code runs to the end.
func fenceEnd(lines []string, open int) int {
	first := trimIndent(lines[open])
	mark := first[:len(first)-len(strings.TrimLeft(first, first[:1]))]
	for i := open + 1; i < len(lines); i++ {
		t := strings.TrimRight(trimIndent(lines[i]), " \t")
		if strings.HasPrefix(t, mark) && strings.Trim(t, mark[:1]) == "" {
			return i + 1
		}
	}
	return len(lines)
}

func lineWith(lines []string, from int, end string) int {
	for i := from; i < len(lines); i++ {
		if strings.Contains(strings.ToLower(lines[i]), end) {
			return i + 1
		}
	}
	return len(lines)
}

func blankAfter(lines []string, from int) int {
	for i := from; i < len(lines); i++ {
		if strings.TrimSpace(lines[i]) == "" {
			return i
		}
	}
	return len(lines)
}

func closingQuote(lines []string, open int) int {
	for i := open + 1; i < len(lines); i++ {
		if strings.TrimRight(lines[i], " ") == ">>>" {
			return i + 1
		}
	}
	return -1
}
