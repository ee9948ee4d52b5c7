package main

import (
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// answer is all that a person got to see, markup and fallback together.
func answer(r sandbox.Reply) string { return r.Text + texts(r.Blocks) }

// wantAnswer gives a command and wants these words in its answer, in time.
func (w *world) wantAnswer(c sandbox.SlackChannel, who, line string, words ...string) {
	w.t.Helper()
	r := c.Command(who, line)
	if r.TimedOut || r.Trouble != "" || answer(r) == "" {
		w.t.Errorf("%s got no answer to %s: %+v", who, line, r)
	}
	for _, word := range words {
		if !strings.Contains(answer(r), word) {
			w.t.Errorf("the answer to %s lacks %q: %s", line, word, answer(r))
		}
	}
}

func TestEveryCommandOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		page := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Odd logins", Service: "Identity"})
		c := w.channel(1)
		join(c, "sam", "alex", "kim")
		w.settle()
		for _, say := range []struct{ who, line, want string }{
			{"kim", "help", "task add"},
			{"kim", "status", "INC-1"},
			{"sam", "ack", "acknowledges the page"},
			{"sam", "sev 1", "SEV1"},
			{"sam", "lead @sam", "has the lead"},
			{"sam", "role scribe @kim", "scribe"},
			{"kim", "note found a beacon on web-3", "found a beacon on web-3"},
			{"kim", "note at 10m ago first beacon", "first beacon"},
			{"sam", "task add Rotate the keys @alex due in 2h", "Rotate the keys"},
			{"sam", "task add Look at\nthe logs", "Look at the logs"},
			{"sam", "task list", "2 tasks open"},
			{"sam", "task assign 2 @kim", "Task 2 is"},
			{"alex", "task done 1", "is done"},
			{"alex", "task reopen 1", "is open again"},
			{"alex", "task done 1", "is done"},
			{"sam", "milestone contained", "Contained"},
			{"sam", "milestone recovered at 1m ago", "Recovered"},
			{"kim", "timeline kind:note", "first beacon"},
			{"kim", "find beacon", "beacon"},
			{"sam", "rca set root-cause a reused password", "root-cause"},
			{"sam", "rca set remediation everybody has a key now", "remediation"},
			{"sam", "rca", "a reused password"},
			{"sam", "rca publish", "Publishing the RCA"},
			{"sam", "close", "is closed"},
			{"sam", "reopen", "is open again"},
		} {
			w.wantAnswer(c, say.who, "/inc "+say.line, say.want)
		}
		w.settle()

		inc := w.incident(1)
		if inc.Severity != incident.SEV1 || inc.Commander != w.user("sam") || inc.Closed() || inc.RCA.IID == 0 {
			t.Errorf("incident: %+v", inc)
		}
		if got := w.sb.PagerDuty.Incident(page.ID).Status; got != "acknowledged" {
			t.Errorf("the page is %s", got)
		}
		tasks := w.tasks(1)
		if len(tasks) != 2 || tasks[0].State != incident.TaskDone || tasks[1].Title != "Look at the logs" || tasks[1].Owner != w.user("kim") {
			t.Errorf("tasks: %+v", tasks)
		}
		for kind, least := range map[incident.Kind]int{
			incident.KindCommand: 25, incident.KindSeverity: 1, incident.KindRole: 2, incident.KindNote: 2,
			incident.KindTask: 6, incident.KindMilestone: 2, incident.KindUpdate: 3, incident.KindStatus: 4,
		} {
			if got := len(w.of(1, kind)); got < least {
				t.Errorf("%d entries of kind %s, want %d at least", got, kind, least)
			}
		}
		for _, e := range w.of(1, incident.KindCommand) {
			if e.Data["refused"] != nil {
				t.Errorf("refused: %s: %v", e.Text, e.Data["refused"])
			}
		}
		for _, shown := range []string{"set by <@", "has the lead", "is scribe now", "New task", "Task 2 is", "*Contained*", "The RCA of INC-1 is published", "*INC-1 is closed*", "*INC-1 is open again*"} {
			if len(w.saidIn(c, shown)) == 0 {
				t.Errorf("the channel was not shown %q", shown)
			}
		}
		for _, secret := range []string{"found a beacon", "Noted in the RCA"} {
			if len(w.saidIn(c, secret)) != 0 {
				t.Errorf("the channel was shown %q, which answers its asker only", secret)
			}
		}
		if parked := w.parked(); len(parked) > 0 {
			t.Errorf("parked: %+v", parked)
		}
		w.compare(1)
	})
}

