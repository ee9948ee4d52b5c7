package incident

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits in bytes. GitLab refuses a description over 1 MiB
// (docs.gitlab.com, Issues API: description, at most 1,048,576 characters);
// what is left below that is for the block around the RCA.
const (
	rcaMax     = 1<<20 - 64<<10
	sectionMax = 48 << 10
	bulletMax  = 4 << 10 // one line of the timeline
	listMax    = 128 << 10
)

// RCA is a root cause analysis: what is known of an incident once it is over,
// for people who were not there.
type RCA struct {
	Incident   Incident
	Sections   map[string]string // texts by section name
	Entries    []Entry           // in timeline order
	Tasks      []Task
	Detections []Detection
	Verdicts   map[string]Verdict     // that count, by the detection's id
	Records    map[string]Record      // how rules do, by their id
	Evidence   []Evidence             // files that were shared, and messages that were marked
	Coverage   string                 // what could not be captured, in a sentence
	Picture    string                 // address of the timeline's picture in the project; empty: there is none
	Names      func(id string) string // name of a Slack user; nil: ids are shown
	Mask       func(string) string    // hides secrets; nil: nothing is hidden
}

// Markdown writes the RCA in GitLab Flavored Markdown.
//
// Whatever a person or a tool has written is masked first and made inert
// then. The text of deleted, dropped and redacted entries is not in it, nor
// are hidden ones. It
// stays below GitLab's limit: when the timeline is too long, entries that
// nobody pinned are left out first, and the RCA says how many.
func (r RCA) Markdown() string {
	var b strings.Builder
	r.head(&b)
	r.section(&b, SectionSummary)
	r.section(&b, SectionImpact)

	var rest strings.Builder
	r.section(&rest, SectionRootCause)
	r.section(&rest, SectionContributing)
	r.section(&rest, SectionRemediation)
	r.taskList(&rest)
	r.detectionList(&rest)
	r.evidenceList(&rest)
	r.section(&rest, SectionLessons)
	r.coverage(&rest)

	r.timeline(&b, rcaMax-b.Len()-rest.Len())
	b.WriteString(rest.String())
	return b.String()
}

func (r RCA) head(b *strings.Builder) {
	i := r.Incident
	fmt.Fprintf(b, "# RCA %s: %s\n\n| | |\n|---|---|\n", i.Number, r.line(i.Title))
	row := func(name, value string) { fmt.Fprintf(b, "| %s | %s |\n", name, value) }
	row("Severity", i.Severity.String())
	row("Status", r.status())
	row("Commander", r.person(i.Commander))
	row("Opened", utc(i.OpenedAt)+" UTC")
	if !i.ClosedAt.IsZero() {
		row("Closed", utc(i.ClosedAt)+" UTC"+after(i.OpenedAt, i.ClosedAt, "opened"))
	}
	if i.Page.ID != "" {
		row("Page", r.link(fmt.Sprintf("PagerDuty %d", i.Page.Number), i.Page.URL))
	}
	if i.Service != "" {
		row("Service", r.line(i.Service))
	}
	start, from := i.OpenedAt, "opened"
	if at := i.Milestones[Detected]; !at.IsZero() {
		start, from = at, "detected"
	}
	for _, m := range Milestones() {
		if at := i.Milestones[m]; !at.IsZero() {
			row(capitalised(string(m)), utc(at)+" UTC"+after(start, at, from))
		}
	}
	b.WriteString("\n")
	r.override(b)
}

// status says where the incident stands and why it was closed.
func (r RCA) status() string {
	i := r.Incident
	if !i.Closed() || i.Disposition == "" {
		return string(i.Status)
	}
	s := string(i.Status) + ", " + string(i.Disposition)
	if i.Disposition == Duplicate && i.DuplicateOf != 0 {
		s += " of " + i.DuplicateOf.String()
	}
	return s
}

// override says why the incident was closed, when that was not the plain way.
func (r RCA) override(b *strings.Builder) {
	i := r.Incident
	if i.Reason == "" && i.Disposition != Override {
		return
	}
	if i.Disposition == Override {
		b.WriteString("**Closed by override: what an RCA needs was not complete.** Reason given:\n\n")
	} else {
		b.WriteString("Reason given for closing:\n\n")
	}
	fmt.Fprintf(b, "%s\n\n", r.text(firstOf(i.Reason, "none")))
}

func (r RCA) section(b *strings.Builder, name string) {
	text := r.Sections[name]
	fmt.Fprintf(b, "## %s\n\n", SectionTitle(name))
	if strings.TrimSpace(text) == "" {
		b.WriteString("Not written yet.\n\n")
		return
	}
	fmt.Fprintf(b, "%s\n\n", cutLines(r.text(text), sectionMax))
}

