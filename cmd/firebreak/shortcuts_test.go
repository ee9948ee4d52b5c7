package main

import (
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// form uses a message shortcut and waits for the modal.
func (w *world) form(c sandbox.SlackChannel, who, ts, callback string) *sandbox.View {
	w.t.Helper()
	if r := c.Shortcut(who, ts, callback); r.Trouble != "" {
		w.t.Fatalf("%s by %s: %s", callback, who, r.Trouble)
	}
	return w.screen(who)
}

// screen is what is on top of somebody's screen.
func (w *world) screen(who string) *sandbox.View {
	w.t.Helper()
	w.pass(time.Second) // a trigger lives for three
	v := w.sb.Slack.View(who)
	if v == nil {
		w.dump()
		w.t.Fatalf("%s sees no modal", who)
	}
	return v
}

// send submits a modal that must be taken.
func (w *world) send(v *sandbox.View) {
	w.t.Helper()
	if shown := v.Submit(); shown != nil {
		w.t.Errorf("the modal was refused: %v", shown)
	}
	w.settle()
}

func TestAddToTimelineInAThread(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		parent := c.Say("kim", "odd traffic")
		w.pass(10 * time.Minute)
		reply := c.Reply("kim", parent.TS, "beacon on <web-3> & @sam saw it")
		w.settle()
		v := w.form(c, "sam", reply.TS, "add_to_timeline")
		if got := v.Value("text"); got != "beacon on <web-3> & @sam saw it" {
			t.Errorf("the text is prefilled with %q", got)
		}
		shown := v.Fill("when", "quarter past").Submit()
		if !strings.Contains(shown["when"], "could not read the time quarter past") {
			t.Errorf("a wrong time shows %v", shown)
		}
		w.send(v.Fill("when", "20m ago").Fill("text", "first beacon <seen>"))
		e := w.wantEntry(1, incident.KindNote, "first beacon <seen>")
		if e.Text != "first beacon <seen>" || !strings.Contains(e.Source.Permalink, "thread_ts="+parent.TS) || e.Actor.ID != w.user("sam") {
			t.Errorf("entry %+v", e)
		}
		if d := e.RecordedAt.Sub(e.OccurredAt); d < 20*time.Minute || d > 21*time.Minute {
			t.Errorf("it happened %s before it was recorded", d)
		}
		if !w.told("sam", "Noted at") || w.sb.Slack.View("sam") != nil {
			t.Errorf("sam was told %+v", w.sb.Slack.Ephemerals("sam"))
		}
		w.wantEntry(1, incident.KindCommand, "note at 20m ago first beacon")
		if got := w.of(1, incident.KindCommand); len(got) != 3 { // open, the wrong time, the right one
			t.Errorf("%d commands are recorded", len(got))
		}
	})
}

// TestAddToTimelineKeepsTheMoment: a time left as it was shown is the
// message's own, to the microsecond, on whatever night.
func TestAddToTimelineKeepsTheMoment(t *testing.T) {
	inWorld(t, func(w *world) {
		night := time.Date(2000, 10, 29, 6, 15, 0, 0, time.UTC) // 01:15 in New York, for the second time
		w.pass(time.Until(night))
		w.start()
		_, c := w.opened("sam", "Phishing")
		m := c.Say("sam", "exfiltration")
		w.settle()
		v := w.form(c, "sam", m.TS, "add_to_timeline")
		shownAs := v.Value("when")
		if !strings.HasPrefix(shownAs, "2000-10-29 01:15") {
			t.Errorf("the time is prefilled with %q", shownAs)
		}
		shown := v.Fill("when", "2000-10-29 01:15").Submit()
		if !strings.Contains(shown["when"], "happened twice") || !strings.Contains(shown["when"], "-05:00") {
			t.Errorf("an unclear time shows %v", shown)
		}
		w.send(v.Fill("when", shownAs))
		if e := w.wantEntry(1, incident.KindNote, "exfiltration"); !e.OccurredAt.Equal(m.At.Truncate(time.Microsecond)) {
			t.Errorf("the note is at %s, the message at %s", e.OccurredAt, m.At)
		}
	})
}

