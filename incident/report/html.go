package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"
	"time"

	"firebreak/incident"
)

var (
	//go:embed report.html
	pageHTML string
	//go:embed report.css
	pageCSS string
	//go:embed report.js
	pageJS string
)

// HTML writes one file that needs nothing else: it filters by word, lane, kind
// and pin where scripts run, reads without any, and prints. now stands in its
// foot.
//
// Its own policy lets nothing run or load but what is in it.
func (r Report) HTML(w io.Writer, now time.Time) error {
	t, err := template.New("report").Parse(pageHTML)
	if err != nil {
		return err
	}
	return t.Execute(w, map[string]any{
		"Title": r.title(), "Facts": r.facts(), "Phases": r.phases(), "Kinds": r.kinds(), "Coverage": r.masked(r.Coverage),
		"Made": made(now), "CSS": template.CSS(pageCSS), "JS": template.JS(pageJS), //nolint:gosec // both are ours
		"Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; style-src '" + sum(pageCSS) + "'; script-src '" + sum(pageJS) + "'",
	})
}

// sum names a script or a style in a policy.
func sum(text string) string {
	s := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(s[:])
}

// phase is a phase of the timeline, or, without a name, all of it.
type phase struct {
	Name string
	Days []day
}

// day is a day of the timeline.
type day struct {
	Name  string
	Lines []shownLine
}

// shownLine is a line as the page shows it.
type shownLine struct {
	N                    int
	At, Clock, Late      string
	Kind, Lane, Who      string
	Says                 string
	Link                 string
	Pinned, Hidden, Edit bool
}

func (r Report) phases() []phase {
	var list []phase
	for _, part := range r.parts() {
		list = append(list, phase{part.Title(), days(part.Lines)})
	}
	return list
}

func days(lines []line) []day {
	var days []day
	for _, l := range lines {
		name := l.OccurredAt.UTC().Format("Monday, 2 January 2006")
		if len(days) == 0 || days[len(days)-1].Name != name {
			days = append(days, day{Name: name})
		}
		last := &days[len(days)-1]
		last.Lines = append(last.Lines, l.shown())
	}
	return days
}

func (l line) shown() shownLine {
	s := shownLine{
		N: l.N, At: l.OccurredAt.UTC().Format(time.RFC3339), Clock: l.OccurredAt.UTC().Format("15:04:05"),
		Kind: string(l.Kind), Lane: string(l.Lane), Who: l.Who, Says: l.Says,
		Pinned: l.Pinned(), Hidden: l.Hidden, Edit: len(l.Revisions) > 1 && !l.Hidden,
	}
	if l.Late() {
		s.Late = stamp(l.RecordedAt)
	}
	if strings.HasPrefix(l.Source.Permalink, "https://") {
		s.Link = l.Source.Permalink
	}
	return s
}

// kinds are those that the timeline has, in the order of incident.Kinds.
func (r Report) kinds() []string {
	there := map[incident.Kind]bool{}
	for _, l := range r.lines() {
		there[l.Kind] = true
	}
	var kinds []string
	for _, k := range incident.Kinds() {
		if there[k] {
			kinds = append(kinds, string(k))
		}
	}
	return kinds
}
