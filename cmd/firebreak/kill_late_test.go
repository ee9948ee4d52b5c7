package main

import (
	"testing"
	"time"

	"firebreak/integrations/sandbox"
)

// TestLateChannelIsRead stops the bot right after Slack has made a channel
// and before the answer came. People find the channel and talk there while
// the bot is away for longer than Slack repeats events: their words are in
// the timeline all the same.
func TestLateChannelIsRead(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_PRIVATE_CHANNELS"] = "false"
		w.start()
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "conversations.create", Kind: sandbox.DropAfter})
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "odd logins", Service: "Identity"})
		w.until("the channel is there", func() bool { return len(w.channels()[1]) == 1 })
		w.stop()
		c := w.sb.Slack.In(w.channels()[1][0].ID)
		c.Join("jo")
		m := c.Say("jo", "is anybody here?")
		c.Reply("jo", m.TS, "hello?")
		c.React("jo", m.TS, "pushpin")
		w.pass(10 * time.Minute)
		if n := w.sb.Slack.Undelivered(); n > 0 {
			t.Fatalf("Slack still repeats %d events", n)
		}
		w.start()
		w.channel(1)
		w.settle()
		w.compare(1)
		w.compareOnce()
	})
}

// TestTwoEditsOfOneSecond loses the event of an edit that follows another one
// within the second. Slack tells both with the same time; history alone says
// which one stands.
func TestTwoEditsOfOneSecond(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "odd logins", Service: "Identity"})
		c := w.channel(1)
		c.Join("jo")
		w.settle()
		w.pass(time.Second - time.Duration(time.Now().Nanosecond()))
		m := c.Say("jo", "zero")
		w.pass(1200 * time.Millisecond)
		c.Edit("jo", m.TS, "one")
		w.pass(300 * time.Millisecond)
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "deliver", Kind: sandbox.LoseDeliver, Times: 4})
		c.Edit("jo", m.TS, "another")
		w.pass(10 * time.Minute)
		if w.sb.Slack.Dropped() != 1 {
			t.Fatalf("Slack gave up %d events, want the second edit's alone", w.sb.Slack.Dropped())
		}
		w.sb.Slack.DropSockets()
		w.settle()
		w.compare(1)
	})
}
