package main

import (
	"fmt"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// moment is how times read in text output: UTC, to the second.
const moment = "2006-01-02 15:04:05"

func utc(t time.Time) string { return t.UTC().Format(moment) }

// entryText is an entry for people: one line, and what the text has more
// below it, indented.
//
//	2026-11-22 14:32:05  #12 message  sam: it came from 203.0.113.7 [pinned]
func entryText(e incident.Entry) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  #%d %s  ", utc(e.OccurredAt), e.N, e.Kind)
	if e.Source.ThreadTS != "" && e.Source.ThreadTS != e.Source.TS {
		b.WriteString("↳ ")
	}
	if name := actorName(e.Actor); name != "" {
		b.WriteString(oneLine(name) + ": ")
	}
	b.WriteString(indented(e.Text))
	for _, mark := range marks(e) {
		b.WriteString(" [" + mark + "]")
	}
	b.WriteByte('\n')
	for _, f := range e.Files {
		fmt.Fprintf(&b, "    file %s, %d bytes, sha256 %s\n", oneLine(f.Name), f.Size, orDash(f.SHA256))
	}
	return b.String()
}

func actorName(a incident.Actor) string {
	if a.Name != "" {
		return a.Name
	}
	return a.ID
}

// marks says what is special about an entry.
func marks(e incident.Entry) []string {
	var marks []string
	for _, mark := range []struct {
		holds bool
		name  string
	}{
		{e.Pinned(), "pinned"},
		{len(e.Revisions) > 1, "edited"},
		{e.Deleted, "deleted"},
		{e.Dropped && e.Folded == 0 && e.Moved == 0, "dropped"},
		{e.Folded != 0, fmt.Sprintf("part of #%d", e.Folded)},
		{e.Moved != 0, "moved to " + e.Moved.String()},
		{e.Hidden, "not in the RCA"},
		{e.Phase != "", "phase " + string(e.Phase)},
		{e.Redacted, "redacted"},
		{e.Late(), "late"},
		{e.Lane == incident.LaneAdversary, "adversary"},
	} {
		if mark.holds {
			marks = append(marks, mark.name)
		}
	}
	if times, until := e.Repeats(); times > 0 {
		marks = append(marks, fmt.Sprintf("repeated %d× until %s", times, utc(until)))
	}
	return marks
}

func hitText(hit store.Hit) string {
	where := fmt.Sprintf("#%d %s", hit.Entry.N, hit.Entry.Kind)
	switch {
	case hit.Task != 0:
		where = fmt.Sprintf("task %d", hit.Task)
	case hit.Section != "":
		where = "rca " + hit.Section
	}
	older := ""
	if hit.Older != 0 {
		older = fmt.Sprintf(" [older revision %d]", hit.Older)
	}
	return fmt.Sprintf("%s  %s %s  %s%s\n", utc(hit.Entry.OccurredAt), hit.Entry.Incident, where, oneLine(hit.Snippet), older)
}

// indented keeps the line breaks of a text, so that no line of it can be
// taken for another entry.
func indented(text string) string {
	return strings.ReplaceAll(visible(strings.TrimRight(text, "\n")), "\n", "\n    ")
}

// oneLine makes text from outside fit into a line.
func oneLine(text string) string { return visible(strings.Join(strings.Fields(text), " ")) }

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
