package web_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"

	"firebreak/integrations/sandbox"
	"firebreak/integrations/sandbox/web"
)

// TestSlackDeeds does one thing after the other, as a person would, and looks
// at what the sandbox has of it.
func TestSlackDeeds(t *testing.T) {
	w := newWindow(t, web.Options{})
	in := w.sb.Slack.In("#incidents")
	do := func(verb string, body object) object {
		t.Helper()
		if body["as"] == nil {
			body["as"] = "kim"
		}
		if body["channel"] == nil && verb != "create" {
			body["channel"] = "incidents"
		}
		return w.post("/api/slack/"+verb, body)
	}
	last := func() sandbox.Message { all := in.Messages(); return all[len(all)-1] }

	ts := do("say", object{"text": "hi @sam & <all>"})["ts"]
	if m := last(); m.TS != ts || m.User != w.sb.Slack.User("kim").ID || !strings.HasPrefix(m.Text, "hi <@U") {
		t.Errorf("say: %+v", m)
	}
	do("say", object{"text": "in the thread", "thread": ts, "as": "sam"})
	do("say", object{"text": "and here", "thread": ts, "broadcast": true})
	if m := last(); !m.Broadcast || m.ThreadTS != ts {
		t.Errorf("broadcast: %+v", m)
	}
	do("edit", object{"ts": ts, "text": "hello"})
	do("react", object{"ts": ts, "name": ":eyes:"})
	do("react", object{"ts": ts, "name": "fire"})
	do("unreact", object{"ts": ts, "name": "fire"})
	do("pin", object{"ts": ts})
	do("topic", object{"topic": "INC-1"})
	mark := do("bookmark", object{"title": "Runbook", "link": "https://example.com/", "emoji": ":book:"})
	do("bookmark", object{"link": "https://example.com/2"})
	do("unbookmark", object{"id": mark["id"]})
	m, ch := in.Messages()[0], in.Info()
	if m.Text != "hello" || len(m.Reactions) != 1 || m.Reactions[0].Name != "eyes" || m.PinnedBy == "" {
		t.Errorf("the message: %+v", m)
	}
	if ch.Topic != "INC-1" || len(ch.Bookmarks) != 1 || ch.Bookmarks[0].Title != "https://example.com/2" {
		t.Errorf("the channel: %+v", ch)
	}
	do("unpin", object{"ts": ts})
	do("delete", object{"ts": ts})
	if m := in.Messages()[0]; m.PinnedBy != "" || !m.Deleted {
		t.Errorf("taken away: %+v", m)
	}
	do("leave", object{})
	if slices.Contains(in.Members(), w.sb.Slack.User("kim").ID) {
		t.Error("kim has not left")
	}
	do("join", object{})
	created := do("create", object{"name": "war-room", "private": true})["channel"]
	do("invite", object{"channel": created, "user": "sam"})
	do("archive", object{"channel": created, "as": "sam"})
	if room, _ := w.sb.Slack.Find("war-room"); !room.Archived || !room.Private || len(room.Members) != 2 {
		t.Errorf("created: %+v", room)
	}
	do("home", object{})
}

