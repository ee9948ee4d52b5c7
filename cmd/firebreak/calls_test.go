package main

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// mail is somebody's address in the sandbox's PagerDuty.
func mail(first string) string { return first + "@example.com" }

// TestPageCallsSomebody to the incident's page: by mention, e-mail address,
// name or escalation policy.
func TestPageCallsSomebody(t *testing.T) {
	for target, called := range map[string]string{
		"@kim": "kim", "KIM@example.com": "kim", "jo  tanaka": "jo", "Payments API Escalation": "kim",
	} {
		t.Run(target, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.start()
				page := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Odd logins", Service: "Identity"})
				c := w.channel(1)
				w.settle()
				w.wantAnswer(c, "sam", "/inc page "+target, "Looking for", "in PagerDuty")
				w.settle()
				got := w.sb.PagerDuty.Incident(page.ID)
				if !slices.Equal(got.Responders, []string{mail(called)}) || len(got.Requests) != 1 {
					t.Errorf("asked for %v: %q", got.Responders, got.Requests)
				}
				if strings.Contains(got.Requests[0], "Odd logins") || !strings.Contains(got.Requests[0], "INC-1 (SEV2): sam") {
					t.Errorf("of a private incident PagerDuty is told %q", got.Requests[0])
				}
				if !w.told("sam", "Calling ") {
					t.Errorf("sam was told %+v", w.sb.Slack.Ephemerals("sam"))
				}
				w.wantSaid(c, "through PagerDuty.")
				if e := w.wantEntry(1, incident.KindPage, "called "); e.Actor.ID != w.user("sam") {
					t.Errorf("called by %+v", e.Actor)
				}
				if !slices.Contains(c.Members(), w.user(called)) {
					t.Errorf("members: %v", c.Members())
				}
			})
		})
	}
}

// spoilt are the ways in which a call's answer gets lost or is refused for now.
var spoilt = []sandbox.FaultKind{
	sandbox.DropAfter, sandbox.Err5xxAfter, sandbox.Hang, sandbox.DropBefore, sandbox.Err5xxBefore, sandbox.Refuse429, sandbox.Refuse429Plain,
}

// TestPageCallsOnce whatever happens to the answers.
func TestPageCallsOnce(t *testing.T) {
	for _, kind := range spoilt {
		t.Run(string(kind), func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.start()
				page := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Odd logins", Service: "Identity"})
				c := w.channel(1)
				w.settle()
				for _, method := range []string{"POST /incidents/{id}/responder_requests", "GET /users", "GET /escalation_policies"} {
					w.sb.Faults.Add(sandbox.Fault{Service: "pagerduty", Method: method, Kind: kind})
				}
				w.wantAnswer(c, "sam", "/inc page Kim Larsen", "Looking for")
				w.until("kim is called", func() bool { return len(w.of(1, incident.KindPage)) > 1 })
				w.settle()
				if left := w.sb.Faults.Waiting(); len(left) > 0 {
					t.Fatalf("the fault never struck: %+v", left)
				}
				if got := w.sb.PagerDuty.Incident(page.ID); len(got.Requests) != 1 || !slices.Equal(got.Responders, []string{mail("kim")}) {
					t.Errorf("%d requests for %v", len(got.Requests), got.Responders)
				}
				w.wantSaid(c, "through PagerDuty.")
			})
		})
	}
}

