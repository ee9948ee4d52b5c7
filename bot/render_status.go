package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"firebreak/incident"
)

// How many lines of each sort a status shows.
const (
	statusTasks = 8
	statusPins  = 5
)

// standing is where an incident stands.
type standing struct {
	Incident incident.Incident
	Tasks    []incident.Task
	Pins     []incident.Entry // the newest, in timeline order
	Pinned   int              // how many there are
	Update   incident.Entry   // the last one for the stakeholders; zero: none yet
	Roles    []holder         // but for the commander

	Detections int
	SetAside   int // things that could not be done outside

	Warning string // who from outside is in the channel; mrkdwn
}

// statusMessage says where an incident stands.
func statusMessage(s standing, now time.Time, command string) message {
	inc := s.Incident
	var l layout
	summary := fmt.Sprintf("*%s* · %s · %s · %s", inc.Number, inc.Severity, statusWord(inc), words(inc.Title, 500))
	facts := []string{summary, "Commander: " + commander(inc)}
	facts = append(facts, roleLines(s.Roles)...)
	facts = append(facts, milestoneLine(inc, now))
	if s.Detections > 0 {
		facts = append(facts, "Detections: "+strconv.Itoa(s.Detections))
	}
	l.section(append(facts, linksOf(inc)...)...)
	l.section(s.Warning)
	if s.Update.Text != "" {
		l.section(fmt.Sprintf("*Last update* %s %s: %s", jump(s.Update, now), named(s.Update.Actor), words(s.Update.Text, 600)))
	}
	p := parser{slash: command}
	if s.SetAside > 0 {
		l.section(fmt.Sprintf(":warning: %s could not be done: %s", count(s.SetAside, "thing"), p.do("actions")))
	}
	open, done := byState(s.Tasks)
	lines := []string{fmt.Sprintf("*Tasks:* %d open, %d done", len(open), len(done))}
	l.list(append(lines, taskLines(open, now, statusTasks)...), max(0, len(open)-statusTasks), func(left int) string {
		return fmt.Sprintf("… and %d more: %s", left, p.do("task list"))
	})
	l.list(pinLines(s.Pins, s.Pinned, now), 0, func(left int) string { return fmt.Sprintf("… and %d more.", left) })
	return l.message(summary)
}

func statusWord(inc incident.Incident) string {
	if inc.Closed() {
		return strings.TrimSpace("closed " + disposition(inc))
	}
	return string(inc.Status)
}

// roleLines names who has which role: one line, shortened where many have one.
func roleLines(roles []holder) []string {
	var shown []string
	for _, r := range roles[:min(len(roles), namesShown)] {
		shown = append(shown, words(r.Role, longestRole)+" "+who(r.User))
	}
	if more := len(roles) - namesShown; more > 0 {
		shown = append(shown, fmt.Sprintf("and %d more", more))
	}
	if len(shown) == 0 {
		return nil
	}
	return []string{"Roles: " + strings.Join(shown, ", ")}
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

// pinLines are the last pins, each with its way back to the message; total
// says how many there are.
func pinLines(pins []incident.Entry, total int, now time.Time) []string {
	pins = slices.DeleteFunc(slices.Clone(pins), func(e incident.Entry) bool { return e.Dropped || e.Redacted })
	if len(pins) == 0 {
		return []string{"*Pins:* none yet"}
	}
	pins = pins[max(0, len(pins)-statusPins):]
	lines := []string{fmt.Sprintf("*Pins:* %d", len(pins))}
	if total > len(pins) {
		lines[0] = fmt.Sprintf("*Pins:* the last %d of %d", len(pins), total)
	}
	for _, e := range pins {
		lines = append(lines, fmt.Sprintf("`%d` %s %s: %s", e.N, jump(e, now), named(e.Actor), shown(e, entryShown)))
	}
	return lines
}
