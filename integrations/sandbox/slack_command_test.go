package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"
)

// typing runs a verb that blocks until the app answers.
func typing(f func() Reply) <-chan Reply {
	out := make(chan Reply, 1)
	go func() { out <- f() }()
	return out
}

func TestSlackCommands(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		c, _ := r.dial()
		got := typing(func() Reply { return in.Command("sam", "/inc task add @kim check #alerts & <x>") })
		f := c.next()
		p := f["payload"].(object)
		want := "task add <@" + s.User("kim").ID + "|kim> check <#" + r.id("#alerts") + "|alerts> &amp; &lt;x&gt;"
		if f["type"] != "slash_commands" || f["accepts_response_payload"] != true || f["retry_attempt"] != nil || p["command"] != "/inc" || p["text"] != want ||
			p["user_id"] != s.User("sam").ID || p["user_name"] != "sam" || p["channel_id"] != in.ID() || p["channel_name"] != "general" || p["team_id"] != s.TeamID() || p["thread_ts"] != nil {
			t.Errorf("envelope = %v", f)
		}
		c.send(object{"envelope_id": f["envelope_id"], "payload": object{"text": "added"}})
		if r := <-got; r.Text != "added" || !r.Ephemeral || r.TimedOut {
			t.Errorf("reply = %+v", r)
		}
		if e := s.Ephemerals("sam"); len(e) != 1 || e[0].Text != "added" || e[0].Via != "ack" {
			t.Errorf("ephemerals = %v", e)
		}
		s.SetShouldEscape(false)
		got = typing(func() Reply { return in.Command("sam", "/inc task add @kim") })
		f = c.next()
		if text := f["payload"].(object)["text"]; text != "task add @kim" {
			t.Errorf("without should_escape the text is %q", text)
		}
		c.send(object{"envelope_id": f["envelope_id"]})
		<-got
		s.SetShouldEscape(true)
		got = typing(func() Reply { return s.Command("sam", "/inc status") })
		f = c.next()
		c.send(object{"envelope_id": f["envelope_id"], "payload": object{"text": "all well", "response_type": "in_channel"}})
		if r := <-got; r.Text != "all well" || r.Ephemeral || r.TS == "" {
			t.Errorf("reply = %+v", r)
		}
		if m := in.Messages(); len(m) != 1 || m[0].Text != "all well" || m[0].BotID != s.BotID() {
			t.Errorf("messages = %v", m)
		}
		if e := c.event(); e["text"] != "all well" {
			t.Errorf("event = %v", e)
		}
		got = typing(func() Reply { return in.Command("sam", "/inc") })
		c.ack(c.next())
		if r := <-got; r.Text != "" || r.TimedOut {
			t.Errorf("reply = %+v", r)
		}
	})
}

func TestSlackCommandsAreNotRepeated(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		if got := s.Command("sam", "/inc status"); got.Trouble != "dispatch_failed" || got.TimedOut {
			t.Errorf("without a connection: %+v", got)
		}
		c, _ := r.dial()
		began := time.Now()
		got := s.Command("sam", "/inc status")
		if !got.TimedOut || got.Trouble != "operation_timeout" || time.Since(began) != ackDeadline {
			t.Errorf("unanswered: %+v after %s", got, time.Since(began))
		}
		f := c.next()
		c.send(object{"envelope_id": f["envelope_id"], "payload": object{"text": "late"}})
		wait(time.Hour)
		c.none()
		if e := s.Ephemerals("sam"); len(e) != 2 || e[1].Via != "slackbot" {
			t.Errorf("sam saw %v", e)
		}
	})
}

func (r *rig) respond(url string, body object) (int, string) {
	r.t.Helper()
	b, _ := json.Marshal(body)
	res, err := r.http.Post(url, "application/json", bytes.NewReader(b))
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	out, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(out)
}

func TestSlackResponseURL(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		c, _ := r.dial()
		got := typing(func() Reply { return s.Command("sam", "/inc status") })
		f := c.next()
		c.ack(f)
		<-got
		url := dig(f, "payload", "response_url").(string)
		for i := range responseUses {
			kind := "ephemeral"
			if i == 0 {
				kind = "in_channel"
			}
			if code, out := r.respond(url, object{"text": "more", "response_type": kind}); code != 200 || out != "ok" {
				t.Errorf("use %d: %d %s", i, code, out)
			}
		}
		if code, out := r.respond(url, object{"text": "more"}); code != 404 || !strings.Contains(out, "used_url") {
			t.Errorf("sixth use: %d %s", code, out)
		}
		if n := len(s.Ephemerals("sam")); n != responseUses-1 {
			t.Errorf("sam saw %d", n)
		}
		if n := len(s.In("#general").Messages()); n != 1 {
			t.Errorf("%d messages", n)
		}
		got = typing(func() Reply { return s.Command("sam", "/inc status") })
		c.event()
		f = c.next()
		c.ack(f)
		<-got
		wait(responseLife + time.Second)
		if code, _ := r.respond(dig(f, "payload", "response_url").(string), object{"text": "more"}); code != 404 {
			t.Errorf("after half an hour: %d", code)
		}
	})
}