// TestPageWithoutAPage makes one, once, and it is the incident's own from
// then on: acknowledged by command, and the next to be called is added to it.
func TestPageWithoutAPage(t *testing.T) {
	for _, kind := range spoilt {
		t.Run(string(kind), func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.env["FIREBREAK_PRIVATE_CHANNELS"] = "false"
				w.start()
				_, c := w.opened("sam", "Phishing <!channel>")
				join(c, "sam", "alex")
				w.sb.Faults.Add(sandbox.Fault{Service: "pagerduty", Method: "POST /incidents", Kind: kind})
				w.wantAnswer(c, "sam", "/inc page @kim", "Looking for")
				w.wantAnswer(c, "alex", "/inc page jo@example.com", "Looking for")
				w.until("the incident has a page", func() bool { return w.incident(1).Page.ID != "" })
				w.settle()
				w.pass(2 * time.Minute)
				pages := w.sb.PagerDuty.Incidents()
				if len(pages) != 1 || len(w.incidents()) != 1 {
					t.Fatalf("%d pages and %d incidents, want one of each", len(pages), len(w.incidents()))
				}
				p := pages[0]
				if !slices.Equal(p.Assignees, []string{mail("kim")}) || !slices.Equal(p.Responders, []string{mail("jo")}) || !strings.Contains(p.Title, "Phishing") {
					t.Errorf("the page %q called %v and %v", p.Title, p.Assignees, p.Responders)
				}
				for _, who := range []string{"kim", "jo"} {
					if !slices.Contains(c.Members(), w.user(who)) {
						t.Errorf("%s is not in the channel", who)
					}
				}
				w.wantAnswer(c, "sam", "/inc ack", "acknowledges the page")
				w.until("it is acknowledged", func() bool { return w.sb.PagerDuty.Incident(p.ID).Status == "acknowledged" })
				w.settle()
				w.compareOnce()
			})
		})
	}
}

// TestPageOfAPolicyWithoutAPage goes to who is on call for it.
func TestPageOfAPolicyWithoutAPage(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.wantAnswer(c, "sam", "/inc page Payments API escalation", "Looking for")
		w.until("the incident has a page", func() bool { return w.incident(1).Page.ID != "" })
		p := w.sb.PagerDuty.Incidents()[0]
		if p.Policy != "Payments API escalation" || p.Service != "Payments API" || !slices.Equal(p.Assignees, []string{mail("kim")}) {
			t.Errorf("called %v under %s of %s", p.Assignees, p.Policy, p.Service)
		}
		if strings.Contains(p.Title, "Phishing") {
			t.Errorf("a private incident's title left: %q", p.Title)
		}
	})
}

// TestPageAfterTheFirstIsResolved: nobody can be added to a resolved page, so
// another one calls, and is the incident's from then on.
func TestPageAfterTheFirstIsResolved(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		first := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Odd logins", Service: "Identity"})
		c := w.channel(1)
		w.settle()
		w.sb.PagerDuty.Resolve(first.ID, "sam")
		w.until("it is known to be resolved", func() bool { return len(w.saidIn(c, "was resolved in PagerDuty")) > 0 })
		w.settle()
		w.wantAnswer(c, "sam", "/inc page kim@example.com", "Looking for")
		w.until("another page is the incident's", func() bool { return w.incident(1).Page.ID != first.ID })
		w.settle()
		if pages := w.sb.PagerDuty.Incidents(); len(pages) != 2 || pages[1].ID != w.incident(1).Page.ID || len(w.incidents()) != 1 {
			t.Errorf("%d pages, %d incidents", len(pages), len(w.incidents()))
		}
	})
}

// TestPageOfNobody: a name that is not one, or not one alone, calls nobody and
// is answered with those near it.
func TestPageOfNobody(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.sb.PagerDuty.AddUser(sandbox.PagerDutyUser{Name: "Sam Okafor", Email: "sam.okafor.2@example.com"})
		w.sb.Slack.AddUser(sandbox.User{Name: "eve", Email: "eve@elsewhere.example"})
		for _, say := range []struct{ target, want string }{
			{"kim", "Kim Larsen"},
			{"Kim Larsne", "Kim Larsen"},
			{"identity", "/inc page Identity escalation"},
			{"Sam Okafor", "sam.okafor.2@example.com"},
			{"nobody@example.com", "no user and no escalation policy"},
			{"@eve", "nobody with the e-mail address"},
			{"<!channel> `x` *bold* <https://evil.example|Kim Larsen>", "no user and no escalation policy"},
		} {
			w.wantAnswer(c, "sam", "/inc page "+say.target, "")
			w.settle()
			if strings.HasPrefix(say.target, "<!") {
				continue // refused at once
			}
			if !w.told("sam", say.want) {
				t.Errorf("asked for %s, sam was told %+v", say.target, w.sb.Slack.Ephemerals("sam"))
			}
		}
		if n := len(w.sb.PagerDuty.Incidents()); n != 0 {
			t.Errorf("%d pages", n)
		}
		if w.incident(1).DedupKey != "" || len(w.saidIn(c, "through PagerDuty")) != 0 {
			t.Error("something was changed")
		}
	})
}

