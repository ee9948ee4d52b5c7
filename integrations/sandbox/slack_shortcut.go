package sandbox

import (
	"encoding/json"
	"fmt"
)

// GlobalShortcut picks the app's shortcut from the shortcuts menu and waits
// for the ack. Documented: no channel and no response_url come with it.
func (s *Slack) GlobalShortcut(user, callbackID string) Reply {
	return <-s.globalShortcut(user, callbackID)
}

func (s *Slack) globalShortcut(user, callbackID string) <-chan Reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.mustUser(user)
	if u.Deleted {
		panic(fmt.Sprintf("sandbox: %s cannot use a shortcut: the account is deactivated", user))
	}
	s.note(RecordPerson, "shortcut", u.ID, "", "", callbackID)
	payload := s.interaction("shortcut", u)
	payload["callback_id"], payload["trigger_id"], payload["action_ts"] = callbackID, s.trigger(u), timestampNow()
	delete(payload, "api_app_id") // observed
	return s.interact(payload)
}

// Shortcut picks a message shortcut from the menu of the message ts, a reply
// in a thread included, and waits for the ack.
func (in SlackChannel) Shortcut(user, ts, callbackID string) Reply {
	return <-in.shortcut(user, ts, callbackID)
}

func (in SlackChannel) shortcut(user, ts, callbackID string) <-chan Reply {
	ch, u, done := in.act(user, "use a shortcut")
	defer done()
	m := in.message(ch, ts)
	s := in.s
	s.note(RecordPerson, "shortcut", u.ID, ch.id, ts, callbackID)
	payload := s.interaction("message_action", u)
	payload["callback_id"], payload["trigger_id"], payload["action_ts"] = callbackID, s.trigger(u), timestampNow()
	payload["channel"] = map[string]any{"id": ch.id, "name": ch.shownName()}
	payload["message"], payload["message_ts"] = m.wire(s, false), m.ts
	payload["response_url"] = s.responseURL(ch, u, slackOriginal{})
	delete(payload, "api_app_id") // observed
	return s.interact(payload)
}

// shownName is what a payload calls the channel (observed for private ones).
func (ch *slackChannel) shownName() string {
	if ch.private {
		return "privategroup"
	}
	return ch.name
}

// interact delivers a payload that takes no answer beyond the ack.
func (s *Slack) interact(payload map[string]any) <-chan Reply {
	done := make(chan Reply, 1)
	s.send(&slackDelivery{kind: "interactive", payload: mustJSON(payload), answer: func(_ json.RawMessage, trouble string) {
		done <- Reply{TimedOut: trouble == "operation_timeout", Trouble: trouble}
	}})
	return done
}

// Press clicks a button of the newest message in this channel that only the
// person sees and that has it; see [Slack.Click].
func (in SlackChannel) Press(user, actionID string) Reply { return <-in.press(user, actionID) }

func (in SlackChannel) press(user, actionID string) <-chan Reply {
	ch, u, done := in.act(user, "press a button")
	defer done()
	s := in.s
	for i := len(s.whispers) - 1; i >= 0; i-- {
		e := s.whispers[i]
		if e.User != u.ID || e.Channel != ch.id || e.Gone {
			continue
		}
		action := findAction(e.Blocks, actionID)
		if action == nil {
			continue
		}
		action["action_ts"] = ch.stamp()
		s.note(RecordPerson, "click", u.ID, ch.id, e.TS, actionID)
		payload := s.interaction("block_actions", u)
		payload["channel"] = map[string]any{"id": ch.id, "name": ch.shownName()}
		payload["container"] = map[string]any{"type": "message", "message_ts": e.TS, "channel_id": ch.id, "is_ephemeral": true}
		payload["state"], payload["actions"] = map[string]any{"values": map[string]any{}}, []any{action}
		payload["response_url"], payload["trigger_id"] = s.responseURL(ch, u, slackOriginal{whisper: e.TS}), s.trigger(u)
		return s.interact(payload)
	}
	panic(fmt.Sprintf("sandbox: %s sees no button %q in #%s", user, actionID, ch.name))
}
