package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

func TestPageBecomesChannel(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		page := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "VPN logins fail", Service: "Identity", Priority: "P1"})
		c := w.channel(1)
		w.settle()

		info := c.Info()
		if info.Name != "inc-1-vpn-logins-fail" || !info.Private {
			t.Errorf("channel is #%s, private %v", info.Name, info.Private)
		}
		var first sandbox.Message
		for _, m := range c.Messages() {
			if m.Subtype == "" {
				first = m
				break
			}
		}
		for _, want := range []string{"VPN logins fail", page.ID, "Identity", "high", page.URL} {
			if !strings.Contains(first.Text+texts(first.Blocks), want) {
				t.Errorf("first post does not name %q: %s\n%s", want, first.Text, texts(first.Blocks))
			}
		}
		if got := w.incident(1).Severity; got != 1 {
			t.Errorf("severity is %v, want SEV1", got)
		}
		if !strings.Contains(c.Topic(), "INC-1") {
			t.Errorf("topic is %q", c.Topic())
		}
		sam := w.sb.Slack.User("sam").ID
		if !strings.Contains(strings.Join(c.Members(), " "), sam) {
			t.Errorf("who is on call is not a member: %v", c.Members())
		}
		if parked := w.parked(); len(parked) > 0 {
			t.Errorf("parked: %+v", parked)
		}
	})
}

func TestPageThatComesAndGoesBetweenPolls(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_PAGERDUTY_POLL_INTERVAL"] = "30s"
		w.start()
		w.pass(10 * time.Second)
		page := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Blip", Service: "Identity"})
		w.pass(2 * time.Second)
		w.sb.PagerDuty.Resolve(page.ID, "sam")
		w.channel(1)
		w.settle()

		if got := w.incident(1); got.Page.ID != page.ID || got.Closed() {
			t.Errorf("incident has page %q and is %s", got.Page.ID, got.Status)
		}
		w.wantEntry(1, incident.KindPage, "Blip")
		w.wantEntry(1, incident.KindPage, "Resolved by Sam Okafor")
		w.compareOnce()
	})
}

func TestPageResolvedWhileTheBotWasAway(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.pass(20 * time.Second)
		w.stop()
		page := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Gone before the bot came", Service: "Identity"})
		w.pass(time.Minute)
		w.sb.PagerDuty.Resolve(page.ID, "")
		w.pass(3 * time.Hour)
		w.start()
		w.channel(1)
		w.settle()
		w.wantEntry(1, incident.KindPage, "Gone before the bot came")
		w.wantEntry(1, incident.KindPage, "Resolved by Identity")
		w.compareOnce()
	})
}

func TestUrgencyRaisedLaterOpensTheIncident(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_PAGERDUTY_URGENCIES"] = "high"
		w.start()
		page := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Disk fills", Service: "Identity", Urgency: "low"})
		w.pass(10 * time.Minute)
		if got := w.incidents(); len(got) != 0 {
			t.Fatalf("a page of low urgency opened %+v", got)
		}
		w.sb.PagerDuty.SetUrgency(page.ID, "sam", "high")
		w.channel(1)
		w.settle()
		if got := w.incident(1).Page.ID; got != page.ID {
			t.Errorf("incident answers page %q, want %q", got, page.ID)
		}
		w.compareOnce()
	})
}

func TestOnlyPagesOfTheConfiguredServices(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_PAGERDUTY_SERVICE_IDS"] = w.sb.PagerDuty.ServiceID("Identity")
		w.start()
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Not ours", Service: "Payments API"})
		ours := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Ours", Service: "Identity"})
		w.channel(1)
		w.settle()
		if got := w.incidents(); len(got) != 1 || got[0].Page.ID != ours.ID {
			t.Errorf("incidents: %+v", got)
		}
	})
}

