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

// failure is a failed login from an address, i seconds after start, as a
// forwarder posts it.
func failure(start time.Time, address string, i int) string {
	return fmt.Sprintf("```{\"event\":\"failed_login\",\"source\":\"sshd\",\"host\":\"vpn-1\",\"user\":\"user-%d\",\"src_ip\":%q,\"timestamp\":%q}```",
		i, address, start.Add(time.Duration(i)*time.Second).UTC().Format(time.RFC3339))
}

// success is a login of an account on a host, as told by a log source.
func success(source, host, account string) string {
	return fmt.Sprintf("```{\"event\":\"successful_login\",\"source\":%q,\"host\":%q,\"user\":%q,\"src_ip\":\"10.20.0.7\"}```", source, host, account)
}

// siem posts lines into the alert channel, a second apart.
func (w *world) siem(lines ...string) {
	for _, line := range lines {
		w.sb.Slack.In("#alerts").Webhook("siem", line, "")
		w.pass(time.Second)
	}
}

// detections are all detections of an incident.
func (w *world) detections(n incident.Number) (found []incident.Detection) {
	w.t.Helper()
	w.view(func(v *store.View) (err error) {
		found, err = v.Detections(n)
		return err
	})
	return found
}

// wantBruteForce wants one detection with these many alerts in an incident of
// its own that paged once, and nothing else.
func (w *world) wantBruteForce(alerts int) {
	w.t.Helper()
	w.settle()
	w.pass(2 * time.Minute) // the page comes back by poll
	w.settle()
	if n := len(w.incidents()); n != 1 {
		w.t.Fatalf("%d incidents, want 1", n)
	}
	found := w.detections(1)
	if len(found) != 1 || found[0].Group.Value != "203.0.113.50" || len(found[0].Evidence) < alerts {
		w.t.Fatalf("detections: %+v", found)
	}
	e := w.wantEntry(1, incident.KindDetection, "203.0.113.50")
	if evidence, _ := e.Data["evidence"].([]any); len(evidence) < alerts || e.Lane != incident.LaneAdversary {
		w.t.Errorf("the entry's evidence: %v", e.Data["evidence"])
	}
	pages := w.sb.PagerDuty.Incidents()
	if len(pages) != 1 || len(pages[0].AlertKeys) != 1 || pages[0].AlertKeys[0] != found[0].DedupKey {
		w.t.Errorf("pages: %+v", pages)
	}
	if got := w.incident(1).Page.ID; len(pages) == 1 && got != pages[0].ID {
		w.t.Errorf("the incident's page is %q", got)
	}
	c := w.channel(1)
	if !slices.Contains(c.Members(), w.user("sam")) {
		w.t.Error("sam, whom the page has called, was not invited")
	}
	if len(w.saidIn(w.control(), "I found nobody")) > 0 {
		w.t.Error("nobody is said to be reachable though sam was called")
	}
	if len(c.Bookmarks()) != 1 {
		w.t.Errorf("bookmarks: %+v", c.Bookmarks())
	}
	w.compareOnce()
}

// threads are the bot's answers in the threads of the alert channel.
func (w *world) threads() (said []sandbox.Message) {
	for _, m := range w.sb.Slack.In("#alerts").Messages() {
		if m.ThreadTS != "" && m.User == w.sb.Slack.Bot().ID {
			said = append(said, m)
		}
	}
	return said
}

func TestFailedLoginsFromOneAddress(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		start := time.Now()
		for i := range 4 {
			w.siem(failure(start, "203.0.113.50", i))
		}
		w.settle()
		if n := len(w.incidents()); n != 0 {
			t.Fatalf("four failures opened %d incidents", n)
		}
		w.siem(failure(start, "203.0.113.50", 4), failure(start, "203.0.113.50", 5), failure(start, "203.0.113.50", 6))
		w.wantBruteForce(5)
		c := w.channel(1)
		w.wantSaid(c, ":mag:")
		if n := len(w.of(1, incident.KindAlert)); n != 7 {
			t.Errorf("%d alerts are on the timeline, want the five that are evidence and the two that came after", n)
		}
		if said := w.threads(); len(said) != 1 || !strings.Contains(said[0].Text+texts(said[0].Blocks), "INC-1") {
			t.Errorf("said in the alerts' threads: %+v", said)
		}
		for _, e := range w.of(1, incident.KindAlert) {
			if e.Lane != incident.LaneAdversary || e.Source.Channel != w.sb.Slack.In("#alerts").ID() {
				t.Errorf("alert entry: %+v", e)
			}
		}
		w.compare(1)
	})
}

func TestAlertsInAnyOrder(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.sb.Slack.Jitter(20 * time.Second)
		start := time.Now().Add(-10 * time.Minute)
		for _, i := range []int{4, 0, 3, 1, 2} {
			w.siem(failure(start, "203.0.113.50", i*60))
		}
		w.pass(time.Minute)
		w.sb.Slack.Jitter(0)
		w.wantBruteForce(5)
	})
}

