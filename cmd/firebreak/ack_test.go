package main

import (
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// header is what the first post of the incident's channel reads now.
func (w *world) header(c sandbox.SlackChannel) string {
	for _, m := range c.Messages() {
		if m.TS == w.incident(1).HeaderTS {
			return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(texts(m.Blocks))
		}
	}
	return ""
}

// TestAcknowledgedInPagerDuty is a milestone, an entry, and in the header.
func TestAcknowledgedInPagerDuty(t *testing.T) {
	withHeader(t, func(w *world, c sandbox.SlackChannel, _ string) {
		w.sb.PagerDuty.AddUser(sandbox.PagerDutyUser{Name: "Nia <!channel>", Email: "nia@elsewhere.example"})
		page := w.incident(1).Page.ID
		for who, shown := range map[string]string{"kim": "Kim Larsen", "nia": "Nia &lt;!channel&gt;"} {
			w.sb.PagerDuty.Acknowledge(page, who)
			w.pass(30 * time.Second)
			w.settle()
			w.wantEntry(1, incident.KindPage, "Acknowledged by "+incident.DecodeSlack(shown))
			if got := w.header(c); !strings.Contains(got, "Acknowledged by "+shown) {
				t.Errorf("the header reads %s", got)
			}
			w.wantAnswer(c, "sam", "/inc ack", "acknowledged already", "by ")
			w.sb.PagerDuty.Unacknowledge(page)
			w.pass(30 * time.Second)
			w.settle()
			if got := w.header(c); strings.Contains(got, "Acknowledged by") {
				t.Errorf("nobody has it, and the header reads %s", got)
			}
		}
		if w.incident(1).Milestones[incident.Acknowledged].IsZero() {
			t.Error("no milestone")
		}
	})
}

// TestAcknowledgedByCommand is whoever gave the command, whatever PagerDuty
// calls the bot, and once however often it is asked for.
func TestAcknowledgedByCommand(t *testing.T) {
	for _, kind := range spoilt {
		t.Run(string(kind), func(t *testing.T) {
			withHeader(t, func(w *world, c sandbox.SlackChannel, _ string) {
				w.sb.Faults.Add(sandbox.Fault{Service: "pagerduty", Method: "PUT /incidents/{id}", Kind: kind})
				w.wantAnswer(c, "alex", "/inc ack", "acknowledges the page")
				w.wantAnswer(c, "sam", "/inc ack", "already")
				w.until("PagerDuty has it", func() bool { return w.sb.PagerDuty.Incident(w.incident(1).Page.ID).Status == "acknowledged" })
				// The feed tells of it, by the bot's user, before a lost answer is looked up.
				w.sb.Faults.Add(sandbox.Fault{Service: "pagerduty", Method: "GET /incidents/{id}", Kind: sandbox.Err5xxBefore, Times: 8})
				w.pass(time.Minute)
				w.sb.Faults.Clear()
				w.settle()
				w.pass(time.Minute)
				w.settle()
				if got := w.header(c); !strings.Contains(got, "Acknowledged by <@"+w.user("alex")+">") {
					t.Errorf("the header reads %s", got)
				}
				w.wantAnswer(c, "sam", "/inc ack", "acknowledged already, by <@"+w.user("alex")+">")
				page := w.sb.PagerDuty.Incident(w.incident(1).Page.ID)
				if page.Status != "acknowledged" || len(w.saidIn(c, "acknowledges the page")) != 1 {
					t.Errorf("the page is %s", page.Status)
				}
				w.sb.PagerDuty.Resolve(page.ID, "sam")
				w.pass(30 * time.Second)
				w.wantAnswer(c, "sam", "/inc ack", "resolved already")
				w.settle()
				if got := w.sb.PagerDuty.Incident(page.ID).Status; got != "resolved" {
					t.Errorf("acknowledging made the page %s", got)
				}
			})
		})
	}
}

// TestAcknowledgingNeedsSomebodyToAct: the account wants a user's address.
func TestAcknowledgingNeedsSomebodyToAct(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_PAGERDUTY_FROM"] = ""
		w.start()
		page := w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Odd logins", Service: "Identity"})
		c := w.channel(1)
		w.settle()
		join(c, "sam", "kim")
		w.wantAnswer(c, "kim", "/inc ack", "acknowledges the page")
		w.settle()
		w.wantSaid(c, "set FIREBREAK_PAGERDUTY_FROM")
		if !w.incident(1).Milestones[incident.Acknowledged].IsZero() || strings.Contains(w.header(c), "Acknowledged by") {
			t.Error("it is said to be acknowledged, and is not")
		}
		w.wantAnswer(c, "sam", "/inc actions", "Acknowledge the page in PagerDuty: *refused*")
		if got := w.sb.PagerDuty.Incident(page.ID).Status; got != "triggered" {
			t.Errorf("the page is %s", got)
		}
	})
}