// TestRefusedCommandsChangeNothing: what is mistyped, unknown or promised for
// later is recorded, answered, and that is all.
func TestRefusedCommandsChangeNothing(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.wantAnswer(c, "sam", "/inc task add Rotate the keys")
		w.settle()
		before, tasks := w.incident(1), w.tasks(1)
		lines := []string{
			"statsu", "sev", "sev 5", "sev one", "lead", "lead sam", "role scribe", "note", "note at 25:99 x",
			"milestone winning", "task", "task add", "task done", "task done 7", "task done x", "task assign 1",
			"task add Yesterday due 1999-12-31 10:00", "close because", "close duplicate", "close duplicate INC-1",
			"close duplicate INC-99", "close false-positive", "close override", "reopen", "rca set", "rca set blame x",
			"rca set summary", "timeline kind:magic", "find", "open", "open sev9 x", "INC-1", "INC-0 status", "INC-99 status",
			"update", "drop 999", "restore 999", "edit 999 x", "edit 999", "edit x y", "kind 1 page", "kind 1 note", "phase 1 later", "hide 999", "show 5-3", "shift 999 +1h", "merge 1 999", "split 1 at nothing", "move 1 INC-99", "history 999", "time 999 14:32", "time 1 noonish", "redact 999 because", "redact 1", "undo", "merge INC-2", "frobnicate the thing", "close", "ack",
		}
		for _, line := range lines {
			w.wantAnswer(c, "sam", "/inc "+line)
		}
		w.settle()
		if got := w.incident(1); got.Status != before.Status || got.Severity != before.Severity || got.Commander != before.Commander || len(got.Milestones) != len(before.Milestones) {
			t.Errorf("the incident became %+v", got)
		}
		if got := w.tasks(1); len(got) != len(tasks) || got[0].State != tasks[0].State {
			t.Errorf("tasks: %+v", got)
		}
		refused := map[string]bool{}
		for _, e := range w.of(1, incident.KindCommand) {
			if reason, _ := e.Data["refused"].(string); reason != "" {
				refused[strings.TrimPrefix(e.Text, "/inc ")] = true
			}
		}
		for _, line := range lines {
			if !refused[line] {
				t.Errorf("%q is not recorded as refused", line)
			}
		}
		if n := len(w.incidents()); n != 1 {
			t.Errorf("%d incidents", n)
		}
	})
}

func TestIncidentNamedFromElsewhere(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		general := w.sb.Slack.In("#general")
		w.wantAnswer(general, "sam", "/inc INC-1 sev 2", "SEV2")
		w.wantAnswer(general, "sam", "/inc inc-1 note from afar", "from afar")
		w.wantAnswer(general, "sam", "/inc status", "Which incident?")
		w.settle()
		w.wantSaid(c, "*SEV2* now")
		if e := w.wantEntry(1, incident.KindNote, "from afar"); e.Actor.ID != w.user("sam") {
			t.Errorf("noted by %+v", e.Actor)
		}
		if len(w.saidIn(general, "SEV2")) != 0 {
			t.Error("a private incident's change was shown in #general")
		}
	})
}

// TestPrivateIncidentFromOutside: who is not in the channel gets the same
// answer as if the incident did not exist, and finds nothing of it.
func TestPrivateIncidentFromOutside(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Say("sam", "the payroll server is compromised")
		c.Command("sam", "/inc note payroll backups are fine")
		w.settle()
		general := w.sb.Slack.In("#general")
		before := len(w.entries(1))
		for _, line := range []string{"status", "timeline", "sev 1", "note x", "lead @jo", "rca", "task list", "close drill", "ack"} {
			there := answer(general.Command("jo", "/inc INC-1 "+line))
			nowhere := answer(general.Command("jo", "/inc INC-2 "+line))
			if strings.ReplaceAll(there, "INC-1", "INC-2") != nowhere {
				t.Errorf("%s: %q tells that INC-1 is there, INC-2 gets %q", line, there, nowhere)
			}
		}
		if got := answer(general.Command("jo", "/inc find payroll")); strings.Contains(got, "compromised") || strings.Contains(got, "backups") {
			t.Errorf("jo found %s", got)
		}
		w.wantAnswer(general, "sam", "/inc find payroll", "compromised", "backups")
		if after := len(w.entries(1)); after != before {
			t.Errorf("a stranger's commands added %d entries", after-before)
		}
		c.Leave("alex")
		w.settle()
		w.wantAnswer(general, "alex", "/inc INC-1 status", "There is no INC-1")
	})
}

