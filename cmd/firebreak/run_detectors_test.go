package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

const runDetectors = "run_detectors"

// use uses the shortcut Run detectors and waits for what follows.
func (w *world) use(c sandbox.SlackChannel, who, ts string) {
	w.t.Helper()
	if r := c.Shortcut(who, ts, runDetectors); r.Trouble != "" {
		w.t.Fatalf("%s uses the shortcut: %s", who, r.Trouble)
	}
	w.settle()
}

// sshLines are failed logins as somebody pastes them.
func sshLines(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s web-1 sshd[812]: Failed password for root from 203.0.113.7 port 4 ssh2\n", time.Now().Add(-time.Hour).Add(time.Duration(i)*time.Second).UTC().Format(time.RFC3339))
	}
	return "look:\n```" + b.String() + "```"
}

func TestRunDetectorsOnAMessageOfAnIncident(t *testing.T) {
	inRuledChannel(t, func(w *world, c sandbox.SlackChannel) {
		m := c.Say("kim", sshLines(6))
		w.settle()
		w.use(c, "sam", m.TS)
		w.wantAnswered(c, m, "This message: 6 alerts", "Many failed logins from one address", "alert 1 ·", "Root tries ssh")
		w.wantEntry(1, incident.KindDetection, "Many failed logins from one address")
		detections, alerts := len(w.detections(1)), len(w.of(1, incident.KindAlert))
		if times, _ := w.wantEntry(1, incident.KindAlert).Repeats(); times != 5 { // the same six times
			t.Errorf("repeated %d times", times)
		}
		w.use(c, "alex", m.TS) // a second time: the same answer, and nothing more
		w.wantAnswered(c, m, "This message: 6 alerts", "Many failed logins from one address")
		if d, a := len(w.detections(1)), len(w.of(1, incident.KindAlert)); d != detections || a != alerts {
			t.Errorf("%d detections and %d alerts, before %d and %d", d, a, detections, alerts)
		}
		talk := c.Say("kim", "no idea what this is")
		w.settle()
		w.use(c, "sam", talk.TS)
		if !w.told("sam", "I see no alert and no log file in this message") {
			t.Errorf("sam was told %+v", w.sb.Slack.Ephemerals("sam"))
		}
	})
}

// TestRunDetectorsForAClosedIncident opens no other.
func TestRunDetectorsForAClosedIncident(t *testing.T) {
	inRuledChannel(t, func(w *world, c sandbox.SlackChannel) {
		m := c.Say("kim", sshLines(6))
		c.Command("sam", "/inc close drill")
		w.settle()
		w.use(c, "sam", m.TS)
		w.wantAnswered(c, m, "This message: 6 alerts", "Many failed logins from one address", "Root tries ssh")
		if len(w.incidents()) != 1 || len(w.detections(1)) != 0 {
			t.Errorf("%d incidents, detections %+v", len(w.incidents()), w.detections(1))
		}
	})
}

// TestRunDetectorsOnAFile examines it once more, in the message that there is.
func TestRunDetectorsOnAFile(t *testing.T) {
	inRuledChannel(t, func(w *world, c sandbox.SlackChannel) {
		drop := c.Upload("sam", "auth.log", guesses(7), "")
		w.wantAnswered(c, drop, "Root tries ssh")
		detections := len(w.of(1, incident.KindDetection))
		w.use(c, "sam", drop.TS)
		if m := w.wantAnswered(c, drop, "Root tries ssh"); m.EditedAt.IsZero() {
			t.Error("the message was not brought up to date")
		}
		if got := len(w.of(1, incident.KindDetection)); got != detections {
			t.Errorf("%d detections, before %d", got, detections)
		}
		quiet := c.Upload("sam", "notes.txt", []byte("just notes"), "")
		w.settle()
		w.use(c, "sam", quiet.TS)
		w.wantAnswered(c, quiet, "is no log file that I can read")
	})
}

// TestRunDetectorsElsewhere tells nobody else, and records nothing.
func TestRunDetectorsElsewhere(t *testing.T) {
	inWorld(t, func(w *world) {
		w.pass(48 * time.Hour)
		w.startRuled()
		general := w.sb.Slack.In("#general")
		m := general.Say("kim", sshLines(6))
		file := general.Upload("kim", "auth.log", guesses(7), "")
		w.settle()
		said := len(w.saidIn(general, ""))
		w.use(general, "sam", m.TS)
		if !w.told("sam", "This message: 6 alerts") || !w.told("sam", "Many failed logins from one address") {
			t.Errorf("sam was told %+v", w.sb.Slack.Ephemerals("sam"))
		}
		w.use(general, "alex", file.TS)
		if !w.told("alex", "`auth.log`: 8 events") || w.told("sam", "auth.log") {
			t.Errorf("alex was told %+v", w.sb.Slack.Ephemerals("alex"))
		}
		if len(w.incidents()) != 0 || len(w.saidIn(general, "")) != said {
			t.Errorf("%d incidents, %d messages more", len(w.incidents()), len(w.saidIn(general, ""))-said)
		}
	})
}

// TestRunDetectorsOnAnAlert that was examined when it came gives what was
// found then, to who may see it.
func TestRunDetectorsOnAnAlert(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_SLACK_ADMINS"] = w.user("alex")
		w.startRuled()
		start := time.Now()
		for i := range 7 {
			w.siem(failure(start, "203.0.113.50", i))
		}
		w.settle()
		alerts := w.sb.Slack.In("#alerts")
		first := alerts.Messages()[0]
		join(alerts, "alex", "jo")
		w.use(alerts, "alex", first.TS)
		if !w.told("alex", "Many failed logins from one address") || !w.told("alex", "INC-1") {
			t.Errorf("alex was told %+v", w.sb.Slack.Ephemerals("alex"))
		}
		w.use(alerts, "jo", first.TS)
		if !w.told("jo", "This message: 1 alert") || w.told("jo", "INC-1") || w.told("jo", "Many failed") {
			t.Errorf("jo, who cannot see the private incident, was told %+v", w.sb.Slack.Ephemerals("jo"))
		}
		if n := len(w.detections(1)); n != 1 {
			t.Errorf("%d detections", n)
		}
	})
}

// TestRunDetectorsIsForResponders.
func TestRunDetectorsIsForResponders(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_SLACK_RESPONDERS"] = w.user("sam")
		w.startRuled()
		general := w.sb.Slack.In("#general")
		m := general.Say("kim", sshLines(6))
		w.settle()
		v := w.form(general, "kim", m.TS, runDetectors)
		if shown := string(v.JSON); !strings.Contains(shown, "Only responders may do that") || w.told("kim", "alert") {
			t.Errorf("kim was shown %s", shown)
		}
	})
}
