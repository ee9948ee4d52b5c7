package sandbox

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSlackEventEnvelope(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		c, _ := r.dial()
		m := s.In("#general").Say("sam", "hello @kim")
		f := c.next()
		c.ack(f)
		if f["type"] != "events_api" || f["accepts_response_payload"] != false || f["retry_attempt"] != 0.0 || f["retry_reason"] != "" {
			t.Errorf("envelope = %v", f)
		}
		p := f["payload"].(object)
		if p["type"] != "event_callback" || p["team_id"] != s.TeamID() || p["api_app_id"] != s.app.id || p["event_time"] != float64(time.Now().Unix()) ||
			!strings.HasPrefix(p["event_id"].(string), "Ev") || dig(p, "authorizations", 0, "user_id") != s.Bot().ID || p["is_ext_shared_channel"] != false {
			t.Errorf("payload = %v", p)
		}
		e := p["event"].(object)
		if e["type"] != "message" || e["subtype"] != nil || e["user"] != s.User("sam").ID || e["ts"] != m.TS || e["event_ts"] != m.TS ||
			e["channel"] != r.id("#general") || e["channel_type"] != "channel" || e["client_msg_id"] == nil || e["text"] != "hello <@"+s.User("kim").ID+">" {
			t.Errorf("event = %v", e)
		}
		if dig(e, "blocks", 0, "elements", 0, "elements", 1, "user_id") != s.User("kim").ID {
			t.Errorf("blocks = %v", e["blocks"])
		}
		wait(10 * time.Minute)
		c.none()
		if n := s.Undelivered(); n != 0 {
			t.Errorf("%d undelivered", n)
		}
	})
}

func TestSlackEditAndDeleteEvents(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		c, _ := r.dial()
		m := in.Say("sam", "one")
		c.event()
		wait(1500 * time.Millisecond)
		in.Edit("sam", m.TS, "two")
		e := c.event()
		if e["subtype"] != "message_changed" || e["hidden"] != true || e["ts"] == m.TS || e["ts"] != e["event_ts"] || dig(e, "message", "ts") != m.TS ||
			dig(e, "message", "text") != "two" || dig(e, "previous_message", "text") != "one" || dig(e, "previous_message", "edited") != nil {
			t.Errorf("message_changed = %v", e)
		}
		if dig(e, "message", "edited", "user") != s.User("sam").ID || dig(e, "message", "edited", "ts") != strings.Split(e["ts"].(string), ".")[0]+".000000" {
			t.Errorf("edited = %v", dig(e, "message", "edited"))
		}
		in.Unfurl(m.TS, "a page")
		if e := c.event(); e["subtype"] != "message_changed" || dig(e, "message", "attachments", 0, "title") != "a page" {
			t.Errorf("unfurl = %v", e)
		}
		in.Delete("sam", m.TS)
		e = c.event()
		if e["subtype"] != "message_deleted" || e["deleted_ts"] != m.TS || e["hidden"] != true || e["ts"] == m.TS || dig(e, "previous_message", "text") != "two" {
			t.Errorf("message_deleted = %v", e)
		}
		p := in.Say("sam", "parent")
		in.Reply("kim", p.TS, "reply")
		c.event()
		if e := c.event(); e["subtype"] != nil || e["thread_ts"] != p.TS || e["parent_user_id"] != s.User("sam").ID {
			t.Errorf("reply = %v", e)
		}
		in.Delete("sam", p.TS)
		e = c.event()
		if e["subtype"] != "message_changed" || dig(e, "message", "subtype") != "tombstone" || dig(e, "previous_message", "text") != "parent" {
			t.Errorf("tombstone = %v", e)
		}
	})
}

func TestSlackUnfurlIsNoEdit(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		in := r.sb.Slack.In("#general")
		in.Unfurl(in.Say("sam", "https://example.com/").TS, "a page")
		if e := c.until("message", "message_changed"); dig(e, "message", "edited") != nil {
			t.Errorf("edited in %v", e)
		}
	})
}

