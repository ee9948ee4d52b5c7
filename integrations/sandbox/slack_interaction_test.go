package sandbox

import (
	"testing"
	"time"
)

// What is clicked and picked is told once; nobody repeats it.
func TestSlackInteractionsAreNotRepeated(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		c, _ := r.dial()
		ts := r.ok("chat.postMessage", "channel", in.ID(), "text", "x", "blocks",
			`[{"type":"actions","elements":[{"type":"button","action_id":"a","value":"1","text":{"type":"plain_text","text":"A"}}]}]`)["ts"].(string)
		c.event()
		for name, act := range map[string]func() Reply{
			"click":           func() Reply { return in.Click("sam", ts, "a", "") },
			"shortcut":        func() Reply { return s.GlobalShortcut("sam", "open") },
			"message menu":    func() Reply { return in.Shortcut("sam", ts, "task") },
			"click in a view": func() Reply { return r.opened(c, inputView).Click("more") },
		} {
			if got := act(); !got.TimedOut {
				t.Errorf("%s, unanswered: %+v", name, got)
			}
			if f := c.next(); f["type"] != "interactive" {
				t.Errorf("%s: %v", name, f)
			}
			wait(time.Hour)
			c.none()
		}
	})
}

// An ack's payload counts only where the envelope said so.
func TestSlackPayloadNobodyAskedForIsIgnored(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		c, _ := r.dial()
		ts := r.ok("chat.postMessage", "channel", in.ID(), "text", "x", "blocks",
			`[{"type":"actions","elements":[{"type":"button","action_id":"a","value":"1","text":{"type":"plain_text","text":"A"}}]}]`)["ts"].(string)
		c.event()
		got := typing(func() Reply { return in.Click("sam", ts, "a", "") })
		f := c.next()
		if f["accepts_response_payload"] != false {
			t.Errorf("click = %v", f)
		}
		c.send(object{"envelope_id": f["envelope_id"], "payload": object{"text": "done", "response_type": "in_channel", "replace_original": true}})
		if r := <-got; r.Text != "" || r.Trouble != "" {
			t.Errorf("reply = %+v", r)
		}
		if m := in.Messages(); len(m) != 1 || m[0].Text != "x" || len(s.Ephemerals("sam")) != 0 {
			t.Errorf("messages = %+v", m)
		}
	})
}
