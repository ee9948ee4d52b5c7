package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/bot"
	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// rca is the RCA as it stands.
func (w *world) rca(n incident.Number) (text string) {
	w.t.Helper()
	w.view(func(v *store.View) (err error) {
		text, err = bot.RCA(v, n)
		return err
	})
	return text
}

// correct gives a command about an entry.
func (w *world) correct(c sandbox.SlackChannel, who, verb string, e incident.Entry, rest string, words ...string) {
	w.t.Helper()
	w.wantAnswer(c, who, strings.TrimSpace(fmt.Sprintf("/inc %s %d %s", verb, e.N, rest)), words...)
}

// TestCorrectInHindsight: what an entry says and when it happened is
// corrected, the original kept, and both are what everybody sees from then on.
func TestCorrectInHindsight(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		m := c.Say("kim", "attacker cam in over VPN")
		c.React("kim", m.TS, "pushpin")
		w.settle()
		said := w.entryOf(1, m)
		w.correct(c, "sam", "edit", said, "the attacker came in over VPN", "came in over VPN", "It was: attacker cam in", "`/inc undo` takes this back")
		w.correct(c, "sam", "edit", said, "the attacker came in over VPN", "says that already")
		w.correct(c, "sam", "time", said, "20m ago", "It was: ", "The original is kept")
		w.pass(2 * time.Second)
		c.Edit("kim", m.TS, "attacker came in") // beneath the correction
		w.settle()

		got := w.entryOf(1, m)
		if got.Text != "the attacker came in over VPN" || !got.Late() || got.Data["milestone"] != nil {
			t.Errorf("entry: %+v", got)
		}
		var by []string
		for _, r := range got.Revisions {
			by = append(by, r.Via+" "+r.By+": "+r.Text)
		}
		kim, sam := w.user("kim"), w.user("sam")
		want := []string{
			"slack " + kim + ": attacker cam in over VPN", "responder " + sam + ": the attacker came in over VPN",
			"responder " + sam + ": the attacker came in over VPN", "slack " + kim + ": attacker came in",
		}
		if !slices.Equal(by, want) {
			t.Errorf("revisions:\n%s", strings.Join(by, "\n"))
		}
		if first := w.entries(1)[0]; first.ID != got.ID {
			t.Errorf("it happened first, but entry %d stands there", first.N)
		}
		rca := w.rca(1)
		if !strings.Contains(rca, "the attacker came in over VPN") || strings.Contains(rca, "cam in") {
			t.Errorf("the RCA says:\n%s", rca)
		}
		w.wantAnswer(c, "kim", "/inc timeline", "the attacker came in over VPN")
		w.wantAnswer(c, "kim", "/inc find attacker", "the attacker came in over VPN")
	})
}

// TestMilestoneMoves: the milestone is when its entry says, as long as it was
// not set anew.
func TestMilestoneMoves(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Command("sam", "/inc milestone contained")
		w.settle()
		e := w.wantEntry(1, incident.KindMilestone, "contained")
		w.correct(c, "sam", "time", e, "15m ago", "It was: ")
		at := w.incident(1).Milestones[incident.Contained]
		if d := e.OccurredAt.Sub(at); d < 14*time.Minute || d > 16*time.Minute {
			t.Errorf("moved by %s", d)
		}
		w.wantAnswer(c, "sam", "/inc undo", "Taken back")
		if at := w.incident(1).Milestones[incident.Contained]; !at.Equal(e.OccurredAt) {
			t.Errorf("contained at %s, want %s", at, e.OccurredAt)
		}
	})
}

// TestDropAndUndo: an entry is taken off the timeline, and the author's own
// last change is taken back, one after the other.
func TestDropAndUndo(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Command("sam", "/inc note lunch is here")
		w.settle()
		e := w.wantEntry(1, incident.KindNote, "lunch")
		w.correct(c, "sam", "edit", e, "dinner is here", "dinner is here")
		w.correct(c, "sam", "drop", e, "", "off the timeline", "dinner is here")
		w.correct(c, "kim", "drop", e, "", "off the timeline already")
		if strings.Contains(w.rca(1), "dinner") {
			t.Error("it stands in the RCA")
		}
		w.wantAnswer(c, "kim", "/inc timeline kind:note", "taken off the timeline")
		w.wantAnswer(c, "kim", "/inc undo", "no change of yours")
		w.wantAnswer(c, "sam", "/inc undo", "Taken back", "dinner is here")
		if !strings.Contains(w.rca(1), "dinner") {
			t.Error("it is not back in the RCA")
		}
		w.stop()
		w.start()
		w.wantAnswer(c, "sam", "/inc undo", "Taken back", "lunch is here")
		w.wantAnswer(c, "sam", "/inc undo", "no change of yours")
		if got := w.wantEntry(1, incident.KindNote, "lunch"); got.Dropped || len(got.Revisions) != 3 {
			t.Errorf("entry: %+v", got)
		}
	})
}

// TestTwoCorrectOne: nobody's change is lost unseen.
func TestTwoCorrectOne(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Command("sam", "/inc note three hosts")
		w.settle()
		e := w.wantEntry(1, incident.KindNote, "three hosts")
		w.correct(c, "sam", "edit", e, "four hosts", "It was: three hosts")
		w.correct(c, "kim", "edit", e, "five hosts", "This replaces what <@"+w.user("sam")+"> made of it: four hosts")
		w.wantAnswer(c, "sam", "/inc undo", "<@"+w.user("kim")+"> has changed entry", "so I left it")
		if got := w.wantEntry(1, incident.KindNote, "five hosts"); got.Text != "five hosts" {
			t.Errorf("entry: %+v", got)
		}
		w.wantAnswer(c, "kim", "/inc undo", "four hosts")
		w.wantAnswer(c, "sam", "/inc undo", "three hosts")
	})
}

// TestCorrectWrongly: what cannot be is refused, with what to do.
func TestCorrectWrongly(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Command("sam", "/inc note three hosts")
		w.settle()
		e := w.wantEntry(1, incident.KindNote, "three hosts")
		w.wantAnswer(c, "sam", "/inc edit 999 x", "has no entry 999", "timeline` shows their numbers")
		w.wantAnswer(c, "sam", "/inc time 999 14:32", "has no entry 999")
		w.wantAnswer(c, "sam", "/inc drop 999", "has no entry 999")
		w.correct(c, "sam", "time", e, "2030-01-01 10:00", "still to come")
		w.correct(c, "sam", "edit", e, "<!channel> &lt;b&gt; *x*", "*x*")
		if got := w.wantEntry(1, incident.KindNote); strings.Contains(got.Text, "three") {
			t.Errorf("entry: %+v", got)
		}
		for _, m := range w.saidIn(c, "hosts") {
			t.Errorf("the channel was told: %+v", m)
		}
	})
}
