package web_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/integrations/sandbox"
	"firebreak/integrations/sandbox/web"
)

// channels is what somebody's list has, by name.
func (w *window) channels(as string) map[string]object {
	w.t.Helper()
	out := map[string]object{}
	for _, ch := range objects(w.get("/api/slack?as=" + as)["channels"]) {
		out[ch["name"].(string)] = ch
	}
	return out
}

// texts are those of a channel's newest messages.
func (w *window) texts(as, channel, query string) []any {
	w.t.Helper()
	return column(objects(w.get("/api/slack/channel/" + channel + "?as=" + as + query)["messages"]), "text")
}

func TestChannelList(t *testing.T) {
	w := newWindow(t, web.Options{})
	in := w.sb.Slack.In("#incidents")
	first := in.Say("sam", "one")
	in.Say("kim", "my own")
	second := in.Say("sam", "two for @kim")
	in.Reply("sam", first.TS, "in the thread, @kim")
	in.Broadcast("alex", first.TS, "also here")
	in.Delete("sam", in.Say("sam", "gone").TS)
	w.sb.Slack.In("#general").SetTopic("sam", "a topic is no message")
	secret := w.sb.Slack.AddChannel("zecret", true, "alex", "kim")
	secret.Say("alex", "psst")

	list := objects(w.get("/api/slack?as=kim")["channels"])
	if got, want := column(list, "name"), []any{"alerts", "general", "incidents", "zecret"}; !slices.Equal(got, want) {
		t.Fatalf("channels %v, want %v", got, want)
	}
	counts := func() []any {
		ch := w.channels("kim")["incidents"]
		return []any{ch["unread"], ch["mentions"]}
	}
	if got, want := counts(), []any{3.0, 1.0}; !slices.Equal(got, want) {
		t.Errorf("unread and mentions %v, want %v", got, want)
	}
	if ch := w.channels("kim")["general"]; ch["unread"] != 0.0 || ch["topic"] != "a topic is no message" {
		t.Errorf("#general: %v", ch)
	}
	w.post("/api/slack/read", object{"as": "kim", "channel": in.ID(), "ts": second.TS})
	if got, want := counts(), []any{1.0, 0.0}; !slices.Equal(got, want) {
		t.Errorf("after reading: %v, want %v", got, want)
	}
	if ch := w.channels("sam")["incidents"]; ch["unread"] != 2.0 {
		t.Errorf("sam has %v unread, want 2: what kim has read is kim's", ch["unread"])
	}
}

func TestChannelParts(t *testing.T) {
	w := newWindow(t, web.Options{})
	in := w.sb.Slack.In("#incidents")
	for i := range 7 {
		in.Say("sam", fmt.Sprint(i))
	}
	var got [][]any
	before, more := "", true
	for more {
		part := w.get("/api/slack/channel/incidents?as=kim&limit=3&before=" + before)
		messages := objects(part["messages"])
		got = append(got, column(messages, "text"))
		before, more = messages[0]["ts"].(string), part["more"].(bool)
	}
	if diff := cmp.Diff([][]any{{"4", "5", "6"}, {"1", "2", "3"}, {"0"}}, got); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
	w.refused("/api/slack/channel/incidents?as=kim&limit=many", 400)
	w.refused("/api/slack/channel/incidents", 400)
	w.refused("/api/slack/channel/nowhere?as=kim", 404)
	w.refused("/api/slack/channel/incidents?as=nobody", 404)
	w.refused("/api/slack/channel/incidents?as=firebreak", 409)
}

func TestMessages(t *testing.T) {
	w := newWindow(t, web.Options{})
	s := w.sb.Slack
	in := s.In("#incidents")
	parent := in.Say("sam", "parent")
	in.Reply("kim", parent.TS, "a")
	last := in.Reply("alex", parent.TS, "b")
	in.Reply("kim", parent.TS, "c")
	in.Delete("alex", in.Reply("alex", parent.TS, "taken back").TS)
	in.React("kim", parent.TS, "eyes")
	in.Pin("kim", parent.TS)
	edited := in.Edit("kim", in.Say("kim", "wrnog").TS, "wrong")
	in.AddBookmark("kim", "Runbook", "https://example.com/", "book")
	in.Webhook("siem", "alert", `[{"text":"x"}]`)

	answer := w.get("/api/slack/channel/incidents?as=kim")
	messages := objects(answer["messages"])
	m := messages[0]
	if m["reply_count"] != 3.0 || len(m["reply_users"].([]any)) != 2 || m["pinned"] != true || m["latest_reply"] == last.TS {
		t.Errorf("parent: %v", m)
	}
	if diff := cmp.Diff([]any{object{"name": "eyes", "users": []any{s.User("kim").ID}}}, m["reactions"]); diff != "" {
		t.Errorf("reactions: %s", diff)
	}
	if m := messages[1]; m["ts"] != edited.TS || m["edited"] != true || m["versions"] != 2.0 || m["edited_at"] == "" {
		t.Errorf("edited: %v", m)
	}
	if m := messages[2]; m["app"] != true || m["username"] != "siem" || m["user"] != "" || m["attachments"] == nil {
		t.Errorf("webhook: %v", m)
	}
	head := answer["channel"].(object)
	if marks := objects(head["bookmarks"]); len(marks) != 1 || marks[0]["link"] != "https://example.com/" {
		t.Errorf("bookmarks: %v", head["bookmarks"])
	}
	if pins := head["pins"].([]any); len(pins) != 1 || pins[0] != parent.TS {
		t.Errorf("pins: %v", pins)
	}
	for _, ts := range []string{parent.TS, last.TS} {
		thread := objects(w.get("/api/slack/thread/incidents/" + ts + "?as=kim")["messages"])
		if got, want := column(thread, "text"), []any{"parent", "a", "b", "c"}; !slices.Equal(got, want) {
			t.Errorf("thread of %s: %v, want %v", ts, got, want)
		}
	}
	w.refused("/api/slack/thread/incidents/1.2?as=kim", 404)
}

