package bot

import (
	"strings"
)

// helpMessage lists the commands, short enough for 03:00.
func helpMessage(slash string) message {
	var l layout
	p := parser{slash: slash}
	for _, g := range []group{groupNow, groupTasks, groupSearch, groupEdit, groupAfter} {
		lines := []string{"*" + string(g) + "*"}
		for _, f := range forms {
			line := p.do(f.String()) + " " + f.help
			switch {
			case f.group != g || f.later || f.aside:
			case f.beside:
				lines[len(lines)-1] += "; " + line
			default:
				lines = append(lines, line)
			}
		}
		l.section(lines...)
	}
	l.context("In an incident's channel that incident is meant; elsewhere put its number first: "+p.do("INC-3 status")+".",
		"Coming later: "+strings.Join(laterWords(), ", ")+".")
	return l.message("What " + code(slash) + " can do")
}

// laterWords names the commands that are promised only.
func laterWords() []string {
	var words []string
	for _, f := range forms {
		if f.later {
			words = append(words, f.String())
		}
	}
	return words
}

// commandsGuide is the part of docs/guide/commands.md that follows from the
// table.
func commandsGuide() string {
	var b strings.Builder
	for _, g := range []group{groupNow, groupTasks, groupSearch, groupEdit, groupAfter} {
		b.WriteString("### " + string(g) + "\n\n| command | what it does | who | answer |\n|---|---|---|---|\n")
		for _, f := range forms {
			if f.group == g && !f.later {
				b.WriteString("| `/inc " + f.String() + "` | " + f.help + " | " + f.authors() + " | " + f.audience() + " |\n")
			}
		}
		b.WriteString("\n")
	}
	b.WriteString("### Later\n\nThese are recognised and answer that they come later.\n\n| command | what it will do |\n|---|---|\n")
	for _, f := range forms {
		if f.later {
			b.WriteString("| `/inc " + f.String() + "` | " + f.help + " |\n")
		}
	}
	return b.String()
}

// audience says who sees what a command did.
func (f form) audience() string {
	if f.public {
		return "the channel"
	}
	return "you"
}

// authors says who may give a command.
func (f form) authors() string {
	switch f.access {
	case AccessLead:
		return "who has the lead, and admins"
	case AccessResponder:
		return "responders"
	case AccessViewer:
		return "who may see the incident"
	default:
		return "everybody"
	}
}

// accessGuide is the part of docs/guide/access.md that follows from the
// tables: who is who, and who may give which command.
func accessGuide() string {
	var b strings.Builder
	b.WriteString("| identity | who that is |\n|---|---|\n")
	head, line := "| command |", "|---|"
	for _, s := range entitlements {
		b.WriteString("| " + string(s.identity) + " | " + s.is + " |\n")
		head, line = head+" "+string(s.identity)+" |", line+":---:|"
	}
	b.WriteString("\n" + head + "\n" + line + "\n")
	for _, f := range forms {
		if f.later {
			continue
		}
		b.WriteString("| `" + f.String() + "` |")
		for _, s := range entitlements {
			mark := "–"
			if s.may >= f.access && (s.identity != identityCommander || !f.anywhere || f.access < AccessResponder) {
				mark = "yes"
			}
			b.WriteString(" " + mark + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}