func TestRestartBetweenAlerts(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		start := time.Now()
		for i := range 5 {
			w.siem(failure(start, "203.0.113.50", i))
			w.settle()
			w.stop()
			w.start()
		}
		w.wantBruteForce(5)
	})
}

func TestAlertsWhileTheBotWasAway(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.settle()
		w.stop()
		start := time.Now()
		for i := range 5 {
			w.siem(failure(start, "203.0.113.50", i))
		}
		w.pass(3 * time.Hour)
		w.start()
		w.wantBruteForce(5)
		if said := w.threads(); len(said) != 1 {
			t.Errorf("said in the alerts' threads: %+v", said)
		}
	})
}

// TestPastOfAnAlertChannel: what lay there before the bot watched is no news.
func TestPastOfAnAlertChannel(t *testing.T) {
	inWorld(t, func(w *world) {
		for i := range 8 {
			w.siem(failure(time.Now(), "203.0.113.50", i))
		}
		w.pass(time.Hour)
		w.start()
		w.pass(10 * time.Minute)
		if n := len(w.incidents()); n != 0 {
			t.Errorf("%d incidents", n)
		}
	})
}

func TestOneAccountOnManyHosts(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.siem(success("sshd", "web-1", "svc-backup"), success("sshd", "web-1", "svc-backup"), success("winlog", "files-2", "svc-backup"))
		w.settle()
		if n := len(w.incidents()); n != 0 {
			t.Fatalf("two hosts opened %d incidents", n)
		}
		w.siem(success("sshd", "db-3", "svc-backup"))
		w.settle()
		if found := w.detections(1); len(found) != 1 || found[0].Group.Value != "svc-backup" || found[0].Rule != "many-hosts" {
			t.Errorf("detections: %+v", found)
		}
		if got := w.incident(1).Severity; got != incident.SEV2 {
			t.Errorf("severity %v", got)
		}
	})
}

// TestDetectionJoinsTheIncidentOfItsEntities: a page's own alert names the
// address; what the detectors find of it later belongs to that incident.
func TestDetectionJoinsTheIncidentOfItsEntities(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Odd logins", Service: "Identity", Alerts: []map[string]any{
			{"summary": "vpn-1: failed logins", "host": "vpn-1", "src_ip": "203.0.113.50", "action": "login anomaly", "source": "vpn", "count": 214},
		}})
		c := w.channel(1)
		w.settle()
		w.wantEntry(1, incident.KindAlert)
		start := time.Now()
		for i := range 6 {
			w.siem(failure(start, "203.0.113.50", i))
		}
		w.settle()
		w.pass(time.Minute)
		if n := len(w.incidents()); n != 1 {
			t.Errorf("%d incidents", n)
		}
		if found := w.detections(1); len(found) != 1 {
			t.Errorf("detections: %+v", found)
		}
		if pages := w.sb.PagerDuty.Incidents(); len(pages) != 1 {
			t.Errorf("%d pages: people who work on it were called again", len(pages))
		}
		w.wantSaid(c, ":mag:")
	})
}

// TestDetectionAfterTheIncidentIsClosed opens a new one.
func TestDetectionAfterTheIncidentIsClosed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		start := time.Now()
		for i := range 5 {
			w.siem(failure(start, "203.0.113.50", i))
		}
		c := w.channel(1)
		w.settle()
		c.Command("sam", "/inc close drill")
		w.pass(2 * time.Hour)
		again := time.Now()
		for i := range 5 {
			w.siem(failure(again, "203.0.113.50", i))
		}
		w.channel(2)
		w.settle()
		if found := w.detections(2); len(found) != 1 {
			t.Errorf("detections: %+v", found)
		}
		w.compareOnce()
	})
}

// TestOwnPageOpensNoSecondIncident, though its answer is lost, PagerDuty is
// slow to take it in, and a page of somebody else's comes first.
func TestOwnPageOpensNoSecondIncident(t *testing.T) {
	inWorld(t, func(w *world) {
		w.sb.PagerDuty.SetIngestDelay(40 * time.Second)
		w.sb.Faults.Add(sandbox.Fault{Service: "pagerduty", Method: "POST /v2/enqueue", Kind: sandbox.DropAfter})
		w.start()
		start := time.Now()
		for i := range 5 {
			w.siem(failure(start, "203.0.113.50", i))
		}
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Something else", Service: "Payments API", Alerts: []map[string]any{{"summary": "latency"}}})
		w.channel(1)
		w.channel(2)
		w.pass(3 * time.Minute)
		w.settle()
		if left := w.sb.Faults.Waiting(); len(left) > 0 {
			t.Fatalf("the fault never struck: %+v", left)
		}
		if n := len(w.incidents()); n != 2 {
			t.Errorf("%d incidents, want the detection's and the other page's", n)
		}
		if w.incident(1).Page.ID == "" || w.incident(1).Page.ID == w.incident(2).Page.ID {
			t.Errorf("pages: %+v, %+v", w.incident(1).Page, w.incident(2).Page)
		}
		w.compareOnce()
	})
}