func TestWhatPeopleDoToThePage(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		pd := w.sb.PagerDuty
		page := pd.Trigger(sandbox.Trigger{Title: "Odd logins", Service: "Identity"})
		c := w.channel(1)
		pd.SetPriority(page.ID, "sam", "P1")
		pd.Acknowledge(page.ID, "sam")
		pd.Note(page.ID, "sam", "looks like a scan\nbut not only")
		pd.Escalate(page.ID, "sam")
		pd.Reassign(page.ID, "kim", "alex")
		w.pass(30 * time.Second)
		pd.Resolve(page.ID, "alex")
		w.pass(30 * time.Second)
		w.settle()

		w.wantEntry(1, incident.KindPage, "priority changed from none to P1")
		acked := w.wantEntry(1, incident.KindPage, "Acknowledged by Sam Okafor")
		note := w.wantEntry(1, incident.KindPage, "looks like a scan")
		w.wantEntry(1, incident.KindPage, "Escalated to level 2")
		w.wantEntry(1, incident.KindPage, "Reassigned by Kim Larsen")
		w.wantEntry(1, incident.KindPage, "Resolved by Alex Moreno")
		if note.Text != "looks like a scan\nbut not only" {
			t.Errorf("the note reads %q", note.Text)
		}
		if acked.Actor.ID != w.user("sam") {
			t.Errorf("acknowledged by %+v, want Slack's sam", acked.Actor)
		}
		inc := w.incident(1)
		if inc.Closed() {
			t.Error("resolving the page closed the incident")
		}
		if inc.Milestones[incident.Acknowledged].IsZero() {
			t.Error("acknowledging the page reached no milestone")
		}
		w.wantSaid(c, "The page was resolved in PagerDuty by Alex Moreno")
	})
}

func TestPageReopenedInPagerDuty(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		page := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "It is back", Service: "Identity"})
		w.channel(1)
		w.sb.PagerDuty.Resolve(page.ID, "sam")
		w.pass(time.Minute)
		w.sb.PagerDuty.Reopen(page.ID, "sam")
		w.pass(2 * time.Minute)
		w.settle()
		w.wantEntry(1, incident.KindPage, "Reopened")
		if n := len(w.channels()); n != 1 {
			t.Errorf("%d incidents have channels, want 1", n)
		}
		w.compareOnce()
	})
}

func TestMergedPages(t *testing.T) {
	tests := []struct {
		name     string
		between  time.Duration // from the triggers to the merge
		survivor string        // is resolved before the bot looks
		channels int
	}{
		{"after both were seen", 20 * time.Second, "", 2},
		{"before either was seen", 0, "", 1},
		{"and the survivor resolved unseen", 0, "sam", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.start()
				w.pass(12 * time.Second)
				src := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "The copy", Service: "Identity"})
				dst := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "The survivor", Service: "Identity"})
				w.pass(tt.between)
				w.sb.PagerDuty.Merge(src.ID, dst.ID, "sam")
				if tt.survivor != "" {
					w.sb.PagerDuty.Resolve(dst.ID, tt.survivor)
				}
				w.channel(1)
				w.pass(2 * time.Minute)
				w.settle()
				if n := len(w.channels()); n != tt.channels {
					t.Errorf("%d channels, want %d", n, tt.channels)
				}
				w.wantEntry(1, incident.KindPage, "was merged into another page")
				w.compareOnce()
			})
		})
	}
}

// TestManyPagesAtOnce has more pages open than PagerDuty lists on one page of
// results.
func TestManyPagesAtOnce(t *testing.T) {
	longUnderRace(t)
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_STORM_PAGES"] = "0"
		w.start()
		_, old := w.opened("sam", "Under way already")
		for i := range 150 {
			w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: fmt.Sprintf("Page %d", i), Service: "Identity"})
		}
		w.until("every page has its incident", func() bool { return len(w.incidents()) == 151 })
		old.Command("sam", "/inc sev 1")
		w.pass(15 * time.Second)
		w.wantSaid(old, "set by <@"+w.user("sam")+">")
		seen := map[string]int{}
		for _, inc := range w.incidents() {
			seen[inc.Page.ID]++
		}
		for _, p := range w.sb.PagerDuty.Incidents() {
			if seen[p.ID] != 1 {
				t.Errorf("page %d has %d incidents", p.Number, seen[p.ID])
			}
		}
	})
}

