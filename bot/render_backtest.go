package bot

import (
	"fmt"
	"strings"
	"time"

	"firebreak/detect/sigma"
)

// ruleWord is a back-tested rule's name within backquotes.
func ruleWord(o backtestOrder) string { return strings.ReplaceAll(words(o.Rule, 100), "`", "'") }

// calledRule is a rule by its title and id, for people.
func calledRule(h sigma.Head) string {
	return fmt.Sprintf("*%s* (`%s`)", words(h.Title, 120), strings.ReplaceAll(words(RuleName(h), 100), "`", "'"))
}

// backtestingMessage says how far a back-test is.
func backtestingMessage(o backtestOrder, alerts int, at time.Time) message {
	if alerts == 0 {
		return sentence(fmt.Sprintf("Back-testing `%s`…", ruleWord(o)))
	}
	return sentence(fmt.Sprintf("Back-testing `%s`… %s so far, up to %s.", ruleWord(o), thousands(alerts, "alert"), stamp(at, nowUTC())))
}

// backtestedMessage says what a rule would have found.
func backtestedMessage(o backtestOrder, t backtested, now time.Time) message {
	head := fmt.Sprintf("*%s* (`%s`) on %s of the last %s", words(t.Title, 120), ruleWord(o), thousands(t.Alerts, "alert"), count(o.Days, "day"))
	if !t.From.IsZero() {
		head += fmt.Sprintf(", %s to %s", stamp(t.From, now), stamp(t.To, now))
	}
	var l layout
	if t.Found == 0 {
		head += ": it finds nothing."
		l.section(head)
	} else {
		head += fmt.Sprintf(": *it would have told %s*, about %s; it matches %s.", times(t.Told), count(t.Groups, "group"), times(t.Found))
		l.section(head)
		var lines []string
		for _, f := range t.Newest {
			lines = append(lines, bullet(foundThen(f, now)))
		}
		l.list(lines, t.Told-len(lines), func(left int) string { return fmt.Sprintf("… and %s before those.", count(left, "more")) })
	}
	if notes := t.notes(o); len(notes) > 0 {
		l.context(strings.Join(notes, " "))
	}
	return l.message(head)
}

// times counts how often.
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return strings.TrimSuffix(thousands(n, "time"), "s") + "s"
}

// foundThen is a detection on one line.
func foundThen(f backtestFound, now time.Time) string {
	parts := []string{stamp(f.At, now)}
	if f.Group.Value != "" {
		parts = append(parts, words(string(f.Group.Type), 64)+" "+words(f.Group.Value, 120))
	}
	if f.Count > 1 {
		parts = append(parts, count(f.Count, "alert"))
	}
	if f.Text != "" {
		parts = append(parts, words(f.Text, lineShown))
	}
	return strings.Join(parts, " · ")
}

// notes says what people had judged, and what was left out.
func (t backtested) notes(o backtestOrder) (notes []string) {
	if j := t.Judged[index(true)]; j.Of > 0 {
		notes = append(notes, fmt.Sprintf("It finds %d of %s.", j.Found, count(j.Of, "confirmed detection")))
	}
	if j := t.Judged[index(false)]; j.Of > 0 {
		notes = append(notes, fmt.Sprintf("It finds %d of %s.", j.Found, count(j.Of, "false positive")))
	}
	if t.Ended != "" {
		notes = append(notes, strings.ToUpper(t.Ended[:1])+t.Ended[1:]+".")
	}
	if o.Post == "" {
		return append(notes, "Alerts of incidents that you may not see are left out.")
	}
	return append(notes, "Alerts of other private incidents are left out; asked outside of an incident's channel, I try those as well that you may see, and tell you alone.")
}
