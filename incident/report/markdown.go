package report

import (
	"fmt"
	"io"
	"strings"

	"firebreak/incident"
)

// Markdown writes the timeline in GitLab Flavored Markdown, a heading for each
// day, beneath one for each phase where people have said any. Whatever people wrote is inert in it.
func (r Report) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Timeline of %s\n\n| | |\n|---|---|\n", incident.GitLabLine(r.title()))
	for _, f := range r.facts() {
		fmt.Fprintf(&b, "| %s | %s |\n", f[0], incident.GitLabLine(f[1]))
	}
	for _, part := range r.parts() {
		day, level := "", "##"
		if part.Phase != "" {
			level = "###"
			fmt.Fprintf(&b, "\n## %s\n", incident.GitLabLine(part.Title()))
		}
		for _, l := range part.Lines {
			if on := l.OccurredAt.UTC().Format("Monday, 2006-01-02"); on != day {
				fmt.Fprintf(&b, "\n%s %s (UTC)\n\n", level, on)
				day = on
			}
			b.WriteString(l.markdown())
		}
	}
	if r.Coverage != "" {
		fmt.Fprintf(&b, "\n## Coverage\n\n%s\n", incident.GitLabText(r.masked(r.Coverage)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (l line) markdown() string {
	says := incident.GitLabLine(l.Says)
	if l.Hidden {
		says = "*" + l.Says + "*"
	}
	who := ""
	if l.Who != "" {
		who = " " + incident.GitLabLine(l.Who) + ":"
	}
	lane := ""
	if l.Lane == incident.LaneAdversary {
		lane = "🔴 "
	}
	if l.Pinned() {
		lane += "📌 "
	}
	late := ""
	if l.Late() {
		late = ", recorded " + l.RecordedAt.UTC().Format("2006-01-02 15:04")
	}
	return fmt.Sprintf("- %s%s **%s**%s %s (entry %d%s)\n", lane, l.OccurredAt.UTC().Format("15:04:05"), l.Kind, who, says, l.N, late)
}
