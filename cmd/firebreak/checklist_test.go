package main

import (
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// press presses a button of what only this person sees.
func (w *world) press(c sandbox.SlackChannel, who, action string) {
	w.t.Helper()
	if r := c.Press(who, action); r.Trouble != "" {
		w.t.Errorf("%s by %s: %s", action, who, r.Trouble)
	}
	w.settle()
}

// sections are what is written of the RCA.
func (w *world) sections(n incident.Number) (s map[string]store.Section) {
	w.t.Helper()
	w.view(func(v *store.View) (err error) {
		s, err = v.Sections(n)
		return err
	})
	return s
}

// lastShown is the newest message that only this person sees.
func (w *world) lastShown(who string) string {
	shown := w.sb.Slack.Ephemerals(who)
	if len(shown) == 0 {
		return ""
	}
	e := shown[len(shown)-1]
	return e.Text + texts(e.Blocks)
}

// TestCloseChecklist: from a refused close to a closed incident with the thumb
// alone, in one message that is kept up to date.
func TestCloseChecklist(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.wantAnswer(c, "alex", "/inc task add Rotate the keys")
		w.settle()
		w.wantAnswer(c, "sam", "/inc close", "stays open", "firebreak_fix_rca_root-cause", "firebreak_fix_rca_remediation",
			"firebreak_fix_contained", "firebreak_fix_take_1", "firebreak_close", "firebreak_close_anyway")
		w.settle()
		before := len(w.sb.Slack.Ephemerals("sam"))
		w.press(c, "sam", "firebreak_fix_contained")
		if w.incident(1).Milestones[incident.Contained].IsZero() || strings.Contains(w.lastShown("sam"), "firebreak_fix_contained") {
			t.Errorf("after Contained now sam sees %s", w.lastShown("sam"))
		}
		w.press(c, "sam", "firebreak_fix_take_1")
		if got := w.tasks(1)[0].Owner; got != w.user("sam") {
			t.Errorf("the task is %q's", got)
		}
		w.press(c, "sam", "firebreak_close")
		if w.incident(1).Closed() || !strings.Contains(w.lastShown("sam"), "root cause is not written") {
			t.Errorf("after a close too early sam sees %s", w.lastShown("sam"))
		}
		c.Press("sam", "firebreak_fix_rca_root-cause")
		w.send(w.screen("sam").Fill("root-cause", "a reused password").Fill("remediation", "everybody has a key now"))
		if !strings.Contains(w.lastShown("sam"), "Nothing is missing any more") {
			t.Errorf("after the RCA sam sees %s", w.lastShown("sam"))
		}
		w.press(c, "sam", "firebreak_close")
		inc := w.incident(1)
		if inc.Disposition != incident.Resolved || !inc.Closed() || !strings.Contains(w.lastShown("sam"), "INC-1 is closed") {
			t.Errorf("incident %+v; sam sees %s", inc, w.lastShown("sam"))
		}
		if after := len(w.sb.Slack.Ephemerals("sam")); after != before {
			t.Errorf("%d messages became %d: the checklist is not kept up to date in place", before, after)
		}
		w.wantSaid(c, "*INC-1 is closed*")
		w.wantSaid(c, "*Contained* at")
		for _, line := range []string{"milestone contained", "task assign 1 <@", "rca set root-cause a reused password", "rca set remediation everybody"} {
			if e := w.wantEntry(1, incident.KindCommand, line); e.Data["refused"] != nil || e.Actor.ID != w.user("sam") {
				t.Errorf("%s is recorded as %+v", line, e)
			}
		}
	})
}