func TestSlackRefusals(t *testing.T) {
	manifest := json.RawMessage(`{"features":{"slash_commands":[{"command":"/inc"}]}}`)
	w := newWindow(t, web.Options{Manifest: manifest})
	in := w.sb.Slack.In("#incidents")
	theirs, root := in.Say("sam", "mine"), in.Say("kim", "root")
	w.sb.Slack.AddChannel("old", false, "kim").Archive("kim")
	quiet := w.sb.Slack.AddChannel("quiet", false, "sam")
	for _, c := range []struct {
		name, verb string
		body       object
		status     int
		says       string
	}{
		{"nothing said", "say", object{"channel": "incidents", "text": "  "}, 400, "text"},
		{"too much said", "say", object{"channel": "incidents", "text": strings.Repeat("x", 40_001)}, 400, "40,000"},
		{"nowhere", "say", object{"text": "x"}, 400, "channel"},
		{"nobody", "say", object{"as": "nobody", "channel": "incidents", "text": "x"}, 404, "nobody"},
		{"the bot", "say", object{"as": "firebreak", "channel": "incidents", "text": "x"}, 409, "no window"},
		{"no such deed", "sing", object{"channel": "incidents"}, 404, "sing"},
		{"archived", "say", object{"channel": "old", "text": "x"}, 409, "archived"},
		{"not a member", "say", object{"channel": quiet.ID(), "text": "x"}, 409, "not a member"},
		{"another's message", "edit", object{"channel": "incidents", "ts": theirs.TS, "text": "x"}, 409, "not kim's"},
		{"another's message", "delete", object{"channel": "incidents", "ts": theirs.TS}, 409, "not kim's"},
		{"no such message", "react", object{"channel": "incidents", "ts": "1.2", "name": "eyes"}, 409, "no message"},
		{"no such person", "invite", object{"channel": "incidents", "user": "nobody"}, 409, "nobody"},
		{"read to nowhere", "read", object{"channel": "incidents", "ts": "zzz"}, 400, "ts"},
		{"unknown command", "say", object{"channel": "incidents", "text": "/foo"}, 409, "/foo is not a valid command"},
		{"command in a thread", "say", object{"channel": "incidents", "text": "/inc x", "thread": root.TS}, 409, "not supported in threads"},
		{"script for a link", "bookmark", object{"channel": "incidents", "link": "javascript:alert(1)"}, 400, "https://"},
		{"bad name", "create", object{"name": "Ä!"}, 409, "name"},
		{"no element", "do", object{"channel": "incidents", "ts": root.TS, "deed": object{"action_id": "a"}}, 409, ""},
		{"no shortcut", "shortcut", object{}, 400, "callback_id"},
		{"no view", "view-submit", object{"view": "V1"}, 404, "closed"},
		{"no view", "view-do", object{"view": "V1"}, 404, "closed"},
		{"no view", "view-put", object{"view": "V1"}, 404, "closed"},
		{"no view", "view-close", object{"view": "V1"}, 404, "closed"},
		{"no menu", "suggest", object{"view": "V1", "action_id": "a"}, 409, ""},
	} {
		if c.body["as"] == nil {
			c.body["as"] = "kim"
		}
		if said := w.wrong("/api/slack/"+c.verb, c.body, c.status); !strings.Contains(said, c.says) || strings.HasPrefix(said, "sandbox:") {
			t.Errorf("%s: %q, want it to say %q", c.name, said, c.says)
		}
	}
	r := w.post("/api/slack/say", object{"as": "kim", "channel": "incidents", "text": "/inc x"})["reply"].(object)
	if r["trouble"] != "dispatch_failed" {
		t.Errorf("a command without a bot: %v", r)
	}
}

