package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// Pages beyond the limit are gathered under one incident; another service's
// have nothing to do with it.
func TestStormIsGathered(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_STORM_PAGES"] = "3"
		w.start()
		var pages []sandbox.PagerDutyIncident
		for i := range 12 {
			pages = append(pages, w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: fmt.Sprint("db-", i, " is slow"), Service: "Identity"}))
			w.pass(time.Second)
		}
		other := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Card payments fail", Service: "Payments API", Priority: "P1"})
		w.pass(10 * time.Second)
		w.settle()

		of := w.incidentOfPages()
		storm := of[pages[11].ID]
		for i, p := range pages {
			if own := i < 3; own == (of[p.ID] == storm) {
				t.Errorf("page %d is %s's, the storm is %s", i, of[p.ID], storm)
			}
		}
		if of[other.ID] == storm || len(w.incidents()) != 5 {
			t.Errorf("another service's page is %s's; %d incidents", of[other.ID], len(w.incidents()))
		}
		inc := w.incident(storm)
		if inc.Title != "Page storm: Identity" || inc.Page.ID != pages[3].ID {
			t.Errorf("the storm's incident is %q for page %s", inc.Title, inc.Page.ID)
		}
		c := w.sb.Slack.In(inc.Channel.ID)
		for _, p := range pages[3:] {
			if p.ID != inc.Page.ID { // which the header names
				w.wantSaid(c, fmt.Sprintf("#%d", p.Number))
			}
			w.wantEntry(storm, incident.KindPage, p.Title)
		}
	})
}

// incidentOfPages tells which incident each page has; a page without one, or
// with two, fails the test.
func (w *world) incidentOfPages() map[string]incident.Number {
	w.t.Helper()
	of := map[string]incident.Number{}
	w.view(func(v *store.View) error {
		for _, inc := range w.incidents() {
			rows, err := v.PagesOf(inc.Number)
			if err != nil {
				return err
			}
			for _, row := range rows {
				if _, twice := of[row.Page.ID]; twice {
					w.t.Errorf("page %s has two incidents", row.Page.ID)
				}
				of[row.Page.ID] = inc.Number
			}
		}
		return nil
	})
	for _, p := range w.sb.PagerDuty.Incidents() {
		if of[p.ID] == 0 {
			w.t.Errorf("page %s has no incident", p.ID)
		}
	}
	return of
}

// One command acknowledges the whole storm, one page of it can be given a
// channel of its own, and its end is told once.
func TestStormIsWorkedOn(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_STORM_PAGES"] = "1"
		w.start()
		var pages []sandbox.PagerDutyIncident
		for i := range 6 {
			pages = append(pages, w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: fmt.Sprint("db-", i, " is slow"), Service: "Identity"}))
		}
		w.pass(10 * time.Second)
		c := w.channel(2)
		w.settle()

		c.Command("sam", "/inc ack")
		w.settle()
		for _, p := range pages[1:] {
			if got := w.sb.PagerDuty.Incident(p.ID).Status; got != "acknowledged" {
				t.Errorf("page %s is %s", p.ID, got)
			}
		}
		if got := w.sb.PagerDuty.Incident(pages[0].ID).Status; got != "triggered" {
			t.Errorf("the page of another incident is %s", got)
		}
		n := w.wantEntry(2, incident.KindPage, pages[1].Title).N
		w.sb.PagerDuty.Reassign(pages[1].ID, "sam", "kim")
		w.pass(time.Minute)
		c.Command("sam", fmt.Sprintf("/inc split %d", n))
		own := w.channel(3)
		w.settle()
		if !slices.Contains(own.Members(), w.user("kim")) {
			t.Error("who has the page now is not in its channel")
		}
		if of := w.incidentOfPages(); of[pages[1].ID] != 3 || w.incident(3).Page.ID != pages[1].ID || of[w.incident(2).Page.ID] != 2 {
			t.Errorf("page %s is %s's, which answers %s; the storm answers %s", pages[1].ID, of[pages[1].ID], w.incident(3).Page.ID, w.incident(2).Page.ID)
		}
		w.wantEntry(2, incident.KindPage, "INC-3")
		w.wantEntry(3, incident.KindPage, pages[1].Title)

		for _, p := range pages[1:] {
			w.sb.PagerDuty.Resolve(p.ID, "sam")
			w.pass(15 * time.Second)
		}
		w.settle()
		w.wantSaid(c, "resolved in PagerDuty")
		w.wantSaid(c, "All 4 pages gathered here")
		w.compareOnce()
	})
}

