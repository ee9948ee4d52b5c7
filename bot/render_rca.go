package bot

import (
	"fmt"
	"strings"

	"firebreak/incident"
)

// rcaMessage shows the RCA's Markdown as it stands, as far as one message
// holds it.
func rcaMessage(n incident.Number, markdown, command string) message {
	p := parser{slash: command}
	var l layout
	title := fmt.Sprintf("*RCA of %s* as it stands. Fill it in here, or with %s.", n, p.do("rca set SECTION TEXT"))
	l.section(title)
	l.buttons(button{action: actionWriteRCA, label: "Write it", value: n.String()})
	// Three backticks in it would end the preformatted block early.
	text := strings.ReplaceAll(strings.ToValidUTF8(markdown, "\uFFFD"), "```", "'''")
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, escapedTo(strings.TrimRight(line, "\r\n"), 1000))
	}
	for len(lines) > 0 {
		chunk := lines[:fitting(lines, sectionMax-len("```\n\n```"))]
		if !l.fits([]string{"```", strings.Join(chunk, "\n"), "```"}, true) {
			break
		}
		l.section("```", strings.Join(chunk, "\n"), "```")
		lines = lines[len(chunk):]
	}
	if len(lines) > 0 {
		l.context(fmt.Sprintf("… and %d more lines. All of it goes to GitLab with %s.", len(lines), p.do("rca publish")))
	}
	return l.message(title)
}