// form is an upload as a browser sends it.
func filesTo(t *testing.T, to string, fields object, files ...string) *http.Request {
	t.Helper()
	var b bytes.Buffer
	mw := multipart.NewWriter(&b)
	for name, value := range fields {
		if err := mw.WriteField(name, value.(string)); err != nil {
			t.Fatal(err)
		}
	}
	for i := 0; i < len(files); i += 2 {
		part, err := mw.CreateFormFile("file", files[i])
		if err == nil {
			_, err = io.WriteString(part, files[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := mw.Close(); err != nil {
		t.Fatal(err)
	}
	r := request(http.MethodPost, to, b.String())
	r.Header.Set("Content-Type", mw.FormDataContentType())
	return r
}

func form(t *testing.T, fields object, files ...string) *http.Request {
	t.Helper()
	return filesTo(t, "/api/slack/upload", fields, files...)
}

func TestUpload(t *testing.T) {
	w := newWindow(t, web.Options{})
	in := w.sb.Slack.In("#incidents")
	to := func(more ...string) object {
		o := object{"as": "kim", "channel": "incidents"}
		for i := 0; i < len(more); i += 2 {
			o[more[i]] = more[i+1]
		}
		return o
	}
	w.answer(form(t, to("comment", "two of them"), "a.log", "aaa", `C:\dir\b.txt`, "bb"), 200)
	all := in.Messages()
	if len(all) != 1 || all[0].Text != "two of them" || len(all[0].Files) != 2 || all[0].Files[1].Name != "b.txt" || string(all[0].Files[0].Content) != "aaa" {
		t.Fatalf("uploaded: %+v", all)
	}
	w.answer(form(t, to("thread", all[0].TS), "c.txt", "c"), 200)
	if m := in.Messages()[1]; m.ThreadTS != all[0].TS {
		t.Errorf("in the thread: %+v", m)
	}
	for name, c := range map[string]struct {
		r    *http.Request
		want int
	}{
		"nothing":  {form(t, to()), 400},
		"empty":    {form(t, to(), "e.txt", ""), 400},
		"too big":  {form(t, to(), "big.bin", strings.Repeat("x", 21<<20)), 413},
		"too many": {form(t, to(), slices.Repeat([]string{"f", "f"}, 11)...), 400},
		"nowhere":  {form(t, object{"as": "kim"}, "a", "a"), 400},
		"nobody":   {form(t, object{"channel": "incidents"}, "a", "a"), 400},
		"no root":  {form(t, to("thread", "1.2"), "a", "a"), 409},
	} {
		w.answer(c.r, c.want)
		if n := len(in.Messages()); n != 2 {
			t.Fatalf("%s: %d messages", name, n)
		}
	}
	broken := form(t, to(), "a", "a")
	broken.Body = io.NopCloser(strings.NewReader("--x\r\nbroken"))
	w.answer(broken, 400)
}

func TestFile(t *testing.T) {
	w := newWindow(t, web.Options{})
	in := w.sb.Slack.In("#incidents")
	for _, c := range []struct{ name, content, kind, how string }{
		{"dot.png", dotPNG, "image/png", `inline; filename=dot.png`},
		{"page.html", "<script>alert(1)</script>", "application/octet-stream", `attachment; filename=page.html`},
		{"drawing.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "application/octet-stream", `attachment; filename=drawing.svg`},
		{"looks.png", "<html><script>alert(1)</script>", "application/octet-stream", `attachment; filename=looks.png`},
		{"dot.html", dotPNG, "image/png", `inline; filename=dot.html`},
		{`nö"e.txt`, "x", "application/octet-stream", `attachment; filename*=utf-8''n%C3%B6%22e.txt`},
	} {
		m := in.Upload("kim", c.name, []byte(c.content), "")
		resp := w.do(request(http.MethodGet, "/api/slack/file/"+m.Files[0].ID+"?as=kim", ""))
		body, err := io.ReadAll(resp.Body)
		if err != nil || string(body) != c.content {
			t.Errorf("%s: %q, %v", c.name, body, err)
		}
		if got := resp.Header.Get("Content-Type"); got != c.kind {
			t.Errorf("%s is %s, want %s", c.name, got, c.kind)
		}
		if got := resp.Header.Get("Content-Disposition"); got != c.how {
			t.Errorf("%s: %s, want %s", c.name, got, c.how)
		}
		if csp := resp.Header.Get("Content-Security-Policy"); !strings.HasSuffix(csp, "; sandbox") {
			t.Errorf("%s: %s", c.name, csp)
		}
		strict(t, resp)
	}
	row := objects(objects(w.get("/api/slack/channel/incidents?as=kim")["messages"])[0]["files"])[0]
	if row["image"] != true || row["size"] != float64(len(dotPNG)) || !strings.HasSuffix(row["url"].(string), "?as="+w.sb.Slack.User("kim").ID) {
		t.Errorf("file in a message: %v", row)
	}
	w.refused("/api/slack/file/F1?as=kim", 404)
	w.refused("/api/slack/file/F1", 400)
}