func TestMakeATaskInAThread(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		parent := c.Say("kim", "keys")
		reply := c.Reply("kim", parent.TS, "we must rotate\nall keys")
		w.settle()
		v := w.form(c, "sam", reply.TS, "make_task")
		if got := v.Value("title"); got != "we must rotate all keys" {
			t.Errorf("the title is prefilled with %q", got)
		}
		for due, said := range map[string]string{"1999-12-30": "cannot be due in the past", "someday": "could not read the due time someday"} {
			if shown := v.Fill("due", due).Submit(); !strings.Contains(shown["due"], said) {
				t.Fatalf("due %s shows %v", due, shown)
			}
		}
		w.send(v.Fill("owner", "alex").Fill("due", "in 2h"))
		tasks := w.tasks(1)
		if len(tasks) != 1 || tasks[0].Title != "we must rotate all keys" || tasks[0].Owner != w.user("alex") || tasks[0].Due.IsZero() {
			t.Fatalf("tasks: %+v", tasks)
		}
		said := w.saidIn(c, "New task `1`")
		if len(said) != 1 || !strings.Contains(texts(said[0].Blocks), "thread_ts="+parent.TS) {
			t.Errorf("the channel was shown %+v", said)
		}
		w.wantEntry(1, incident.KindCommand, "task add we must rotate all keys <@"+w.user("alex")+"> due in 2h")
		if e := w.wantEntry(1, incident.KindTask, "task 1"); !strings.Contains(e.Source.Permalink, "thread_ts=") {
			t.Errorf("the entry does not link to its message: %+v", e.Source)
		}
		if len(w.sb.GitLab.Issues()) != 1 {
			t.Errorf("%d issues", len(w.sb.GitLab.Issues()))
		}
	})
}

// TestShortcutsElsewhereOfferOnlyWhatIsSeen: outside incident channels the
// person chooses among the open incidents they may see.
func TestShortcutsElsewhereOfferOnlyWhatIsSeen(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		general := w.sb.Slack.In("#general")
		m := general.Say("kim", "somebody should look at the proxy")
		w.settle()
		v := w.form(general, "kim", m.TS, "make_task")
		if !strings.Contains(string(v.JSON), "There is no open incident that you can see") {
			t.Errorf("kim sees %s", v.JSON)
		}
		v.Close()
		_, first := w.opened("sam", "Phishing of finance")
		w.opened("jo", "Secret matter")
		v = w.form(general, "sam", m.TS, "make_task")
		if s := string(v.JSON); !strings.Contains(s, "Phishing of finance") || strings.Contains(s, "Secret") || strings.Contains(s, "INC-2") {
			t.Errorf("sam sees %s", s)
		}
		w.send(v)
		if len(w.tasks(1)) != 1 || len(w.saidIn(first, "New task `1`")) != 1 {
			t.Errorf("tasks: %+v", w.tasks(1))
		}
		if v := w.sb.Slack.View("sam"); v == nil || !strings.Contains(string(v.JSON), "New task") {
			t.Error("sam got no answer on the screen")
		}
	})
}

// TestRightsAreThoseOfTheSubmission: who has left a private incident's channel
// meanwhile is told what is told of an incident that is not there.
func TestRightsAreThoseOfTheSubmission(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		general := w.sb.Slack.In("#general")
		_, c := w.opened("sam", "Phishing")
		join(c, "sam", "kim")
		m := general.Say("kim", "look at the proxy")
		w.settle()
		v := w.form(general, "kim", m.TS, "make_task")
		c.Leave("kim")
		w.settle()
		if shown := v.Submit(); shown["title"] != "There is no INC-1 that you can see." {
			t.Errorf("kim reads %v", shown)
		}
		w.wantAnswer(general, "kim", "/inc INC-99 task list", "There is no INC-99 that you can see.")
		w.settle()
		if len(w.tasks(1)) != 0 || len(w.of(1, incident.KindCommand)) != 1 {
			t.Errorf("tasks: %+v, commands: %+v", w.tasks(1), w.of(1, incident.KindCommand))
		}
	})
}

func TestOpenIncidentShortcut(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.sb.Slack.GlobalShortcut("sam", "open_incident")
		v := w.screen("sam")
		if v.Value("severity") != "SEV3" {
			t.Errorf("severity starts as %q", v.Value("severity"))
		}
		v.Fill("title", "Odd & <strange> logins").Fill("severity", "SEV1").Fill("text", "VPN, since noon")
		for range 2 {
			v.Submitting() // a double tap
		}
		w.settle()
		c := w.channel(1)
		if inc := w.incident(1); inc.Title != "Odd & <strange> logins" || inc.Severity != incident.SEV1 || inc.OpenedBy != w.user("sam") {
			t.Errorf("incident: %+v", inc)
		}
		if len(w.incidents()) != 1 || len(w.of(1, incident.KindNote)) != 1 {
			t.Errorf("%d incidents, %d notes", len(w.incidents()), len(w.of(1, incident.KindNote)))
		}
		w.wantEntry(1, incident.KindNote, "VPN, since noon")
		w.wantEntry(1, incident.KindCommand, "open sev1 Odd & <strange> logins")
		if v := w.sb.Slack.View("sam"); v == nil || !strings.Contains(string(v.JSON), "INC-1") {
			t.Error("sam got no answer on the screen")
		}
		if !strings.Contains(strings.Join(c.Members(), ","), w.user("sam")) {
			t.Errorf("members: %v", c.Members())
		}
	})
}

