package sandbox

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// The answers that were recorded from the real Slack, where the checkout has
// them beside it: every key that the emulator sends must be known there.
func TestSlackAnswerShapes(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "samples", "slack", "web-shape")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no recorded samples beside this checkout:", err)
	}
	slackTest(t, func(t *testing.T, r *rig) {
		check := func(method string, args ...string) object {
			t.Helper()
			b, err := os.ReadFile(filepath.Join(dir, method+".json"))
			if err != nil {
				t.Fatal(err)
			}
			var shape object
			if err := json.Unmarshal(b, &shape); err != nil {
				t.Fatal(err)
			}
			out := r.ok(method, args...)
			strayKeys(t, method, out, shape)
			return out
		}
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		sam := s.User("sam").ID
		m := in.Say("sam", "x")
		in.Reply("kim", m.TS, "reply")
		f := in.Upload("sam", "a.txt", []byte("x"), "").Files[0]
		in.React("kim", m.TS, "eyes")
		g := s.AddGroup(UserGroup{Handle: "responders", Users: []string{"kim"}})
		check("auth.test")
		check("team.info")
		id := dig(check("conversations.create", "name", "inc-1", "is_private", "true"), "channel", "id").(string)
		check("conversations.invite", "channel", id, "users", sam)
		check("conversations.info", "channel", id, "include_num_members", "true")
		check("conversations.list")
		check("conversations.members", "channel", id)
		ts := check("chat.postMessage", "channel", in.ID(), "text", "x", "metadata", `{"event_type":"e","event_payload":{}}`)["ts"].(string)
		check("chat.update", "channel", in.ID(), "ts", ts, "text", "y")
		check("chat.postEphemeral", "channel", in.ID(), "user", sam, "text", "x")
		check("chat.getPermalink", "channel", in.ID(), "message_ts", ts)
		check("conversations.history", "channel", in.ID(), "include_all_metadata", "true")
		check("conversations.replies", "channel", in.ID(), "ts", m.TS)
		check("reactions.get", "channel", in.ID(), "timestamp", m.TS)
		check("bookmarks.add", "channel_id", in.ID(), "title", "t", "type", "link", "link", "https://example.com/")
		check("users.info", "user", sam)
		check("users.list")
		check("usergroups.list", "include_users", "true", "include_count", "true")
		check("usergroups.users.list", "usergroup", g.ID)
		check("files.info", "file", f.ID)
		check("files.getUploadURLExternal", "filename", "a", "length", "1")
	})
}
