package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func texts(out object) []string {
	var got []string
	for _, m := range out["messages"].([]any) {
		got = append(got, dig(m, "text").(string))
	}
	return got
}

func TestSlackTimestamps(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		a, b := r.sb.Slack.In("#general"), r.sb.Slack.In("#alerts")
		last := ""
		for range 20 {
			m := a.Say("sam", "x")
			if _, fraction, _ := strings.Cut(m.TS, "."); len(fraction) != 6 || m.TS <= last {
				t.Errorf("ts %q after %q", m.TS, last)
			}
			last = m.TS
		}
		if b.Say("sam", "y").TS != a.Messages()[0].TS {
			t.Error("ts should be unique in one channel only")
		}
	})
}

func TestSlackHistory(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		in, ch := r.sb.Slack.In("#general"), r.id("#general")
		var ts []string
		for i := range 7 {
			ts = append(ts, in.Say("sam", fmt.Sprint(i)).TS)
			wait(time.Second)
		}
		in.Reply("kim", ts[3], "reply")
		in.Broadcast("kim", ts[3], "both")
		history := func(args ...string) (got []string, out object) {
			out = r.ok("conversations.history", append([]string{"channel", ch}, args...)...)
			return texts(out), out
		}
		for _, c := range []struct {
			want string
			args []string
		}{
			{"both 6 5 4 3 2 1 0", nil},
			{"both 6 5", []string{"limit", "3"}},
			{"4 3", []string{"latest", ts[5], "oldest", ts[2]}},
			{"5 4 3 2", []string{"latest", ts[5], "oldest", ts[2], "inclusive", "true"}},
			{"4", []string{"latest", ts[4], "inclusive", "true", "limit", "1"}},
			{"2", []string{"oldest", ts[2], "inclusive", "true", "limit", "1"}},
			{"4 3", []string{"oldest", ts[2], "limit", "2"}},
		} {
			if got, _ := history(c.args...); strings.Join(got, " ") != c.want {
				t.Errorf("history %v = %v, want %s", c.args, got, c.want)
			}
		}
		got, out := history("limit", "3")
		var all []string
		for {
			all = append(all, got...)
			next, _ := dig(out, "response_metadata", "next_cursor").(string)
			if out["has_more"] != (next != "") {
				t.Errorf("has_more %v with cursor %q", out["has_more"], next)
			}
			if next == "" {
				break
			}
			in.Say("jo", "newer") // must not shift pages
			got, out = history("limit", "3", "cursor", next)
		}
		if strings.Join(all, " ") != "both 6 5 4 3 2 1 0" {
			t.Errorf("pages = %v", all)
		}
		r.refused("invalid_ts_oldest", "conversations.history", "channel", ch, "oldest", "x")
		r.refused("invalid_cursor", "conversations.history", "channel", ch, "cursor", "bm9wZQ==")
	})
}

