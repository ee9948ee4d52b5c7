package incident_test

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
)

var update = flag.Bool("update", false, "write golden files")

var start = time.Date(2026, 11, 22, 14, 30, 0, 0, time.UTC)

// breach is an incident with something of everything in it.
func breach() incident.RCA {
	entry := func(n, minute int, kind incident.Kind, text string) incident.Entry {
		at := start.Add(time.Duration(minute) * time.Minute)
		return incident.Entry{
			N: n, Kind: kind, Lane: incident.LaneResponder, OccurredAt: at, RecordedAt: at, Text: text,
			Actor: incident.Actor{ID: "U1", Name: "Sam Ortiz", Kind: incident.ActorUser},
		}
	}
	pinned := func(e incident.Entry) incident.Entry {
		e.Pins = []incident.Pin{{By: "U2", At: e.OccurredAt, Emoji: "pushpin"}}
		return e
	}
	deleted := pinned(entry(5, 7, incident.KindMessage, "never to be seen again"))
	deleted.Deleted = true
	redacted := entry(6, 8, incident.KindNote, "never to be seen again")
	redacted.Redacted = true
	dropped := entry(7, 9, incident.KindNote, "never to be seen again")
	dropped.Dropped = true
	hidden := entry(9, 9, incident.KindNote, "never to be seen again")
	hidden.Hidden = true
	detection := entry(8, 10, incident.KindDetection, "6 failed logins from 203.0.113.7")
	detection.Actor = incident.Actor{Kind: incident.ActorSystem}
	return incident.RCA{
		Incident: incident.Incident{
			Number: 3, Title: "Brute force | db-1", Severity: incident.SEV2, Status: incident.StatusClosed,
			OpenedAt: start, ClosedAt: start.Add(26 * time.Hour), Commander: "U1",
			Page:        incident.PageRef{ID: "P1", Number: 1234, URL: "https://acme.pagerduty.com/incidents/P1"},
			Service:     "Login",
			Disposition: incident.Override, Reason: "vendor will never answer",
			Milestones: map[incident.Milestone]time.Time{
				incident.Detected:  start.Add(-2 * time.Minute),
				incident.Contained: start.Add(43*time.Minute + 5*time.Second),
			},
		},
		Sections: map[string]string{
			incident.SectionSummary:   "An account was guessed.\n/close\nThen used on three hosts.",
			incident.SectionRootCause: "No lockout. <@U2> found it, password was hunter2",
		},
		Entries: []incident.Entry{
			entry(1, 0, incident.KindPage, "Page 1234 triggered"),
			entry(2, 1, incident.KindMessage, "chatter that nobody pinned"),
			pinned(entry(3, 3, incident.KindMessage, "root logged in\nfrom @203.0.113.7")),
			entry(4, 5, incident.KindMilestone, "contained"),
			deleted, redacted, dropped, hidden, detection,
		},
		Tasks: []incident.Task{
			{
				N: 1, Title: "Rotate keys", Owner: "U2", State: incident.TaskDone,
				Issue: incident.Issue{IID: 12, URL: "https://gitlab.example/sec/ops/-/issues/12"},
			},
			{N: 2, Title: "Lockout after 5", OwnerName: "kim", State: incident.TaskOpen, Due: start.AddDate(0, 0, 7)},
			{N: 3, Title: "Tell legal", State: incident.TaskOpen, Issue: incident.Issue{IID: 13, URL: "javascript:alert(1)"}},
		},
		Detections: []incident.Detection{{
			Level: "high", Title: "One account on many hosts", At: start.Add(20 * time.Minute),
			Why: "bob was on 3 hosts", ID: "d1", Rule: "many-hosts", Count: 4, Techniques: []string{"T1021", "T1110.003", "not one"},
		}, {
			Level: "low", Title: "A new host", At: start.Add(30 * time.Minute), Why: "root was on web-1", ID: "d2", Rule: "first-host", Count: 1,
		}},
		Verdicts: map[string]incident.Verdict{"d1": {
			Detection: "d1", By: "U2", At: start.Add(40 * time.Minute), Confirmed: true, Reason: "<@U1> saw it, hunter2 was used",
		}},
		Records:  map[string]incident.Record{"many-hosts": {Rule: "many-hosts", Confirmed: 12, False: 2}},
		Coverage: "Messages between 15:00 and 15:02 could not be checked.",
		Names:    func(id string) string { return map[string]string{"U1": "Sam Ortiz", "U2": "Kim"}[id] },
		Mask:     func(s string) string { return strings.ReplaceAll(s, "hunter2", "[masked: password]") },
	}
}

