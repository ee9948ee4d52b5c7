package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// TestArchivedAndOpenedAgain: what is to be said in an archived channel waits,
// told once, and goes out in order once it is open again.
func TestArchivedAndOpenedAgain(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.settle()
		c.Archive("sam")
		w.settle()
		general := w.sb.Slack.In("#general")
		w.wantAnswer(general, "sam", "/inc INC-1 sev 1", "SEV1")
		w.wantAnswer(general, "sam", "/inc INC-1 sev 3", "SEV3")
		w.settle()
		w.wantSaid(w.control(), "its channel is archived")
		if loud := w.saidIn(w.control(), "I could not"); len(loud) > 0 {
			t.Errorf("the control channel was told more: %q", loud[0].Text)
		}
		w.stop()
		w.start()
		w.settle()
		w.wantSaid(w.control(), "its channel is archived")
		if n := len(w.of(1, incident.KindGap)); n != 0 {
			t.Errorf("%d gaps of a channel that can be read", n)
		}

		c.Unarchive("sam")
		c.Invite("sam", w.sb.Slack.Bot().ID) // archiving has put it out
		w.settle()
		w.wantSaid(c, "*SEV1* now")
		w.wantSaid(c, "*SEV3* now")
		w.wantSaid(w.control(), "open to me again")
		if parked := w.parked(); len(parked) > 0 {
			t.Errorf("still parked: %+v", parked)
		}
		w.compareOnce()
	})
}

// TestArchivedWhileAway: what no event told is learnt from the channel itself.
func TestArchivedWhileAway(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.settle()
		w.stop()
		c.Archive("sam")
		w.pass(time.Hour)
		w.start()
		w.settle()
		w.wantSaid(w.control(), "its channel is archived")
		c.Unarchive("sam")
		c.Invite("sam", w.sb.Slack.Bot().ID)
		w.settle()
		w.wantEntry(1, incident.KindChannel, "> archived the channel")
		w.compare(1)
	})
}

// TestChannelDeleted: the timeline stays, with a gap; the control channel
// knows; nothing is tried for ever.
func TestChannelDeleted(t *testing.T) {
	longUnderRace(t)
	inWorld(t, func(w *world) {
		w.start()
		_, c := w.opened("sam", "Phishing")
		m := c.Say("sam", "the last word")
		w.settle()
		c.Remove("sam")
		w.settle()
		w.entryOf(1, m)
		w.wantEntry(1, incident.KindGap, "deleted in Slack")
		w.wantEntry(1, incident.KindChannel, "deleted")
		w.wantSaid(w.control(), "its channel was deleted")
		w.wantCoverage(1, "deleted in Slack")
		w.wantAnswer(w.sb.Slack.In("#general"), "sam", "/inc INC-1 sev 1", "SEV1")
		w.pass(3 * time.Hour)
		if n := w.calls("conversations.members") + w.calls("conversations.info"); n > 0 {
			t.Errorf("%d calls about a channel that is gone", n)
		}
	})
}

// TestBotRemoved: the control channel knows at once; invited again, the bot
// takes up what it missed and says what it had to.
func TestBotRemoved(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.env["FIREBREAK_SLACK_ADMINS"] = w.user("sam")
		w.stop()
		w.start()
		w.settle()
		me := w.sb.Slack.Bot().ID
		c.Leave(me)
		w.pass(5 * time.Second)
		w.wantSaid(w.control(), "I am no longer in its channel")
		w.wantEntry(1, incident.KindGap, "not in the channel")
		m := c.Say("alex", "is anybody there?")
		w.wantAnswer(w.sb.Slack.In("#general"), "sam", "/inc INC-1 sev 1", "SEV1")
		w.pass(time.Minute)
		c.Invite("sam", me)
		w.pass(15 * time.Second)
		w.entryOf(1, m)
		w.wantSaid(c, "*SEV1* now")
		w.wantSaid(w.control(), "open to me again")
		w.wantCoverage(1, "gaps: none")
	})
}

// TestMadePublic: the incident stays private; both channels are warned.
func TestMadePublic(t *testing.T) {
	for name, away := range map[string]bool{"told": false, "while away": true} {
		t.Run(name, func(t *testing.T) {
			inChannel(t, func(w *world, c sandbox.SlackChannel) {
				w.settle()
				if away {
					w.stop()
				}
				c.Convert("sam", false)
				if away {
					w.pass(time.Hour)
					w.start()
				}
				w.settle()
				if !w.incident(1).Private {
					t.Error("the incident is public")
				}
				w.wantSaid(c, "This channel was made public")
				w.wantSaid(w.control(), "was made public")
				w.wantEntry(1, incident.KindChannel, "made this channel *public*")
				w.wantAnswer(w.sb.Slack.In("#general"), "jo", "/inc INC-1 status", "no INC-1")
			})
		})
	}
}