func TestSlackChannelEventsComeTwice(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		c, _ := r.dial()
		id := r.create("inc-1", true)
		if e := c.until("message", "channel_join"); e["user"] != s.Bot().ID || e["channel_type"] != "group" {
			t.Errorf("bot's join = %v", e)
		}
		if e := c.event(); e["type"] != "member_joined_channel" || e["user"] != s.Bot().ID {
			t.Errorf("bot's member_joined = %v", e)
		}
		r.ok("conversations.invite", "channel", id, "users", s.User("sam").ID)
		if e := c.event(); e["subtype"] != "channel_join" || e["inviter"] != s.Bot().ID || e["text"] != "<@"+s.User("sam").ID+"> has joined the channel" {
			t.Errorf("join = %v", e)
		}
		if e := c.event(); e["type"] != "member_joined_channel" || e["inviter"] != s.Bot().ID || e["channel"] != id || e["channel_type"] != "G" || e["team"] != s.TeamID() {
			t.Errorf("member_joined = %v", e)
		}
		r.ok("conversations.setTopic", "channel", id, "topic", "T")
		if e := c.event(); e["subtype"] != "channel_topic" || e["topic"] != "T" || e["user"] != s.Bot().ID {
			t.Errorf("topic = %v", e)
		}
		s.In(id).Leave("sam")
		if e := c.event(); e["subtype"] != "channel_leave" || e["user"] != s.User("sam").ID {
			t.Errorf("leave = %v", e)
		}
		if e := c.event(); e["type"] != "member_left_channel" || e["user"] != s.User("sam").ID {
			t.Errorf("member_left = %v", e)
		}
		r.ok("conversations.rename", "channel", id, "name", "inc-2")
		if e := c.event(); e["subtype"] != "channel_name" || e["old_name"] != "inc-1" || e["name"] != "inc-2" {
			t.Errorf("name = %v", e)
		}
		if e := c.event(); e["type"] != "group_rename" || dig(e, "channel", "name") != "inc-2" {
			t.Errorf("rename = %v", e)
		}
		r.ok("conversations.archive", "channel", id)
		if e := c.event(); e["subtype"] != "channel_archive" {
			t.Errorf("archive = %v", e)
		}
		if e := c.event(); e["type"] != "group_archive" || e["channel"] != id {
			t.Errorf("group_archive = %v", e)
		}
	})
}

func TestSlackBotHearsItself(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, ch := r.sb.Slack, r.id("#general")
		c, _ := r.dial()
		ts := r.ok("chat.postMessage", "channel", ch, "text", "x", "metadata", `{"event_type":"a","event_payload":{}}`)["ts"]
		if e := c.event(); e["subtype"] != nil || e["bot_id"] != s.BotID() || e["user"] != s.Bot().ID || e["app_id"] != s.app.id || e["bot_profile"] == nil || e["ts"] != ts || e["metadata"] != nil {
			t.Errorf("own message = %v", e)
		}
		r.ok("chat.update", "channel", ch, "ts", ts.(string), "text", "y")
		if e := c.event(); e["subtype"] != "message_changed" || dig(e, "message", "edited", "user") != s.BotID() {
			t.Errorf("own edit = %v", e)
		}
		r.ok("reactions.add", "channel", ch, "timestamp", ts.(string), "name", "eyes")
		if e := c.event(); e["type"] != "reaction_added" || e["user"] != s.Bot().ID {
			t.Errorf("own reaction = %v", e)
		}
		r.ok("pins.add", "channel", ch, "timestamp", ts.(string))
		if e := c.event(); e["type"] != "pin_added" || dig(e, "item", "message", "ts") != ts || e["channel_id"] != ch {
			t.Errorf("own pin = %v", e)
		}
	})
}

func TestSlackReactionEvents(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#alerts")
		c, _ := r.dial()
		hook := in.Webhook("siem", "Failed login for root", `[{"text":"10.0.0.9"}]`)
		e := c.event()
		if e["subtype"] != "bot_message" || e["user"] != nil || e["username"] != "siem" || e["bot_id"] == nil || e["bot_profile"] != nil || dig(e, "attachments", 0, "text") != "10.0.0.9" {
			t.Errorf("webhook = %v", e)
		}
		in.React("sam", hook.TS, "pushpin")
		e = c.event()
		if e["type"] != "reaction_added" || e["reaction"] != "pushpin" || e["user"] != s.User("sam").ID || e["item_user"] != nil || dig(e, "item", "ts") != hook.TS || dig(e, "item", "channel") != in.ID() {
			t.Errorf("reaction_added = %v", e)
		}
		in.React("sam", hook.TS, "pushpin")
		in.Unreact("sam", hook.TS, "pushpin")
		in.Unreact("sam", hook.TS, "pushpin")
		if e := c.event(); e["type"] != "reaction_removed" {
			t.Errorf("reaction_removed = %v", e)
		}
		m := in.Post(BotPost{Name: "pager", Text: "x", Modern: true})
		if e := c.event(); e["subtype"] != nil || e["user"] == nil || e["bot_id"] == s.BotID() || dig(e, "bot_profile", "name") != "pager" {
			t.Errorf("modern bot = %v", e)
		}
		in.React("sam", m.TS, "eyes")
		if e := c.event(); e["item_user"] != m.User {
			t.Errorf("item_user = %v", e)
		}
		c.none()
	})
}

func TestSlackFileEvents(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		c, _ := r.dial()
		m := in.Upload("sam", "Auth Log.txt", []byte("root failed"), "see log")
		e := c.event()
		if e["subtype"] != "file_share" || e["text"] != "see log" || e["upload"] != false || dig(e, "files", 0, "name") != "Auth Log.txt" || dig(e, "files", 0, "size") != 11.0 || dig(e, "files", 0, "mimetype") != "text/plain" {
			t.Errorf("file_share = %v", e)
		}
		if url := dig(e, "files", 0, "url_private"); url != m.Files[0].URL || !strings.HasPrefix(url.(string), r.sb.base("slack")) {
			t.Errorf("url_private = %v", url)
		}
		if e := c.event(); e["type"] != "file_shared" || e["file_id"] != m.Files[0].ID || e["user_id"] != s.User("sam").ID || e["channel_id"] != in.ID() {
			t.Errorf("file_shared = %v", e)
		}
	})
}

