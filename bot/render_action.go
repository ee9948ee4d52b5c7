package bot

import (
	"cmp"
	"fmt"
	"time"

	"firebreak/incident"
)

// actionsMessage lists the actions that are not done: those that need a
// person first. total counts them all.
func actionsMessage(n incident.Number, list []unfinished, total int, now time.Time, command string) message {
	if len(list) == 0 {
		return sentence(fmt.Sprintf("*%s*: nothing is left to do outside.", n))
	}
	p := parser{slash: command}
	aside := 0
	var lines []string
	for _, a := range list {
		if !a.State.Open() {
			aside++
		}
		lines = append(lines, actionLine(a, now))
	}
	summary := fmt.Sprintf("*%s* · %s to do outside", n, count(total-aside, "thing"))
	if aside > 0 {
		summary = fmt.Sprintf("*%s* · %s could not be done, %d to do", n, count(aside, "thing"), total-aside)
	}
	var l layout
	l.section(summary)
	l.list(lines, total-len(list), func(left int) string { return fmt.Sprintf("… and %d more.", left) })
	if aside > 0 {
		l.context("Once the reason is gone, " + p.do("retry N") + " tries one again.")
	}
	return l.message(summary)
}

// actionLine is an action on one line: number, what, where it stands, since
// when.
func actionLine(p unfinished, now time.Time) string {
	return fmt.Sprintf("`%d` %s: %s · since %s", p.ID, capital(deed(p.Kind)), whereabouts(p, now), stamp(p.CreatedAt, now))
}

// whereabouts says where an action stands, and why.
func whereabouts(p unfinished, now time.Time) string {
	reason := words(trimStop(p.Reason), 300)
	next, waits := p.nextTry(now)
	switch {
	case p.State == incident.ActionDone:
		return "done"
	case p.State == incident.ActionParked:
		return "*refused*, " + cmp.Or(reason, "without a reason")
	case p.State == incident.ActionLost:
		return "*nobody knows whether it happened*, so it was not repeated"
	case p.State == incident.ActionSending:
		return "under way"
	case p.WaitsFor != 0:
		return fmt.Sprintf("waits for %d", p.WaitsFor)
	case p.Attempts == 0 && waits:
		return "due " + stamp(next, now)
	case p.Attempts > 0 && waits:
		return "next try " + stamp(next, now) + ", " + cmp.Or(reason, "the last one did not work")
	}
	return "its turn is next"
}

// notRetried answers to a retry of an action that needs none.
func notRetried(p unfinished, now time.Time, command string) message {
	text := fmt.Sprintf("Nothing was changed. Action %d (%s): %s.", p.ID, deed(p.Kind), whereabouts(p, now))
	if p.WaitsFor != 0 && p.State.Open() {
		text += fmt.Sprintf(" Try that one again: %s.", parser{slash: command}.do(fmt.Sprintf("retry %d", p.WaitsFor)))
	}
	return sentence(text)
}
