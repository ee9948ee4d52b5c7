package main

import (
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// home opens somebody's Home tab and gives what stands there a moment later.
func (w *world) home(who string) *sandbox.View {
	w.t.Helper()
	w.sb.Slack.OpenHome(who)
	w.settle()
	return w.homeNow(who)
}

func (w *world) homeNow(who string) *sandbox.View {
	w.t.Helper()
	v := w.sb.Slack.Home(who)
	if v == nil {
		w.dump()
		w.t.Fatalf("%s has no Home tab", who)
	}
	return v
}

// shows says whether a Home tab shows a text.
func shows(v *sandbox.View, text string) bool { return strings.Contains(string(v.JSON), text) }

// TestHomeShowsWhatIsMine: incidents and tasks, the overdue first; a click
// ticks one off, opens the timeline or a form; what happens meanwhile shows.
func TestHomeShowsWhatIsMine(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		if v := w.home("sam"); !shows(v, "Nothing is on your plate") || !shows(v, "Open an incident") {
			t.Errorf("at first: %s", v.JSON)
		}
		_, c := w.opened("sam", "Phishing of finance")
		w.opened("jo", "Secret matter")
		c.Command("sam", "/inc task add Rotate the keys @sam due in 1h")
		c.Command("sam", "/inc task add Call the bank @sam due tomorrow")
		c.Command("sam", "/inc task add Kim's own @kim")
		w.settle()
		w.pass(time.Minute)
		w.settle()
		v := w.homeNow("sam")
		if !shows(v, "Phishing of finance") || !shows(v, "Rotate the keys") || shows(v, "Kim's own") || shows(v, "Secret") || shows(v, "INC-2") {
			t.Errorf("after a minute: %s", v.JSON)
		}
		if !shows(v, "2 open") || !shows(v, "/archives/"+c.ID()) || shows(v, "overdue") {
			t.Errorf("after a minute: %s", v.JSON)
		}
		w.pass(2 * time.Hour)
		w.settle()
		if v = w.homeNow("sam"); !shows(v, "1 overdue") || !shows(v, "overdue since") {
			t.Errorf("two hours later: %s", v.JSON)
		}

		v.Click("firebreak_home_done_1")
		w.settle()
		if v = w.homeNow("sam"); shows(v, "Rotate the keys") || !shows(v, "Call the bank") || w.tasks(1)[0].State != incident.TaskDone {
			t.Errorf("after the click: %s", v.JSON)
		}
		if len(w.saidIn(c, "Task `1` is done")) != 1 {
			t.Error("the channel was not told")
		}
		w.wantEntry(1, incident.KindCommand, "INC-1 task done 1")
		v.Click("firebreak_edit_timeline")
		if m := w.screen("sam"); !shows(m, "Timeline of INC-1") {
			t.Errorf("the timeline: %s", m.JSON)
		} else {
			m.Close()
		}
		v.Click("firebreak_home_open")
		if m := w.screen("sam"); !shows(m, "What is wrong?") {
			t.Errorf("the form: %s", m.JSON)
		} else {
			m.Close()
		}
	})
}

// TestHomeShowsOnlyWhatMayBeSeen: guests nothing, a member what they are in;
// what somebody has left goes from a tab that they do not even look at.
func TestHomeShowsOnlyWhatMayBeSeen(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		join(c, "sam", "guest")
		c.Command("sam", "/inc task add Look at the mail @kim")
		w.settle()
		if v := w.home("guest"); !shows(v, "Only full members") || shows(v, "Phishing") {
			t.Errorf("the guest sees %s", v.JSON)
		}
		if v := w.home("kim"); !shows(v, "Phishing") || !shows(v, "Look at the mail") {
			t.Errorf("kim sees %s", v.JSON)
		}
		if v := w.home("jo"); shows(v, "INC-1") {
			t.Errorf("jo sees %s", v.JSON)
		}
		old := w.homeNow("kim")
		c.Leave("kim")
		w.pass(time.Minute)
		w.settle()
		if v := w.homeNow("kim"); shows(v, "INC-1") || shows(v, "Look at the mail") || !shows(v, "Nothing is on your plate") {
			t.Errorf("kim, outside, sees %s", v.JSON)
		}
		// A click on what stood there before is refused, and told on a screen.
		w.sb.Slack.InjectEnvelope("interactive", `{"type":"block_actions","trigger_id":"1.2.x","user":{"id":"`+w.user("kim")+`","team_id":"`+w.sb.Slack.TeamID()+
			`"},"view":{"id":"`+old.ID+`","type":"home"},"actions":[{"action_id":"firebreak_home_done_1","value":"INC-1"}]}`)
		w.settle()
		if w.tasks(1)[0].State == incident.TaskDone {
			t.Error("kim ticked a task off that they cannot see")
		}
		// What nobody looks at for a day is emptied.
		if v := w.home("sam"); !shows(v, "INC-1") {
			t.Errorf("sam sees %s", v.JSON)
		}
		w.stop()
		w.pass(25 * time.Hour)
		w.start()
		w.pass(30 * time.Second)
		w.settle()
		if v := w.homeNow("sam"); shows(v, "INC-1") || !shows(v, "are being fetched") {
			t.Errorf("a day later: %s", v.JSON)
		}
		if v := w.home("sam"); !shows(v, "INC-1") {
			t.Errorf("opened again: %s", v.JSON)
		}
	})
}

// TestHomeIsRefreshedAtABoundedRate: however much happens, a tab is published
// every fifteen seconds at most, and not at all when nothing on it changes.
func TestHomeIsRefreshedAtABoundedRate(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.home("sam")
		published := func() (n int) {
			for _, r := range w.sb.Ledger.Of("slack", sandbox.RecordEffect) {
				if r.Method == "view_published" {
					n++
				}
			}
			return n
		}
		before := published()
		for range 60 {
			c.Say("kim", "chatter")
			w.pass(time.Second)
		}
		w.settle()
		if n := published() - before; n != 0 {
			t.Errorf("published %d times because of chatter", n)
		}
		before = published()
		for range 60 {
			c.Command("sam", "/inc task add Another one @sam")
			w.pass(time.Second)
		}
		w.settle()
		if n := published() - before; n < 1 || n > 6 {
			t.Errorf("published %d times in a minute", n)
		}
		for range 5 {
			w.sb.Slack.OpenHome("sam")
		}
		w.settle()
		w.sb.Slack.SetHomeTab(false)
		c.Command("sam", "/inc task add One more @sam")
		w.pass(10 * time.Minute)
		w.settle()
		if len(w.saidIn(c, "I could not"))+len(w.saidIn(w.control(), "I could not")) != 0 {
			t.Error("a Home tab that is switched off was made a fuss of")
		}
	})
}