// timeline writes the entries that tell the story into at most room bytes.
func (r RCA) timeline(b *strings.Builder, room int) {
	b.WriteString("## Timeline\n\nTimes are UTC. 📌 marks what responders pinned.\n\n")
	if r.Picture != "" && !strings.ContainsFunc(r.Picture, unsafeInLink) {
		fmt.Fprintf(b, "![Picture of the timeline of %s](%s)\n\n", r.Incident.Number, r.Picture)
	}
	room -= 1024 // the headings and the sentence on what is left out
	var told []Outward
	for _, e := range Outwards(r.Entries) {
		if tells(e.Entry) {
			told = append(told, e)
		}
	}
	lines := make([]string, len(told))
	for i, e := range told {
		lines[i] = r.bullet(e)
	}
	kept := fit(told, lines, room)
	out := len(kept)
	var chosen []int
	for i, fits := range kept {
		if fits {
			chosen, out = append(chosen, i), out-1
		}
	}
	for i, part := range Phased(r.Incident, chosen, func(i int) Entry { return told[i].Entry }) {
		if part.Phase != "" {
			fmt.Fprintf(b, "%s### %s\n\n", map[bool]string{true: "\n"}[i > 0], r.line(part.Title()))
		}
		for _, i := range part.Lines {
			b.WriteString(lines[i])
		}
	}
	switch {
	case len(told) == 0:
		b.WriteString("Nothing recorded.\n")
	case out > 0:
		fmt.Fprintf(b, "\n%d of %d entries are left out here, for length: those that nobody pinned first. "+
			"The whole timeline is kept by firebreak.\n", out, len(told))
	}
	b.WriteString("\n")
}

// fit chooses the lines that fit into room bytes: the pinned ones first, each
// in order of time.
func fit(told []Outward, lines []string, room int) []bool {
	kept := make([]bool, len(lines))
	for _, pinned := range []bool{true, false} {
		for i, e := range told {
			if e.Pinned() != pinned || len(lines[i]) > room {
				continue
			}
			room -= len(lines[i])
			kept[i] = true
		}
	}
	return kept
}

// tells says whether an entry belongs in the RCA's timeline.
func tells(e Entry) bool {
	switch e.Kind {
	case KindMilestone, KindStatus, KindSeverity, KindRole, KindDetection, KindPage, KindNote, KindGap:
		return true
	case KindUpdate:
		return e.Data["rca"] == nil || e.Pinned() // the writing of the RCA is no part of the incident
	}
	return e.Pinned()
}

func (r RCA) bullet(e Outward) string {
	pin := ""
	if e.Pinned() {
		pin = "📌 "
	}
	text := r.line(r.mentions(e.Text))
	switch {
	case e.Withheld():
		text = "(" + e.Instead + ")"
	case len(text) > bulletMax:
		text = cut(text, bulletMax) + "… (cut here)"
	}
	who := ""
	if e.Actor.Kind == ActorUser {
		who = r.line(firstOf(e.Actor.Name, nameOf(r.Names, e.Actor.ID), e.Actor.ID)) + ": "
	}
	late := ""
	if e.Late() && e.Lane == LaneResponder && e.Kind != KindPage { // what tools tell is always told later
		late = " (late, recorded " + utc(e.RecordedAt) + ")"
	}
	return fmt.Sprintf("- %s%s **%s** %s%s%s\n", pin, utc(e.OccurredAt), e.Kind, who, text, late)
}

func (r RCA) taskList(b *strings.Builder) {
	var lines []string
	for _, t := range r.Tasks {
		line := fmt.Sprintf("- Task %d, **%s**: %s, %s", t.N, t.State, cut(r.line(t.Title), bulletMax), r.owner(t))
		if !t.Due.IsZero() {
			line += ", due " + t.Due.UTC().Format(time.DateOnly)
		}
		if t.Issue.IID != 0 {
			line += ", " + r.link(fmt.Sprintf("GitLab issue %d", t.Issue.IID), t.Issue.URL)
		}
		lines = append(lines, line+"\n")
	}
	writeList(b, "Tasks", "tasks", lines)
}

func (r RCA) owner(t Task) string {
	switch {
	case t.Owner != "":
		return "owner " + r.person(t.Owner)
	case t.OwnerName != "":
		return "owner " + r.line(t.OwnerName)
	}
	return "no owner"
}

// detectionList cites each detection with its verdict and with how its rule
// does, so that a reader knows what to make of it.
func (r RCA) detectionList(b *strings.Builder) {
	var lines []string
	for _, d := range r.Detections {
		line := fmt.Sprintf("- %s UTC **%s** %s: %s", utc(d.At), r.line(d.Level), r.line(d.Title), cut(r.line(d.Why), bulletMax))
		line += "\n  - rule " + r.line(d.Rule) + ", " + alertCount(max(d.Count, len(d.Evidence))) + r.techniques(d)
		line += "\n  - " + r.verdict(d)
		if record, ok := r.Records[d.Rule]; ok {
			line += "\n  - how the rule does: " + record.Right() + " (its last 90 days)"
		}
		lines = append(lines, line+"\n")
	}
	writeList(b, "Detections", "detections", lines)
}

