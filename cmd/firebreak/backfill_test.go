package main

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// TestWhatWasSaidWhileTheBotWasAway: messages, replies, edits, deletions,
// files and pins of an outage are there after the next start.
func TestWhatWasSaidWhileTheBotWasAway(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		before := c.Say("sam", "said before")
		doomed := c.Say("sam", "deleted meanwhile")
		pinned := c.Say("alex", "pinned before, unpinned meanwhile")
		c.React("alex", pinned.TS, "pushpin")
		w.settle()
		w.stop()

		c.Edit("sam", before.TS, "edited meanwhile")
		c.Delete("sam", doomed.TS)
		c.Unreact("alex", pinned.TS, "pushpin")
		fresh := c.Say("kim", "said meanwhile")
		c.Edit("kim", fresh.TS, "said and edited meanwhile")
		reply := c.Reply("alex", before.TS, "replied meanwhile")
		c.React("kim", reply.TS, "pushpin")
		lone := c.Reply("alex", fresh.TS, "first reply of a new thread")
		file := c.Upload("sam", "log.txt", []byte("line\n"), "the log")
		c.Webhook("Grafana", "posted meanwhile", "")
		w.sb.Slack.AddUser(sandbox.User{Name: "newbie"})
		c.Invite("sam", "newbie")
		w.pass(2 * time.Hour)
		w.start()
		w.settle()

		for _, m := range []sandbox.Message{fresh, reply, lone, file} {
			if e := w.entryOf(1, m); e.Data["source"] != "backfill" || !e.Late() {
				t.Errorf("%q: source %v, late %v", m.Text, e.Data["source"], e.Late())
			}
		}
		if got, want := revisions(w.entryOf(1, before)), []string{"said before", "edited meanwhile"}; !slices.Equal(got, want) {
			t.Errorf("revisions %q, want %q", got, want)
		}
		if e := w.entryOf(1, before); e.Data["source"] == "backfill" {
			t.Error("what came live is said to come from a backfill")
		}
		if e := w.entryOf(1, doomed); !e.Deleted {
			t.Error("what was deleted meanwhile still stands")
		}
	})
}

// TestLongOutage has more messages than Slack gives on one page of history,
// and a thread that is longer than a page.
func TestLongOutage(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		root := c.Say("sam", "a long thread")
		w.settle()
		w.stop()
		for i := range 450 {
			c.Say("alex", fmt.Sprintf("line %d", i))
			if i%2 == 0 {
				c.Reply("kim", root.TS, fmt.Sprintf("reply %d", i))
			}
		}
		w.pass(time.Hour)
		w.start()
		w.settle()
	})
}

// TestSocketsAway: the process lives, but Slack cannot reach it for an hour,
// so that events are given up.
func TestSocketsAway(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.settle()
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "apps.connections.open", Kind: sandbox.Err5xxBefore, Times: -1})
		w.sb.Slack.DropSockets()
		m := c.Say("sam", "nobody hears me")
		c.Edit("sam", m.TS, "does nobody hear me?")
		w.pass(time.Hour)
		if w.sb.Slack.Dropped() == 0 {
			t.Fatal("Slack gave nothing up, so that this tests nothing")
		}
		w.sb.Faults.Clear()
		w.until("the bot is back", func() bool { return w.sb.Slack.Sockets() > 0 })
		w.pass(15 * time.Second)
		if e := w.entryOf(1, m); e.Text != "does nobody hear me?" {
			t.Errorf("text %q", e.Text)
		}
	})
}

// TestHistoryAway: Slack's history does not answer at the start; it is asked
// again until it does.
func TestHistoryAway(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.settle()
		w.stop()
		m := c.Say("sam", "said meanwhile")
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "conversations.history", Kind: sandbox.Err5xxBefore, Times: 12})
		w.start()
		w.until("it is there", func() bool {
			return slices.ContainsFunc(w.of(1, incident.KindMessage), func(e incident.Entry) bool { return e.Source.TS == m.TS })
		})
	})
}

// TestBotThrownOut: what was said while the bot was not in the channel is
// there once it is invited again.
func TestBotThrownOut(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.settle()
		bot := w.sb.Slack.Bot().ID
		c.Leave(bot)
		m := c.Say("sam", "the bot is out")
		w.pass(time.Minute)
		c.Invite("sam", bot)
		w.pass(15 * time.Second)
		w.entryOf(1, m)
	})
}

// TestTalkAfterTheEndWhileAway: a closed incident's channel is looked at too.
func TestTalkAfterTheEndWhileAway(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.wantAnswer(c, "sam", "/inc close drill", "is closed")
		w.settle()
		w.stop()
		m := c.Say("kim", "one more thing")
		w.pass(time.Hour)
		w.start()
		w.settle()
		w.entryOf(1, m)
		w.wantAnswer(c, "sam", "/inc reopen", "is open again")
	})
}

// TestSlackAwayAtTheStart: pages are recorded meanwhile, and get their
// channels once Slack is there.
func TestSlackAwayAtTheStart(t *testing.T) {
	inWorld(t, func(w *world) {
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Kind: sandbox.Err5xxBefore, Times: -1})
		w.assemble(w.env)
		w.launch(w.app.run)
		w.pass(time.Minute)
		page := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "All is down", Service: "Identity"})
		w.pass(30 * time.Second)
		if n := len(w.incidents()); n != 1 {
			t.Fatalf("%d incidents", n)
		}
		w.sb.PagerDuty.Resolve(page.ID, "sam")
		w.pass(20 * time.Minute)
		w.sb.Faults.Clear()
		w.pass(15 * time.Second)
		c := w.channel(1)
		w.settle()
		w.wantEntry(1, incident.KindPage, "Resolved by Sam Okafor")
		if !slices.Contains(c.Members(), w.user("sam")) {
			t.Error("sam was not invited")
		}
		w.compare(1)
		w.compareOnce()
	})
}