// Files that are dropped at once are one message, and one event of their own each.
func TestSlackFilesAtOnce(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		in := r.sb.Slack.In("#general")
		c, _ := r.dial()
		two := []FileUpload{{"a.txt", []byte("a")}, {"b.txt", []byte("bb")}}
		m := in.UploadAll("sam", "", "both", two...)
		if e := c.event(); e["subtype"] != "file_share" || e["text"] != "both" || dig(e, "files", 0, "name") != "a.txt" || dig(e, "files", 1, "name") != "b.txt" {
			t.Errorf("message = %v", e)
		}
		for _, f := range m.Files {
			if e := c.event(); e["type"] != "file_shared" || e["file_id"] != f.ID {
				t.Errorf("file_shared = %v", e)
			}
		}
		if reply := in.UploadAll("kim", m.TS, "", two...); reply.ThreadTS != m.TS || len(reply.Files) != 2 || len(in.Messages()) != 2 {
			t.Errorf("reply = %+v", reply)
		}
		for n, files := range map[int][]FileUpload{0: nil, 11: make([]FileUpload, 11)} {
			if err := Try(func() { in.UploadAll("sam", "", "", files...) }); err == nil || len(in.Messages()) != 2 {
				t.Errorf("%d files at once: %v", n, err)
			}
		}
	})
}

func TestSlackEventsNeedSubscriptionScopeAndMembership(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		other := s.AddChannel("random", false, "sam")
		c, _ := r.dial()
		other.Say("sam", "unheard")
		c.none()
		s.SetScopes(slices.DeleteFunc(s.Scopes(), func(scope string) bool { return scope == "channels:history" })...)
		s.In("#general").Say("sam", "unheard")
		c.none()
		s.SetEvents("reaction_added")
		s.SetScopes(append(s.Scopes(), "channels:history")...)
		m := s.In("#general").Say("sam", "unheard")
		s.In("#general").React("sam", m.TS, "eyes")
		if e := c.event(); e["type"] != "reaction_added" {
			t.Errorf("got %v", e)
		}
		c.none()
	})
}

func TestSlackRevokedTokens(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		r.sb.Slack.RevokeTokens()
		if e := c.event(); e["type"] != "tokens_revoked" || dig(e, "tokens", "bot", 0) != r.sb.Slack.Bot().ID {
			t.Errorf("event = %v", e)
		}
		r.refused("token_revoked", "auth.test")
		r.refused("token_revoked", "apps.connections.open")
		r.sb.Slack.In("#general").Say("sam", "unheard")
		c.none()
	})
}

func TestSlackInjections(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		r.sb.Slack.InjectEvent(`{"type":"moon_phase","phase":3}`)
		if e := c.event(); e["type"] != "moon_phase" || e["phase"] != 3.0 {
			t.Errorf("event = %v", e)
		}
		r.sb.Slack.InjectEvent(`{"type":"message","blocks":[{"type":"section","text":7}],"ts":"1.000001","channel":"` + r.id("#general") + `"}`)
		if e := c.event(); dig(e, "blocks", 0, "text") != 7.0 {
			t.Errorf("event = %v", e)
		}
		r.sb.Slack.InjectEnvelope("hologram", `{"x":1}`)
		f := c.next()
		if f["type"] != "hologram" || dig(f, "payload", "x") != 1.0 {
			t.Errorf("envelope = %v", f)
		}
		wait(time.Hour)
		c.none() // unknown envelopes are not repeated
	})
}

func TestSlackSharedChannels(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		in.Share(s.User("stranger").TeamID)
		if e := c.event(); e["type"] != "channel_shared" || e["connected_team_id"] != s.User("stranger").TeamID {
			t.Errorf("channel_shared = %v", e)
		}
		in.Join("stranger")
		c.event()
		c.event()
		in.Say("stranger", "hi")
		f := c.next()
		if dig(f, "payload", "is_ext_shared_channel") != true || dig(f, "payload", "event", "team") != s.User("stranger").TeamID {
			t.Errorf("event = %v", f)
		}
		c.ack(f)
	})
}

// Floods: above 30 000 an hour Slack sends app_rate_limited instead.
func TestSlackAppRateLimited(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		s.hourly = slackHour{began: time.Now(), count: maxEventsPerHour - 1}
		c, _ := r.dial()
		for range 3 {
			in.Say("sam", "x")
		}
		c.event()
		if f := c.next(); dig(f, "payload", "type") != "app_rate_limited" || dig(f, "payload", "event") != nil {
			t.Errorf("got %v", f)
		} else {
			c.ack(f)
		}
		c.none()
		wait(time.Hour)
		in.Say("sam", "x")
		c.event()
	})
}
