package bot

import (
	"fmt"

	"firebreak/incident"
)

// callText is what PagerDuty shows, or reads out, to who is called: of a
// private incident its number and severity only. It has no markup.
func callText(inc incident.Incident, by incident.Actor) string {
	text := fmt.Sprintf("%s (%s): %s calls you to the incident's Slack channel", inc.Number, inc.Severity, by.Name)
	if !inc.Private {
		text += ": " + oneLine(inc.Title)
	}
	return text
}

// calleeName names who is called.
func calleeName(c incident.Callee) string {
	switch {
	case c.Slack != "":
		return who(c.Slack)
	case c.Kind == incident.CalleePolicy:
		return "*" + words(c.Name, 100) + "* (escalation policy)"
	}
	return "*" + words(c.Name, 100) + "*"
}

func calledMessage(c call) message {
	return sentence(fmt.Sprintf("%s called %s through PagerDuty.", who(c.By.ID), calleeName(c.To)))
}

// noCalleeMessage tells the asker why nobody was called, and who could be.
func noCalleeMessage(typed string, f calleeFound, command string) message {
	p := parser{slash: command}
	var l layout
	summary := "Nobody was called for " + code(typed) + ": " + f.Why + "."
	l.section(summary)
	if len(f.Near) > 0 {
		lines := []string{"Whom do you mean?"}
		for _, c := range f.Near {
			name := c.Name
			if c.Kind == incident.CalleeUser && c.Email != "" {
				name = c.Email
			}
			lines = append(lines, bullet(calleeName(c)+": "+p.do("page "+name)))
		}
		l.section(lines...)
	}
	l.context("A @mention, an e-mail address, or the whole name of a PagerDuty user or escalation policy will do.")
	return l.message(summary)
}