func TestWhoMayNotUseShortcuts(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		join(c, "sam", "guest")
		m := c.Say("guest", "hello")
		w.settle()
		for _, callback := range []string{"make_task", "add_to_timeline"} {
			v := w.form(c, "guest", m.TS, callback)
			if s := string(v.JSON); !strings.Contains(s, "Only full members") || strings.Contains(s, `"input"`) {
				t.Errorf("the guest sees %s", s)
			}
			v.Close()
		}
		for _, who := range []string{"guest", "stranger"} {
			w.sb.Slack.GlobalShortcut(who, "open_incident")
			if s := string(w.screen(who).JSON); !strings.Contains(s, "Only full members") {
				t.Errorf("%s sees %s", who, s)
			}
		}
		// Rights are those of the moment of sending: a closed account sees nothing.
		v := w.form(c, "kim", m.TS, "make_task")
		w.sb.Slack.Deactivate("kim")
		w.pass(11 * time.Minute)
		if shown := v.Submit(); !strings.Contains(shown["title"], "There is no INC-1 that you can see") {
			t.Errorf("kim, deactivated, reads %v", shown)
		}
		w.settle()
		if len(w.tasks(1)) != 0 {
			t.Errorf("tasks: %+v", w.tasks(1))
		}
	})
}

// TestAModalOutlivesARestart: what it must remember travels with it.
func TestAModalOutlivesARestart(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		m := c.Say("kim", "look at this")
		w.settle()
		v := w.form(c, "sam", m.TS, "make_task")
		w.stop()
		if shown := v.Submit(); shown[sandbox.Trouble] == "" {
			t.Errorf("nobody listens, and yet: %v", shown)
		}
		w.start()
		w.pass(30 * time.Second)
		w.send(v)
		if len(w.tasks(1)) != 1 {
			t.Errorf("tasks: %+v", w.tasks(1))
		}
	})
}

// TestModalsUnderFaults: envelopes come twice, the answer of views.open is
// lost, a shortcut comes too late. No modal is opened twice and no effect
// doubled.
func TestModalsUnderFaults(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		m := c.Say("kim", "look at this")
		w.settle()
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "deliver", Kind: sandbox.Duplicate})
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "views.open", Kind: sandbox.DropAfter})
		v := w.form(c, "sam", m.TS, "make_task")
		w.settle()
		if n := len(w.sb.Slack.Views()); n != 1 {
			t.Errorf("%d modals were opened", n)
		}
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "deliver", Kind: sandbox.Duplicate, Delay: time.Second})
		w.send(v)
		if len(w.tasks(1)) != 1 || len(w.saidIn(c, "New task")) != 1 {
			t.Errorf("tasks: %+v", w.tasks(1))
		}
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "deliver", Kind: sandbox.HoldBack, Delay: 4 * time.Second})
		c.Shortcut("sam", m.TS, "make_task")
		w.settle()
		if n := len(w.sb.Slack.Views()); n != 1 {
			t.Errorf("%d modals were opened in all", n)
		}
		if len(w.saidIn(c, "I could not"))+len(w.saidIn(w.control(), "I could not")) != 0 {
			t.Error("a modal that came too late was made a fuss of")
		}
	})
}

// TestFormsDoNotQueue: eight calls hang, which is all that may be under way,
// and the channel's own queue is stuck; a form opens all the same.
func TestFormsDoNotQueue(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		var channels []sandbox.SlackChannel
		for range 9 {
			_, c := w.opened("sam", "Phishing")
			channels = append(channels, c)
		}
		m := channels[0].Say("sam", "look at this")
		w.settle()
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "chat.postMessage", Kind: sandbox.Hang, Times: 9})
		for _, c := range channels {
			c.Command("sam", "/inc task add look at it")
		}
		w.pass(time.Second)
		w.form(channels[0], "sam", m.TS, "make_task").Close()
	})
}