func TestSlackThreads(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in, ch := r.sb.Slack, r.sb.Slack.In("#general"), r.id("#general")
		parent := in.Say("sam", "parent")
		lone := in.Say("sam", "lone")
		first := in.Reply("kim", parent.TS, "one")
		in.Reply("jo", first.TS, "two")
		last := in.Broadcast("kim", parent.TS, "three")
		out := r.ok("conversations.replies", "channel", ch, "ts", parent.TS)
		if got := texts(out); !slices.Equal(got, []string{"parent", "one", "two", "three"}) {
			t.Errorf("thread = %v", got)
		}
		p := dig(out, "messages", 0).(object)
		if p["reply_count"] != 3.0 || p["reply_users_count"] != 2.0 || p["latest_reply"] != last.TS || p["thread_ts"] != parent.TS ||
			dig(p, "reply_users", 0) != s.User("kim").ID || p["parent_user_id"] != nil {
			t.Errorf("parent = %v", p)
		}
		if m := dig(out, "messages", 1).(object); m["thread_ts"] != parent.TS || m["parent_user_id"] != s.User("sam").ID {
			t.Errorf("reply = %v", m)
		}
		if m := dig(out, "messages", 3).(object); m["subtype"] != "thread_broadcast" || dig(m, "root", "ts") != parent.TS {
			t.Errorf("broadcast = %v", m)
		}
		if got := texts(r.ok("conversations.replies", "channel", ch, "ts", first.TS)); !slices.Equal(got, []string{"one"}) {
			t.Errorf("replies of a reply = %v", got)
		}
		if got := texts(r.ok("conversations.replies", "channel", ch, "ts", lone.TS)); !slices.Equal(got, []string{"lone"}) {
			t.Errorf("replies of a lone message = %v", got)
		}
		out = r.ok("conversations.replies", "channel", ch, "ts", parent.TS, "limit", "2")
		var pages []string
		for {
			pages = append(pages, texts(out)...)
			next, _ := dig(out, "response_metadata", "next_cursor").(string)
			if next == "" {
				break
			}
			out = r.ok("conversations.replies", "channel", ch, "ts", parent.TS, "limit", "2", "cursor", next)
		}
		if strings.Join(pages, " ") != "parent one parent two parent three" {
			t.Errorf("pages = %v", pages)
		}
		r.refused("thread_not_found", "conversations.replies", "channel", ch, "ts", "1.000001")
		r.refused("cannot_reply_to_message", "chat.postMessage", "channel", ch, "text", "x", "thread_ts", first.TS)
		r.refused("cannot_reply_to_message", "chat.postMessage", "channel", ch, "text", "x", "thread_ts", "1.000001")
		r.ok("chat.postMessage", "channel", ch, "text", "x", "thread_ts", parent.TS, "reply_broadcast", "true")
	})
}

func TestSlackBotMessages(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, ch := r.sb.Slack, r.id("#general")
		foreign := s.In("#general").Say("sam", "mine")
		out := r.ok("chat.postMessage", "channel", ch, "text", "a < b & <@U1> &amp; <https://x.y|z>", "metadata", `{"event_type":"firebreak_action","event_payload":{"key":"k1"}}`)
		m := dig(out, "message").(object)
		if m["bot_id"] != s.BotID() || m["user"] != s.Bot().ID || m["app_id"] != s.app.id || m["subtype"] != nil || dig(m, "bot_profile", "name") != "firebreak" {
			t.Errorf("message = %v", m)
		}
		if m["text"] != "a &lt; b &amp; <@U1> &amp; <https://x.y|z>" {
			t.Errorf("text = %v", m["text"])
		}
		ts := out["ts"].(string)
		if dig(r.ok("conversations.history", "channel", ch), "messages", 0, "metadata") != nil {
			t.Error("metadata without include_all_metadata")
		}
		out = r.ok("conversations.history", "channel", ch, "include_all_metadata", "true")
		if dig(out, "messages", 0, "metadata", "event_payload", "key") != "k1" {
			t.Errorf("no metadata in %v", out)
		}
		r.ok("chat.update", "channel", ch, "ts", ts, "text", "new")
		got := s.In("#general").Messages()[1]
		if got.Text != "new" || len(got.Versions) != 2 || !strings.Contains(string(got.Metadata), "k1") || got.EditedAt.IsZero() {
			t.Errorf("after update: %+v", got)
		}
		r.refused("cant_update_message", "chat.update", "channel", ch, "ts", foreign.TS, "text", "x")
		r.refused("cant_delete_message", "chat.delete", "channel", ch, "ts", foreign.TS)
		r.refused("message_not_found", "chat.update", "channel", ch, "ts", "1.000001", "text", "x")
		r.refused("msg_too_long", "chat.update", "channel", ch, "ts", ts, "text", strings.Repeat("x", 4001))
		link := r.ok("chat.getPermalink", "channel", ch, "message_ts", ts)["permalink"]
		if want := "https://examplecorp.slack.com/archives/" + ch + "/p" + strings.Replace(ts, ".", "", 1); link != want {
			t.Errorf("permalink = %v, want %s", link, want)
		}
		r.ok("chat.delete", "channel", ch, "ts", ts)
		r.refused("message_not_found", "chat.delete", "channel", ch, "ts", ts)
		r.refused("message_not_found", "chat.getPermalink", "channel", ch, "message_ts", ts)
	})
}