// TestStaleChecklist: what was mended meanwhile is not mended again, and
// nobody's task is taken from them.
func TestStaleChecklist(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.wantAnswer(c, "alex", "/inc task add Rotate the keys")
		w.wantAnswer(c, "alex", "/inc task add Look at the logs")
		w.settle()
		for _, who := range []string{"sam", "kim"} {
			w.wantAnswer(c, who, "/inc close", "stays open")
		}
		w.settle()
		w.press(c, "kim", "firebreak_fix_contained")
		w.press(c, "kim", "firebreak_fix_take_1")
		w.wantAnswer(c, "kim", "/inc task done 2", "is done")
		w.settle()
		at := w.incident(1).Milestones[incident.Contained]
		w.pass(time.Minute)
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "deliver", Kind: sandbox.Duplicate})
		c.Press("sam", "firebreak_fix_contained")
		w.settle()
		if !w.incident(1).Milestones[incident.Contained].Equal(at) || !strings.Contains(w.lastShown("sam"), "contained already") {
			t.Errorf("contained twice; sam sees %s", w.lastShown("sam"))
		}
		w.wantSaid(c, "*Contained* at")
		if s := w.lastShown("sam"); strings.Contains(s, "firebreak_fix_take") {
			t.Errorf("the checklist offers what is done: %s", s)
		}
		w.inject(c, "sam", "firebreak_fix_take_1", "INC-1") // a second finger on the old list
		if got := w.tasks(1)[0].Owner; got != w.user("kim") || !w.told("sam", "’s already") {
			t.Errorf("the task is %q's, sam sees %s", got, w.lastShown("sam"))
		}
		w.inject(c, "sam", "firebreak_fix_take_2", "INC-1")
		w.inject(c, "sam", "firebreak_fix_take_9", "INC-1")
		w.inject(c, "sam", "firebreak_fix_take_x", "INC-1")
		w.inject(c, "sam", "firebreak_fix_contained", "INC-99")
		if !w.told("sam", "Task 2 is done already") || !w.told("sam", "There is no task 9") || w.tasks(1)[1].Owned() {
			t.Errorf("sam sees %+v", w.sb.Slack.Ephemerals("sam"))
		}
		w.wantAnswer(c, "kim", "/inc close drill", "is closed")
		w.settle()
		w.press(c, "sam", "firebreak_close")
		if !strings.Contains(w.lastShown("sam"), "is closed already") {
			t.Errorf("sam sees %s", w.lastShown("sam"))
		}
		w.wantSaid(c, "*INC-1 is closed*")
	})
}

func TestCloseAnyway(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		for _, who := range []string{"sam", "kim"} {
			w.wantAnswer(c, who, "/inc close", "stays open")
			c.Press(who, "firebreak_close_anyway")
		}
		sam, kim := w.screen("sam"), w.sb.Slack.View("kim")
		if shown := sam.Fill("reason", "").Submit(); shown["reason"] == "" {
			t.Errorf("without a reason: %v", shown)
		}
		if shown := sam.Fill("reason", " \n ").Submit(); shown["reason"] != "It needs a reason." {
			t.Errorf("with a blank reason: %v", shown)
		}
		w.send(sam.Fill("reason", "legal <took> it over & sealed it"))
		inc := w.incident(1)
		if inc.Disposition != incident.Override || inc.Reason != "legal <took> it over & sealed it" || !strings.Contains(w.lastShown("sam"), "is closed") {
			t.Errorf("incident %+v; sam sees %s", inc, w.lastShown("sam"))
		}
		if shown := kim.Fill("reason", "me too").Submit(); !strings.Contains(shown["reason"], "closed already") {
			t.Errorf("kim, too late, reads %v", shown)
		}
		w.settle()
		w.wantSaid(c, "*INC-1 is closed*")
		w.wantEntry(1, incident.KindCommand, "close override legal <took>")
		if got := w.incident(1).Reason; got != inc.Reason {
			t.Errorf("the reason became %q", got)
		}
	})
}

// TestAnOldChecklistIsShownAnew: a response_url lives for half an hour; then
// the answer is a new message.
func TestAnOldChecklistIsShownAnew(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.wantAnswer(c, "sam", "/inc close", "stays open")
		c.Press("sam", "firebreak_fix_rca_root-cause")
		v := w.screen("sam")
		before := len(w.sb.Slack.Ephemerals("sam"))
		w.pass(31 * time.Minute)
		w.send(v.Fill("root-cause", "a reused password"))
		if w.sections(1)["root-cause"].Text != "a reused password" {
			t.Errorf("sections %v", w.sections(1))
		}
		if len(w.sb.Slack.Ephemerals("sam")) != before+1 || !strings.Contains(w.lastShown("sam"), "stays open") {
			t.Errorf("sam sees %+v", w.sb.Slack.Ephemerals("sam"))
		}
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "response_url", Kind: sandbox.DropAfter, Times: 6})
		w.press(c, "sam", "firebreak_fix_contained") // its uses run out while the answers are lost
		if !strings.Contains(w.lastShown("sam"), "remediation is not written") || strings.Contains(w.lastShown("sam"), "firebreak_fix_contained") {
			t.Errorf("sam sees %s", w.lastShown("sam"))
		}
	})
}

