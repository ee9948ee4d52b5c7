package main

import (
	"slices"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

func TestPinIsOfTheMessagesOwnEntry(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		parent := c.Say("sam", "the parent")
		reply := c.Reply("alex", parent.TS, "the reply that matters")
		post := c.Webhook("Grafana", "the graph that matters", "")
		w.pass(10 * time.Second)
		c.React("kim", reply.TS, "pushpin")
		c.React("kim", post.TS, "round_pushpin")
		c.React("kim", parent.TS, "eyes")
		w.settle()
		for _, m := range []sandbox.Message{reply, post} {
			e := w.entryOf(1, m)
			if !e.Pinned() || e.Pins[0].By != w.user("kim") || e.OccurredAt.Sub(m.At) > time.Second {
				t.Errorf("%q: pins %+v, occurred %s, said %s", m.Text, e.Pins, e.OccurredAt, m.At)
			}
		}
		if e := w.entryOf(1, parent); e.Pinned() {
			t.Errorf("the parent is pinned: %+v", e.Pins)
		}
	})
}

// TestPinOfAMessageNeverSeen pins messages whose events never came: they are
// looked up and compared by their exact ts.
func TestPinOfAMessageNeverSeen(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		parent := c.Say("sam", "the parent")
		w.settle()
		w.deaf(func() {
			c.Reply("alex", parent.TS, "not this one")
			c.Reply("alex", parent.TS, "this reply")
			c.Say("alex", "this message")
			c.Reply("kim", parent.TS, "nor that one")
		})
		for _, m := range c.Messages() {
			if m.Text == "this reply" || m.Text == "this message" {
				c.React("kim", m.TS, "pushpin")
			}
		}
		w.settle()
		var pinned []string
		for _, e := range w.of(1, incident.KindMessage) {
			if e.Pinned() {
				pinned = append(pinned, e.Text+" by "+e.Actor.Name)
			}
		}
		slices.Sort(pinned)
		if want := []string{"this message by alex", "this reply by alex"}; !slices.Equal(pinned, want) {
			t.Errorf("pinned are %q, want %q", pinned, want)
		}
		w.stop() // what was missed is fetched now, so that all can be compared
		w.start()
	})
}

// deaf lets f happen without Slack telling the bot of messages.
func (w *world) deaf(f func()) {
	w.sb.Slack.SetEvents("reaction_added", "reaction_removed", "member_joined_channel")
	f()
	w.sb.Slack.SetEvents("message.channels", "message.groups", "reaction_added", "reaction_removed",
		"member_joined_channel", "member_left_channel", "channel_rename", "group_rename")
}

func TestLastRemovalUnpins(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		m := c.Say("sam", "it came by mail")
		c.React("kim", m.TS, "pushpin")
		c.React("alex", m.TS, "pushpin")
		c.React("alex", m.TS, "round_pushpin")
		w.settle()
		if got := w.entryOf(1, m).Pins; len(got) != 3 {
			t.Fatalf("pins: %+v", got)
		}
		c.Unreact("kim", m.TS, "pushpin")
		c.Unreact("alex", m.TS, "round_pushpin")
		w.settle()
		if got := w.entryOf(1, m).Pins; len(got) != 1 || got[0].By != w.user("alex") {
			t.Fatalf("pins: %+v, want alex's alone", got)
		}
		c.Unreact("alex", m.TS, "pushpin")
		w.settle()
		if e := w.entryOf(1, m); e.Pinned() {
			t.Errorf("still pinned: %+v", e.Pins)
		}
		c.React("alex", m.TS, "pushpin")
		w.settle()
		if e := w.entryOf(1, m); !e.Pinned() {
			t.Error("pinning again does nothing")
		}
	})
}

func TestOwnPinEmoji(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_PIN_EMOJI"] = "star"
		w.start()
		_, c := w.opened("sam", "Phishing")
		m := c.Say("sam", "it came by mail")
		c.React("sam", m.TS, "pushpin")
		w.settle()
		if w.entryOf(1, m).Pinned() {
			t.Error("pushpin pins though it is not configured")
		}
		c.React("sam", m.TS, "star")
		w.settle()
		if !w.entryOf(1, m).Pinned() {
			t.Error("star does not pin")
		}
	})
}