func TestSlackTextLimits(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		ch := r.id("#general")
		out := r.ok("chat.postMessage", "channel", ch, "text", strings.Repeat("ä", 40001))
		if n := len([]rune(dig(out, "message", "text").(string))); n != 40000 || out["warning"] != "message_truncated" {
			t.Errorf("%d characters, warning %v", n, out["warning"])
		}
		r.refused("invalid_metadata_format", "chat.postMessage", "channel", ch, "text", "x", "metadata", "x")
		r.refused("invalid_metadata_schema", "chat.postMessage", "channel", ch, "text", "x", "metadata", `{"event_type":"x"}`)
		r.refused("metadata_too_large", "chat.postMessage", "channel", ch, "text", "x", "metadata",
			`{"event_type":"x","event_payload":{"k":"`+strings.Repeat("x", 9000)+`"}}`)
		r.refused("markdown_text_conflict", "chat.postMessage", "channel", ch, "text", "x", "markdown_text", "y")
	})
}

func TestSlackBlockLimits(t *testing.T) {
	section := func(n int) object {
		return object{"type": "section", "text": object{"type": "mrkdwn", "text": strings.Repeat("x", n)}}
	}
	header := func(n int) object {
		return object{"type": "header", "text": object{"type": "plain_text", "text": strings.Repeat("x", n)}}
	}
	button := func(n int) object {
		return object{"type": "button", "action_id": "a", "text": object{"type": "plain_text", "text": strings.Repeat("x", n)}}
	}
	many := func(n int, b object) []any { return slices.Repeat([]any{b}, n) }
	slackTestWith(t, Options{LimitScale: -1}, func(t *testing.T, r *rig) {
		ch := r.id("#general")
		for name, c := range map[string]struct {
			blocks any
			want   string
		}{
			"not a list":         {object{}, "invalid_blocks_format"},
			"unknown type":       {[]any{object{"type": "marquee"}}, "invalid_blocks"},
			"section of 3000":    {[]any{section(3000)}, ""},
			"section of 3001":    {[]any{section(3001)}, "invalid_blocks"},
			"empty section":      {[]any{section(0)}, "invalid_blocks"},
			"section without":    {[]any{object{"type": "section"}}, "invalid_blocks"},
			"header of 150":      {[]any{header(150)}, ""},
			"header of 151":      {[]any{header(151)}, "invalid_blocks"},
			"50 blocks":          {many(50, object{"type": "divider"}), ""},
			"51 blocks":          {many(51, object{"type": "divider"}), "invalid_blocks"},
			"12000 characters":   {many(4, section(3000)), ""},
			"12001 characters":   {append(many(4, section(3000)), section(1)), "msg_blocks_too_long"},
			"ten elements":       {[]any{object{"type": "context", "elements": many(10, section(1)["text"].(object))}}, ""},
			"eleven elements":    {[]any{object{"type": "context", "elements": many(11, section(1)["text"].(object))}}, "invalid_blocks"},
			"25 buttons":         {[]any{object{"type": "actions", "elements": many(25, button(75))}}, ""},
			"long button":        {[]any{object{"type": "actions", "elements": many(1, button(76))}}, "invalid_blocks"},
			"no buttons":         {[]any{object{"type": "actions", "elements": []any{}}}, "invalid_blocks"},
			"same id twice":      {many(2, object{"type": "divider", "block_id": "b"}), "invalid_blocks"},
			"plain where mrkdwn": {[]any{object{"type": "header", "text": section(3)["text"]}}, "invalid_blocks"},
		} {
			b, _ := json.Marshal(c.blocks)
			out := r.call("chat.postMessage", "channel", ch, "blocks", string(b))
			if got, _ := out["error"].(string); got != c.want {
				t.Errorf("%s: %v, want %q", name, out, c.want)
			}
			if c.want == "invalid_blocks" && dig(out, "response_metadata", "messages", 0) == nil {
				t.Errorf("%s: no explanation in %v", name, out)
			}
		}
	})
}

