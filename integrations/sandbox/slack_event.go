package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// slackEvent is the inner event.
type slackEvent map[string]any

// eventScopes are the scopes of which an app needs one to get an event, beside
// its subscription (documented).
var eventScopes = map[string][]string{
	"channel_archive": {"channels:read"}, "channel_created": {"channels:read"}, "channel_left": {"channels:read"},
	"channel_rename": {"channels:read"}, "channel_shared": {"channels:read", "groups:read"}, "channel_unarchive": {"channels:read"},
	"channel_deleted": {"channels:read"}, "channel_unshared": {"channels:read", "groups:read"}, "group_deleted": {"groups:read"},
	"user_change": {"users:read"},
	"file_shared": {"files:read"}, "group_archive": {"groups:read"}, "group_left": {"groups:read"},
	"group_rename": {"groups:read"}, "group_unarchive": {"groups:read"},
	"member_joined_channel": {"channels:read", "groups:read"}, "member_left_channel": {"channels:read", "groups:read"},
	"message.channels": {"channels:history"}, "message.groups": {"groups:history"},
	"pin_added": {"pins:read"}, "pin_removed": {"pins:read"},
	"reaction_added": {"reactions:read"}, "reaction_removed": {"reactions:read"},
}

// emitMessage sends a message event under the subscription for ch's kind.
func (s *Slack) emitMessage(ch *slackChannel, event slackEvent) {
	kind := "message.channels"
	if ch.private {
		kind = "message.groups"
	}
	s.emitIn(ch, kind, event)
}

// emitIn sends an event about a channel. Documented: only if the bot is a
// member.
func (s *Slack) emitIn(ch *slackChannel, subscription string, event slackEvent) {
	if !ch.has(s.app.userID) {
		return
	}
	if event["event_ts"] == nil {
		event["event_ts"] = ch.stamp()
	}
	s.emit(subscription, event)
}

// emit sends an event if the app subscribed to it and has the scope
// (documented).
func (s *Slack) emit(subscription string, event slackEvent) {
	if !s.app.events[subscription] || s.deny != "" {
		return
	}
	need := eventScopes[subscription]
	granted := func(scope string) bool { return slices.Contains(s.app.scopes, scope) }
	if len(need) > 0 && !slices.ContainsFunc(need, granted) {
		return
	}
	if !s.hourly.admit(s) {
		return
	}
	s.emitRaw(mustJSON(event))
}

// emitRaw wraps an inner event and starts its delivery.
func (s *Slack) emitRaw(event json.RawMessage) {
	var inner struct {
		Type    string
		Channel json.RawMessage
	}
	_ = json.Unmarshal(event, &inner) // an injected event may be odd on purpose
	var channel string
	_ = json.Unmarshal(inner.Channel, &channel) // an object in some events
	shared := false
	if ch := s.channel(channel); ch != nil {
		shared = ch.shared
	}
	id := s.id("Ev")
	s.send(&slackDelivery{kind: "events_api", eventID: id, payload: mustJSON(map[string]any{
		"token": "verification-token", "team_id": s.team.id, "context_team_id": s.team.id,
		"api_app_id": s.app.id, "event": event, "type": "event_callback",
		"event_id": id, "event_time": time.Now().Unix(), "is_ext_shared_channel": shared,
		"authorizations": []any{map[string]any{
			"enterprise_id": nil, "team_id": s.team.id, "user_id": s.app.userID, "is_bot": true, "is_enterprise_install": false,
		}},
		"event_context": fmt.Sprintf("1-%s-%s-%s", inner.Type, s.team.id, channel),
	})})
}

// InjectEvent delivers event, the inner object, as it is: an unknown type, a
// message with a malformed block, anything that is JSON. It returns the event
// id.
func (s *Slack) InjectEvent(event string) {
	if !json.Valid([]byte(event)) {
		panic("sandbox: InjectEvent wants JSON")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.note(RecordPerson, "inject_event", "", "", "", event)
	s.emitRaw(json.RawMessage(event))
}

// InjectEnvelope delivers an envelope of any type with any JSON payload, once:
// an envelope type that nobody knows yet, for instance.
func (s *Slack) InjectEnvelope(kind, payload string) {
	if !json.Valid([]byte(payload)) {
		panic("sandbox: InjectEnvelope wants JSON")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.note(RecordPerson, "inject_envelope", "", "", "", kind)
	s.send(&slackDelivery{kind: kind, payload: json.RawMessage(payload)})
}

// slackHour counts deliveries. Documented: above 30 000 an hour the app gets
// app_rate_limited, once a minute, instead of the events.
type slackHour struct {
	began  time.Time
	count  int
	minute int64 // last told
	lost   int
}

const maxEventsPerHour = 30000 // documented

func (h *slackHour) admit(s *Slack) bool {
	now := time.Now()
	if now.Sub(h.began) >= time.Hour {
		h.began, h.count = now, 0
	}
	h.count++
	if h.count <= maxEventsPerHour {
		return true
	}
	h.lost++
	minute := now.Truncate(time.Minute).Unix()
	if minute != h.minute {
		h.minute = minute
		s.send(&slackDelivery{kind: "events_api", eventID: s.id("Ev"), payload: mustJSON(map[string]any{
			"token": "verification-token", "type": "app_rate_limited", "team_id": s.team.id,
			"minute_rate_limited": minute, "api_app_id": s.app.id,
		})})
	}
	return false
}