// TestPageIsRefusedWithAReason that says what to do.
func TestPageIsRefusedWithAReason(t *testing.T) {
	t.Run("no coordinated responding", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.start()
			page := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Odd logins", Service: "Identity"})
			c := w.channel(1)
			w.settle()
			w.sb.PagerDuty.SetAbility("coordinated_responding", false)
			w.wantAnswer(c, "sam", "/inc page kim@example.com", "Looking for")
			w.settle()
			w.wantSaid(c, "coordinated_responding")
			w.wantAnswer(c, "sam", "/inc actions", "Call somebody through PagerDuty: *refused*", "reassign it there")
			w.sb.PagerDuty.SetAbility("coordinated_responding", true)
			w.retryAll(c)
			if got := w.sb.PagerDuty.Incident(page.ID).Responders; !slices.Equal(got, []string{mail("kim")}) {
				t.Errorf("called %v", got)
			}
		})
	})
	t.Run("nobody to act", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.env["FIREBREAK_PAGERDUTY_FROM"] = ""
			w.start()
			_, c := w.opened("sam", "Phishing")
			w.wantAnswer(c, "sam", "/inc page kim@example.com", "Looking for")
			w.settle()
			w.wantSaid(c, "FIREBREAK_PAGERDUTY_FROM")
			if n := len(w.sb.PagerDuty.Incidents()); n != 0 {
				t.Errorf("%d pages", n)
			}
			w.stop()
			w.env["FIREBREAK_PAGERDUTY_FROM"] = mail("firebreak")
			w.start()
			w.retryAll(c)
			if pages := w.sb.PagerDuty.Incidents(); len(pages) != 1 || w.incident(1).Page.ID != pages[0].ID || len(w.incidents()) != 1 {
				t.Errorf("%d pages, %d incidents", len(pages), len(w.incidents()))
			}
		})
	})
}

// retryAll has everything tried again that was set aside.
func (w *world) retryAll(c sandbox.SlackChannel) {
	w.t.Helper()
	for _, a := range w.parked() {
		w.wantAnswer(c, "sam", "/inc retry "+strconv.FormatInt(a.ID, 10), "Trying again")
	}
	w.settle()
}

// TestPageWhilePagerDutyIsAway is answered at once and done when it is back.
func TestPageWhilePagerDutyIsAway(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.settle()
		w.sb.PagerDuty.Down(true)
		w.wantAnswer(c, "sam", "/inc page @kim", "Looking for")
		w.pass(10 * time.Minute)
		w.wantAnswer(c, "sam", "/inc actions", "Find out in PagerDuty whom to call", "next try")
		w.sb.PagerDuty.Down(false)
		w.pass(30 * time.Second)
		pages := w.sb.PagerDuty.Incidents()
		pages = slices.DeleteFunc(pages, func(p sandbox.PagerDutyIncident) bool { return !strings.HasPrefix(p.Key, "firebreak:INC-1:") }) // the bot's own trouble
		if len(pages) != 1 || !slices.Equal(pages[0].Assignees, []string{mail("kim")}) {
			t.Errorf("pages: %+v", pages)
		}
	})
}