func TestPagesOpenBeforeTheFirstStart(t *testing.T) {
	for _, adopt := range []bool{false, true} {
		t.Run(fmt.Sprintf("adopt %t", adopt), func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.env["FIREBREAK_PAGERDUTY_ADOPT_OPEN"] = fmt.Sprint(adopt)
				over := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Over long ago", Service: "Identity"})
				open := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Still open", Service: "Identity"})
				w.pass(time.Minute)
				w.sb.PagerDuty.Resolve(over.ID, "sam")
				w.pass(time.Hour)
				w.start()
				w.pass(5 * time.Minute)
				incs := w.incidents()
				switch {
				case !adopt && len(incs) != 0:
					t.Errorf("adopted %+v", incs)
				case adopt && (len(incs) != 1 || incs[0].Page.ID != open.ID):
					t.Errorf("incidents %+v, want one for the open page alone", incs)
				}
			})
		})
	}
}

func TestPagerDutyAwayForAnHour(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		old := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Before the outage", Service: "Identity"})
		w.channel(1)
		w.settle()
		w.sb.PagerDuty.Down(true)
		w.pass(20 * time.Minute)
		gone := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Came and went meanwhile", Service: "Identity"})
		open := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Still open", Service: "Payments API"})
		w.sb.PagerDuty.Acknowledge(old.ID, "sam")
		w.sb.PagerDuty.Note(old.ID, "sam", "found it")
		w.pass(time.Minute)
		w.sb.PagerDuty.Resolve(gone.ID, "sam")
		w.pass(39 * time.Minute)
		w.sb.PagerDuty.Down(false)
		w.pass(15 * time.Second)
		pages := map[string]incident.Number{}
		for _, inc := range w.incidents() {
			pages[inc.Page.ID] = inc.Number
		}
		if pages[gone.ID] == 0 || pages[open.ID] == 0 {
			t.Fatalf("15 s after the outage the pages have the incidents %v", pages)
		}
		w.settle()
		w.wantEntry(1, incident.KindPage, "Acknowledged by Sam Okafor")
		w.wantEntry(1, incident.KindPage, "found it")
		w.wantEntry(pages[gone.ID], incident.KindPage, "Resolved by Sam Okafor")
		w.compareOnce()
	})
}

func TestTwoPagesOfTheSameSecond(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "One", Service: "Identity"})
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Two", Service: "Identity"})
		w.channel(1)
		w.channel(2)
		w.settle()
		w.compareOnce()
	})
}

// TestRestartAtEveryMoment stops and starts the bot while a page is becoming
// a channel, each time a little later.
func TestRestartAtEveryMoment(t *testing.T) {
	for after := 500 * time.Millisecond; after <= 8*time.Second; after += 1500 * time.Millisecond {
		t.Run(after.String(), func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.start()
				w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Interrupted", Service: "Identity", Priority: "P1"})
				w.pass(after)
				w.stop()
				w.start()
				w.channel(1)
				w.settle()
				w.compare(1)
				w.compareOnce()
				if parked := w.parked(); len(parked) > 0 {
					t.Errorf("parked: %+v", parked)
				}
			})
		})
	}
}

// TestIdleBotWritesNothing lets an open page lie: reading the same again must
// not grow the database.
func TestIdleBotWritesNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Nobody looks", Service: "Identity"})
		w.channel(1)
		w.settle()
		w.pass(time.Minute)
		settled := time.Now()
		w.pass(30 * time.Minute)
		for _, e := range w.entries(1) {
			if e.RecordedAt.After(settled) {
				t.Errorf("an idle half hour added %s %q", e.Kind, e.Text)
			}
		}
		w.view(func(v *store.View) error {
			open, err := v.Actions(0, true)
			if len(open) > 0 {
				t.Errorf("an idle half hour left actions: %+v", open)
			}
			return err
		})
	})
}

func TestHeaderNamesWhoIsOnCall(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.sb.PagerDuty.OnCall("Identity", 1, "kim", "jo")
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "VPN down", Service: "Identity"})
		c := w.channel(1)
		w.settle()
		header := w.saidIn(c, "On call:")
		if len(header) != 1 || !strings.Contains(texts(header[0].Blocks), "Kim Larsen") || !strings.Contains(texts(header[0].Blocks), "Jo Tanaka") {
			t.Errorf("header: %+v", header)
		}
		for _, name := range []string{"kim", "jo"} {
			if !strings.Contains(strings.Join(c.Members(), " "), w.user(name)) {
				t.Errorf("%s is on call and no member", name)
			}
		}
	})
}