// TestFindNeverShowsWhatIsDeleted, but what somebody has edited away, as that.
func TestFindNeverShowsWhatIsDeleted(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		m := c.Say("sam", "hunter2 is my password")
		kept := c.Say("sam", "it came from web-3")
		w.settle()
		c.Delete("sam", m.TS)
		c.Edit("sam", kept.TS, "never mind")
		w.settle()
		w.wantAnswer(c, "sam", "/inc find web-3", "it came from web-3 _(revision 1, no longer what it says)_")
		for _, query := range []string{"hunter2", `"`, "a AND (", "*"} {
			if got := answer(c.Command("sam", "/inc find "+query)); strings.Contains(got, "is my password") {
				t.Errorf("find %s shows %s", query, got)
			}
		}
	})
}

func TestCloseGateNamesAllThatIsMissing(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Command("sam", "/inc task add Nobody's")
		c.Command("sam", "/inc task add Done though @kim")
		c.Command("sam", "/inc task add Nobody's either")
		w.wantAnswer(c, "sam", "/inc close", "root cause", "remediation", "contained", "Tasks 1 and 3 have no owner", "close override")
		if w.incident(1).Closed() {
			t.Fatal("it was closed all the same")
		}
		c.Command("sam", "/inc rca set root-cause a reused password")
		c.Command("sam", "/inc rca set remediation keys for all")
		w.wantAnswer(c, "sam", "/inc close", "contained", "Tasks 1 and 3")
		c.Command("sam", "/inc milestone contained")
		c.Command("sam", "/inc task assign 1 @sam")
		c.Command("sam", "/inc task done 3")
		w.wantAnswer(c, "sam", "/inc close", "is closed")
		w.settle()
		if got := w.incident(1); got.Disposition != incident.Resolved || got.ClosedAt.IsZero() {
			t.Errorf("closed as %q at %s", got.Disposition, got.ClosedAt)
		}
	})
}

func TestWaysToClose(t *testing.T) {
	tests := []struct {
		line        string
		disposition incident.Disposition
		reason      string
	}{
		{"close false-positive the scanner was ours", incident.FalsePositive, "the scanner was ours"},
		{"close duplicate INC-1", incident.Duplicate, ""},
		{"close drill", incident.Drill, ""},
		{"close override it is 4 in the morning & all is well", incident.Override, "it is 4 in the morning & all is well"},
	}
	for _, tt := range tests {
		t.Run(string(tt.disposition), func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.start()
				w.opened("sam", "The first")
				_, c := w.opened("sam", "The second")
				w.wantAnswer(c, "sam", "/inc "+tt.line, "is closed")
				w.wantAnswer(c, "sam", "/inc close drill", "is closed already")
				w.settle()
				got := w.incident(2)
				if got.Disposition != tt.disposition || got.Reason != tt.reason {
					t.Errorf("closed as %q because %q", got.Disposition, got.Reason)
				}
				w.wantSaid(c, "*INC-2 is closed*")
				if tt.reason != "" {
					w.wantAnswer(c, "sam", "/inc rca", tt.reason[:20])
				}
				w.wantAnswer(c, "sam", "/inc reopen", "is open again")
				w.settle()
				if got := w.incident(2); got.Closed() || got.Disposition != "" || !got.ClosedAt.IsZero() {
					t.Errorf("reopened: %+v", got)
				}
			})
		})
	}
}

// TestTalkAfterTheEnd: a closed incident's channel is still heard.
func TestTalkAfterTheEnd(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Command("sam", "/inc close drill")
		m := c.Say("kim", "one more thing")
		w.settle()
		w.entryOf(1, m)
		w.wantAnswer(c, "kim", "/inc note a late thought", "a late thought")
		c.Command("kim", "/inc reopen")
	})
}

