package bot

import (
	"fmt"
	"strings"
	"time"

	"firebreak/incident"
)

// catchupMessage tells one person what they missed: where it stands, what has
// happened since, what is theirs to do, and what nobody knows yet.
func catchupMessage(c caughtUp, user string, now time.Time, command string) message {
	inc := c.Incident
	var l layout
	summary := fmt.Sprintf("*%s* · %s · %s · %s", inc.Number, inc.Severity, statusWord(inc), words(inc.Title, 300))
	facts := append([]string{summary, "Commander: " + commander(inc)}, roleLines(c.Roles)...)
	l.section(append(facts, milestoneLine(inc, now))...)
	if c.Update.Text != "" {
		l.section(fmt.Sprintf("*Last update* %s %s: %s", jump(c.Update, now), named(c.Update.Actor), words(c.Update.Text, 400)))
	}
	lines := []string{c.heading(now)}
	for _, e := range c.Told {
		lines = append(lines, entryLine(e, now))
	}
	l.list(lines, 0, func(left int) string { return fmt.Sprintf("… and %d more.", left) })
	l.list(pinLines(c.Pins, c.Pinned, now), 0, func(left int) string { return fmt.Sprintf("… and %d more.", left) })
	l.list(c.taskLines(user, now), 0, func(left int) string { return fmt.Sprintf("… and %d more.", left) })
	if len(c.Unknown) > 0 {
		l.section("*Open questions:* " + strings.Join(c.Unknown, "; ") + ".")
	}
	p := parser{slash: command}
	l.context(p.do("timeline") + " has all of it.")
	return l.message(summary)
}

// heading says since when, and how much of it there was.
func (c caughtUp) heading(now time.Time) string {
	var parts []string
	for _, k := range []incident.Kind{incident.KindMessage, incident.KindAlert, incident.KindDetection, incident.KindTask} {
		if n := c.News[k]; n > 0 {
			parts = append(parts, count(n, string(k)))
		}
	}
	much := strings.Join(parts, ", ")
	if c.Since.IsZero() {
		if much == "" {
			return "*So far*"
		}
		return "*So far:* " + much
	}
	if much == "" {
		much = "nothing was said"
	}
	return fmt.Sprintf("*Since you were last heard of*, %s: %s", stamp(c.Since, now), much)
}

// taskLines are the open tasks, the reader's own first.
func (c caughtUp) taskLines(user string, now time.Time) []string {
	open, done := byState(c.Tasks)
	var mine, others []incident.Task
	for _, t := range open {
		if t.Owner == user {
			mine = append(mine, t)
		} else {
			others = append(others, t)
		}
	}
	heading := fmt.Sprintf("*Tasks:* %d open, %d done", len(open), len(done))
	if len(mine) > 0 {
		heading += fmt.Sprintf(", %d yours", len(mine))
	}
	return append([]string{heading}, taskLines(append(mine, others...), now, statusTasks)...)
}
