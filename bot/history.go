package bot

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"firebreak/incident"
)

// historyMax is how many changes of an entry a history shows, and historyText
// how many characters of a text: forty such are below all limits of a modal.
const (
	historyMax  = 40
	historyText = 1500
)

// history shows what the entry has been.
func (o *order) history() (message, error) {
	e, err := o.tx.Entry(incident.Operator(), o.inc.Number, o.cmd.N)
	if isNotFound(err) {
		return message{}, refuse(o.inc.Number.String() + " has no entry " + strconv.Itoa(o.cmd.N) + ". `" + o.slash.Command + " timeline` shows their numbers.")
	}
	if err != nil {
		return message{}, err
	}
	var l layout
	l.section(historyHead(e, o.at))
	lines := historyLines(e, o.at, 200)
	l.list(lines[min(1, len(lines)):], 0, func(left int) string { return fmt.Sprintf("… and %d more: the form of the entry shows them.", left) })
	return l.message(fmt.Sprintf("History of entry %d", e.N)), nil
}

// happened is one thing that happened to an entry.
type happened struct {
	at   time.Time
	line string
}

// historyHead is how the entry stands, and how it was recorded.
func historyHead(e incident.Entry, now time.Time) string {
	first := historyLines(e, now, historyText)
	head := fmt.Sprintf("*Entry %d of %s*, recorded %s%s", e.N, e.Incident, stamp(e.RecordedAt, now), stateWords(e))
	if e.Redacted || len(first) == 0 {
		return head
	}
	return head + "\n" + first[0]
}

// historyLines are the original and then each change, in order of time, with
// who, when and why. The text of each has at most limit characters.
func historyLines(e incident.Entry, now time.Time, limit int) []string {
	if e.Redacted {
		return []string{"It was redacted: nothing of it is left."}
	}
	if e.MovedAway {
		return []string{"What it says and has been is where it is now."}
	}
	all := textHistory(e, now, limit)
	for _, a := range e.Alterations {
		all = append(all, happened{a.At, fmt.Sprintf("%s by %s: %s%s", stamp(a.At, now), someone(a.By), alterationWords(e, a), why(a.Reason, a.Undone))})
	}
	slices.SortStableFunc(all[1:], func(a, b happened) int { return a.at.Compare(b.at) })
	var lines []string
	for _, t := range all {
		lines = append(lines, t.line)
	}
	return lines
}

// textHistory are the states of text and time, the original first.
func textHistory(e incident.Entry, now time.Time, limit int) []happened {
	if len(e.Revisions) == 0 {
		return []happened{{e.OccurredAt, fmt.Sprintf("It says since then, of %s: %s", stamp(e.OccurredAt, now), words(e.Text, limit))}}
	}
	r := e.Revisions[0]
	all := []happened{{r.At, fmt.Sprintf("It said, of %s: %s", stamp(r.OccurredAt, now), words(r.Text, limit))}}
	for i, r := range e.Revisions[1:] {
		was, how := e.Revisions[i], "it says: "+words(r.Text, limit)
		if was.Text == r.Text {
			how = "it happened " + stamp(r.OccurredAt, now)
		} else if !was.OccurredAt.Equal(r.OccurredAt) {
			how = "it happened " + stamp(r.OccurredAt, now) + ", and it says: " + words(r.Text, limit)
		}
		if r.Via == "slack" {
			how += " (edited in Slack)"
		}
		all = append(all, happened{r.At, fmt.Sprintf("%s by %s: %s%s", stamp(r.At, now), someone(r.By), how, why(r.Reason, false))})
	}
	return all
}

func someone(user string) string {
	if user == "" {
		return "somebody"
	}
	return who(user)
}

func why(reason string, undone bool) (s string) {
	if reason != "" {
		s = " (" + words(reason, 200) + ")"
	}
	if undone {
		s += " – no longer so"
	}
	return s
}

// alterationWords say what an alteration made of its entry.
func alterationWords(e incident.Entry, a incident.Alteration) string {
	to := words(a.To, 60)
	on := a.To != ""
	switch a.What {
	case incident.WhatKind:
		return "it is of kind " + cmp.Or(to, "as recorded")
	case incident.WhatPhase:
		return "it is of the phase " + cmp.Or(to, "that the milestones say")
	case incident.WhatHidden:
		return map[bool]string{true: "not in the RCA and exports", false: "in the RCA and exports"}[on]
	case incident.WhatDropped:
		return map[bool]string{true: "off the timeline", false: "on the timeline"}[on]
	case incident.WhatFolded:
		return map[bool]string{true: "part of entry " + to, false: "stands by itself"}[on]
	case incident.WhatMoved:
		if a.To != e.Moved.String() {
			to = "another incident" // which may be private
		}
		return map[bool]string{true: "moved to " + to, false: "stands here"}[on]
	}
	return words(string(a.What), 40) + " " + to
}