func TestSlackBroadcastsAreNoted(t *testing.T) {
	slackTestWith(t, Options{LimitScale: -1}, func(t *testing.T, r *rig) {
		ch := r.id("#general")
		post := func(args ...string) { r.ok("chat.postMessage", append([]string{"channel", ch}, args...)...) }
		for _, text := range []string{"@channel", "&lt;!channel&gt;", "<!date^1^x|y>", "<@U1>", "! channel"} {
			post("text", text)
		}
		post("text", "x", "blocks", `[{"type":"header","text":{"type":"plain_text","text":"<!here>"}}]`)
		if got := r.sb.Slack.Broadcasts(); len(got) != 0 {
			t.Errorf("harmless texts noted: %v", got)
		}
		for _, text := range []string{"a <!channel> b", "<!here|here>", "<!everyone>", "<!subteam^S1|@x>"} {
			post("text", text)
		}
		post("text", "@here now", "parse", "full")
		post("text", "x", "blocks", `[{"type":"section","text":{"type":"mrkdwn","text":"<!here>"}}]`)
		post("text", "x", "attachments", `[{"text":"<!here>"}]`)
		ts := r.ok("chat.postMessage", "channel", ch, "text", "fine")["ts"].(string)
		r.ok("chat.update", "channel", ch, "ts", ts, "text", "<!here>")
		r.sb.Slack.In("#general").Say("sam", "@here people may")
		if got := r.sb.Slack.Broadcasts(); len(got) != 8 {
			t.Errorf("%d broadcasts noted, want 8", len(got))
		}
	})
}

func TestSlackTypedText(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		sam, general := s.User("sam").ID, r.id("#general")
		for typed, want := range map[string]string{
			"a < b && c > d":               "a &lt; b &amp;&amp; c &gt; d",
			"ask @sam, now":                "ask <@" + sam + ">, now",
			"see #general.":                "see <#" + general + "|general>.",
			"@here and @nobody #nowhere":   "<!here> and @nobody #nowhere",
			"https://a.example/x?a=1&b=2.": "<https://a.example/x?a=1&amp;b=2>.",
			"mail root@example.com":        "mail <mailto:root@example.com|root@example.com>",
			"evil.example.com/x beacons":   "<http://evil.example.com/x|evil.example.com/x> beacons",
			"run `curl https://x.io` @sam": "run `curl https://x.io` <@" + sam + ">",
			"<@" + sam + ">":               "&lt;@" + sam + "&gt;",
			"PATH=/etc/passwd 10.0.0.1":    "PATH=/etc/passwd 10.0.0.1",
			"*bold* _it_ ~no~ > :eyes:":    "*bold* _it_ ~no~ &gt; :eyes:", // mrkdwn is left as it is
		} {
			m := s.In("#general").Say("kim", typed)
			if m.Text != want || m.Typed != typed {
				t.Errorf("typed %q is stored as %q, want %q", typed, m.Text, want)
			}
		}
	})
}

