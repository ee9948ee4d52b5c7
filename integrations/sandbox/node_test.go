package sandbox_test

import (
	"strings"
	"testing"
	"time"

	"firebreak/integrations/sandbox"
)

// TestSlackSDKConversation has people talk with an app on Slack's own Node
// SDK (@slack/bolt in Socket Mode, on @slack/web-api and @slack/socket-mode):
// a client that shares nothing with ours must find the same Slack here.
func TestSlackSDKConversation(t *testing.T) {
	dir := installNode(t)
	sb := sandbox.New(sandbox.Options{})
	if err := sb.Start(t.Context(), sandbox.Loopback()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sb.Close(); err != nil {
			t.Error(err)
		}
	})
	startNode(t, dir, sb)
	c := conversation{t: t, sb: sb, in: sb.Slack.In("#incidents")}
	c.commands()
	c.modal()
	c.button()
	c.messages()
	c.files()
	c.pages()
	c.patience()
	c.reconnection()
	if odd := sb.Unexpected(); len(odd) > 0 {
		t.Errorf("calls that Slack does not know: %q", odd)
	}
}

type conversation struct {
	t  *testing.T
	sb *sandbox.Sandbox
	in sandbox.SlackChannel
}

// told runs a command and waits for what the app posts to its response URL.
func (c conversation) told(verb string) string {
	c.t.Helper()
	if r := c.in.Command("sam", "/probe "+verb); r.Trouble != "" {
		c.t.Fatalf("/probe %s: %+v", verb, r)
	}
	r := happens(c.t, c.sb, "the answer to /probe "+verb, func(r sandbox.Record) bool {
		return r.Method == "ephemeral" && r.Ref == "response_url" && strings.HasPrefix(r.Text, verb+": ")
	})
	return strings.TrimPrefix(r.Text, verb+": ")
}

// posted waits for a message of the app with this text.
func (c conversation) posted(text string) sandbox.Message {
	c.t.Helper()
	r := happens(c.t, c.sb, "a message "+text, func(r sandbox.Record) bool {
		return r.Kind == sandbox.RecordEffect && r.Text == text && (r.Method == "message" || r.Method == "message_changed")
	})
	return c.in.Thread(r.Ref)[0]
}

func (c conversation) commands() {
	kim := c.sb.Slack.User("kim").ID
	if r := c.in.Command("sam", "/probe hello @kim & co"); r.Text != "hello <@"+kim+"|kim> &amp; co" || !r.Ephemeral {
		c.t.Errorf("hello: %+v", r)
	}
	if got := c.told("lookup"); got != "sam@example.com in incidents of 6: slack_webapi_platform_error, message_not_found" {
		c.t.Errorf("lookup: %q", got)
	}
}

// modal opens one by a shortcut; what is wrong is said under its field.
func (c conversation) modal() {
	sam := c.sb.Slack.User("sam")
	if r := c.sb.Slack.GlobalShortcut("sam", "open_form"); r.Trouble != "" {
		c.t.Fatalf("shortcut: %+v", r)
	}
	happens(c.t, c.sb, "the modal", func(r sandbox.Record) bool { return r.Method == "view_opened" && r.Actor == sam.ID })
	v := c.sb.Slack.View("sam").Fill("title", "bad").Fill("where", c.in.ID())
	if shown := v.Submit(); shown["title"] != "say more" || len(shown) != 1 {
		c.t.Errorf("a bad title: %v", shown)
	}
	if shown := v.Fill("title", "Phishing").Submit(); shown != nil || c.sb.Slack.View("sam") != nil {
		c.t.Errorf("a good title: %v", shown)
	}
}

// button presses the one under what the modal left, which was edited since.
func (c conversation) button() {
	sam := c.sb.Slack.User("sam").ID
	m := c.posted("Phishing (1)")
	if len(m.Versions) != 2 || m.Versions[0].Text != "Phishing by <@"+sam+">, kept" || m.User != c.sb.Slack.Bot().ID || !strings.Contains(string(m.Blocks), "take") {
		c.t.Errorf("posted and updated: %+v", m)
	}
	if r := c.in.Click("sam", m.TS, "take", ""); r.Trouble != "" {
		c.t.Errorf("click: %+v", r)
	}
	if after := c.posted("<@" + sam + "> took it"); after.TS != m.TS || after.Blocks != nil {
		c.t.Errorf("replaced: %+v", after)
	}
}

func (c conversation) messages() {
	m := c.in.Say("kim", "mayday, mayday")
	answer := happens(c.t, c.sb, "the reply", func(r sandbox.Record) bool { return r.Method == "message" && r.Text == "on it" })
	thread := c.in.Thread(m.TS)
	if len(thread) != 2 || thread[1].TS != answer.Ref || thread[0].Reactions[0].Name != "eyes" || thread[0].Reactions[0].Users[0] != c.sb.Slack.Bot().ID {
		c.t.Errorf("thread: %+v", thread)
	}
	c.in.React("kim", m.TS, "fire")
	c.in.Unreact("kim", m.TS, "fire")
	c.posted("-fire")
}

func (c conversation) files() {
	if got := c.told("upload"); got != "RCA" {
		c.t.Errorf("upload: %q", got)
	}
	shared := c.posted("as agreed")
	if len(shared.Files) != 1 || shared.Subtype != "file_share" || shared.Files[0].Name != "rca.md" || string(shared.Files[0].Content) != "# root cause" {
		c.t.Errorf("shared: %+v", shared)
	}
}

// pages reads all there is, three messages at a time, newest first.
func (c conversation) pages() {
	in := c.sb.Slack.AddChannel("long", false, "sam", c.sb.Slack.Bot().ID)
	for _, text := range []string{"one", "two", "three", "four", "five", "six", "seven"} {
		in.Say("sam", text)
	}
	long := c
	long.in = in
	if got := long.told("history"); got != "7 in 3 pages, one first" {
		c.t.Errorf("history: %q", got)
	}
}

// patience refuses a post for a second; the SDK waits that long and repeats.
func (c conversation) patience() {
	c.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "chat.postMessage", Kind: sandbox.Refuse429, RetryAfter: time.Second})
	if got := c.told("patience"); got != "after 1 s" {
		c.t.Errorf("patience: %q", got)
	}
	posts := 0
	for _, m := range c.in.Messages() {
		if m.Text == "at last" {
			posts++
		}
	}
	if posts != 1 || len(c.sb.Faults.Waiting()) != 0 {
		c.t.Errorf("%d posts after a 429", posts)
	}
}

// reconnection: Slack asks for another connection, and the SDK makes it. What
// it has not acknowledged by then it would complain of.
func (c conversation) reconnection() {
	happens(c.t, c.sb, "the last ack", func(sandbox.Record) bool { return c.sb.Slack.Undelivered() == 0 })
	c.sb.Slack.Disconnect("refresh_requested")
	sockets := 0
	happens(c.t, c.sb, "another connection", func(r sandbox.Record) bool {
		if r.Kind == sandbox.RecordSocket && r.Method == "connected" {
			sockets++
		}
		return sockets == 2
	})
	if r := c.in.Command("sam", "/probe hello again"); r.Text != "hello again" {
		c.t.Errorf("after the reconnection: %+v", r)
	}
}
