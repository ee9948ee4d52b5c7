package report

import (
	"fmt"
	"strings"
	"time"

	"firebreak/incident"
)

// Report is an incident with its timeline.
type Report struct {
	Incident incident.Incident
	Entries  []incident.Entry       // in timeline order
	Coverage string                 // what could not be captured, in a sentence
	Names    func(id string) string // name of a Slack user; nil: ids are shown
	Mask     func(string) string    // hides secrets; nil: nothing is hidden
}

// line is an entry as all forms show it, not yet made inert.
type line struct {
	incident.Entry
	Who    string
	Says   string // masked; or what stands for a text that is not to leave
	Hidden bool   // Says stands for it
	In     incident.Phase
	Desc   string // what kind of time it is, of a line that came with that; masked
}

// lines gives what is to be written.
func (r Report) lines() []line {
	var lines []line
	for _, e := range incident.Outwards(r.Entries) {
		l := line{Entry: e.Entry, Who: r.clean(r.name(e.Actor)), Says: e.Instead, Hidden: e.Withheld(), In: r.Incident.PhaseOf(e.Entry)}
		if !l.Hidden {
			l.Says = r.clean(r.mentions(e.Text))
			if desc, ok := e.Data["timestamp_desc"].(string); ok {
				l.Desc = r.clean(desc)
			}
		}
		if names := r.files(e.Entry); names != "" {
			l.Says = strings.TrimSpace(l.Says + "\n" + names)
		}
		lines = append(lines, l)
	}
	return lines
}

// parts are the lines by phase, where somebody has said any.
func (r Report) parts() []incident.Part[line] {
	return incident.Phased(r.Incident, r.lines(), func(l line) incident.Entry { return l.Entry })
}

func (r Report) files(e incident.Entry) string {
	var names []string
	for _, f := range e.Files {
		name := r.clean(f.Name)
		if f.SHA256 != "" {
			name += " (SHA-256 " + f.SHA256 + ")"
		}
		names = append(names, "File: "+name)
	}
	return strings.Join(names, "\n")
}

func (r Report) name(a incident.Actor) string {
	if a.Name != "" || a.ID == "" {
		return a.Name
	}
	return r.person(a.ID)
}

func (r Report) person(id string) string {
	if r.Names == nil || id == "" {
		return id
	}
	return r.Names(id)
}

func (r Report) masked(s string) string {
	if r.Mask == nil {
		return s
	}
	return r.Mask(s)
}

// clean masks a text and leaves out what no reader sees but terminals and
// spreadsheets act on.
func (r Report) clean(s string) string { return incident.Legible(r.masked(s)) }

// mentions shows people by name.
func (r Report) mentions(s string) string { return incident.NameMentions(s, r.Names) }

// marks are what is special about an entry, in one word each.
func (l line) marks() []string {
	var marks []string
	for _, m := range []struct {
		holds bool
		word  string
	}{{l.Pinned(), "pinned"}, {l.Late(), "late"}, {len(l.Revisions) > 1 && !l.Hidden, "edited"}} {
		if m.holds {
			marks = append(marks, m.word)
		}
	}
	return marks
}

// facts are the incident's own lines: name and value.
func (r Report) facts() [][2]string {
	i := r.Incident
	facts := [][2]string{
		{"Severity", i.Severity.String()},
		{"Status", status(i)},
		{"Opened", stamp(i.OpenedAt)},
	}
	if i.Commander != "" {
		facts = append(facts, [2]string{"Commander", r.clean(r.person(i.Commander))})
	}
	for _, m := range incident.Milestones() {
		if at := i.Milestones[m]; !at.IsZero() {
			facts = append(facts, [2]string{capital(string(m)), stamp(at) + since(i.OpenedAt, at)})
		}
	}
	if !i.ClosedAt.IsZero() {
		facts = append(facts, [2]string{"Closed", stamp(i.ClosedAt) + since(i.OpenedAt, i.ClosedAt)})
	}
	return facts
}

func status(i incident.Incident) string {
	if i.Disposition == "" {
		return string(i.Status)
	}
	return string(i.Status) + " (" + string(i.Disposition) + ")"
}

func (r Report) title() string {
	return fmt.Sprintf("%s: %s", r.Incident.Number, strings.Join(strings.Fields(r.clean(r.Incident.Title)), " "))
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " UTC" }

func since(start, at time.Time) string {
	if !at.After(start) {
		return ""
	}
	return " (" + incident.FormatDuration(at.Sub(start)) + " after it was opened)"
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
