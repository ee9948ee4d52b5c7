package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// closedFor runs f after INC-1 has been closed, with its channel to be
// archived some time later.
func closedFor(t *testing.T, after time.Duration, f func(w *world, c sandbox.SlackChannel)) {
	t.Helper()
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_SLACK_ARCHIVE_AFTER"] = after.String()
		w.start()
		_, c := w.opened("sam", "Phishing")
		join(c, "sam", "alex", "kim")
		w.wantAnswer(c, "sam", "/inc close drill", "is closed")
		w.pass(time.Minute)
		f(w, c)
	})
}

// gone says whether the channel is archived.
func gone(c sandbox.SlackChannel) bool { return c.Info().Archived }

// has says whether a message is on the timeline.
func (w *world) has(m sandbox.Message) bool {
	return slices.ContainsFunc(w.of(1, incident.KindMessage), func(e incident.Entry) bool { return e.Source.TS == m.TS })
}

// TestArchiveAndReopen: the channel is archived some time after closing, with
// everything said there on the timeline first; reopened, it is people who
// unarchive it, and everything said until the bot is let in is there too.
func TestArchiveAndReopen(t *testing.T) {
	closedFor(t, 24*time.Minute, func(w *world, c sandbox.SlackChannel) {
		w.wantAnswer(c, "kim", "/inc actions", "Archive the channel: due ")
		w.pass(12 * time.Minute)
		heard := c.Say("kim", "one more thing")
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "deliver", Kind: sandbox.LoseDeliver, Times: -1})
		unheard := c.Say("alex", "and another, which Slack never delivers")
		w.pass(7 * time.Minute) // Slack tries at once, after a minute and after five
		w.sb.Faults.Clear()
		if gone(c) || w.has(unheard) {
			t.Fatal("too early")
		}
		w.pass(6 * time.Minute)
		if !gone(c) || w.incident(1).ArchivedAt.IsZero() {
			t.Fatal("the channel is not archived")
		}
		if !w.has(heard) || !w.has(unheard) {
			t.Error("something that was said is lost")
		}
		w.wantEntry(1, incident.KindAction, "archived the channel")
		w.settle()

		w.wantAnswer(w.sb.Slack.In("#general"), "sam", "/inc INC-1 reopen", "Slack lets no bot unarchive a channel")
		w.until("the control channel knows", func() bool { return len(w.saidIn(w.control(), "lets no bot unarchive")) == 1 })
		c.Unarchive("sam")
		outside := c.Say("sam", "said before the bot was let in")
		w.pass(time.Minute)
		c.Invite("sam", w.sb.Slack.Bot().ID)
		w.settle()
		if !w.has(outside) {
			t.Error("what was said while the bot was outside is lost")
		}
		w.wantSaid(c, "*INC-1 is open again*")
		if inc := w.incident(1); inc.Closed() || !inc.ArchivedAt.IsZero() {
			t.Errorf("incident: %+v", inc)
		}
		if parked := w.parked(); len(parked) > 0 {
			t.Errorf("parked: %+v", parked)
		}
		w.pass(30 * time.Minute)
		if gone(c) {
			t.Error("an open incident's channel was archived")
		}
		w.compare(1)
	})
}

// TestReopeningMovesTheArchive to its time after the last closing.
func TestReopeningMovesTheArchive(t *testing.T) {
	closedFor(t, 24*time.Minute, func(w *world, c sandbox.SlackChannel) {
		w.pass(12 * time.Minute)
		w.wantAnswer(c, "sam", "/inc reopen", "is open again")
		w.settle() // nothing is planned any more
		w.wantAnswer(c, "sam", "/inc actions", "nothing is left to do")
		w.pass(20 * time.Minute)
		if gone(c) {
			t.Fatal("an open incident's channel was archived")
		}
		w.wantAnswer(c, "sam", "/inc close drill", "is closed")
		w.pass(23 * time.Minute)
		if gone(c) {
			t.Fatal("archived too early")
		}
		w.pass(2 * time.Minute)
		if !gone(c) {
			t.Error("not archived")
		}
	})
}

// TestArchiveWhateverHappensToTheAnswers, and only when the channel could be
// compared.
func TestArchiveWhateverHappensToTheAnswers(t *testing.T) {
	for _, kind := range spoilt {
		t.Run(string(kind), func(t *testing.T) {
			closedFor(t, 2*time.Minute, func(w *world, c sandbox.SlackChannel) {
				w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "conversations.archive", Kind: kind})
				w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "conversations.history", Kind: sandbox.Err5xxBefore, Times: -1})
				w.pass(3 * time.Minute)
				if gone(c) {
					t.Fatal("archived without having been compared")
				}
				w.wantAnswer(c, "sam", "/inc actions", "Archive the channel: next try")
				w.sb.Faults.Clear()
				w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "conversations.archive", Kind: kind})
				w.pass(2 * time.Minute)
				if !gone(c) || w.incident(1).ArchivedAt.IsZero() {
					t.Error("not archived")
				}
				if parked := w.parked(); len(parked) > 0 {
					t.Errorf("parked: %+v", parked)
				}
				if n := strings.Count(strings.Join(w.texts(1, incident.KindAction), "\n"), "archived the channel"); n > 1 {
					t.Errorf("%d entries", n)
				}
			})
		})
	}
}

func (w *world) texts(n incident.Number, k incident.Kind) (all []string) {
	for _, e := range w.of(n, k) {
		all = append(all, e.Text)
	}
	return all
}

// TestUnarchivedWhileAway: people opened the channel and let the bot in while
// no bot was running.
func TestUnarchivedWhileAway(t *testing.T) {
	closedFor(t, 24*time.Minute, func(w *world, c sandbox.SlackChannel) {
		w.pass(25 * time.Minute)
		if !gone(c) {
			t.Fatal("not archived")
		}
		w.stop()
		c.Unarchive("sam")
		m := c.Say("sam", "we need it again")
		c.Invite("sam", w.sb.Slack.Bot().ID)
		w.pass(20 * time.Minute)
		w.start()
		w.settle()
		if !w.has(m) || !w.incident(1).ArchivedAt.IsZero() {
			t.Error("nobody looked")
		}
	})
}
