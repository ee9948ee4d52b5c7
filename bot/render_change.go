package bot

import (
	"fmt"
	"strings"
	"time"

	"firebreak/incident"
)

// What a (p) command did, for the channel. by is the Slack id of its author.

func severityMessage(inc incident.Incident, was incident.Severity, by string) message {
	text := fmt.Sprintf("*%s* now", inc.Severity)
	if was.Valid() && was != inc.Severity {
		text += fmt.Sprintf(" (was %s)", was)
	}
	return sentence(text + ", set by " + who(by) + ".")
}

func leadMessage(user, by string) message {
	if user == by {
		return sentence(who(user) + " has the lead.")
	}
	return sentence(who(user) + " has the lead, given by " + who(by) + ".")
}

func roleMessage(role, user, by string) message {
	return sentence(fmt.Sprintf("%s is %s now, says %s.", who(user), words(role, 80), who(by)))
}

func milestoneMessage(m incident.Milestone, at, now time.Time, by string) message {
	return sentence(fmt.Sprintf("*%s* at %s, says %s.", capital(string(m)), stamp(at, now), who(by)))
}

// updateMessage is an update for the stakeholders. It may stand outside the
// incident's channel, so it names the incident.
func updateMessage(inc incident.Incident, text, by string) message {
	summary := fmt.Sprintf("*Update on %s* · %s · %s, by %s:", inc.Number, inc.Severity, statusWord(inc), who(by))
	var l layout
	l.section(summary, "> "+words(text, 2500))
	return l.message(summary + " " + words(text, 500))
}

// closedMessage says that an incident is closed, and as what.
func closedMessage(inc incident.Incident, by, command string) message {
	p := parser{slash: command}
	text := fmt.Sprintf("*%s is closed* %s, by %s.", inc.Number, disposition(inc), who(by))
	if inc.Reason != "" {
		text += "\n> " + words(inc.Reason, 1000)
	}
	if inc.RCA.IID == 0 && inc.Disposition == incident.Resolved {
		text += "\nThe RCA goes to GitLab with " + p.do("rca publish") + "."
	}
	return sentence(text)
}

func disposition(inc incident.Incident) string {
	switch inc.Disposition {
	case incident.FalsePositive:
		return "as a false positive"
	case incident.Duplicate:
		return "as a duplicate of " + inc.DuplicateOf.String()
	case incident.Drill:
		return "as a drill"
	case incident.Override:
		return "by override, with something missing"
	case incident.Resolved:
		return "as resolved"
	}
	return ""
}

func reopenedMessage(inc incident.Incident, by string) message {
	return sentence(fmt.Sprintf("*%s is open again*, says %s.", inc.Number, who(by)))
}

// unarchiveMessage says what only people can do, and no more of a private
// incident than its number: it may stand in the control channel.
func unarchiveMessage(inc incident.Incident) message {
	which := "its channel"
	if !inc.Private {
		which = channelLink(inc.Channel)
	}
	return sentence(fmt.Sprintf("*%s is open again*, but %s is archived, and Slack lets no bot unarchive a channel. "+
		"Somebody who was in it: unarchive it, then `/invite` me. I go on from there, and read what was said meanwhile.", inc.Number, which))
}

// rcaPublishedMessage says where the RCA is. again: it was there before and
// has been brought up to date.
func rcaPublishedMessage(inc incident.Incident, again bool) message {
	what := "is published"
	if again {
		what = "is up to date"
	}
	return sentence(fmt.Sprintf("The RCA of %s %s: %s.", inc.Number, what, link(inc.RCA.URL, fmt.Sprintf("GitLab #%d", inc.RCA.IID))))
}

// notedMessage answers who put a note on the timeline.
func notedMessage(e incident.Entry, now time.Time) message {
	return sentence(fmt.Sprintf("Noted at %s as entry %d: %s", stamp(e.OccurredAt, now), e.N, words(e.Text, 300)))
}

// unclearTimeMessage asks back which of two instants was meant.
func unclearTimeMessage(e *incident.UnclearTimeError) message {
	what := "happened twice that night, when the clocks went back"
	if e.Skipped {
		what = "never happened, the clocks skipped it"
	}
	var ways []string
	for _, c := range e.Candidates {
		ways = append(ways, code(c.Format(time.RFC3339)))
	}
	return sentence(fmt.Sprintf("%s %s. Nothing was changed. Say %s.", code(e.Text), what, strings.Join(ways, " or ")))
}

// refusedMessage answers to a command that was not understood.
func refusedMessage(e *UsageError) message { return sentence(e.Message) }

// trimStop takes the full stop off a sentence that another one goes on from.
func trimStop(s string) string { return strings.TrimRight(strings.TrimSpace(s), ".") }

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
