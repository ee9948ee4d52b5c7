package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox/web"
	"firebreak/store"
)

// tell plays the demo's story in virtual time and waits until all is done.
func (w *world) tell() *story {
	w.t.Helper()
	return w.narrate(false)
}

// tellShort plays its short form, in which few calls are made.
func (w *world) tellShort() *story {
	w.t.Helper()
	return w.narrate(true)
}

func (w *world) narrate(short bool) *story {
	w.t.Helper()
	player := web.NewPlayer(2 * time.Second)
	player.Play()
	st := newStory(w.sb, player)
	st.wait, st.short = patience, short
	if err := st.play(context.Background()); err != nil {
		if w.lenient {
			panic(stuck(err.Error()))
		}
		w.dump()
		w.t.Fatal(err)
	}
	w.settle()
	return st
}

// TestStory drives page, channel, talk, pins, alerts, tasks, GitLab, RCA and
// close over the emulators and holds the outcome against their ledgers.
func TestStory(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_RULES"] = "builtin"
		w.start()
		w.tell()
		w.compare(1)
		w.compareOnce()

		inc := w.incident(1)
		if !inc.Closed() || inc.Disposition != incident.Resolved || inc.Severity != incident.SEV1 {
			t.Errorf("incident ends as %s, %s, %s", inc.Status, inc.Disposition, inc.Severity)
		}
		if n := len(w.channels()); n != 1 {
			t.Errorf("%d incidents have channels, want the page's alone", n)
		}
		w.wantDetections("threshold", "sequence", "hosts", "the shipped rule on public repositories")
		w.wantEntry(1, incident.KindDetection, "GitHub repository made public")
		w.wantTasks()
		w.wantRCA()
		w.wantHindsight()
		if parked := w.parked(); len(parked) > 0 {
			t.Errorf("parked: %+v", parked)
		}
		if limited := w.sb.Slack.RateLimited(); len(limited) > 0 {
			t.Errorf("Slack had to answer 429: %v", limited)
		}
	})
}

// wantDetections checks that the detectors of the story fired, once each, as entries of
// the page's own incident.
func (w *world) wantDetections(what ...string) {
	w.t.Helper()
	var found []incident.Detection
	w.view(func(v *store.View) (err error) {
		found, err = v.Detections(1)
		return err
	})
	if len(found) != len(what) {
		w.t.Errorf("detections: %+v, want %q", found, what)
	}
	entries := 0
	for _, e := range w.entries(1) {
		if e.Kind == incident.KindDetection {
			entries++
		}
	}
	if entries != len(what) {
		w.t.Errorf("%d detection entries, want %d", entries, len(what))
	}
	threads := 0
	for _, m := range w.sb.Slack.In("#alerts").Messages() {
		if m.ThreadTS != "" && m.User == w.sb.Slack.Bot().ID {
			threads++
		}
	}
	if threads != len(what) {
		w.t.Errorf("%d messages in alert threads, want %d", threads, len(what))
	}
}

// wantHindsight checks what people made of the record: the adversary's lane,
// what was put right, taken out and kept.
func (w *world) wantHindsight() {
	w.t.Helper()
	trail := 0
	for _, e := range w.entries(1) {
		if e.Data["source"] == "import" && e.Lane == incident.LaneAdversary {
			trail++
		}
	}
	if trail != 5 {
		w.t.Errorf("%d lines of the adversary, want 5", trail)
	}
	first := w.wantEntry(1, incident.KindNote, "Attacker seen on the VPN")
	if n := len(first.Revisions); n != 2 || first.Revisions[1].Reason == "" || first.RecordedAt.Sub(first.OccurredAt) < 20*time.Minute {
		w.t.Errorf("the note's time was not put right: %+v", first)
	}
	w.wantEntry(1, incident.KindMessage, "it moves sideways", "db-3 has a session")
	if e := w.wantEntry(1, incident.KindMessage, "I bet it was Rob"); !e.Hidden {
		w.t.Errorf("it is not hidden: %+v", e)
	}
	redacted := 0
	for _, e := range w.entries(1) {
		if e.Redacted {
			redacted++
		}
		if strings.Contains(e.Text, "Muster") {
			w.t.Errorf("entry %d still says it: %s", e.N, e.Text)
		}
	}
	if redacted == 0 {
		w.t.Error("nothing was redacted")
	}
	if inc := w.incident(1); inc.Commander != w.user("jo") {
		w.t.Errorf("the lead is %s's", inc.Commander)
	}
	if n := len(exports(w.channel(1))); n != 1 {
		w.t.Errorf("%d exports, want 1", n)
	}
	w.view(func(v *store.View) error {
		kept, err := v.Evidence(incident.Operator(), 1)
		if len(kept) != 2 {
			w.t.Errorf("evidence: %+v", kept)
		}
		return err
	})
}

func (w *world) wantTasks() {
	w.t.Helper()
	w.view(func(v *store.View) error {
		tasks, err := v.Tasks(1)
		if len(tasks) != 2 {
			w.t.Errorf("tasks: %+v", tasks)
		}
		for _, t := range tasks {
			if t.State != incident.TaskDone || w.sb.GitLab.Issue(t.Issue.IID).State != "closed" {
				w.t.Errorf("task %d is %s, its issue %s", t.N, t.State, w.sb.GitLab.Issue(t.Issue.IID).State)
			}
		}
		return err
	})
}

// wantRCA checks the published RCA: pins marked, the edit and not the typo,
// the deleted message gone, the token masked, everything confidential.
func (w *world) wantRCA() {
	w.t.Helper()
	rca := w.sb.GitLab.Issue(w.incident(1).RCA.IID)
	for _, want := range []string{"it moves sideways", "📌", "guessable password", "masked", "svc-backup got in", "failed logins from one address", "one account on many hosts", "Coverage", "](/uploads/"} {
		if !strings.Contains(strings.ToLower(rca.Description), strings.ToLower(want)) {
			w.t.Errorf("the RCA lacks %q:\n%s", want, rca.Description)
		}
	}
	for _, never := range []string{"wrong channel", "as wel,", "glpat-", "Rob", "Muster"} {
		if strings.Contains(rca.Description, never) {
			w.t.Errorf("the RCA has %q", never)
		}
	}
	if len(rca.Links) != 2 {
		w.t.Errorf("the RCA is linked to %v", rca.Links)
	}
	for _, is := range w.sb.GitLab.Issues() {
		if !is.Confidential {
			w.t.Errorf("issue %d is not confidential", is.IID)
		}
		if out := is.Mentions(); len(out) > 0 {
			w.t.Errorf("issue %d reaches out: %v", is.IID, out)
		}
	}
}