func TestRCAReads(t *testing.T) {
	const golden = "testdata/rca.md"
	got := breach().Markdown()
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("RCA differs (-want +got):\n%s", diff)
	}
}

// TestRCAMarksWhatIsLate: what was told in hindsight says so, what tools told
// does not.
func TestRCAMarksWhatIsLate(t *testing.T) {
	r := breach()
	for i, e := range r.Entries {
		r.Entries[i].RecordedAt = e.OccurredAt.Add(90 * time.Minute)
	}
	r.Entries[8].Lane = incident.LaneAdversary
	got := r.Markdown()
	if n := strings.Count(got, "(late, recorded 2026-11-22 16:"); n != 4 { // two messages, a milestone, what was redacted
		t.Errorf("%d are late:\n%s", n, got)
	}
	if !strings.Contains(got, "contained (late, recorded 2026-11-22 16:05:00)") || strings.Contains(got, "Page 1234 triggered (late") {
		t.Errorf("the RCA says:\n%s", got)
	}
}

// TestRCAByPhase: where somebody has said a phase, the timeline is divided, each
// part in order of time; a message that nobody pinned divides nothing.
func TestRCAByPhase(t *testing.T) {
	r := breach()
	r.Entries[1].Phase = incident.PhaseReview // chatter
	if got := r.Markdown(); got != breach().Markdown() {
		t.Errorf("what is not in the RCA changes it:\n%s", got)
	}
	r.Entries[2].Phase = incident.PhaseReview // root logged in
	r.Entries[3].Phase = "of a newer build"
	got := r.Markdown()
	at := -1
	for _, want := range []string{"## Timeline", "### Detection", "Page 1234", "failed logins", "### Review", "root logged in", "### Of a newer build", "**milestone** Sam Ortiz: contained", "## Root cause"} {
		next := strings.Index(got, want)
		if next <= at {
			t.Errorf("%q does not come next:\n%s", want, got)
		}
		at = next
	}
	if strings.Contains(got, "### Recovery") {
		t.Errorf("an empty phase:\n%s", got)
	}
}

func TestRCAHoldsNothingThatMustNotLeave(t *testing.T) {
	got := breach().Markdown()
	for _, never := range []string{"never to be seen again", "hunter2", "chatter", "javascript:"} {
		if strings.Contains(got, never) {
			t.Errorf("the RCA holds %q:\n%s", never, got)
		}
	}
}

func TestRCAOfAnEmptyIncident(t *testing.T) {
	got := incident.RCA{Incident: incident.Incident{Number: 1, Severity: incident.SEV3, Status: incident.StatusOpen}}.Markdown()
	if n := strings.Count(got, "Not written yet."); n != len(incident.SectionNames()) {
		t.Errorf("%d sections say that they are not written, want %d:\n%s", n, len(incident.SectionNames()), got)
	}
	for _, name := range incident.SectionNames() {
		if !strings.Contains(got, "## "+incident.SectionTitle(name)+"\n") {
			t.Errorf("no section %s", name)
		}
	}
}

var (
	liveMarker  = regexp.MustCompile(`<!--|<[a-zA-Z/]`)
	liveMention = regexp.MustCompile(`(?:^|[^\\])@[\w]`)
	liveImage   = regexp.MustCompile(`!\[`)
	liveAction  = regexp.MustCompile(`(?m)^[\s>]*/`)
)

// saying is an RCA in which everything that others write is s.
func saying(s string) incident.RCA {
	r := breach()
	r.Incident.Title, r.Incident.Reason, r.Incident.Service, r.Coverage = s, s, s, s
	r.Incident.Page.URL = "https://x/)" + s
	r.Names = func(string) string { return s }
	for _, name := range incident.SectionNames() {
		r.Sections[name] = s
	}
	for i := range r.Entries {
		r.Entries[i].Text, r.Entries[i].Actor.Name = s, s
	}
	for i := range r.Tasks {
		r.Tasks[i].Title, r.Tasks[i].OwnerName, r.Tasks[i].Issue.URL = s, s, s
	}
	for i := range r.Detections {
		d := &r.Detections[i]
		d.ID, d.Title, d.Why, d.Level, d.Rule, d.Techniques = s, s, s, s, s, []string{s}
	}
	r.Verdicts = map[string]incident.Verdict{s: {Detection: s, By: s, Reason: s}}
	return r
}

