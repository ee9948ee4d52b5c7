package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSlackChannelNames(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		for name, want := range map[string]string{
			"Inc":                   "invalid_name_specials",
			"inc 1":                 "invalid_name_specials",
			"inc.1":                 "invalid_name_specials",
			"---":                   "invalid_name_punctuation",
			strings.Repeat("a", 81): "invalid_name_maxlength",
			"general":               "name_taken",
		} {
			r.refused(want, "conversations.create", "name", name)
		}
		id := r.create(strings.Repeat("a", 80), true)
		r.ok("conversations.archive", "channel", id)
		r.refused("name_taken", "conversations.create", "name", strings.Repeat("a", 80))
	})
}

func TestSlackChannelCreation(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		out := dig(r.ok("conversations.create", "name", "inc-1-x", "is_private", "true"), "channel").(object)
		if out["is_private"] != true || out["is_member"] != true || out["creator"] != r.sb.Slack.app.userID || out["created"] != float64(time.Now().Unix()) {
			t.Errorf("created %v", out)
		}
		id := out["id"].(string)
		r.ok("conversations.setTopic", "channel", id, "topic", strings.Repeat("ä", 250))
		r.refused("too_long", "conversations.setTopic", "channel", id, "topic", strings.Repeat("ä", 251))
		r.ok("conversations.setTopic", "channel", id, "topic", "SEV1 & <open>")
		r.ok("conversations.setPurpose", "channel", id, "purpose", "p")
		if got := r.sb.Slack.In("#inc-1-x").Topic(); got != "SEV1 &amp; &lt;open&gt;" {
			t.Errorf("topic = %q", got)
		}
		r.ok("conversations.rename", "channel", id, "name", "inc-1-y")
		r.refused("not_authorized", "conversations.rename", "channel", r.id("#alerts"), "name", "alarms")
		info := dig(r.ok("conversations.info", "channel", id, "include_num_members", "true"), "channel").(object)
		if info["name"] != "inc-1-y" || dig(info, "previous_names", 0) != "inc-1-x" || info["num_members"] != 1.0 {
			t.Errorf("info = %v", info)
		}
	})
}

func TestSlackPrivateChannelsAreHiddenFromOthers(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		hidden := r.sb.Slack.AddChannel("hr", true, "kim").ID()
		m := r.sb.Slack.In(hidden).Say("kim", "secret")
		for _, method := range []string{"conversations.info", "conversations.history", "conversations.members", "conversations.join", "conversations.archive", "pins.list"} {
			r.refused("channel_not_found", method, "channel", hidden)
		}
		r.refused("channel_not_found", "conversations.replies", "channel", hidden, "ts", m.TS)
		r.refused("channel_not_found", "chat.postMessage", "channel", hidden, "text", "x")
		r.refused("channel_not_found", "reactions.add", "channel", hidden, "timestamp", m.TS, "name", "eyes")
		r.refused("channel_not_found", "conversations.invite", "channel", hidden, "users", r.sb.Slack.User("sam").ID)
		if strings.Contains(fmt.Sprint(r.ok("conversations.list", "types", "public_channel,private_channel")), hidden) {
			t.Error("conversations.list shows the hidden channel")
		}
	})
}

func TestSlackPublicChannelsNeedMembershipToSpeak(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		random := r.sb.Slack.AddChannel("random", false, "kim").ID()
		r.refused("not_in_channel", "chat.postMessage", "channel", random, "text", "x")
		r.refused("not_in_channel", "conversations.history", "channel", random)
		r.refused("not_in_channel", "conversations.setTopic", "channel", random, "topic", "x")
		r.refused("not_in_channel", "conversations.invite", "channel", random, "users", r.sb.Slack.User("sam").ID)
		r.ok("conversations.join", "channel", random)
		r.ok("chat.postMessage", "channel", random, "text", "x")
		if out := r.ok("conversations.join", "channel", random); out["warning"] != "already_in_channel" {
			t.Errorf("second join: %v", out)
		}
		r.ok("conversations.leave", "channel", random)
		r.refused("cant_leave_general", "conversations.leave", "channel", r.id("#general"))
	})
}

