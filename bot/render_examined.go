package bot

import (
	"fmt"
	"strings"
	"time"

	"firebreak/detect/logfile"
	"firebreak/detect/sweep"
	"firebreak/incident"
)

// Limits on a message about a file; the timeline has the rest.
const (
	findingsShown = 8
	linesShown    = 3 // of a finding
	lineShown     = 180
)

// examiningMessage says how far an examination is.
func examiningMessage(o examineOrder, fetched int64, events int) message {
	if events == 0 {
		return sentence(fmt.Sprintf("Reading `%s`… %s of %s.", fileName(o), mebibytes(fetched), mebibytes(max(o.Size, fetched))))
	}
	return sentence(fmt.Sprintf("Examining `%s`… %s so far.", fileName(o), thousands(events, "event")))
}

// fileName is a file's name within backquotes.
func fileName(o examineOrder) string { return strings.ReplaceAll(words(o.Name, 100), "`", "'") }

func mebibytes(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }

// thousands counts with a mark between each three digits.
func thousands(n int, noun string) string {
	text := count(n, noun)
	for at := strings.IndexByte(text, ' ') - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

// unexaminedMessage says why a file could not be examined.
func unexaminedMessage(o examineOrder, reason string) message {
	return sentence(fmt.Sprintf("I could not examine `%s`: %s.", fileName(o), words(trimStop(reason), 600)))
}

// examinedMessage says what was found in a file, the worst first, and what of
// it could not be read. shared: people of another organisation read along.
func examinedMessage(o examineOrder, f sweep.Found, shared bool, now time.Time, command string) message {
	if f.Kind == logfile.Unknown {
		return sentence(fmt.Sprintf("`%s` is no log file that I can read: JSON, CSV, EVTX or syslog, also with gzip.", fileName(o)))
	}
	return sweptMessage(fmt.Sprintf("`%s`: %s", fileName(o), thousands(f.Events, "event")), f, shared, now, command)
}

// sweptMessage is examinedMessage for whatever was examined.
func sweptMessage(head string, f sweep.Found, shared bool, now time.Time, command string) message {
	if !f.From.IsZero() {
		head += fmt.Sprintf(" from %s to %s", stamp(f.From, now), stamp(f.To, now))
	}
	total := len(f.Findings) + f.Left
	var l layout
	p := parser{slash: command}
	switch {
	case total == 0:
		head += ". Nothing found."
		l.section(head)
	case shared:
		head += fmt.Sprintf(". %s. I don't show them here, since people of another organisation read this channel: %s shows them to you alone.",
			count(total, "detection"), p.do("timeline kind:detection"))
		l.section(head)
	default:
		head = ":mag: " + head + ". *" + count(total, "detection") + "*"
		l.section(head)
		showFindings(&l, f, p, now)
	}
	if notes := unreadNotes(f); len(notes) > 0 {
		l.context(strings.Join(notes, " "))
	}
	return l.message(head)
}

// showFindings lists findings with their first evidence.
func showFindings(l *layout, f sweep.Found, p parser, now time.Time) {
	var all []string
	shown := f.Findings[:min(len(f.Findings), findingsShown)]
	for _, d := range shown {
		lines := []string{fmt.Sprintf("*%s* · %s · %d× · %s", words(d.Title, 120), words(d.Level, 40), d.Count, words(d.Why, 300))}
		for _, line := range d.Lines[:min(len(d.Lines), linesShown)] {
			lines = append(lines, bullet(fmt.Sprintf("%s %d · %s", placeIn(f.Kind), line.Place, quotedEvent(line.Alert, now))))
		}
		all = append(all, strings.Join(lines, "\n"))
	}
	l.list(all, len(f.Findings)-len(shown), func(left int) string {
		return fmt.Sprintf("… and %d more. ", left) + p.do("timeline kind:detection") + " has them with their evidence."
	})
}

// placeIn is what a line's place counts.
func placeIn(k logfile.Kind) string {
	if k == sweep.Message {
		return "alert"
	}
	return k.Place()
}

// quotedEvent is an event on one line: a log line as it stands, of JSON what
// was understood of it.
func quotedEvent(a incident.Alert, now time.Time) string {
	if strings.HasPrefix(a.Raw, "{") && len(a.Entities) > 0 {
		return evidenceLine(a)
	}
	return stamp(a.At, now) + " · " + words(a.Raw, lineShown)
}

// unreadNotes says what of a file could not be used.
func unreadNotes(f sweep.Found) (notes []string) {
	if f.Unread > 0 {
		first := f.Troubles[0]
		notes = append(notes, fmt.Sprintf("%s could not be read, the first at %s %d: %s.",
			thousands(f.Unread, f.Kind.Place()), f.Kind.Place(), first.Place, words(trimStop(first.Why), 200)))
	}
	if f.Ended != "" {
		notes = append(notes, "I could not read it to its end: "+words(trimStop(f.Ended), 300)+".")
	}
	if f.Left > 0 {
		notes = append(notes, fmt.Sprintf("%s more, less serious, left out.", count(f.Left, "detection")))
	}
	for _, note := range f.Notes {
		notes = append(notes, words(strings.ToUpper(note[:1])+note[1:], 300)+".")
	}
	return notes
}
