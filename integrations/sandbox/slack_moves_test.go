package sandbox

import (
	"testing"
	"time"
)

// What people do to channels, as Slack's reference tells of it.
func TestSlackChannelMoves(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		in := s.AddChannel("secret", true, "sam", s.Bot().ID)
		c, _ := r.dial()
		id, sam := in.ID(), s.User("sam").ID

		in.Convert("sam", false)
		e := c.event()
		if e["type"] != "message" || e["subtype"] != "channel_convert_to_public" || e["channel_type"] != "channel" || e["user"] != sam ||
			e["text"] != "made this channel *public*. Any member in this workspace can see and join it." {
			t.Errorf("made public: %v", e)
		}
		if got := dig(r.ok("conversations.info", "channel", id), "channel", "is_private"); got != false {
			t.Errorf("is_private = %v", got)
		}
		in.Convert("sam", true)
		if e := c.event(); e["subtype"] != "channel_convert_to_private" || e["channel_type"] != "group" {
			t.Errorf("made private: %v", e)
		}

		team := s.User("stranger").TeamID
		in.Share(team)
		if e := c.event(); e["type"] != "channel_shared" || e["connected_team_id"] != team || e["channel"] != id {
			t.Errorf("shared: %v", e)
		}
		if got := dig(r.ok("conversations.info", "channel", id), "channel", "is_ext_shared"); got != true {
			t.Errorf("is_ext_shared = %v", got)
		}
		in.Unshare(team)
		if e := c.event(); e["type"] != "channel_unshared" || e["previously_connected_team_id"] != team || e["is_ext_shared"] != false {
			t.Errorf("unshared: %v", e)
		}

		in.Leave(s.Bot().ID)
		if e := c.event(); e["type"] != "group_left" || e["channel"] != id {
			t.Errorf("left: %v", e)
		}
		in.Invite("sam", s.Bot().ID)
		c.event()
		c.event()
		in.Remove("sam")
		if e := c.event(); e["type"] != "group_deleted" || e["channel"] != id {
			t.Errorf("deleted: %v", e)
		}
		r.refused("channel_not_found", "conversations.info", "channel", id)
		r.refused("channel_not_found", "chat.postMessage", "channel", id, "text", "x")
		r.refused("channel_not_found", "conversations.history", "channel", id)
		c.none()
	})
}

func TestSlackUserChange(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		r.sb.Slack.Deactivate("kim")
		e := c.event()
		if e["type"] != "user_change" || dig(e, "user", "id") != r.sb.Slack.User("kim").ID || dig(e, "user", "deleted") != true || e["cache_ts"] == nil {
			t.Errorf("user_change = %v", e)
		}
		r.sb.Slack.SetScopes("channels:read")
		r.sb.Slack.Deactivate("jo")
		c.none()
	})
}

// Retention removes what is older for good, tells nobody, and is no deletion.
func TestSlackRetention(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		in := r.sb.Slack.In("#general")
		old := in.Say("sam", "old")
		in.Reply("kim", old.TS, "old reply")
		wait(48 * time.Hour)
		in.Say("sam", "new")
		wait(10 * time.Hour)
		c, _ := r.dial()
		in.Expire(24 * time.Hour)
		c.none()
		if msgs := r.ok("conversations.history", "channel", in.ID())["messages"].([]any); len(msgs) != 1 {
			t.Errorf("history shows %v", msgs)
		}
		r.refused("thread_not_found", "conversations.replies", "channel", in.ID(), "ts", old.TS)
		if m := in.Messages()[0]; m.Deleted {
			t.Error("retention counts as a deletion")
		}
	})
}
