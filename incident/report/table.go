package report

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// columns are those of the CSV. Timesketch needs datetime, timestamp_desc and
// message, and takes the others as they come (timesketch.org, "Create
// timeline from JSON/JSONL/CSV file").
var columns = []string{
	"datetime", "timestamp_desc", "message", "incident", "entry", "kind", "lane", "actor", "marks", "recorded_at", "source", "link", "phase",
}

// CSV writes the timeline as comma-separated values that a spreadsheet opens
// without running anything, and that Timesketch imports.
func (r Report) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(columns); err != nil {
		return err
	}
	for _, l := range r.lines() {
		var row []string
		for _, f := range l.fields() {
			row = append(row, harmless(f))
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// fields are a line's, in the order of columns.
func (l line) fields() []string {
	return []string{
		l.OccurredAt.UTC().Format(timesketchTime), l.desc(), l.Says, l.Incident.String(), strconv.Itoa(l.N), string(l.Kind), string(l.Lane),
		l.Who, strings.Join(l.marks(), " "), l.RecordedAt.UTC().Format(timesketchTime), l.Source.System, l.Source.Permalink, string(l.In),
	}
}

// timesketchTime is ISO 8601 with a numeric offset, which Timesketch reads.
const timesketchTime = "2006-01-02T15:04:05.000000-07:00"

// desc says what kind of time it is, as Timesketch wants to know.
func (l line) desc() string {
	if l.Desc != "" {
		return l.Desc
	}
	return string(l.Lane) + " " + string(l.Kind)
}

// formula is where a spreadsheet may take a text for a formula: OWASP, "CSV
// Injection", names =, +, -, @, tab, carriage return and line feed at the
// beginning, and their full-width forms. One that is set to another separator
// begins a new field within a text, also within quotes.
var formula = regexp.MustCompile(`([;\t\r\n] *)([=+\-@＝＋－＠])`)

// harmless keeps a spreadsheet from taking anything in a text for a formula.
func harmless(s string) string {
	s = formula.ReplaceAllString(s, "$1'$2")
	if s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}

// sketch is a line for Timesketch: message, datetime and timestamp_desc are
// what it asks for, timestamp is in microseconds.
type sketch struct {
	Message   string   `json:"message"`
	Datetime  string   `json:"datetime"`
	Timestamp int64    `json:"timestamp"`
	Desc      string   `json:"timestamp_desc"`
	Incident  string   `json:"incident"`
	Entry     int      `json:"entry"`
	Kind      string   `json:"kind"`
	Lane      string   `json:"lane"`
	Actor     string   `json:"actor"`
	Tag       []string `json:"tag"`
	Link      string   `json:"link,omitempty"`
	Phase     string   `json:"phase"`
}

// Timesketch writes the timeline as JSON Lines that Timesketch imports.
func (r Report) Timesketch(w io.Writer) error {
	out := json.NewEncoder(w)
	for _, l := range r.lines() {
		tags := l.marks()
		if tags == nil {
			tags = []string{}
		}
		err := out.Encode(sketch{
			Message: l.Says, Datetime: l.OccurredAt.UTC().Format(timesketchTime), Timestamp: l.OccurredAt.UnixMicro(), Desc: l.desc(),
			Incident: l.Incident.String(), Entry: l.N, Kind: string(l.Kind), Lane: string(l.Lane), Actor: l.Who, Tag: tags, Link: l.Source.Permalink, Phase: string(l.In),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// made is when a report was made, for its foot.
func made(now time.Time) string { return "Made by firebreak, " + stamp(now) }
