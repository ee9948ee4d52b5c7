package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// TestShortPages: where Slack takes the app for a distributed one, 15 messages
// a minute, that is named and the pace follows; what was said meanwhile is
// there all the same, and live work goes on.
func TestShortPages(t *testing.T) {
	longUnderRace(t)
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.settle()
		w.pass(61 * time.Minute) // compared once
		w.stop()
		w.sb.Slack.SetDistributed(true)
		for i := range 100 {
			m := c.Say("alex", fmt.Sprintf("line %d", i))
			if i%50 == 0 {
				c.Reply("kim", m.TS, "a reply")
			}
		}
		w.start()
		w.pass(2 * time.Minute)
		if r := w.ready(); !r.Ready || !strings.Contains(r.Checks["slack"].Detail, "15 messages") {
			t.Errorf("ready %v: %s", r.Ready, r.Checks["slack"].Detail)
		}
		before := time.Now()
		w.wantAnswer(c, "sam", "/inc sev 1", "SEV1")
		w.pass(5 * time.Second)
		w.wantSaid(c, "*SEV1* now")
		if d := time.Since(before); d > 6*time.Second {
			t.Errorf("a command took %v", d)
		}
		w.pass(10 * time.Minute)
		w.settle()
		w.compare(1)
		w.wantSaid(w.control(), "15 messages of history a minute")
		if n := w.sb.Slack.RateLimited()["conversations.history"]; n > 1 {
			t.Errorf("Slack refused %d calls for their pace", n)
		}
		if gaps := w.of(1, incident.KindGap); len(gaps) > 0 {
			t.Errorf("a gap, though all could be read: %q", gaps[0].Text)
		}
		w.stop()
		w.start()
		w.pass(10 * time.Minute)
		w.wantSaid(w.control(), "15 messages of history a minute")
	})
}

// TestShortPagesCannotReachBack: what is too far back at that pace is a gap.
func TestShortPagesCannotReachBack(t *testing.T) {
	inWorld(t, func(w *world) {
		w.rarelyPolled()
		w.start()
		_, c := w.opened("sam", "Phishing")
		join(c, "sam", "alex")
		w.settle()
		w.pass(61 * time.Minute)
		w.stop()
		w.sb.Slack.SetDistributed(true)
		lost := c.Say("alex", "the first of very many")
		for i := range 1000 {
			c.Say("alex", fmt.Sprintf("line %d", i))
		}
		w.pass(30 * time.Minute) // Slack has given its events up
		w.start()
		w.pass(70 * time.Minute)
		w.wantEntry(1, incident.KindGap, "15 messages a minute")
		w.wantSaid(c, "15 messages a minute")
		w.wantCoverage(1, "gaps: 2", "15 messages a minute", "messages verified to")
		for _, e := range w.of(1, incident.KindMessage) {
			if e.Source.TS == lost.TS {
				t.Error("the gap holds nothing: this tests nothing")
			}
			if e.Deleted {
				t.Errorf("%q is said to be deleted", e.Text)
			}
		}
		w.pass(3 * time.Hour)
		w.wantEntry(1, incident.KindGap, "15 messages a minute")
	})
}