func TestSlackArchivedChannels(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		id := r.create("inc-1", true)
		ts := r.ok("chat.postMessage", "channel", id, "text", "x")["ts"].(string)
		r.refused("cant_archive_general", "conversations.archive", "channel", r.id("#general"))
		r.ok("conversations.archive", "channel", id)
		r.refused("already_archived", "conversations.archive", "channel", id)
		r.refused("is_archived", "chat.postMessage", "channel", id, "text", "x")
		r.refused("is_archived", "conversations.setTopic", "channel", id, "topic", "x")
		r.refused("is_archived", "conversations.rename", "channel", id, "name", "x")
		r.refused("is_archived", "reactions.add", "channel", id, "timestamp", ts, "name", "eyes")
		r.refused("not_in_channel", "conversations.history", "channel", id)
		r.refused("not_in_channel", "conversations.unarchive", "channel", id)
		in := r.sb.Slack.In(id)
		in.Unarchive("sam")
		r.refused("channel_not_found", "chat.postMessage", "channel", id, "text", "x")
		in.Join(r.sb.Slack.app.userID)
		r.refused("not_archived", "conversations.unarchive", "channel", id)
		r.ok("conversations.history", "channel", id)
		r.ok("chat.postMessage", "channel", id, "text", "x")
	})
}

func TestSlackInvitations(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, id := r.sb.Slack, r.create("inc-1", true)
		sam, kim, stranger := s.User("sam").ID, s.User("kim").ID, s.User("stranger").ID
		r.refused("cant_invite_self", "conversations.invite", "channel", id, "users", s.app.userID)
		r.refused("org_user_not_in_team", "conversations.invite", "channel", id, "users", stranger)
		out := r.refused("user_not_found", "conversations.invite", "channel", id, "users", sam+",U0NOBODY")
		if dig(out, "errors", 0, "user") != "U0NOBODY" || dig(out, "errors", 0, "error") != "user_not_found" || dig(out, "errors", 1) != nil {
			t.Errorf("errors = %v", out["errors"])
		}
		if n := len(s.In(id).Members()); n != 1 {
			t.Errorf("a failed invitation made %d members", n)
		}
		out = r.ok("conversations.invite", "channel", id, "users", sam+",U0NOBODY,"+kim, "force", "true")
		if dig(out, "errors", 0, "user") != "U0NOBODY" || !slices.Equal(s.In(id).Members(), []string{s.app.userID, sam, kim}) {
			t.Errorf("forced: %v, members %v", out, s.In(id).Members())
		}
		r.refused("already_in_channel", "conversations.invite", "channel", id, "users", sam)
		r.refused("invalid_arguments", "conversations.invite", "channel", id, "users", strings.Repeat(sam+",", 101))
	})
}

func TestSlackKick(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, id := r.sb.Slack, r.create("inc-1", true)
		sam := s.User("sam").ID
		s.In(id).Join("sam")
		r.refused("cant_kick_self", "conversations.kick", "channel", id, "user", s.app.userID)
		r.ok("conversations.kick", "channel", id, "user", sam)
		r.refused("not_in_channel", "conversations.kick", "channel", id, "user", sam)
		r.refused("last_member", "conversations.leave", "channel", id)
	})
}

