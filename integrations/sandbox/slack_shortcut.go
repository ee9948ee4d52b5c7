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
