package main

import (
	"slices"
	"testing"
	"time"

	"firebreak/integrations/sandbox"
)

// calls counts the calls of a Web API method so far.
func (w *world) calls(method string) (n int) {
	for _, r := range w.sb.Ledger.Of("slack", sandbox.RecordRequest) {
		if r.Method == method {
			n++
		}
	}
	return n
}

// TestUnchangedThreadsCostNoCall: the hourly comparison asks for the replies
// of a thread only when its counters have changed, however old its parent is.
func TestUnchangedThreadsCostNoCall(t *testing.T) {
	inWorld(t, func(w *world) {
		w.rarelyPolled()
		w.start()
		_, c := w.opened("sam", "Phishing")
		join(c, "sam", "alex", "kim")
		var parents []sandbox.Message
		for _, text := range []string{"one", "two", "three"} {
			m := c.Say("sam", text)
			c.Reply("alex", m.TS, "a reply")
			parents = append(parents, m)
		}
		w.settle()
		w.pass(time.Hour) // each thread is read once
		before := w.calls("conversations.replies")
		if before != 3 {
			t.Errorf("%d calls for three threads", before)
		}
		w.pass(2 * time.Hour)
		if n := w.calls("conversations.replies") - before; n != 0 {
			t.Errorf("%d calls for threads that have not changed", n)
		}
		var missed sandbox.Message
		w.deaf(func() {
			missed = c.Reply("kim", parents[0].TS, "nobody told the bot")
			w.pass(10 * time.Minute) // Slack has given its events up
		})
		w.pass(time.Hour)
		if n := w.calls("conversations.replies") - before; n != 1 {
			t.Errorf("%d calls for one thread that has changed", n)
		}
		if e := w.entryOf(1, missed); e.Data["source"] != "backfill" {
			t.Errorf("the reply comes from %v", e.Data["source"])
		}
		w.compare(1)
	})
}

// TestTheHourlyComparisonFindsWhatNoEventTold: messages, edits, deletions,
// files and pins of the last day.
func TestTheHourlyComparisonFindsWhatNoEventTold(t *testing.T) {
	inWorld(t, func(w *world) {
		w.rarelyPolled()
		w.start()
		_, c := w.opened("sam", "Phishing")
		join(c, "sam", "alex", "kim")
		edited, doomed := c.Say("sam", "as it was"), c.Say("sam", "deleted unheard")
		reply := c.Reply("kim", edited.TS, "a reply, deleted unheard")
		c.Reply("kim", edited.TS, "a reply that stays")
		w.settle()
		w.pass(61 * time.Minute)
		w.sb.Slack.SetEvents()
		c.Edit("sam", edited.TS, "as it is")
		c.Delete("sam", doomed.TS)
		c.Delete("kim", reply.TS)
		c.React("alex", edited.TS, "pushpin")
		w.pass(62 * time.Minute)
		w.settle()
		w.compare(1)
		c.Upload("sam", "log.txt", []byte("line\n"), "the log") // which the look for silence finds too
		w.pass(62 * time.Minute)
		w.settle()
		w.compare(1)
		if e := w.entryOf(1, reply); !e.Deleted {
			t.Error("a reply that was deleted unheard still stands")
		}
	})
}

// TestWhatIsOldIsComparedOnceADay: an edit and a pin far back in the past, of
// which no event told, are found by the daily comparison of everything.
func TestWhatIsOldIsComparedOnceADay(t *testing.T) {
	longUnderRace(t)
	inWorld(t, func(w *world) {
		w.rarelyPolled()
		w.start()
		_, c := w.opened("sam", "Phishing")
		join(c, "sam", "kim")
		old := c.Say("sam", "said long ago")
		reply := c.Reply("sam", old.TS, "replied long ago")
		w.settle()
		w.pass(30 * time.Hour)
		w.sb.Slack.SetEvents()
		c.Edit("sam", reply.TS, "replied long ago, changed since")
		c.React("kim", reply.TS, "pushpin")
		w.pass(25 * time.Hour)
		w.settle()
		want := []string{"replied long ago", "replied long ago, changed since"}
		if e := w.entryOf(1, reply); !slices.Equal(revisions(e), want) || !e.Pinned() {
			t.Errorf("revisions %q, pins %v", revisions(e), e.Pins)
		}
		w.compare(1)
	})
}

// TestRepliesDeletedWhileAway: replies are missed as top-level messages are;
// a thread whose parent was deleted lives on.
func TestRepliesDeletedWhileAway(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		parent, lone := c.Say("sam", "parent"), c.Say("sam", "parent of one")
		gone, stays := c.Reply("kim", parent.TS, "gone"), c.Reply("alex", parent.TS, "stays")
		last := c.Reply("kim", lone.TS, "the only reply")
		w.settle()
		w.stop()
		c.Delete("kim", gone.TS)
		c.Edit("alex", stays.TS, "stays, edited")
		c.Delete("kim", last.TS)
		c.Delete("sam", parent.TS)
		w.pass(time.Hour)
		w.start()
		w.settle()
		for _, m := range []sandbox.Message{gone, last, parent} {
			if !w.entryOf(1, m).Deleted {
				t.Errorf("%q still stands", m.Text)
			}
		}
		if w.entryOf(1, stays).Deleted {
			t.Error("a reply went with its parent")
		}
	})
}

// TestRateLimitedEventsAreFound: when Slack says that it dropped events,
// everything is compared.
func TestRateLimitedEventsAreFound(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.settle()
		var m sandbox.Message
		w.deaf(func() {
			m = c.Say("sam", "one too many")
			w.pass(time.Minute)
		})
		w.sb.Slack.InjectEnvelope("events_api", `{"type":"app_rate_limited","team_id":"T1","minute_rate_limited":1518467820,"api_app_id":"A1"}`)
		w.pass(10 * time.Second)
		w.entryOf(1, m)
	})
}
