package gitlab

import "strings"

// slashLines gives the lines of a Markdown text that GitLab might run as quick
// actions, as often as they stand there. This is the last line of defence;
// text is made harmless before it comes here, so it rather gives one too many.
//
// GitLab deletes carriage returns before it looks, so they don't protect. A
// fence protects only if every generation of GitLab agrees that it does: three
// backticks at column 0, closed by a line of just these, and nothing above
// that might swallow one of the two.
func slashLines(text string) []string {
	var risky, inside []string // inside holds the slash lines of an open fence
	open, sure, last := false, !hasFrontMatter(text), ""
	for line := range strings.SplitSeq(unbroken.Replace(text), "\n") {
		switch tick := strings.HasPrefix(strings.TrimSpace(line), "```"); {
		case open && tick:
			// Any such line closes it for somebody; another than the plain
			// one, or one without anything before it, does not for all.
			if line != "```" || last == "```" {
				sure, risky = false, append(risky, inside...)
			}
			open, inside = false, nil
		case tick:
			open = sure && strings.HasPrefix(line, "```") && !strings.Contains(line[3:], "`")
			sure = open
		case isSlashLine(line) && open:
			inside = append(inside, line)
		case isSlashLine(line):
			risky = append(risky, line)
		case !open && swallows(line):
			sure = false
		}
		last = line
	}
	return append(risky, inside...) // of a fence that was never closed
}

// unbroken makes a newline of everything that some reader takes for one.
var unbroken = strings.NewReplacer("\r", "", "\v", "\n", "\f", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

// swallows says whether a line may begin something other than a fence that
// runs over several lines, and so may hold half of one.
func swallows(line string) bool {
	line = strings.TrimSpace(line)
	if strings.HasPrefix(line, "<!--") && strings.Index(line, "-->") == len(line)-len("-->") {
		return false // a whole comment, as our own markers are
	}
	for _, begin := range []string{"~~~", ">>>", "<", "$$"} {
		if strings.HasPrefix(line, begin) {
			return true
		}
	}
	return strings.Count(line, "`")%2 == 1
}

func hasFrontMatter(text string) bool {
	text = strings.TrimSpace(text)
	return strings.HasPrefix(text, "---") || strings.HasPrefix(text, "+++") || strings.HasPrefix(text, ";;;")
}

func isSlashLine(line string) bool {
	if len(line) < 2 || line[0] != '/' {
		return false
	}
	letter := line[1] | 0x20
	return letter >= 'a' && letter <= 'z'
}

// addsQuickAction says whether text has a risky line that old did not have.
func addsQuickAction(old, text string) bool {
	had := make(map[string]int)
	for _, line := range slashLines(old) {
		had[line]++
	}
	for _, line := range slashLines(text) {
		if had[line]--; had[line] < 0 {
			return true
		}
	}
	return false
}
