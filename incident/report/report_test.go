package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
	"firebreak/incident/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// story is an incident with one entry of each sort that matters here.
func story() report.Report {
	at := func(m int) time.Time { return noon.Add(time.Duration(m) * time.Minute) }
	entry := func(n int, kind incident.Kind, m int, who, text string) incident.Entry {
		return incident.Entry{
			ID: "E", Incident: 3, N: n, Kind: kind, Lane: incident.LaneResponder, OccurredAt: at(m), RecordedAt: at(m),
			Actor: incident.Actor{ID: "U" + who, Name: who, Kind: incident.ActorUser}, Text: text,
			Source: incident.Source{System: "slack", Permalink: "https://example.slack.com/archives/C1/p1"},
		}
	}
	found := entry(2, incident.KindDetection, -30, "firebreak", "Brute force: 12 failed logins")
	found.Lane, found.RecordedAt = incident.LaneAdversary, at(1)
	pinned := entry(3, incident.KindMessage, 2, "sam", "it came from <@UKIM> & <b>203.0.113.7</b>\n/close")
	pinned.Pins = []incident.Pin{{By: "U1", Emoji: "pushpin"}}
	pinned.Revisions = []incident.Revision{{Rev: 1, Text: "typo"}, {Rev: 2, Text: pinned.Text}}
	formula := entry(4, incident.KindNote, 3, "=HYPERLINK(1)", `=cmd|' /C calc'!A0`)
	secret := entry(5, incident.KindMessage, 4, "sam", "the key is hunter2")
	secret.Files = []incident.File{{ID: "F1", Name: "dump\x1b[31m.pcap", SHA256: strings.Repeat("ab", 32), Size: 1}}
	deleted := entry(6, incident.KindMessage, 5, "kim", "gone for good")
	deleted.Deleted = true
	dropped := entry(7, incident.KindNote, 6, "kim", "lunch is here")
	dropped.Dropped = true
	hidden := entry(9, incident.KindNote, 7, "kim", "lunch was good")
	hidden.Hidden = true
	redacted := entry(8, incident.KindMessage, 24*60, "kim", "")
	redacted.Redacted = true
	return report.Report{
		Incident: incident.Incident{
			Number: 3, Title: "Stolen <key> & more", Severity: incident.SEV2, Status: incident.StatusClosed, Disposition: incident.Resolved,
			OpenedAt: noon, ClosedAt: at(200), Commander: "UKIM", Milestones: map[incident.Milestone]time.Time{incident.Contained: at(90)},
		},
		Entries:  []incident.Entry{found, pinned, formula, secret, deleted, dropped, hidden, redacted},
		Coverage: "7 of 7 messages verified.",
		Names:    func(id string) string { return map[string]string{"UKIM": "Kim Larsen"}[id] },
		Mask:     func(s string) string { return strings.ReplaceAll(s, "hunter2", "[masked]") },
	}
}

// forms are all that a report can be written as.
func forms() map[string]func(report.Report, io.Writer) error {
	return map[string]func(report.Report, io.Writer) error{
		"md": report.Report.Markdown, "csv": report.Report.CSV, "timesketch.jsonl": report.Report.Timesketch, "jsonl": report.Report.JSONLines,
		"html": func(r report.Report, w io.Writer) error { return r.HTML(w, noon.Add(48*time.Hour)) },
	}
}

// phased is the story with one entry's phase said by somebody.
func phased() report.Report {
	r := story()
	r.Entries[2].Phase = incident.PhaseEradication
	return r
}

func TestGolden(t *testing.T) {
	for name, write := range forms() {
		golden(t, story(), "story."+name, write)
	}
	golden(t, phased(), "phased.md", report.Report.Markdown)
	golden(t, phased(), "phased.html", forms()["html"])
}

func golden(t *testing.T, r report.Report, name string, write func(report.Report, io.Writer) error) {
	t.Helper()
	var b bytes.Buffer
	if err := write(r, &b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s (-want +got); go test ./incident/report -update writes it:\n%s", name, diff)
	}
}

// TestNothingLeavesThatMustNot: in no form.
func TestNothingLeavesThatMustNot(t *testing.T) {
	for name, write := range forms() {
		var b bytes.Buffer
		if err := write(story(), &b); err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"hunter2", "gone for good", "lunch", "typo"} {
			if strings.Contains(b.String(), secret) {
				t.Errorf("%s holds %q", name, secret)
			}
		}
	}
}

// TestNoFormulaInASpreadsheet, whatever people and tools write, in any column,
// also where another separator is set; and nothing else is changed.
func TestNoFormulaInASpreadsheet(t *testing.T) {
	begins := regexp.MustCompile(`(?:^|[;\t\r\n]) *[=+\-@＝＋－＠]|^[\t\r\n]`)
	for _, text := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "plain", "a\n=1", "a\n- b", `"quoted", and more`, "x;=cmd|' /C calc'!A0;y", "x; ＝1", "x;y"} {
		r := story()
		r.Incident.Title = text
		r.Entries = []incident.Entry{{
			Incident: 3, N: 1, Kind: incident.Kind(text), Lane: incident.Lane(text), Text: text, OccurredAt: noon, RecordedAt: noon, Phase: incident.Phase(text),
			Actor: incident.Actor{Name: text}, Source: incident.Source{System: text, Permalink: text}, Data: map[string]any{"timestamp_desc": text},
		}}
		var b bytes.Buffer
		if err := r.CSV(&b); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%q: %v, %v", text, rows, err)
		}
		for i, got := range rows[1] {
			if begins.MatchString(got) {
				t.Errorf("%s: %q became %q", rows[0][i], text, got)
			}
		}
		if got := rows[1][2]; strings.ReplaceAll(got, "'", "") != strings.ReplaceAll(incident.Legible(text), "'", "") || !begins.MatchString(incident.Legible(text)) && got != incident.Legible(text) {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// TestTimesketchTakesIt: the fields it asks for, in the form it reads.
func TestTimesketchTakesIt(t *testing.T) {
	var b bytes.Buffer
	if err := story().Timesketch(&b); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		var got struct {
			Message, Datetime string
			Timestamp         int64
			Desc              string `json:"timestamp_desc"`
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339Nano, got.Datetime)
		if err != nil || at.UnixMicro() != got.Timestamp || got.Message == "" || got.Desc == "" {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// TestPictureShowsTheStory: what is in it, and that the same makes the same.
func TestPictureShowsTheStory(t *testing.T) {
	var first, again bytes.Buffer
	if err := errors.Join(story().PNG(&first), story().PNG(&again)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), again.Bytes()) {
		t.Error("the same timeline gives two pictures")
	}
	img, err := png.Decode(&first)
	if err != nil || img.Bounds().Dx() != 780 {
		t.Fatalf("%v, %v", img.Bounds(), err)
	}
	without := story()
	without.Entries = slices.DeleteFunc(without.Entries, func(e incident.Entry) bool { return e.Dropped })
	var same bytes.Buffer
	if err := without.PNG(&same); err != nil || !bytes.Equal(same.Bytes(), again.Bytes()) {
		t.Errorf("an entry that was dropped changes the picture: %v", err)
	}
}