func TestSplitRefuses(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Odd logins", Service: "Identity"})
		c := w.channel(1)
		w.settle()
		n := w.wantEntry(1, incident.KindPage, "Odd logins").N
		for line, want := range map[string]string{
			"/inc split":                    "the N is missing",
			"/inc split 999":                "Entry 999 is no page",
			fmt.Sprintf("/inc split %d", n): "the only page",
		} {
			if got := c.Command("sam", line); !strings.Contains(got.Text, want) {
				t.Errorf("%s: %q, want %q", line, got.Text, want)
			}
		}
		w.settle()
		if n := len(w.incidents()); n != 1 {
			t.Errorf("%d incidents", n)
		}
	})
}

// The same alert again, resolved and triggered anew in a storm, comes to the
// incident it has.
func TestStormGathersByKey(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_STORM_PAGES"] = "2"
		w.start()
		first := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "db-1 is slow", Service: "Identity", Key: "db-1"})
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "db-2 is slow", Service: "Identity", Key: "db-2"})
		w.pass(6 * time.Second)
		w.sb.PagerDuty.Resolve(first.ID, "sam")
		again := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "db-1 is slow", Service: "Identity", Key: "db-1"})
		w.pass(10 * time.Second)
		w.settle()
		of := w.incidentOfPages()
		if of[again.ID] != of[first.ID] {
			t.Errorf("the page that came again is %s's, the first one %s's", of[again.ID], of[first.ID])
		}
		w.channel(of[first.ID]).Command("sam", "/inc ack")
		w.settle()
		if got := w.sb.PagerDuty.Incident(again.ID).Status; got != "acknowledged" {
			t.Errorf("the page that came again is %s", got)
		}
	})
}

// When it is quiet again a page has a channel of its own, though the storm's
// incident is still open.
func TestAfterTheStorm(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_STORM_PAGES"] = "1"
		w.start()
		for i := range 3 {
			w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: fmt.Sprint("db-", i, " is slow"), Service: "Identity"})
		}
		w.pass(2 * time.Minute)
		late := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Odd logins", Service: "Identity"})
		w.pass(10 * time.Second)
		w.settle()
		if got := w.incident(w.incidentOfPages()[late.ID]); got.Storm != "" || got.Title != "Odd logins" {
			t.Errorf("the late page is %s's: %q", got.Number, got.Title)
		}
	})
}

// Incidents that begin together are announced in few messages, each with a
// button of its own.
func TestJoinOneOfSeveral(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_SLACK_RESPONDERS"] = w.user("jo")
		w.start()
		for i := range 9 {
			w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: fmt.Sprint("db-", i, " is slow"), Service: "Identity"})
		}
		w.pass(10 * time.Second)
		w.settle()
		if n := len(w.saidIn(w.control(), "private incident")); n > 3 {
			t.Errorf("nine incidents were announced in %d messages", n)
		}
		said := w.saidIn(w.control(), "*INC-7*")
		if len(said) != 1 {
			t.Fatalf("announced: %+v", said)
		}
		w.click(w.control(), "jo", said[0].TS, "firebreak_join_INC-7")
		c := w.channel(7)
		w.settle()
		if !strings.Contains(strings.Join(c.Members(), " "), w.user("jo")) {
			t.Errorf("jo is not in #%s", c.Info().Name)
		}
	})
}
