package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"firebreak/bot"
	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// coverage is what the RCA says of its own completeness.
func (w *world) coverage(n incident.Number) string {
	w.t.Helper()
	var text string
	w.view(func(v *store.View) (err error) {
		text, err = bot.RCA(v, n)
		return err
	})
	_, said, found := strings.Cut(text, "## Coverage\n\n")
	if !found {
		w.t.Fatalf("no coverage in %s", text)
	}
	return strings.ReplaceAll(said, `\`, "")
}

func (w *world) wantCoverage(n incident.Number, words ...string) {
	w.t.Helper()
	said := w.coverage(n)
	for _, word := range words {
		if !strings.Contains(said, word) {
			w.t.Errorf("coverage lacks %q: %s", word, said)
		}
	}
}

// TestCoverageCountsWhatSlackHasShown: verified is what a comparison has seen,
// not what merely stands in the timeline.
func TestCoverageCountsWhatSlackHasShown(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		parent := c.Say("sam", "one")
		c.Reply("alex", parent.TS, "two")
		gone := c.Say("kim", "gone before anybody compares")
		w.pass(5 * time.Second)
		c.Delete("kim", gone.TS)
		w.settle()
		w.wantCoverage(1, "0 of ", "unverified", "gaps: none")

		w.wantAnswer(c, "sam", "/inc rca publish", "Publishing")
		w.pass(20 * time.Second) // what is said last is compared too
		w.settle()
		issue := strings.ReplaceAll(w.sb.GitLab.Issues()[0].Description, `\`, "")
		if !strings.Contains(issue, " messages verified to ") || !strings.Contains(issue, "gaps: none") {
			t.Errorf("the published RCA does not state its coverage: %s", issue[strings.Index(issue, "## Coverage"):])
		}
		w.wantCoverage(1, "1 message: recorded and then deleted in Slack before it could be compared")

		c.Say("sam", "three")
		w.settle()
		w.wantCoverage(1, "said later than that")
		w.stop()
		w.start()
		w.settle()
		n := len(w.spoken(c))
		w.wantCoverage(1, fmt.Sprintf("%d of %d", n, n)+" messages verified to ", "UTC; gaps: none")
	})
}

// spoken are the channel's messages that are still there, without what Slack
// says of the channel itself.
func (w *world) spoken(c sandbox.SlackChannel) (said []sandbox.Message) {
	for _, m := range c.Messages() {
		if !m.Deleted && !strings.HasPrefix(m.Subtype, "channel_") {
			said = append(said, m)
		}
	}
	return said
}

// TestGapIsToldOnce: what Slack does not show is one entry and one message,
// however often it is tried; both say so when it was compared after all.
func TestGapIsToldOnce(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.settle()
		all := w.sb.Slack.Scopes()
		w.without("groups:history", "channels:history")
		w.stop()
		m := c.Say("sam", "nobody hears me")
		for range 3 {
			w.start()
			w.pass(time.Minute)
			w.stop()
		}
		w.start()
		w.pass(time.Minute)
		gap := w.wantEntry(1, incident.KindGap, "Not compared with Slack's history", "groups:history")
		w.wantSaid(c, "I cannot compare this channel with Slack's own history")
		w.wantCoverage(1, "gaps: 2", "groups:history")
		if len(w.saidIn(w.control(), "compare")) > 0 {
			t.Error("the control channel was told what the channel knows")
		}

		w.sb.Slack.SetScopes(all...)
		w.pass(time.Hour + time.Minute) // the hourly comparison
		w.entryOf(1, m)
		w.wantSaid(c, "Nothing is missing any more")
		if left := w.saidIn(c, "I cannot compare"); len(left) > 0 {
			t.Errorf("the message was not edited: %q", left[0].Text)
		}
		after := w.wantEntry(1, incident.KindGap, "Compared with Slack's history after all")
		if after.ID != gap.ID || len(w.of(1, incident.KindGap)) != 1 {
			t.Error("the gap is another entry now")
		}
		w.wantCoverage(1, "gaps: none")
	})
}

// TestGapWhileThrownOut: where the bot cannot speak in the channel, the
// control channel is told; being invited again closes the gap.
func TestGapWhileThrownOut(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.settle()
		me := w.sb.Slack.Bot().ID
		c.Leave(me)
		m := c.Say("sam", "the bot is out")
		w.pass(time.Hour + time.Minute)
		w.wantEntry(1, incident.KindGap, "Not compared with Slack's history")
		w.wantSaid(w.control(), "I am no longer in its channel")
		c.Invite("sam", me)
		w.pass(15 * time.Second)
		w.entryOf(1, m)
		w.wantSaid(w.control(), "open to me again")
		w.wantEntry(1, incident.KindGap, "Compared with Slack's history after all")
		w.wantCoverage(1, "gaps: none")
	})
}

// TestGapByRetention: what the workspace's retention took before it was
// compared is a gap; what was compared in time is neither a gap nor deleted.
func TestGapByRetention(t *testing.T) {
	longUnderRace(t)
	inWorld(t, func(w *world) {
		w.rarelyPolled()
		w.start()
		_, c := w.opened("sam", "Phishing")
		join(c, "sam", "kim")
		old := c.Say("sam", "compared in time")
		w.settle()
		w.pass(26 * time.Hour) // compared each hour
		c.Expire(24 * time.Hour)
		c.Say("sam", "goes on")
		w.settle()
		w.stop()
		w.start()
		w.settle()
		if e := w.entryOf(1, old); e.Deleted {
			t.Error("what retention took is said to be deleted")
		}
		if n := len(w.of(1, incident.KindGap)); n != 0 {
			t.Errorf("%d gaps, though everything was compared in time", n)
		}

		w.stop()
		w.pass(72 * time.Hour)
		c.Expire(24 * time.Hour)
		c.Say("kim", "three days later")
		w.start()
		w.settle()
		w.wantEntry(1, incident.KindGap, "retention")
		w.wantSaid(c, "retention")
		w.wantCoverage(1, "gaps: 2", "retention")
	})
}

// rarelyPolled is for days on which nothing happens outside Slack.
func (w *world) rarelyPolled() {
	w.env["FIREBREAK_PAGERDUTY_POLL_INTERVAL"] = "5m"
	w.env["FIREBREAK_GITLAB_SYNC_INTERVAL"] = "30m"
}