// TestTwoWriteTheSameSection: whoever is later loses nothing and takes nothing
// away.
func TestTwoWriteTheSameSection(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.wantAnswer(c, "alex", "/inc rca set summary as it was <then> & there")
		w.wantAnswer(c, "alex", "/inc rca set impact none")
		w.settle()
		for _, who := range []string{"sam", "kim"} {
			w.wantAnswer(c, who, "/inc rca", "firebreak_write_rca")
			c.Press(who, "firebreak_write_rca")
		}
		sam, kim := w.screen("sam"), w.sb.Slack.View("kim")
		if got := sam.Value("summary"); got != "as it was <then> & there" {
			t.Errorf("the summary is prefilled with %q", got)
		}
		w.send(kim.Fill("summary", "kim's summary"))
		shown := sam.Fill("summary", "sam's summary").Fill("lessons", "sam's lessons").Submit()
		w.settle()
		if !strings.Contains(shown["summary"], "@kim changed this at") || len(shown) != 1 {
			t.Fatalf("sam reads %v", shown)
		}
		if got := sam.Value("summary"); got != "sam's summary" {
			t.Errorf("sam's own text became %q", got)
		}
		got := w.sections(1)
		if got["summary"].Text != "kim's summary" || got["summary"].By != w.user("kim") || got["lessons"].Text != "sam's lessons" || got["impact"].By != w.user("alex") {
			t.Errorf("sections: %+v", got)
		}
		if e := w.wantEntry(1, incident.KindCommand, "rca set summary sam's summary"); e.Data["refused"] == nil {
			t.Errorf("what sam wrote is not on record: %+v", e)
		}
		if shown := sam.Submit(); len(shown) != 1 { // again, in vain
			t.Errorf("a second try: %v", shown)
		}
		w.settle()
		sam.Close()
		w.press(c, "sam", "firebreak_write_rca")
		w.send(w.screen("sam").Fill("summary", "both summaries"))
		if got := w.sections(1)["summary"]; got.Text != "both summaries" || got.By != w.user("sam") {
			t.Errorf("summary: %+v", got)
		}
		if n := len(w.of(1, incident.KindUpdate)); n != 5 { // two by alex, one by kim, two by sam
			t.Errorf("%d updates", n)
		}
	})
}

// TestLongSectionsAreLeftAlone: what does not fit a field is not cut by it.
func TestLongSectionsAreLeftAlone(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		long := strings.Repeat("very long ", 320)
		w.wantAnswer(c, "sam", "/inc rca set contributing "+long)
		w.settle()
		w.wantAnswer(c, "sam", "/inc rca", "firebreak_write_rca")
		c.Press("sam", "firebreak_write_rca")
		v := w.screen("sam")
		if !strings.Contains(string(v.JSON), "too many to edit here") {
			t.Errorf("sam sees %s", v.JSON)
		}
		w.send(v.Fill("lessons", "write less"))
		if got := w.sections(1)["contributing"].Text; strings.TrimSpace(got) != strings.TrimSpace(long) {
			t.Errorf("the long section has %d characters", len(got))
		}
	})
}

// TestGuestsWriteInVain: the buttons are messages only their reader sees, but
// a client may send anything.
func TestGuestsWriteInVain(t *testing.T) {
	withHeader(t, func(w *world, c sandbox.SlackChannel, _ string) {
		for _, action := range []string{"firebreak_fix_contained", "firebreak_close", "firebreak_fix_take_1", "firebreak_write_rca", "firebreak_close_anyway"} {
			w.inject(c, "guest", action, "INC-1")
		}
		if inc := w.incident(1); inc.Closed() || !inc.Milestones[incident.Contained].IsZero() {
			t.Errorf("the guest had their way: %+v", inc)
		}
		if s := w.lastShown("guest"); !strings.Contains(s, "Only full members") || strings.Contains(s, "stays open") {
			t.Errorf("the guest sees %s", s)
		}
	})
}
