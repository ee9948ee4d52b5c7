package main

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// guesses posts five failed logins from an address: one detection.
func (w *world) guesses(address string) {
	w.t.Helper()
	start := time.Now()
	for i := range 5 {
		w.siem(failure(start, address, i))
	}
	w.settle()
}

// withDetection runs f with a detection told in the channel of an incident,
// with kim and alex in it, and in the thread of an alert.
func withDetection(t *testing.T, env map[string]string, f func(w *world, c sandbox.SlackChannel)) {
	t.Helper()
	inWorld(t, func(w *world) {
		maps.Copy(w.env, env)
		w.start()
		w.guesses("203.0.113.50")
		c := w.channel(1)
		w.settle()
		w.pass(2 * time.Minute) // the page that calls sam comes back by poll
		w.settle()
		join(c, "sam", "kim", "alex", "guest")
		w.settle()
		f(w, c)
		w.settle()
		w.compare(1)
	})
}

// found is the detection's message in the channel, as it is now.
func (w *world) found(c sandbox.SlackChannel) sandbox.Message {
	w.t.Helper()
	said := w.saidIn(c, ":mag:")
	if len(said) != 1 {
		w.t.Fatalf("%d messages tell of the detection", len(said))
	}
	return said[0]
}

// inThread is the detection's message below the alert, as it is now.
func (w *world) inThread() sandbox.Message {
	w.t.Helper()
	said := w.threads()
	if len(said) != 1 {
		w.t.Fatalf("%d messages in the alerts' threads", len(said))
	}
	return said[0]
}

// verdict is what counts; ok is false when nobody has judged.
func (w *world) verdict(detection string) (v incident.Verdict, ok bool) {
	w.t.Helper()
	w.view(func(view *store.View) (err error) {
		v, err = view.Verdict(detection)
		if ok = err == nil; errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	return v, ok
}

// wantShown wants both messages of the detection to show the words.
func (w *world) wantShown(c sandbox.SlackChannel, words ...string) {
	w.t.Helper()
	for where, m := range map[string]sandbox.Message{"channel": w.found(c), "thread": w.inThread()} {
		for _, word := range words {
			if !strings.Contains(plainJSON(texts(m.Blocks)), word) {
				w.t.Errorf("the %s does not show %q: %s", where, word, texts(m.Blocks))
			}
		}
	}
}

// plainJSON reads escaped brackets.
func plainJSON(s string) string {
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(s)
}

// TestVerdictsFromChannelAndThread: whoever judges wherever, both messages
// show it, it is on the timeline, and the newest counts, with a restart
// between.
func TestVerdictsFromChannelAndThread(t *testing.T) {
	withDetection(t, nil, func(w *world, c sandbox.SlackChannel) {
		alerts, id := w.sb.Slack.In("#alerts"), w.detections(1)[0].ID
		w.wantShown(c, "<https://attack.mitre.org/techniques/T1110/|T1110>", `"firebreak_confirm"`, `"firebreak_mute"`)
		w.click(c, "kim", w.found(c).TS, "firebreak_confirm")
		w.wantShown(c, "Confirmed by <@"+w.user("kim")+">", "False positive after all")
		if v, _ := w.verdict(id); !v.Confirmed || v.By != w.user("kim") {
			t.Errorf("verdict %+v", v)
		}
		e := w.wantEntry(1, incident.KindNote, "confirmed: Many failed logins")
		if e.Actor.ID != w.user("kim") || e.Data["detection"] != id {
			t.Errorf("entry %+v", e)
		}
		w.stop()
		w.start()
		w.pass(time.Minute)
		w.click(alerts, "jo", w.inThread().TS, "firebreak_false_positive") // jo is not in the private channel
		w.wantShown(c, "False positive, says <@"+w.user("jo")+">", "Confirm after all")
		w.wantEntry(1, incident.KindNote, "judged a false positive: Many failed logins")
		if strings.Contains(texts(w.inThread().Blocks), "Brute") {
			t.Error("the thread tells too much")
		}
		w.click(c, "kim", w.found(c).TS, "firebreak_confirm") // kim insists
		w.wantShown(c, "Confirmed by <@"+w.user("kim")+">")
		w.view(func(v *store.View) error {
			both, err := v.Verdicts(id)
			if len(both) != 2 || !both[0].Confirmed || both[1].Confirmed {
				t.Errorf("verdicts: %+v", both)
			}
			return err
		})
		w.wantAnswer(c, "alex", "/inc detect", "`1` ", "confirmed by")
	})
}

// clickWhileShown clicks, unless the bot was quick to take the button away.
func clickWhileShown(c sandbox.SlackChannel, who, ts, action string) {
	defer func() {
		if r := recover(); r != nil && !strings.Contains(fmt.Sprint(r), "shows no element") {
			panic(r)
		}
	}()
	c.Click(who, ts, action, "")
}

// TestVerdictsTwice: double and repeated clicks judge once.
func TestVerdictsTwice(t *testing.T) {
	withDetection(t, nil, func(w *world, c sandbox.SlackChannel) {
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "deliver", Kind: sandbox.Duplicate})
		ts := w.found(c).TS
		for range 3 {
			clickWhileShown(c, "kim", ts, "firebreak_confirm")
		}
		w.settle()
		w.crash()
		w.start()
		w.settle()
		if n := len(w.of(1, incident.KindNote)); n != 1 {
			t.Errorf("%d entries", n)
		}
		w.wantShown(c, "Confirmed by")
	})
}

