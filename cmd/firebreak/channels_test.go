package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

func TestChannelNameTakenBySomebodyElse(t *testing.T) {
	inWorld(t, func(w *world) {
		theirs := w.sb.Slack.AddChannel("inc-1-vpn-down", true, "jo")
		w.start()
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "VPN down", Service: "Identity"})
		c := w.channel(1)
		w.settle()
		if c.ID() == theirs.ID() || c.Info().Name != "inc-1-vpn-down-2" {
			t.Errorf("the incident works in #%s", c.Info().Name)
		}
		if said := theirs.Messages(); len(said) != 0 {
			t.Errorf("the bot spoke in somebody else's channel: %+v", said)
		}
	})
}

// TestChannelOnceThoughAnswerLost loses the answer to the channel's creation
// in every way it can be lost.
func TestChannelOnceThoughAnswerLost(t *testing.T) {
	for _, kind := range []sandbox.FaultKind{sandbox.DropAfter, sandbox.Err5xxAfter, sandbox.Hang, sandbox.DropBefore, sandbox.Err5xxBefore, sandbox.Refuse429} {
		t.Run(string(kind), func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "conversations.create", Kind: kind})
				w.start()
				w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "VPN down", Service: "Identity"})
				c := w.channel(1)
				w.settle()
				if left := w.sb.Faults.Waiting(); len(left) > 0 {
					t.Fatalf("the fault never struck: %+v", left)
				}
				if c.Info().Name != "inc-1-vpn-down" {
					t.Errorf("channel is #%s", c.Info().Name)
				}
				w.compareOnce()
				w.wantEntry(1, incident.KindAction, "created channel")
			})
		})
	}
}

// TestChannelRenamed: a channel is known by id afterwards, never by
// name.
func TestChannelRenamed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		n, c := w.opened("sam", "Phishing")
		c.Rename("sam", "war-room")
		m := c.Say("sam", "still here")
		w.settle()
		w.entryOf(n, m)
		if got := w.incident(n).Channel.Name; got != "war-room" {
			t.Errorf("the incident knows its channel as #%s", got)
		}
		c.Command("sam", "/inc sev 1")
		w.settle()
		w.wantSaid(c, "*SEV1* now")
	})
}

func TestPublicChannels(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_PRIVATE_CHANNELS"] = "false"
		w.start()
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "VPN down", Service: "Identity"})
		c := w.channel(1)
		w.settle()
		if c.Info().Private || w.incident(1).Private {
			t.Error("the channel is private")
		}
		w.wantSaid(w.control(), "VPN down")
		m := c.Say("sam", "hello")
		w.settle()
		w.entryOf(1, m)
	})
}

func TestPrivateIncidentIsAnnouncedWithoutItsTitle(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Payroll leaked", Service: "Payments API", Priority: "P1"})
		w.channel(1)
		w.settle()
		w.wantSaid(w.control(), "*INC-1* · SEV1")
		for _, m := range w.control().Messages() {
			all := m.Text + texts(m.Blocks) + string(m.Metadata)
			for _, secret := range []string{"Payroll", "payroll", "leaked", w.incident(1).Channel.ID, "Payments"} {
				if strings.Contains(all, secret) {
					t.Errorf("the control channel reads %q in %s", secret, all)
				}
			}
		}
	})
}

func TestNobodyReachable(t *testing.T) {
	strangers := func(w *world) {
		w.sb.PagerDuty.AddUser(sandbox.PagerDutyUser{Name: "Nora Noslack", Email: "nora@elsewhere.example"})
		w.sb.PagerDuty.OnCall("Identity", 1, "nora@elsewhere.example")
	}
	t.Run("is said in the control channel", func(t *testing.T) {
		inWorld(t, func(w *world) {
			strangers(w)
			w.start()
			w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "VPN down", Service: "Identity"})
			w.channel(1)
			w.settle()
			w.wantSaid(w.control(), "I found nobody to invite")
		})
	})
	t.Run("is a PagerDuty note without one", func(t *testing.T) {
		inWorld(t, func(w *world) {
			strangers(w)
			w.env["FIREBREAK_SLACK_CONTROL_CHANNEL"] = ""
			w.sb.Faults.Add(sandbox.Fault{Service: "pagerduty", Method: "POST /incidents/{id}/notes", Kind: sandbox.DropAfter})
			w.start()
			page := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "VPN down", Service: "Identity"})
			w.channel(1)
			w.settle()
			if left := w.sb.Faults.Waiting(); len(left) > 0 {
				t.Fatalf("the fault never struck: %+v", left)
			}
			notes := w.sb.PagerDuty.Incident(page.ID).Notes
			if len(notes) != 1 || !strings.Contains(notes[0].Text, "I found nobody to invite") {
				t.Errorf("notes: %+v", notes)
			}
		})
	})
}