func TestSlackConversationsOfAUser(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		for i := range 5 {
			r.create(fmt.Sprintf("inc-%d", i), i%2 == 0)
		}
		r.ok("conversations.archive", "channel", r.id("#inc-2"))
		var names []string
		cursor, pages := "", 0
		for {
			out := r.ok("users.conversations", "types", "private_channel,public_channel", "exclude_archived", "true", "limit", "2", "cursor", cursor)
			for _, ch := range out["channels"].([]any) {
				names = append(names, dig(ch, "name").(string))
			}
			pages++
			if cursor, _ = dig(out, "response_metadata", "next_cursor").(string); cursor == "" {
				break
			}
		}
		slices.Sort(names)
		if want := []string{"alerts", "general", "inc-0", "inc-1", "inc-3", "inc-4", "incidents"}; !slices.Equal(names, want) || pages != 4 {
			t.Errorf("%d pages: %v", pages, names)
		}
		r.refused("invalid_cursor", "users.conversations", "cursor", "???")
		r.refused("invalid_types", "users.conversations", "types", "channels")
	})
}

func TestSlackUsers(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		sam := s.User("sam")
		u := dig(r.ok("users.info", "user", sam.ID), "user").(object)
		if dig(u, "profile", "email") != "sam@example.com" || u["tz"] != "America/New_York" || u["is_restricted"] != false {
			t.Errorf("sam = %v", u)
		}
		if dig(r.ok("users.info", "user", s.User("guest").ID), "user", "is_restricted") != true {
			t.Error("the guest is not restricted")
		}
		if u := dig(r.ok("users.info", "user", s.User("stranger").ID), "user").(object); u["is_stranger"] != true || u["team_id"] == s.TeamID() {
			t.Errorf("stranger = %v", u)
		}
		r.refused("user_not_found", "users.info", "user", "sam")
		if dig(r.ok("users.lookupByEmail", "email", "SAM@example.com"), "user", "id") != sam.ID {
			t.Error("lookupByEmail does not find sam")
		}
		r.refused("users_not_found", "users.lookupByEmail", "email", "stella@elsewhere.example")
		s.Deactivate("sam")
		r.refused("users_not_found", "users.lookupByEmail", "email", "sam@example.com")
		g := s.AddGroup(UserGroup{Handle: "responders", Users: []string{"kim", "jo"}})
		if got := dig(r.ok("usergroups.users.list", "usergroup", g.ID), "users", 1); got != s.User("jo").ID {
			t.Errorf("group = %v", got)
		}
		r.refused("no_such_subteam", "usergroups.users.list", "usergroup", "S1")
		if n := dig(r.ok("usergroups.list", "include_count", "true"), "usergroups", 0, "user_count"); n != 2.0 {
			t.Errorf("user_count = %v", n)
		}
		s.SetScopes("users:read")
		if dig(r.ok("users.info", "user", s.User("kim").ID), "user", "profile", "email") != nil {
			t.Error("e-mail without users:read.email")
		}
		if n := len(r.ok("users.list")["members"].([]any)); n != 7 {
			t.Errorf("%d users", n)
		}
	})
}

func TestSlackBookmarks(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		general := r.id("#general")
		b := dig(r.ok("bookmarks.add", "channel_id", general, "title", "Page", "type", "link", "link", "https://example.com/1"), "bookmark").(object)
		r.refused("invalid_link", "bookmarks.add", "channel_id", general, "title", "Page", "type", "link", "link", "nope")
		r.refused("channel_not_found", "bookmarks.list", "channel_id", "C0")
		r.ok("bookmarks.edit", "channel_id", general, "bookmark_id", b["id"].(string), "title", "Page 2")
		if got := r.sb.Slack.In("#general").Bookmarks(); len(got) != 1 || got[0].Title != "Page 2" || got[0].Link != "https://example.com/1" {
			t.Errorf("bookmarks = %v", got)
		}
		if dig(r.ok("bookmarks.list", "channel_id", general), "bookmarks", 0, "title") != "Page 2" {
			t.Error("bookmarks.list does not show it")
		}
		r.ok("bookmarks.remove", "channel_id", general, "bookmark_id", b["id"].(string))
		r.refused("not_found", "bookmarks.remove", "channel_id", general, "bookmark_id", b["id"].(string))
	})
}