// TestVerdictsByOutsiders are refused, wherever they click; in the alert's
// thread only responders may.
func TestVerdictsByOutsiders(t *testing.T) {
	responders := func(w *world) string { return w.user("sam") + "," + w.user("kim") + "," + w.user("jo") }
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_SLACK_RESPONDERS"] = responders(w)
		w.start()
		w.guesses("203.0.113.50")
		c := w.channel(1)
		w.pass(2 * time.Minute)
		w.settle()
		join(c, "sam", "alex", "guest")
		w.settle()
		id := w.detections(1)[0].ID
		for _, action := range []string{"firebreak_confirm", "firebreak_false_positive"} {
			w.click(c, "guest", w.found(c).TS, action)
			w.click(c, "alex", w.found(c).TS, action)
			w.click(w.sb.Slack.In("#alerts"), "alex", w.inThread().TS, action)
		}
		for _, action := range []string{"firebreak_mute", "firebreak_verdict_why"} {
			w.inject(c, "alex", action, id)
			w.inject(c, "guest", action, id)
		}
		if _, ok := w.verdict(id); ok {
			t.Error("an outsider had their way")
		}
		if !w.told("guest", "Only full members") || !w.told("alex", "Only responders") {
			t.Error("nobody told them why")
		}
		// A responder who sees neither the private incident nor the thread.
		general := w.sb.Slack.In("#general")
		w.inject(general, "jo", "firebreak_confirm", id)
		w.inject(general, "jo", "firebreak_confirm", "failed-logins-0000000000000000")
		said := 0
		for _, e := range w.sb.Slack.Ephemerals("jo") {
			if strings.Contains(e.Text, "There is no such detection that you can see") {
				said++
			}
		}
		if _, ok := w.verdict(id); ok || said != 2 {
			t.Errorf("jo was told %d times", said)
		}
		w.inject(w.sb.Slack.In("#alerts"), "jo", "firebreak_confirm", id)
		if v, ok := w.verdict(id); !ok || v.By != w.user("jo") {
			t.Error("a responder in the alert's channel was refused")
		}
		for _, strange := range []string{"", "INC-1", strings.Repeat("x", 5000), "a\x00b", "'; DROP TABLE verdicts"} {
			w.inject(c, "kim", "firebreak_false_positive", strings.ReplaceAll(strange, "\x00", `\u0000`))
		}
		if v, _ := w.verdict(id); !v.Confirmed {
			t.Error("a strange value judged")
		}
		w.compareOnce()
	})
}

// TestWhy: the reason of a verdict stands in the channel, on the timeline and
// in the RCA, not in the alert's thread; what it says is inert.
func TestWhy(t *testing.T) {
	withDetection(t, nil, func(w *world, c sandbox.SlackChannel) {
		ts := w.found(c).TS
		w.click(c, "kim", ts, "firebreak_false_positive")
		w.click(c, "kim", ts, "firebreak_verdict_why")
		v := w.screen("kim")
		if !strings.Contains(string(v.JSON), "Why it was false") {
			t.Errorf("kim sees %s", v.JSON)
		}
		v.Fill("reason", "our scanner <!channel> & ```@here``` password=hunter2hunter2")
		v.Submitting() // a double tap
		w.send(v)
		m := w.found(c)
		if s := texts(m.Blocks); !strings.Contains(s, "our scanner") || strings.Contains(plainJSON(s), "<!channel>") {
			t.Errorf("the channel shows %s", s)
		}
		if s := texts(w.inThread().Blocks); strings.Contains(s, "scanner") {
			t.Errorf("the thread shows %s", s)
		}
		w.wantEntry(1, incident.KindNote, "(our scanner <!channel>")
		if n := len(w.of(1, incident.KindNote)); n != 2 {
			t.Errorf("%d entries", n)
		}
		w.pass(time.Minute)
		w.click(c, "alex", ts, "firebreak_verdict_why") // somebody else's reason is not theirs to sign
		if v := w.screen("alex"); v.Value("reason") != "" {
			t.Errorf("alex is shown %q", v.Value("reason"))
		}
		text := w.rca(1)
		for _, want := range []string{
			"rule failed-logins, 5 alerts, ATT&CK [T1110](https://attack.mitre.org/techniques/T1110/)",
			"false positive, says ", "our scanner", "how the rule does: 0 of 1 right, at most 80 %",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("the RCA lacks %q:\n%s", want, text)
			}
		}
		if strings.Contains(text, "hunter2hunter2") || strings.Contains(text, "<!channel>") {
			t.Errorf("the RCA holds what must not leave:\n%s", text)
		}
		w.wantAnswer(c, "kim", "/inc rca", "false positive, says")
	})
}

// TestReasonsStayInTheHouse: in a channel that another organisation reads, a
// verdict is shown without its reason, and a mute without its group.
func TestReasonsStayInTheHouse(t *testing.T) {
	withDetection(t, nil, func(w *world, c sandbox.SlackChannel) {
		ts := w.found(c).TS
		c.Share(w.sb.Slack.User("stranger").TeamID)
		w.settle()
		w.click(c, "kim", ts, "firebreak_confirm")
		w.click(c, "kim", ts, "firebreak_verdict_why")
		w.send(w.screen("kim").Fill("reason", "the intruder knows ada"))
		w.send(w.muteForm(c, "kim", ts).Fill("reason", "ada is told").Fill("scope", "group"))
		w.send(w.screen("kim").Fill("anyway", "group:1"))
		if len(w.mutes()) != 1 {
			t.Error("not muted")
		}
		for _, m := range c.Messages() {
			if s := m.Text + texts(m.Blocks); strings.Contains(s, "ada") && m.TS != ts || strings.Contains(s, "intruder") {
				t.Errorf("the shared channel reads %s", s)
			}
		}
		w.wantSaid(c, "about one address")
	})
}
