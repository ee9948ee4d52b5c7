package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// withHeader runs f in the channel of a page, with its header message.
func withHeader(t *testing.T, f func(w *world, c sandbox.SlackChannel, header string)) {
	t.Helper()
	inWorld(t, func(w *world) {
		w.start()
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Odd logins", Service: "Identity"})
		c := w.channel(1)
		w.settle()
		join(c, "sam", "alex", "guest")
		f(w, c, w.incident(1).HeaderTS)
		w.settle()
		w.compare(1)
	})
}

// click presses a button and wants Slack to hear of it in time.
func (w *world) click(c sandbox.SlackChannel, who, ts, action string) {
	w.t.Helper()
	if r := c.Click(who, ts, action, ""); r.Trouble != "" {
		w.t.Errorf("%s by %s: %s", action, who, r.Trouble)
	}
	w.settle()
}

// told says whether somebody was shown these words and nobody else was.
func (w *world) told(who, words string) bool {
	return slices.ContainsFunc(w.sb.Slack.Ephemerals(who), func(e sandbox.Ephemeral) bool {
		return strings.Contains(e.Text+texts(e.Blocks), words)
	})
}

func TestTakeLeadButton(t *testing.T) {
	withHeader(t, func(w *world, c sandbox.SlackChannel, header string) {
		w.click(c, "alex", header, "firebreak_lead")
		if got := w.incident(1).Commander; got != w.user("alex") {
			t.Errorf("commander %q", got)
		}
		w.wantSaid(c, "has the lead")
		if !strings.Contains(c.Topic(), w.user("alex")) {
			t.Errorf("topic %q", c.Topic())
		}
		e := w.wantEntry(1, incident.KindCommand, "lead <@")
		if e.Actor.ID != w.user("alex") || e.Data["refused"] != nil {
			t.Errorf("the click is recorded as %+v", e)
		}
		for _, m := range c.Messages() {
			if m.TS == header && !strings.Contains(texts(m.Blocks), w.user("alex")) {
				t.Errorf("the header still reads %s", texts(m.Blocks))
			}
		}
	})
}

func TestAcknowledgeButton(t *testing.T) {
	withHeader(t, func(w *world, c sandbox.SlackChannel, header string) {
		w.click(c, "alex", header, "firebreak_ack")
		w.pass(15 * time.Second)
		page := w.sb.PagerDuty.Incident(w.incident(1).Page.ID)
		if page.Status != "acknowledged" {
			t.Errorf("the page is %s", page.Status)
		}
		if w.incident(1).Milestones[incident.Acknowledged].IsZero() {
			t.Error("no milestone")
		}
	})
}

// TestSeverityButton asks back with four buttons that only who clicked sees.
func TestSeverityButton(t *testing.T) {
	withHeader(t, func(w *world, c sandbox.SlackChannel, header string) {
		w.click(c, "alex", header, "firebreak_severity")
		if !w.told("alex", "firebreak_set_severity_4") {
			t.Fatalf("alex was shown %+v", w.sb.Slack.Ephemerals("alex"))
		}
		w.inject(c, "alex", "firebreak_set_severity_1", "INC-1")
		if got := w.incident(1).Severity; got != incident.SEV1 {
			t.Errorf("severity %v", got)
		}
		w.wantSaid(c, "*SEV1* now")
	})
}

// inject is a click on a button of a message that only its reader sees, which
// no ledger keeps.
func (w *world) inject(c sandbox.SlackChannel, who, action, value string) {
	w.t.Helper()
	u := w.sb.Slack.User(who)
	w.sb.Slack.InjectEnvelope("interactive", `{"type":"block_actions","user":{"id":"`+u.ID+`","username":"`+u.Name+`","team_id":"`+u.TeamID+`"},`+
		`"channel":{"id":"`+c.ID()+`"},"actions":[{"action_id":"`+action+`","value":"`+value+`","type":"button"}]}`)
	w.settle()
}

func TestGuestsClickInVain(t *testing.T) {
	withHeader(t, func(w *world, c sandbox.SlackChannel, header string) {
		before := w.incident(1)
		for _, action := range []string{"firebreak_lead", "firebreak_ack", "firebreak_severity"} {
			w.click(c, "guest", header, action)
		}
		w.inject(c, "guest", "firebreak_set_severity_1", "INC-1")
		if got := w.incident(1); got.Commander != "" || got.Severity != before.Severity || !got.Milestones[incident.Acknowledged].IsZero() {
			t.Errorf("the guest had their way: %+v", got)
		}
		if !w.told("guest", "Only full members") || w.told("guest", "firebreak_set_severity") {
			t.Errorf("the guest was told %+v", w.sb.Slack.Ephemerals("guest"))
		}
	})
}

func TestDoubleClickIsHarmless(t *testing.T) {
	withHeader(t, func(w *world, c sandbox.SlackChannel, header string) {
		for range 2 {
			c.Click("alex", header, "firebreak_lead", "")
			c.Click("alex", header, "firebreak_ack", "")
		}
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "deliver", Kind: sandbox.Duplicate})
		w.click(c, "sam", header, "firebreak_ack")
		w.pass(30 * time.Second)
		acks := 0
		for _, kind := range w.sb.PagerDuty.Incident(w.incident(1).Page.ID).Log {
			if kind == "acknowledge" {
				acks++
			}
		}
		if acks != 1 || w.incident(1).Commander != w.user("alex") {
			t.Errorf("%d acknowledgements, commander %q", acks, w.incident(1).Commander)
		}
	})
}

// TestStrangeClicks: a button's value is only what a client sent.
func TestStrangeClicks(t *testing.T) {
	withHeader(t, func(w *world, c sandbox.SlackChannel, _ string) {
		for action, value := range map[string]string{
			"firebreak_lead": "INC-99", "firebreak_ack": "nonsense", "firebreak_severity": "INC-7",
			"firebreak_set_severity_9": "INC-1", "firebreak_set_severity_1 INC-1": "INC-1", "somebody_elses": "INC-1",
			"firebreak_join": "INC-99",
		} {
			w.inject(c, "alex", action, value)
		}
		w.sb.Slack.InjectEnvelope("interactive", `{"type":"block_actions","user":{"id":"`+w.user("alex")+`"},"actions":[]}`)
		w.sb.Slack.InjectEnvelope("interactive", `{"type":"view_submission","view":7}`)
		w.settle()
		if got := w.incident(1); got.Commander != "" || got.Severity != incident.SEV2 {
			t.Errorf("incident: %+v", got)
		}
	})
}

func TestJoinFromTheControlChannel(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_SLACK_RESPONDERS"] = w.user("sam") + "," + w.user("jo")
		w.start()
		_, c := w.opened("sam", "Phishing")
		announced := w.saidIn(w.control(), "*INC-1*")
		if len(announced) != 1 {
			t.Fatalf("announced: %+v", announced)
		}
		for _, who := range []string{"kim", "guest", "jo"} {
			w.click(w.control(), who, announced[0].TS, "firebreak_join")
		}
		members := c.Members()
		if !slices.Contains(members, w.user("jo")) || slices.Contains(members, w.user("kim")) || slices.Contains(members, w.user("guest")) {
			t.Errorf("members: %v", members)
		}
		if !w.told("kim", "Only responders") || !w.told("jo", "You are being invited") {
			t.Errorf("kim was told %+v, jo %+v", w.sb.Slack.Ephemerals("kim"), w.sb.Slack.Ephemerals("jo"))
		}
		w.wantAnswer(c, "jo", "/inc status", "INC-1")
	})
}