func TestDetectionsPageNobodyWithoutARoutingKey(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_PAGERDUTY_ROUTING_KEY"] = ""
		w.start()
		start := time.Now()
		for i := range 5 {
			w.siem(failure(start, "203.0.113.50", i))
		}
		w.channel(1)
		w.settle()
		if pages := w.sb.PagerDuty.Incidents(); len(pages) != 0 {
			t.Errorf("pages: %+v", pages)
		}
	})
}

func TestBenignAlerts(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		start := time.Now()
		w.siem("all quiet", "deploy of web 1.2.3 finished", "```{\"event\":\"heartbeat\",\"host\":\"web-1\"}```", "```{broken json", "", "password rotation reminder")
		for i := range 10 {
			w.siem(failure(start, fmt.Sprintf("198.51.100.%d", i), i)) // each from elsewhere
			w.siem(success("sshd", "web-1", "deploy"))                 // always the same host
		}
		for i := range 4 {
			w.siem(failure(start.Add(time.Duration(i)*time.Hour), "203.0.113.50", 0)) // hours apart
		}
		w.settle()
		if n := len(w.incidents()); n != 0 {
			t.Errorf("%d incidents", n)
		}
		if said := w.threads(); len(said) != 0 {
			t.Errorf("said: %+v", said)
		}
	})
}

// TestEditsAndTalkAreNoAlerts: people discuss alerts below them, and tools
// edit them; neither is another alert.
func TestEditsAndTalkAreNoAlerts(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		alerts := w.sb.Slack.In("#alerts")
		start := time.Now()
		m := alerts.Say("alex", failure(start, "203.0.113.50", 0))
		for i := range 6 {
			alerts.Reply("alex", m.TS, failure(start, "203.0.113.50", i))
			alerts.Edit("alex", m.TS, failure(start, "203.0.113.50", i))
		}
		w.settle()
		if n := len(w.incidents()); n != 0 {
			t.Errorf("%d incidents", n)
		}
	})
}

// TestOwnPageOfAClosedIncident: the incident was closed before PagerDuty
// showed its page; that page still is its own.
func TestOwnPageOfAClosedIncident(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_SLACK_ADMINS"] = w.user("jo")
		w.sb.PagerDuty.SetIngestDelay(time.Minute)
		w.start()
		start := time.Now()
		for i := range 5 {
			w.siem(failure(start, "203.0.113.50", i))
		}
		w.channel(1)
		w.wantAnswer(w.sb.Slack.In("#general"), "jo", "/inc INC-1 close false-positive the scanner was ours", "is closed")
		w.pass(5 * time.Minute)
		w.settle()
		if n := len(w.incidents()); n != 1 || w.incident(1).Page.ID == "" {
			t.Errorf("%d incidents, page %+v", n, w.incident(1).Page)
		}
		w.compareOnce()
	})
}

// TestPageThatCannotBeRaised: PagerDuty refuses the routing key, so nobody
// has been called; the control channel hears of it.
func TestPageThatCannotBeRaised(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_PAGERDUTY_ROUTING_KEY"] = strings.Repeat("0", 32)
		w.start()
		start := time.Now()
		for i := range 5 {
			w.siem(failure(start, "203.0.113.50", i))
		}
		w.pass(5 * time.Minute)
		w.settle()
		w.wantSaid(w.control(), "I found nobody to invite")
	})
}

// What was found can be asked for; in a channel that others read too, by
// responders only.
func TestDetectionsAreListed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_SLACK_RESPONDERS"] = w.user("sam")
		w.start()
		_, quiet := w.opened("sam", "Phishing")
		w.wantAnswer(quiet, "sam", "/inc detect", "Nothing has been detected for INC-1 so far")
		for i := range 6 {
			w.siem(fmt.Sprintf("```{\"event\":\"failed_login\",\"source\":\"sshd\",\"host\":\"web-1\",\"user\":\"u%d\",\"src_ip\":\"203.0.113.50\"}```", i))
		}
		c := w.channel(2)
		w.settle()
		join(c, "sam", "jo")
		w.settle()
		w.wantAnswer(c, "jo", "/inc detect", "INC-2 · 1 detection", "203.0.113.50")
		c.Share(w.sb.Slack.User("stranger").TeamID)
		w.settle()
		w.wantAnswer(c, "sam", "/inc detect", "203.0.113.50")
		w.wantAnswer(c, "jo", "/inc detect", "Only responders may do that")
	})
}