func TestInvitations(t *testing.T) {
	inWorld(t, func(w *world) {
		group := w.sb.Slack.AddGroup(sandbox.UserGroup{Handle: "security", Users: []string{"kim", "jo"}})
		away := w.sb.Slack.AddUser(sandbox.User{Name: "away"})
		w.sb.Slack.Deactivate("away")
		w.env["FIREBREAK_SLACK_INVITE"] = strings.Join([]string{w.user("alex"), group.ID, away.ID}, ",")
		w.start()
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "VPN down", Service: "Identity"})
		c := w.channel(1)
		w.settle()
		for _, name := range []string{"sam", "alex", "kim", "jo"} { // sam is on call
			if !slices.Contains(c.Members(), w.user(name)) {
				t.Errorf("%s is no member", name)
			}
		}
		if parked := w.parked(); len(parked) > 0 {
			t.Errorf("parked: %+v", parked)
		}
	})
}

// TestInvitationsWaitForPagerDuty: who is known at once is invited at once,
// who is on call as soon as PagerDuty answers again.
func TestInvitationsWaitForPagerDuty(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_SLACK_INVITE"] = w.user("alex")
		w.start()
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "VPN down", Service: "Identity"})
		w.until("the incident is there", func() bool { return len(w.incidents()) == 1 })
		w.sb.PagerDuty.Down(true)
		c := w.channel(1)
		w.pass(10 * time.Minute)
		if !slices.Contains(c.Members(), w.user("alex")) {
			t.Error("alex had to wait for PagerDuty")
		}
		c.Command("alex", "/inc sev 1")
		w.pass(15 * time.Second)
		w.wantSaid(c, "*SEV1* now") // nor does the channel wait
		w.sb.PagerDuty.Down(false)
		w.pass(15 * time.Second)
		if !slices.Contains(c.Members(), w.user("sam")) {
			t.Error("sam is on call and was not invited within 15 s after the outage")
		}
		w.settle()
	})
}

func TestBookmarks(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_BRIDGE_URL"] = "https://meet.example.com/fire?room=1&pin=2"
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "bookmarks.add", Kind: sandbox.Err5xxAfter})
		w.start()
		page := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "VPN down", Service: "Identity"})
		c := w.channel(1)
		w.settle()
		if left := w.sb.Faults.Waiting(); len(left) > 0 {
			t.Fatalf("the fault never struck: %+v", left)
		}
		var links []string
		for _, b := range c.Bookmarks() {
			links = append(links, b.Link)
		}
		slices.Sort(links)
		if want := []string{"https://meet.example.com/fire?room=1&pin=2", page.URL}; !slices.Equal(links, want) {
			t.Errorf("bookmarks lead to %q, want %q", links, want)
		}
	})
}

// TestRefusedForGood takes a scope away: what needs it is set aside and said,
// the rest goes on.
func TestRefusedForGood(t *testing.T) {
	t.Run("in the channel", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.without("bookmarks:write", "bookmarks:read")
			w.start()
			w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "VPN down", Service: "Identity"})
			c := w.channel(1)
			w.settle()
			w.wantSaid(c, "I could not add a bookmark to the channel for INC-1")
			if !slices.Contains(c.Members(), w.user("sam")) {
				t.Error("the invitation waited for a bookmark")
			}
		})
	})
	t.Run("in the control channel when there is no channel", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.without("groups:write")
			w.start()
			w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "VPN down", Service: "Identity"})
			w.until("it is said", func() bool { return len(w.saidIn(w.control(), "I could not make the channel for INC-1")) > 0 })
			w.pass(5 * time.Minute)
			w.wantSaid(w.control(), "I could not make the channel for INC-1")
			w.wantSaid(w.control(), "groups:write")
			if got := w.sb.Slack.In("#incidents").Messages(); slices.ContainsFunc(got, func(m sandbox.Message) bool { return strings.Contains(m.Text, "VPN") }) {
				t.Error("a private incident's title stands in the control channel")
			}
		})
	})
}

// without takes scopes from the bot's token.
func (w *world) without(scopes ...string) {
	w.sb.Slack.SetScopes(slices.DeleteFunc(w.sb.Slack.Scopes(), func(s string) bool { return slices.Contains(scopes, s) })...)
}

func TestLongAndOddTitles(t *testing.T) {
	titles := []string{
		strings.Repeat("very long title ", 30),
		"<!channel> *bold* & <https://evil.example|click> @here",
		"日本語のタイトル 🔥",
		"...",
	}
	for i, title := range titles {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.start()
				w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: title, Service: "Identity"})
				c := w.channel(1)
				w.settle()
				if name := c.Info().Name; len([]rune(name)) > 80 || !strings.HasPrefix(name, "inc-1") {
					t.Errorf("channel #%s", name)
				}
				if got := w.incident(1).Title; got != title {
					t.Errorf("title %q, want %q", got, title)
				}
				if parked := w.parked(); len(parked) > 0 {
					t.Errorf("parked: %+v", parked)
				}
			})
		})
	}
}

// TestArchivedChannel: what can be said there no more is said in the control
// channel.
func TestArchivedChannel(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		_, c := w.opened("sam", "Phishing")
		c.Archive("sam")
		w.wantAnswer(w.sb.Slack.In("#general"), "sam", "/inc INC-1 sev 1", "SEV1")
		w.settle()
		if len(w.saidIn(w.control(), "its channel is archived")) == 0 {
			t.Error("the control channel does not know")
		}
		if got := w.incident(1).Severity; got != incident.SEV1 {
			t.Errorf("severity %v", got)
		}
	})
}