func TestSlackDeletionLeavesATombstone(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		in, ch := r.sb.Slack.In("#general"), r.id("#general")
		parent, plain := in.Say("sam", "parent"), in.Say("sam", "plain")
		reply := in.Reply("kim", parent.TS, "reply")
		in.Delete("sam", parent.TS)
		in.Delete("sam", plain.TS)
		m := dig(r.ok("conversations.history", "channel", ch), "messages").([]any)
		if len(m) != 1 || dig(m[0], "subtype") != "tombstone" || dig(m[0], "text") != "This message was deleted." || dig(m[0], "reply_count") != 1.0 {
			t.Errorf("history = %v", m)
		}
		if got := texts(r.ok("conversations.replies", "channel", ch, "ts", parent.TS)); len(got) != 2 || got[1] != "reply" {
			t.Errorf("replies = %v", got)
		}
		r.refused("thread_not_found", "conversations.replies", "channel", ch, "ts", plain.TS)
		in.Delete("kim", reply.TS)
		if m := r.ok("conversations.history", "channel", ch)["messages"].([]any); len(m) != 0 {
			t.Errorf("history = %v", m)
		}
		all := in.Messages()
		if len(all) != 3 || !all[0].Deleted || all[0].Text != "parent" || !all[2].Deleted || all[2].ThreadTS != parent.TS {
			t.Errorf("truth = %+v", all)
		}
	})
}

func TestSlackReactions(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in, ch := r.sb.Slack, r.sb.Slack.In("#general"), r.id("#general")
		m := in.Say("sam", "x")
		at := []string{"channel", ch, "timestamp", m.TS, "name", "pushpin"}
		r.ok("reactions.add", at...)
		r.refused("already_reacted", "reactions.add", at...)
		in.React("kim", m.TS, "pushpin")
		out := dig(r.ok("reactions.get", at[:4]...), "message").(object)
		if dig(out, "reactions", 0, "count") != 2.0 || dig(out, "reactions", 0, "users", 1) != s.User("kim").ID || out["permalink"] == nil {
			t.Errorf("reactions.get = %v", out)
		}
		r.ok("reactions.remove", at...)
		r.refused("no_reaction", "reactions.remove", at...)
		r.refused("message_not_found", "reactions.add", "channel", ch, "timestamp", "1.000001", "name", "eyes")
		r.refused("bad_timestamp", "reactions.add", "channel", ch, "timestamp", "now", "name", "eyes")
		r.refused("invalid_name", "reactions.add", "channel", ch, "timestamp", m.TS, "name", ":eyes:")
		for i := range maxEmoji - 1 {
			in.React("kim", m.TS, fmt.Sprintf("e%d", i))
		}
		r.refused("too_many_emoji", "reactions.add", "channel", ch, "timestamp", m.TS, "name", "one_more")
	})
}

func TestSlackPins(t *testing.T) {
	slackTestWith(t, Options{LimitScale: -1}, func(t *testing.T, r *rig) {
		in, ch := r.sb.Slack.In("#general"), r.id("#general")
		m := in.Say("sam", "x")
		r.ok("pins.add", "channel", ch, "timestamp", m.TS)
		r.refused("already_pinned", "pins.add", "channel", ch, "timestamp", m.TS)
		if dig(r.ok("pins.list", "channel", ch), "items", 0, "message", "ts") != m.TS {
			t.Error("pins.list does not show it")
		}
		if dig(r.ok("conversations.history", "channel", ch), "messages", 0, "pinned_to", 0) != ch {
			t.Error("no pinned_to")
		}
		r.ok("pins.remove", "channel", ch, "timestamp", m.TS)
		r.refused("no_pin", "pins.remove", "channel", ch, "timestamp", m.TS)
		for range maxPins {
			r.ok("pins.add", "channel", ch, "timestamp", in.Say("sam", "x").TS)
		}
		r.refused("too_many_pins", "pins.add", "channel", ch, "timestamp", m.TS)
	})
}

func TestSlackEphemerals(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, ch := r.sb.Slack, r.id("#general")
		r.ok("chat.postEphemeral", "channel", ch, "user", s.User("sam").ID, "text", "psst")
		r.refused("user_not_in_channel", "chat.postEphemeral", "channel", ch, "user", s.User("stranger").ID, "text", "psst")
		if got := s.Ephemerals("sam"); len(got) != 1 || got[0].Text != "psst" || len(s.Ephemerals("kim")) != 0 {
			t.Errorf("sam saw %v", got)
		}
		if n := len(r.ok("conversations.history", "channel", ch)["messages"].([]any)); n != 0 {
			t.Errorf("%d messages in history", n)
		}
	})
}