func TestDeletedMessages(t *testing.T) {
	w := newWindow(t, web.Options{})
	in := w.sb.Slack.In("#incidents")
	in.Delete("sam", in.Say("sam", "secret one").TS)
	parent := in.Say("sam", "secret two")
	in.Reply("kim", parent.TS, "answer")
	in.Delete("sam", parent.TS)

	if got, want := w.texts("kim", "incidents", ""), []any{"This message was deleted."}; !slices.Equal(got, want) {
		t.Errorf("shown %v, want %v", got, want)
	}
	if got, want := w.texts("kim", "incidents", "&deleted=1"), []any{"secret one", "secret two"}; !slices.Equal(got, want) {
		t.Errorf("asked for deleted ones: %v, want %v", got, want)
	}
	thread := objects(w.get("/api/slack/thread/incidents/" + parent.TS + "?as=kim")["messages"])
	if got, want := column(thread, "text"), []any{"This message was deleted.", "answer"}; !slices.Equal(got, want) {
		t.Errorf("thread %v, want %v", got, want)
	}
}

// TestShelfForgets changes a channel in every way and looks after each.
func TestShelfForgets(t *testing.T) {
	w := newWindow(t, web.Options{})
	in := w.sb.Slack.In("#incidents")
	m := in.Say("sam", "one")
	look := func() object { return objects(w.get("/api/slack/channel/incidents?as=kim")["messages"])[0] }
	for _, c := range []struct {
		name, field string
		do          func()
		want        any
	}{
		{"edit", "text", func() { in.Edit("sam", m.TS, "two") }, "two"},
		{"reply", "reply_count", func() { in.Reply("kim", m.TS, "r") }, 1.0},
		{"pin", "pinned", func() { in.Pin("kim", m.TS) }, true},
		{"unpin", "pinned", func() { in.Unpin("kim", m.TS) }, false},
		{"unfurl", "versions", func() { in.Unfurl(m.TS, "t") }, 2.0},
		{"delete", "deleted", func() { in.Delete("sam", m.TS) }, true},
	} {
		look()
		if c.do(); look()[c.field] != c.want {
			t.Errorf("%s: %s = %v, want %v", c.name, c.field, look()[c.field], c.want)
		}
	}
}

// TestLongChannel looks at a long channel often: only what has changed is read
// anew.
func TestLongChannel(t *testing.T) {
	w := newWindow(t, web.Options{})
	in := w.sb.Slack.In("#incidents")
	w.sb.Slack.SetEvents() // nobody listens
	for i := range 5000 {
		in.Say("sam", fmt.Sprint("message ", i))
	}
	w.get("/api/slack/channel/incidents?as=kim")
	const looks = 50
	began := time.Now()
	for range looks {
		w.get("/api/slack?as=kim")
		w.get("/api/slack/channel/incidents?as=kim")
	}
	if each := time.Since(began) / looks; each > 250*time.Millisecond {
		t.Errorf("each look took %v, want a few milliseconds", each)
	}
	began = time.Now()
	in.Say("sam", "news")
	w.get("/api/slack/channel/incidents?as=kim")
	t.Logf("a look after a change took %v", time.Since(began))
}

func TestEphemerals(t *testing.T) {
	sb := started(t)
	startRobot(t, sb)
	w := newWindow(t, web.Options{Sandbox: sb})
	in := sb.Slack.In("#incidents")
	in.Say("kim", "before")
	if r := w.post("/api/slack/say", object{"as": "kim", "channel": "incidents", "text": "/inc hello"})["reply"].(object); r["text"] != "You said: hello" || r["ephemeral"] != true {
		t.Errorf("reply %v", r)
	}
	in.Say("kim", "after")
	messages := objects(w.get("/api/slack/channel/incidents?as=kim")["messages"])
	if got, want := column(messages, "text"), []any{"before", "You said: hello", "after"}; !slices.Equal(got, want) {
		t.Errorf("kim sees %v, want %v", got, want)
	}
	if m := messages[1]; m["ephemeral"] != true || m["user"] != sb.Slack.Bot().ID || m["app"] != true {
		t.Errorf("ephemeral: %v", m)
	}
	if got, want := w.texts("sam", "incidents", ""), []any{"before", "after"}; !slices.Equal(got, want) {
		t.Errorf("sam sees %v, want %v", got, want)
	}
	if ch := w.channels("kim")["incidents"]; ch["unread"] != 0.0 {
		t.Errorf("an ephemeral counts as unread: %v", ch)
	}
}

// started is a sandbox that listens on loopback.
func started(t *testing.T) *sandbox.Sandbox {
	t.Helper()
	sb := sandbox.New(sandbox.Options{LimitScale: -1})
	if err := sb.Start(t.Context(), sandbox.Loopback()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sb.Close() })
	return sb
}
