package main

import (
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// TestCatchUp: somebody who was away reads what they missed, and nobody else
// does.
func TestCatchUp(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Say("kim", "off to bed")
		w.pass(time.Hour)
		m := c.Say("sam", "it came over the VPN")
		c.React("sam", m.TS, "pushpin")
		for _, line := range []string{"sev 1", "note the key was stolen", "update we are on it", "task add Rotate the key @kim", "task add Tell legal"} {
			c.Command("sam", "/inc "+line)
		}
		w.settle()
		w.wantAnswer(c, "kim", "/inc catchup", "SEV1", "nobody yet", "Since you were last heard of", "1 message", "the key was stolen", "we are on it",
			"it came over the VPN", "Rotate the key", "1 yours", "*Open questions:* nobody has the lead; it is not contained; the root cause is not written down.")
		w.wantAnswer(c, "kim", "/inc catchup", "nothing was said")
		if said := w.saidIn(c, "last heard of"); len(said) > 0 {
			t.Errorf("the channel was told %+v", said)
		}
	})
}

// TestBriefForWhoJoins: an incident under way is told to who joins it, once.
func TestBriefForWhoJoins(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.pass(10 * time.Minute)
		c.Command("sam", "/inc note the key was stolen")
		w.sb.Slack.AddUser(sandbox.User{Name: "robot", Bot: true})
		c.Invite("sam", "jo")
		c.Invite("sam", "robot")
		w.settle()
		c.Leave("robot")
		w.pass(time.Minute)
		c.Invite("sam", "robot") // known as a bot by now
		w.settle()
		if n := len(w.sb.Slack.Ephemerals("robot")); n > 1 {
			t.Errorf("a bot that is known was told %d things", n)
		}
		w.stop()
		w.start()
		w.settle()
		if !w.told("jo", "the key was stolen") {
			t.Errorf("jo was told %+v", w.sb.Slack.Ephemerals("jo"))
		}
		if n := len(w.sb.Slack.Ephemerals("jo")); n != 1 {
			t.Errorf("jo was told %d things", n)
		}
		for _, who := range []string{"alex", "kim"} { // at the opening
			if n := len(w.sb.Slack.Ephemerals(who)); n != 0 {
				t.Errorf("%s was told %d things", who, n)
			}
		}
	})
}

// TestHandover: the lead changes when it is taken, and not before.
func TestHandover(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Command("sam", "/inc lead @sam")
		c.Command("sam", "/inc task add Tell legal")
		w.wantAnswer(c, "sam", "/inc handover @kim", "is asked to take the lead")
		w.settle()
		offer := w.saidIn(c, "will you take the lead of")
		if len(offer) != 1 || !strings.Contains(texts(offer[0].Blocks), "Tell legal") || w.incident(1).Commander != w.user("sam") {
			t.Fatalf("offered: %+v", offer)
		}
		parties := w.user("sam") + "_" + w.user("kim")
		c.Click("alex", offer[0].TS, "firebreak_accept_"+parties, "INC-1")
		w.settle()
		if !w.told("alex", "Only <@"+w.user("kim")+"> can answer that") || w.incident(1).Commander != w.user("sam") {
			t.Fatalf("alex was told %+v", w.sb.Slack.Ephemerals("alex"))
		}
		c.Click("kim", offer[0].TS, "firebreak_decline_"+parties, "INC-1")
		w.settle()
		if said := w.saidIn(c, "does not take the lead now"); len(said) != 1 || strings.Contains(texts(said[0].Blocks), "firebreak_accept") || w.incident(1).Commander != w.user("sam") {
			t.Errorf("declined: %+v", said)
		}
		c.Command("sam", "/inc handover @kim")
		w.settle()
		offer = w.saidIn(c, "will you take the lead of")
		c.Click("kim", offer[len(offer)-1].TS, "firebreak_accept_"+parties, "INC-1")
		w.settle()
		if w.incident(1).Commander != w.user("kim") {
			t.Errorf("the lead is %s's", w.incident(1).Commander)
		}
		if said := w.saidIn(c, "has the lead"); len(said) < 2 {
			t.Errorf("the channel was told %+v", said)
		}
		roles := w.of(1, incident.KindRole)
		if len(roles) != 5 { // lead, offered, declined, offered, lead
			t.Errorf("%d entries: %+v", len(roles), roles)
		}
		for _, e := range roles { // kim was not known yet when she was first offered it
			if id := w.user("kim"); strings.Contains(strings.ReplaceAll(e.Text, "<@"+id+">", ""), id) {
				t.Errorf("recorded for good under an id that nobody can read: %s", e.Text)
			}
		}
	})
}

// TestHandoverOfOld: an offer does not outlive the lead it was made of.
func TestHandoverOfOld(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Command("sam", "/inc handover @kim")
		w.settle()
		offer := w.saidIn(c, "will you take the lead of")
		c.Command("alex", "/inc lead @alex")
		w.settle()
		c.Click("kim", offer[0].TS, "firebreak_accept_-_"+w.user("kim"), "INC-1")
		w.settle()
		if w.incident(1).Commander != w.user("alex") || !w.told("kim", "has changed hands since") {
			t.Errorf("the lead is %s's, kim was told %+v", w.incident(1).Commander, w.sb.Slack.Ephemerals("kim"))
		}
		w.wantAnswer(c, "alex", "/inc handover @alex", "has the lead already")
		join(c, "alex", "guest")
		c.Say("guest", "can I help?")
		w.settle()
		w.wantAnswer(c, "alex", "/inc handover @guest", "is a guest and cannot take the lead")
		w.wantAnswer(c, "alex", "/inc handover @"+w.sb.Slack.Bot().Name, "is me and cannot take the lead")
		w.wantAnswer(c, "alex", "/inc handover @jo", "is asked to take the lead")
		w.settle()
		if got := c.Members(); !strings.Contains(strings.Join(got, " "), w.user("jo")) {
			t.Errorf("jo is not in the channel: %v", got)
		}
	})
}
