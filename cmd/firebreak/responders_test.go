package main

import (
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// TestWhoMayCommand: guests, bots and people of other workspaces never may.
func TestWhoMayCommand(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.sb.Slack.AddUser(sandbox.User{Name: "robot", Bot: true})
		join(c, "sam", "guest", "stranger", "robot")
		for _, who := range []string{"guest", "stranger", "robot"} {
			w.wantAnswer(c, who, "/inc sev 1", "Only full members of this workspace may command")
			w.wantAnswer(c, who, "/inc close drill", "Only full members")
			w.wantAnswer(c, who, "/inc help", "task add")
		}
		w.settle()
		if inc := w.incident(1); inc.Severity == incident.SEV1 || inc.Closed() {
			t.Errorf("they had their way: %+v", inc)
		}
		refused := 0
		for _, e := range w.of(1, incident.KindCommand) {
			if reason, _ := e.Data["refused"].(string); strings.HasPrefix(reason, "Only full members") {
				refused++
			}
		}
		if refused != 6 {
			t.Errorf("%d refused commands are recorded, want 6", refused)
		}
	})
}

func TestOnlyRespondersCommand(t *testing.T) {
	for _, by := range []string{"user", "group"} {
		t.Run(by, func(t *testing.T) {
			inWorld(t, func(w *world) {
				allowed := w.user("sam")
				if by == "group" {
					allowed = w.sb.Slack.AddGroup(sandbox.UserGroup{Handle: "responders", Users: []string{"sam"}}).ID
				}
				w.env["FIREBREAK_SLACK_RESPONDERS"] = allowed
				w.start()
				_, c := w.opened("sam", "Phishing")
				join(c, "sam", "kim")
				w.wantAnswer(c, "kim", "/inc sev 1", "Only responders may do that")
				w.wantAnswer(w.sb.Slack.In("#general"), "kim", "/inc open Mine", "Only responders may do that")
				w.wantAnswer(c, "kim", "/inc status", "INC-1") // a member of the channel may look
				w.wantAnswer(c, "sam", "/inc sev 1", "SEV1")
				w.settle()
				if n := len(w.incidents()); n != 1 {
					t.Errorf("%d incidents", n)
				}
			})
		})
	}
}

// TestRightsAreThoseOfNow: who left the company may no longer command, within
// minutes.
func TestRightsAreThoseOfNow(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.wantAnswer(c, "kim", "/inc sev 2", "SEV2")
		w.pass(11 * time.Minute)
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "users.info", Kind: sandbox.Hang})
		w.wantAnswer(c, "kim", "/inc sev 1", "Slack did not tell me who you are, so I changed nothing")
		w.settle()
		if got := w.incident(1).Severity; got != incident.SEV2 {
			t.Errorf("severity %v", got)
		}
	})
}

func TestAdminsSeeAndCommandEverything(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_SLACK_ADMINS"] = w.user("jo")
		w.env["FIREBREAK_SLACK_RESPONDERS"] = w.user("sam")
		w.start()
		_, c := w.opened("sam", "Phishing")
		c.Say("sam", "the payroll mail")
		w.settle()
		general := w.sb.Slack.In("#general")
		w.wantAnswer(general, "jo", "/inc INC-1 sev 1", "SEV1")
		w.wantAnswer(general, "jo", "/inc find payroll", "the payroll mail")
		w.wantAnswer(general, "kim", "/inc INC-1 status", "There is no INC-1")
	})
}

// TestPublicIncidentFromOutside: responders may see it, others not.
func TestPublicIncidentFromOutside(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_PRIVATE_CHANNELS"] = "false"
		w.env["FIREBREAK_SLACK_RESPONDERS"] = w.user("sam") + "," + w.user("kim")
		w.start()
		w.opened("sam", "Phishing")
		general := w.sb.Slack.In("#general")
		w.wantAnswer(general, "kim", "/inc INC-1 status", "Phishing")
		w.wantAnswer(general, "jo", "/inc INC-1 status", "There is no INC-1")
	})
}