func TestRCAMasksEverything(t *testing.T) {
	if got := saying("it is hunter2 now").Markdown(); strings.Contains(got, "hunter2") {
		t.Errorf("the RCA holds a secret:\n%s", got)
	}
}

func TestRCALinksOnlyWebAddresses(t *testing.T) {
	for _, address := range []string{
		"javascript://x/y", "javascript:x", "https://x/a b", "https://x/)", "https://", "//x/y", "https://x/\n/close", "https://x/`|",
	} {
		r := breach()
		r.Detections = nil // whose techniques link to ATT&CK
		r.Incident.Page.URL = address
		r.Tasks[0].Issue.URL = address
		if got := r.Markdown(); strings.Contains(got, "](") {
			t.Errorf("%q became a link:\n%s", address, got)
		}
	}
}

func TestRCAOfHostileTextIsInert(t *testing.T) {
	for _, s := range hostile {
		got := saying(s).Markdown()
		for _, live := range []*regexp.Regexp{liveMarker, liveMention, liveImage, liveAction} {
			if m := live.FindStringIndex(got); m != nil {
				t.Errorf("%q: live %q", s, got[max(0, m[0]-40):min(len(got), m[1]+40)])
			}
		}
		if strings.ContainsAny(got, "\r\v\f\u0085\u2028\u2029") {
			t.Errorf("%q: a line break of another kind", s)
		}
	}
}

func TestRCAStaysBelowGitLabsLimit(t *testing.T) {
	r := breach()
	long := strings.Repeat("[é]", 30_000)
	for _, name := range incident.SectionNames() {
		r.Sections[name] = long
	}
	keep := r.Entries[2]
	for i := range 5000 {
		e := r.Entries[0]
		e.N, e.Text = 100+i, long[:i]
		r.Entries = append(r.Entries, e)
	}
	keep.Text = "the pinned one at the very end"
	r.Entries = append(r.Entries, keep)
	for range 1000 {
		r.Tasks = append(r.Tasks, incident.Task{N: 9, Title: long[:900], State: incident.TaskOpen})
	}
	got := r.Markdown()
	if len(got) >= 1<<20 {
		t.Errorf("%d bytes, GitLab takes 1 MiB", len(got))
	}
	for _, want := range []string{"the pinned one at the very end", "entries are left out here", "tasks are left out here", "cut here", "## Coverage"} {
		if !strings.Contains(got, want) {
			t.Errorf("the cut RCA lacks %q", want)
		}
	}
	if live := liveAction.FindString(got); live != "" {
		t.Errorf("live %q", live)
	}
}

func TestFormatDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 42 * time.Second: "42s", 185 * time.Second: "3m 5s", 2 * time.Hour: "2h",
		2*time.Hour + 10*time.Minute + time.Second: "2h 10m", 76 * time.Hour: "3d 4h", 400 * time.Millisecond: "0s",
	} {
		if got := incident.FormatDuration(d); got != want {
			t.Errorf("FormatDuration(%v) = %q, want %q", d, got, want)
		}
	}
}

// TestRCAShowsThePicture of the timeline, and no address that would end the
// link.
func TestRCAShowsThePicture(t *testing.T) {
	const at = "/uploads/66dbcd21ec5d24ed6ea225176098d52b/inc-3-timeline.png"
	r := incident.RCA{Incident: incident.Incident{Number: 3}, Picture: at}
	if got := r.Markdown(); strings.Count(got, "![Picture of the timeline of INC-3]("+at+")") != 1 {
		t.Errorf("the RCA: %s", got)
	}
	for _, address := range []string{"", "/x) [y](z", "/x\n/close"} {
		r.Picture = address
		if strings.Contains(r.Markdown(), "![") {
			t.Errorf("a picture at %q is shown", address)
		}
	}
}
