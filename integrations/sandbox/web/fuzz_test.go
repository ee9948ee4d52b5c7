package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"firebreak/integrations/sandbox"
	"firebreak/integrations/sandbox/web"
)

func trigger(title string) sandbox.Trigger { return sandbox.Trigger{Title: title} }

// FuzzPost sends anything to every address that takes a deed. Whatever comes,
// it is done or refused with a word: never a crash, never the server's fault.
func FuzzPost(f *testing.F) {
	for _, seed := range [][2]string{
		{"slack/say", `{"as":"kim","channel":"incidents","text":"hi @sam <!here> /x"}`},
		{"slack/say", `{"as":"kim","channel":"incidents","text":"/inc x","thread":"$TS","broadcast":true}`},
		{"slack/edit", `{"as":"kim","channel":"incidents","ts":"","text":"x"}`},
		{"slack/react", `{"as":"kim","channel":"incidents","ts":"$TS","name":"::"}`},
		{"slack/do", `{"as":"kim","channel":"incidents","ts":"$TS","deed":{"action_id":"a","state":{"b":{"c":null}}}}`},
		{"slack/create", `{"as":"guest","name":"a b","private":true}`},
		{"slack/invite", `{"as":"kim","channel":"general","user":"stranger"}`},
		{"slack/leave", `{"as":"kim","channel":"general"}`},
		{"slack/archive", `{"as":"kim","channel":"general"}`},
		{"slack/view-submit", `{"as":"kim","view":"","values":{"":""}}`},
		{"slack/suggest", `{"as":"kim","channel":"incidents","ts":"$TS","action_id":"a","typed":"x"}`},
		{"slack/bookmark", `{"as":"kim","channel":"incidents","link":"https://"}`},
		{"slack/topic", `{"as":"kim","channel":"incidents","topic":"` + "\x00" + `"}`},
		{"pagerduty/trigger", `{"title":"x","service":"Identity","priority":"P1","alert":{"summary":1,"severity":null}}`},
		{"pagerduty/storm", `{"count":3,"seconds":0,"services":[""]}`},
		{"pagerduty/reassign", `{"as":"sam","id":"$PAGE","to":"kim,nobody"}`},
		{"pagerduty/resolve", `{"id":"$PAGE"}`},
		{"pagerduty/reopen", `{"as":"sam","id":"$PAGE"}`},
		{"slack/delete", `{"as":"kim","channel":"incidents","ts":"$TS"}`},
		{"slack/pin", `{"as":"kim","channel":"incidents","ts":"$TS"}`},
		{"slack/shortcut", `{"as":"kim","channel":"incidents","ts":"$TS","callback_id":"x"}`},
		{"pagerduty/escalate", `{"as":"sam","id":"$PAGE"}`},
		{"gitlab/open", `{"as":"alex","title":"x","description":"/close\n/label ~a\n/assign @nobody","labels":["",","]}`},
		{"gitlab/comment", `{"as":"alex","iid":1,"text":"/due x"}`},
		{"gitlab/due", `{"as":"alex","iid":1,"due":"0000-00-00"}`},
		{"faults/slow", `{"ms":0}`},
		{"faults/lose-next", `{"service":"gitlab","method":""}`},
		{"story/speed", `{"x":1e308}`},
		{"story/step", ``},
		{"nothing/at-all", `null`},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, path, body string) {
		sb := sandbox.New(sandbox.Options{})
		t.Cleanup(func() { _ = sb.Close() })
		m := sb.Slack.In("#incidents").Say("kim", "one")
		sb.GitLab.Open("alex", "one", "")
		page := sb.PagerDuty.Trigger(trigger("one"))
		h := web.New(web.Options{Sandbox: sb, Player: web.NewPlayer(0), Bot: &puppet{}})
		body = strings.NewReplacer("$TS", m.TS, "$PAGE", page.ID).Replace(body)
		r := request(http.MethodPost, "/", body)
		r.URL.Path = "/api/" + path
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code >= 500 {
			t.Errorf("POST %s %q: %d %s", path, body, rec.Code, rec.Body)
		}
		look(t, h)
	})
}

// look asks for everything that can be seen, which must still be there.
func look(t *testing.T, h http.Handler) {
	t.Helper()
	for _, target := range []string{
		"/api/world", "/api/slack?as=kim", "/api/slack/channel/incidents?as=kim", "/api/slack/screen?as=kim", "/api/slack/home?as=kim",
		"/api/pagerduty", "/api/gitlab", "/api/gitlab/1", "/api/faults", "/api/ledger", "/api/story",
	} {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, request(http.MethodGet, target, ""))
		if rec.Code != 200 && rec.Code != 404 {
			t.Errorf("afterwards GET %s: %d %s", target, rec.Code, rec.Body)
		}
	}
}