func TestSlackTriggers(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		c, _ := r.dial()
		trigger := func() string {
			got := typing(func() Reply { return s.Command("sam", "/inc open") })
			f := c.next()
			c.ack(f)
			<-got
			return dig(f, "payload", "trigger_id").(string)
		}
		id := trigger()
		view := `{"type":"modal","title":{"type":"plain_text","text":"New"},"blocks":[]}`
		if dig(r.ok("views.open", "trigger_id", id, "view", view), "view", "id") == nil {
			t.Error("no view id")
		}
		r.refused("exchanged_trigger_id", "views.open", "trigger_id", id, "view", view)
		r.refused("invalid_trigger_id", "views.open", "trigger_id", "1.2.x", "view", view)
		r.refused("view_too_large", "views.open", "trigger_id", trigger(), "view", strings.Repeat("x", maxView+1))
		id = trigger()
		wait(triggerLife + time.Millisecond)
		r.refused("expired_trigger_id", "views.open", "trigger_id", id, "view", view)
		if v := s.Views(); len(v) != 1 || v[0].User != s.User("sam").ID {
			t.Errorf("views = %v", v)
		}
	})
}

func TestSlackClicks(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		c, _ := r.dial()
		ts := r.ok("chat.postMessage", "channel", in.ID(), "text", "x", "blocks",
			`[{"type":"actions","block_id":"b1","elements":[{"type":"button","action_id":"ack","value":"inc-1","text":{"type":"plain_text","text":"Ack"}}]}]`)["ts"].(string)
		c.event()
		got := typing(func() Reply { return in.Click("sam", ts, "ack", "") })
		f := c.next()
		p := f["payload"].(object)
		if f["type"] != "interactive" || p["type"] != "block_actions" || dig(p, "actions", 0, "value") != "inc-1" || dig(p, "actions", 0, "block_id") != "b1" ||
			dig(p, "container", "message_ts") != ts || dig(p, "user", "id") != s.User("sam").ID || dig(p, "message", "ts") != ts {
			t.Errorf("click = %v", f)
		}
		c.ack(f)
		if r := <-got; r.TimedOut {
			t.Errorf("reply = %+v", r)
		}
		if code, _ := r.respond(p["response_url"].(string), object{"text": "done", "replace_original": true}); code != 200 {
			t.Errorf("replace_original: %d", code)
		}
		if m := in.Messages()[0]; m.Text != "done" || len(m.Versions) != 2 {
			t.Errorf("message = %+v", m)
		}
	})
}

func TestSlackFiles(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		f := in.Upload("sam", "auth.log", []byte("root failed"), "").Files[0]
		get := func(token string) (int, string, string) {
			req, _ := http.NewRequestWithContext(t.Context(), "GET", f.URL, nil)
			req.Header.Set("Authorization", "Bearer "+token)
			res, err := r.http.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			b, _ := io.ReadAll(res.Body)
			return res.StatusCode, res.Header.Get("Content-Type"), string(b)
		}
		if code, _, body := get(s.app.botToken); code != 200 || body != "root failed" {
			t.Errorf("download: %d %q", code, body)
		}
		if _, kind, body := get("xoxb-wrong"); !strings.HasPrefix(kind, "text/html") || strings.Contains(body, "root") {
			t.Errorf("download without the token: %s %q", kind, body)
		}
		if got := dig(r.ok("files.info", "file", f.ID), "file", "url_private"); got != f.URL {
			t.Errorf("files.info = %v", got)
		}
		hidden := s.AddChannel("hr", true, "kim").Upload("kim", "x.txt", []byte("x"), "").Files[0]
		r.refused("file_not_found", "files.info", "file", hidden.ID)
	})
}

func TestSlackUploadInThreeSteps(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		in := r.sb.Slack.In("#general")
		parent := in.Say("sam", "parent")
		out := r.ok("files.getUploadURLExternal", "filename", "rca.md", "length", "5")
		id := out["file_id"].(string)
		r.refused("file_not_found", "files.completeUploadExternal", "files", `[{"id":"`+id+`"}]`, "channel_id", in.ID())
		if code, _ := r.upload(out["upload_url"].(string), "too long"); code != 400 {
			t.Errorf("wrong length: %d", code)
		}
		if code, body := r.upload(out["upload_url"].(string), "hello"); code != 200 || body != "OK - 5" {
			t.Errorf("upload: %d %q", code, body)
		}
		r.ok("files.completeUploadExternal", "files", `[{"id":"`+id+`","title":"RCA"}]`, "channel_id", in.ID(), "thread_ts", parent.TS, "initial_comment", "here")
		m := in.Messages()[1]
		if m.Subtype != "file_share" || m.ThreadTS != parent.TS || m.Text != "here" || m.Files[0].Title != "RCA" || string(m.Files[0].Content) != "hello" {
			t.Errorf("message = %+v", m)
		}
		r.refused("missing_argument", "files.getUploadURLExternal", "filename", "x")
	})
}

func (r *rig) upload(url, content string) (int, string) {
	r.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, _ := form.CreateFormFile("file", "rca.md")
	_, _ = io.WriteString(part, content)
	_ = form.Close()
	res, err := r.http.Post(url, form.FormDataContentType(), &b)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	out, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(out)
}
