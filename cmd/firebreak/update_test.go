package main

import (
	"strings"
	"testing"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// TestUpdateTellsTheStakeholders: what somebody tells them stands on the
// timeline word for word, in the channel, and in the status until there is a
// newer one.
func TestUpdateTellsTheStakeholders(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.wantAnswer(c, "kim", "/inc status", "INC-1")
		const text = "Logins are  blocked & <https://x.example|clean>\nNext word at 16:00"
		w.wantAnswer(c, "sam", "/inc update "+text, "Update on INC-1")
		w.wantAnswer(c, "sam", "/inc rca set impact nobody could log in", "impact")
		w.settle()
		if e := w.wantEntry(1, incident.KindUpdate, "Logins are"); !strings.HasPrefix(e.Text, "Logins are  blocked & ") || !strings.HasSuffix(e.Text, "\nNext word at 16:00") {
			t.Errorf("the entry reads %q", e.Text)
		}
		w.wantSaid(c, "Update on INC-1")
		w.wantAnswer(c, "kim", "/inc status", "Last update", "Next word at 16:00")
		w.wantAnswer(c, "sam", "/inc role scribe @alex", "scribe")
		w.wantAnswer(c, "sam", "/inc role scribe @kim", "scribe")
		w.wantAnswer(c, "sam", "/inc status", "Roles: scribe", w.user("kim"))
		w.wantAnswer(c, "kim", "/inc timeline kind:role", "all 2 entries")
		w.wantAnswer(c, "kim", "/inc update All is well again", "All is well again")
		w.wantAnswer(c, "sam", "/inc status", "All is well again")
		if told := w.saidIn(w.control(), "Update on"); len(told) != 0 {
			t.Errorf("the control channel was told of a private incident: %+v", told)
		}
	})
}

// TestUpdateOfAPublicIncident goes to the control channel too, once.
func TestUpdateOfAPublicIncident(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_PRIVATE_CHANNELS"] = "false"
		w.start()
		_, c := w.opened("sam", "Phishing")
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "chat.postMessage", Kind: sandbox.DropAfter})
		w.wantAnswer(c, "sam", "/inc update Logins are blocked", "Update on INC-1")
		w.settle()
		for _, where := range []sandbox.SlackChannel{c, w.control()} {
			if said := w.saidIn(where, "Logins are blocked"); len(said) != 1 {
				t.Errorf("said %d times: %+v", len(said), said)
			}
		}
	})
}