func alertCount(n int) string {
	if n == 1 {
		return "1 alert"
	}
	return fmt.Sprintf("%d alerts", n)
}

// techniquesMax is how many techniques of a detection the RCA names.
const techniquesMax = 20

func (r RCA) techniques(d Detection) string {
	var names []string
	for _, id := range d.Techniques[:min(len(d.Techniques), techniquesMax)] {
		name := cut(r.line(id), 40)
		if address := TechniqueURL(id); address != "" {
			name = r.link(name, address)
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return ""
	}
	return ", ATT&CK " + strings.Join(names, ", ")
}

// verdict says what people made of a detection.
func (r RCA) verdict(d Detection) string {
	v, ok := r.Verdicts[d.ID]
	if !ok {
		return "nobody has judged it"
	}
	s := "false positive, says "
	if v.Confirmed {
		s = "confirmed by "
	}
	s += r.person(v.By) + " at " + utc(v.At) + " UTC"
	if v.Reason != "" {
		s += ": " + cut(r.line(r.mentions(v.Reason)), bulletMax)
	}
	return s
}

func writeList(b *strings.Builder, heading, what string, lines []string) {
	fmt.Fprintf(b, "## %s\n\n", heading)
	if len(lines) == 0 {
		b.WriteString("None.\n\n")
		return
	}
	room := listMax
	for i, line := range lines {
		if room -= len(line); room < 0 {
			fmt.Fprintf(b, "\n%d of %d %s are left out here, for length.\n", len(lines)-i, len(lines), what)
			break
		}
		b.WriteString(line)
	}
	b.WriteString("\n")
}

func (r RCA) coverage(b *strings.Builder) {
	fmt.Fprintf(b, "## Coverage\n\n%s\n", cutLines(r.text(firstOf(r.Coverage, "Nothing is known to be missing.")), sectionMax))
}

// line and text make what others wrote safe to publish.
func (r RCA) line(s string) string { return GitLabLine(r.masked(s)) }
func (r RCA) text(s string) string { return GitLabText(r.masked(r.mentions(s))) }

func (r RCA) masked(s string) string {
	if r.Mask == nil {
		return s
	}
	return r.Mask(s)
}

func (r RCA) person(id string) string {
	if id == "" {
		return "nobody"
	}
	return r.line(firstOf(nameOf(r.Names, id), id))
}

var mentionToken = regexp.MustCompile(`<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>`)

// NameMentions shows the user mentions of a recorded text by name; names may
// be nil, and gives "" where it knows none. Nothing else is changed: what
// looks like markup is what somebody wrote.
func NameMentions(s string, names func(id string) string) string {
	return mentionToken.ReplaceAllStringFunc(s, func(m string) string {
		id := mentionToken.FindStringSubmatch(m)[1]
		return "@" + firstOf(nameOf(names, id), id)
	})
}

func (r RCA) mentions(s string) string { return NameMentions(s, r.Names) }

// link makes a link of an address that came from PagerDuty's or GitLab's API,
// or only its label when the address is not one a link can be made of.
func (r RCA) link(label, address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" ||
		strings.ContainsFunc(address, unsafeInLink) {
		return label
	}
	return "[" + label + "](" + address + ")"
}

func unsafeInLink(r rune) bool {
	return r <= ' ' || r > '~' || strings.ContainsRune("()<>[]\\`|\"", r)
}

// utc writes a time to the second.
func utc(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }

// after says how long after start something happened, if it was after it.
func after(start, at time.Time, from string) string {
	if start.IsZero() || !at.After(start) {
		return ""
	}
	return fmt.Sprintf(" (%s after %s)", FormatDuration(at.Sub(start)), from)
}

// FormatDuration writes a duration as people say it, to the largest two
// units: 42s, 3m 5s, 2h 10m, 3d 4h.
func FormatDuration(d time.Duration) string {
	d = d.Round(time.Second)
	for i, u := range durationUnits {
		if d < u.size {
			continue
		}
		s := fmt.Sprintf("%d%s", d/u.size, u.name)
		if i+1 < len(durationUnits) {
			next := durationUnits[i+1]
			if n := d % u.size / next.size; n > 0 {
				s += fmt.Sprintf(" %d%s", n, next.name)
			}
		}
		return s
	}
	return "0s"
}

var durationUnits = []struct {
	name string
	size time.Duration
}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}}

func capitalised(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// cut shortens made-inert text to at most limit bytes without leaving half a
// character, half an escape or half an entity at the end.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	s = s[:limit]
	if i := strings.LastIndexByte(s, '&'); i >= 0 && !strings.Contains(s[i:], ";") {
		s = s[:i]
	}
	return strings.TrimRight(s, "\\")
}

// cutLines shortens made-inert text of several lines at a line's end where it
// can, and says so.
func cutLines(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	s = cut(s, limit)
	return s + "…\n>\n> (cut here, for length)"
}