// TestMadePrivate: a public incident becomes private with its channel.
func TestMadePrivate(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_PRIVATE_CHANNELS"] = "false"
		w.start()
		_, c := w.opened("sam", "Phishing")
		w.wantAnswer(w.sb.Slack.In("#general"), "jo", "/inc INC-1 status", "Phishing")
		c.Convert("sam", true)
		w.settle()
		w.wantSaid(c, "is a private incident from now on")
		w.wantAnswer(w.sb.Slack.In("#general"), "jo", "/inc INC-1 status", "no INC-1")
	})
}

// TestShared: people of another organisation read along. That is said at once,
// detections are withheld, and they cannot command.
func TestShared(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		start := time.Now()
		lines := []string{}
		for i := range 7 {
			lines = append(lines, failure(start, "203.0.113.9", i))
		}
		w.siem(lines...)
		w.until("the detection has its incident", func() bool { return len(w.incidents()) == 1 })
		c := w.channel(1)
		w.settle()
		if len(w.saidIn(c, "203.0.113.9")) == 0 {
			t.Fatal("no detection was shown, so that this tests nothing")
		}
		join(c, w.sb.Slack.Bot().ID, "sam")
		shown := len(w.saidIn(c, "203.0.113.9"))
		c.Share(w.sb.Slack.User("stranger").TeamID)
		c.Invite("sam", "stranger")
		w.settle()
		w.wantSaid(c, "People of another organisation can read this channel")
		w.wantSaid(w.control(), "People of another organisation can read the channel of *INC-1*")
		w.wantSaid(c, "is from another organisation and reads along")
		w.wantAnswer(c, "stranger", "/inc sev 1", "Only full members")
		w.wantAnswer(c, "sam", "/inc status", "Also in this channel", w.user("stranger"))
		w.siem(success("203.0.113.9", "bastion", "root"))
		w.settle()
		if n := len(w.saidIn(c, "203.0.113.9")); n != shown {
			t.Errorf("%d messages more name the address", n-shown)
		}
		if len(w.saidIn(c, "There is a new detection")) == 0 {
			t.Error("nothing says that there is a new detection")
		}
		c.Unshare(w.sb.Slack.User("stranger").TeamID)
		w.settle()
		w.wantSaid(c, "no longer shared")
	})
}

// TestThrownOutOfTheAlertChannel: that its past cannot be read is said once,
// and asked for no more than hourly.
func TestThrownOutOfTheAlertChannel(t *testing.T) {
	inWorld(t, func(w *world) {
		w.rarelyPolled()
		w.start()
		w.pass(time.Minute)
		w.stop()
		w.sb.Slack.In("#alerts").Leave(w.sb.Slack.Bot().ID)
		w.start()
		w.pass(3*time.Hour + time.Minute)
		w.wantSaid(w.control(), "I cannot read the alert channel")
		if n := w.calls("conversations.history"); n > 5 {
			t.Errorf("%d calls in three hours", n)
		}
	})
}

// TestGuestIsNamed: a guest in the channel is named once, and in the status.
func TestGuestIsNamed(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Invite("sam", "guest")
		w.settle()
		w.wantSaid(c, "is a guest and reads along here")
		w.wantAnswer(c, "sam", "/inc status", "Also in this channel", w.user("guest"))
		w.stop()
		w.start()
		w.settle()
		c.Leave("guest")
		c.Invite("sam", "guest")
		w.settle()
		w.wantSaid(c, "is a guest and reads along here")
	})
}

// TestDeactivated: rights are gone at once; what the person had to do needs an
// owner, and the channel says so.
func TestDeactivated(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.wantAnswer(c, "sam", "/inc task add Rotate the keys @alex", "Rotate")
		w.wantAnswer(c, "sam", "/inc task add Call the bank @kim", "Call")
		w.wantAnswer(c, "alex", "/inc lead @alex", "lead")
		w.settle()
		w.sb.Slack.Deactivate("alex")
		w.settle()
		w.wantSaid(c, "account was deactivated")
		w.wantSaid(c, "Nobody has the lead now")
		w.wantEntry(1, incident.KindTask, "task 1 needs an owner")
		var unowned []int
		for _, task := range w.tasks(1) {
			if !task.Owned() {
				unowned = append(unowned, task.N)
			}
		}
		if !slices.Equal(unowned, []int{1}) {
			t.Errorf("without an owner: %v", unowned)
		}
		if got := w.incident(1).Commander; got != "" {
			t.Errorf("%s still leads", got)
		}
		answer := answer(c.Command("sam", "/inc close"))
		if !strings.Contains(answer, "owner") {
			t.Errorf("closing does not ask for an owner: %s", answer)
		}
	})
}
