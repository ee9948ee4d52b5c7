package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"firebreak/incident"
)

// How many lines of each sort a status shows.
const (
	statusTasks = 8
	statusPins  = 5
)

// statusMessage says where an incident stands. pins are its pinned entries in
// timeline order.
func statusMessage(inc incident.Incident, tasks []incident.Task, pins []incident.Entry, now time.Time, command string, warnings ...string) message {
	var l layout
	summary := fmt.Sprintf("*%s* · %s · %s · %s", inc.Number, inc.Severity, statusWord(inc), words(inc.Title, 500))
	l.section(append([]string{summary, "Commander: " + commander(inc), milestoneLine(inc, now)}, linksOf(inc)...)...)
	l.list(warnings, 0, func(int) string { return "… and more." })
	p := parser{slash: command}
	open, done := byState(tasks)
	lines := []string{fmt.Sprintf("*Tasks:* %d open, %d done", len(open), len(done))}
	l.list(append(lines, taskLines(open, now, statusTasks)...), max(0, len(open)-statusTasks), func(left int) string {
		return fmt.Sprintf("… and %d more: %s", left, p.do("task list"))
	})
	l.list(pinLines(pins, now), 0, func(left int) string { return fmt.Sprintf("… and %d more.", left) })
	return l.message(summary)
}

func statusWord(inc incident.Incident) string {
	if inc.Closed() {
		return strings.TrimSpace("closed " + disposition(inc))
	}
	return string(inc.Status)
}

func milestoneLine(inc incident.Incident, now time.Time) string {
	var reached []string
	for _, m := range incident.Milestones() {
		if at, ok := inc.Milestones[m]; ok && !at.IsZero() {
			reached = append(reached, string(m)+" "+stamp(at, now))
		}
	}
	if len(reached) == 0 {
		return "Milestones: none yet"
	}
	return "Milestones: " + strings.Join(reached, ", ")
}

// linksOf leads to the page and to the RCA.
func linksOf(inc incident.Incident) []string {
	var links []string
	if inc.Page.ID != "" {
		links = append(links, link(inc.Page.URL, fmt.Sprintf("PagerDuty #%d", inc.Page.Number)))
	}
	if inc.RCA.IID != 0 {
		links = append(links, link(inc.RCA.URL, fmt.Sprintf("RCA in GitLab #%d", inc.RCA.IID)))
	}
	if len(links) == 0 {
		return nil
	}
	return []string{strings.Join(links, " · ")}
}

// taskLines are the first tasks, one line each.
func taskLines(tasks []incident.Task, now time.Time, limit int) []string {
	var lines []string
	for _, t := range tasks[:min(len(tasks), limit)] {
		lines = append(lines, taskLine(t, now))
	}
	return lines
}

// pinLines are the last pins, each with its way back to the message.
func pinLines(pins []incident.Entry, now time.Time) []string {
	pins = slices.DeleteFunc(slices.Clone(pins), func(e incident.Entry) bool { return e.Dropped || e.Redacted })
	if len(pins) == 0 {
		return []string{"*Pins:* none yet"}
	}
	lines := []string{fmt.Sprintf("*Pins:* %d", len(pins))}
	if len(pins) > statusPins {
		lines[0] = fmt.Sprintf("*Pins:* the last %d of %d", statusPins, len(pins))
	}
	for _, e := range pins[max(0, len(pins)-statusPins):] {
		lines = append(lines, fmt.Sprintf("`%d` %s %s: %s", e.N, jump(e, now), named(e.Actor), shown(e, entryShown)))
	}
	return lines
}