func TestNotesInTheAuthorsOwnZone(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		// It is 2000-01-01 00:00 UTC: 19:00 the day before for sam in New York,
		// 01:00 for alex in Madrid.
		join(c, "sam", "jo")
		for line, want := range map[string]string{
			"sam: at 18:30 NY half past six":          "1999-12-31T23:30:00Z",
			"alex: at 23:30 Madrid before midnight":   "1999-12-31T22:30:00Z",
			"jo: at yesterday 23:10 Tokyo":            "1999-12-31T14:10:00Z",
			"sam: at 1999-12-24T18:00:00+01:00 exact": "1999-12-24T17:00:00Z",
			"alex: at 14:32 UTC universal":            "1999-12-31T14:32:00Z",
		} {
			who, note, _ := strings.Cut(line, ": ")
			w.wantAnswer(c, who, "/inc note "+note)
			w.settle()
			words := strings.Fields(note)
			e := w.wantEntry(1, incident.KindNote, words[len(words)-1])
			if got := e.OccurredAt.UTC().Format(time.RFC3339); got != want || !e.Late() {
				t.Errorf("%s: at %s, want %s; late %v", line, got, want, e.Late())
			}
		}
	})
}

func TestNoteTextIsExact(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Command("sam", "/inc note  two  spaces,\n\ta <tag> & \"quotes\" at the gate")
		c.Command("sam", "/inc note at the gate 14:32 was quiet")
		w.settle()
		var got []string
		for _, e := range w.of(1, incident.KindNote) {
			got = append(got, e.Text)
		}
		if len(got) != 2 || got[0] != " two  spaces,\n\ta <tag> & \"quotes\" at the gate" || got[1] != "at the gate 14:32 was quiet" {
			t.Errorf("notes: %q", got)
		}
	})
}

// TestAnswersComeInTime hangs whatever the bot may call while it answers.
func TestAnswersComeInTime(t *testing.T) {
	for _, method := range []string{"chat.postMessage", "chat.postEphemeral", "users.info", "conversations.setTopic", "chat.update", "usergroups.users.list"} {
		t.Run(method, func(t *testing.T) {
			inWorld(t, func(w *world) {
				group := w.sb.Slack.AddGroup(sandbox.UserGroup{Handle: "responders", Users: []string{"sam", "alex"}})
				w.env["FIREBREAK_SLACK_RESPONDERS"] = group.ID
				w.start()
				_, c := w.opened("sam", "Phishing")
				join(c, "sam", "alex")
				w.pass(20 * time.Minute) // whatever was known of people has to be asked again
				w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: method, Kind: sandbox.Hang, Times: 6})
				w.wantAnswer(c, "sam", "/inc sev 1")
				w.wantAnswer(c, "alex", "/inc status")
				w.wantAnswer(c, "sam", "/inc nonsense")
			})
		})
	}
}

// TestCommandDeliveredTwice: it is done once, and its author sees the answer.
func TestCommandDeliveredTwice(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "deliver", Kind: sandbox.Duplicate})
		w.wantAnswer(c, "sam", "/inc task add Once only", "Once only")
		w.settle()
		if got := w.tasks(1); len(got) != 1 {
			t.Errorf("tasks: %+v", got)
		}
		if n := len(w.of(1, incident.KindCommand)); n != 2 { // open and task add
			t.Errorf("%d commands are recorded", n)
		}
	})
}

// TestRestartRightAfterACommand: what was accepted is done after the
// next start.
func TestRestartRightAfterACommand(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Command("sam", "/inc sev 1")
		w.stop()
		w.start()
		w.settle()
		w.wantSaid(c, "*SEV1* now")
		if !strings.Contains(c.Topic(), "SEV1") {
			t.Errorf("topic %q", c.Topic())
		}
	})
}

func TestStatusShowsPins(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		m := c.Say("alex", "it came by mail")
		c.React("sam", m.TS, "pushpin")
		w.settle()
		w.wantAnswer(c, "sam", "/inc status", "it came by mail", "0 open, 0 done", "SEV3")
	})
}
