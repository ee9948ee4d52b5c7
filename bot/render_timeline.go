package bot

import (
	"fmt"
	"time"

	"firebreak/incident"
)

// timelineShown is how many entries one answer holds: about what a phone
// shows in three screens.
const timelineShown = 20

// timelineMessage shows the newest of the entries that match, oldest first.
// entries are in timeline order; total is how many match in all.
func timelineMessage(n incident.Number, entries []incident.Entry, total int, now time.Time, command string) message {
	p := parser{slash: command}
	if len(entries) == 0 {
		return sentence(fmt.Sprintf("%s has no such entries. Try %s or %s.", n, p.do("timeline"), p.do("timeline kind:note")))
	}
	entries = entries[max(0, len(entries)-timelineShown):]
	var lines []string
	for _, e := range entries {
		lines = append(lines, entryLine(e, now))
	}
	total = max(total, len(entries))
	summary := fmt.Sprintf("*%s* · %d of %d entries", n, len(entries), total)
	if len(entries) == total {
		summary = fmt.Sprintf("*%s* · all %d entries", n, total)
		if total == 1 {
			summary = fmt.Sprintf("*%s* · 1 entry", n)
		}
	}
	var l layout
	l.section(summary)
	l.list(lines, 0, func(left int) string { return fmt.Sprintf("… and %d newer.", left) })
	if len(entries) < total {
		l.context("The newest. Narrow it down: " + p.do("timeline WORDS kind:note from:@user pinned:yes") + ".")
	}
	l.buttons(editorButton(n))
	return l.message(summary)
}

// entryShown is how much of an entry's text a line shows, in characters:
// twenty such lines fit into one message.
const entryShown = 200

// entryLine is an entry on one line: number, time, who, what.
func entryLine(e incident.Entry, now time.Time) string {
	line := fmt.Sprintf("`%d` %s *%s*", e.N, jump(e, now), named(e.Actor))
	if e.Kind != incident.KindMessage {
		line += " _" + words(string(e.Kind), 40) + "_"
	}
	if e.Pinned() {
		line += " :pushpin:"
	}
	if e.Hidden {
		line += " :no_entry:"
	}
	if e.Late() && e.Kind != incident.KindPage {
		line += " (late)"
	}
	line += " " + shown(e, entryShown)
	if times, until := e.Repeats(); times > 0 {
		line += fmt.Sprintf(" (repeated %s until %s)", count(times, "time"), stamp(until, now))
	}
	return line
}

// shown is an entry's text as far as it may be read.
func shown(e incident.Entry, limit int) string {
	switch {
	case e.Redacted:
		return "_redacted_"
	case e.Moved != 0:
		return "_moved to " + e.Whither() + "_"
	case e.Folded != 0:
		return fmt.Sprintf("_part of entry %d_", e.Folded)
	case e.Dropped:
		return "_taken off the timeline_"
	case e.Deleted:
		return "_deleted:_ " + words(e.Text, limit)
	case e.Text == "" && len(e.Files) > 0:
		return count(len(e.Files), "file") + ": " + words(e.Files[0].Name, limit)
	}
	return words(e.Text, limit)
}

// jump is an entry's time, leading to where it was said.
func jump(e incident.Entry, now time.Time) string {
	at := stamp(e.OccurredAt, now)
	if e.Source.Permalink == "" {
		return at
	}
	if l := link(e.Source.Permalink, "↗"); l != "↗" {
		return at + " " + l
	}
	return at
}
