package web_test

import (
	"net/http"
	"slices"
	"testing"

	"firebreak/integrations/sandbox/web"
)

// TestVisibility asks every address for what a person must not see.
func TestVisibility(t *testing.T) {
	w := newWindow(t, web.Options{})
	s := w.sb.Slack
	private := s.AddChannel("secret", true, "alex", "kim")
	partner := s.AddChannel("our-partner", false, "alex", "guest", "stranger")
	partner.Share(s.User("stranger").TeamID)
	hidden := private.Upload("alex", "keys.txt", []byte("key"), "psst")
	open := partner.Upload("alex", "plan.txt", []byte("plan"), "hello")
	general := s.In("#general").Upload("alex", "note.txt", []byte("note"), "all of us")

	lists := map[string][]any{
		"kim":      {"alerts", "general", "incidents", "our-partner", "secret"},
		"sam":      {"alerts", "general", "incidents", "our-partner"},
		"guest":    {"alerts", "general", "incidents", "our-partner"},
		"stranger": {"our-partner"},
	}
	for who, want := range lists {
		if got := column(objects(w.get("/api/slack?as=" + who)["channels"]), "name"); !slices.Equal(got, want) {
			t.Errorf("%s sees %v, want %v", who, got, want)
		}
	}
	s.In("#alerts").Leave("guest")
	if _, ok := w.channels("guest")["alerts"]; ok {
		t.Error("a guest sees a public channel that they are not in")
	}
	for _, c := range []struct{ who, channel, ts, file string }{
		{"sam", private.ID(), hidden.TS, hidden.Files[0].ID},
		{"sam", "secret", hidden.TS, hidden.Files[0].ID},
		{"guest", private.ID(), hidden.TS, hidden.Files[0].ID},
		{"stranger", private.ID(), hidden.TS, hidden.Files[0].ID},
		{"stranger", "general", general.TS, general.Files[0].ID},
	} {
		w.refused("/api/slack/channel/"+c.channel+"?as="+c.who, 404)
		w.refused("/api/slack/channel/"+c.channel+"?deleted=1&as="+c.who, 404)
		w.refused("/api/slack/thread/"+c.channel+"/"+c.ts+"?as="+c.who, 404)
		w.refused("/api/slack/file/"+c.file+"?as="+c.who, 404)
		for _, verb := range []string{"say", "join", "leave", "read", "react", "pin", "do", "invite", "topic", "archive", "edit", "delete"} {
			w.wrong("/api/slack/"+verb, object{"as": c.who, "channel": c.channel, "ts": c.ts, "text": "x", "name": "eyes", "user": c.who}, 404)
		}
		w.wrong("/api/slack/shortcut", object{"as": c.who, "channel": c.channel, "ts": c.ts, "callback_id": "pin"}, 404)
		w.wrong("/api/slack/suggest", object{"as": c.who, "channel": c.channel, "ts": c.ts, "action_id": "a", "typed": "x"}, 404)
	}
	for who, file := range map[string]string{"kim": hidden.Files[0].ID, "stranger": open.Files[0].ID, "guest": general.Files[0].ID} {
		if resp := w.do(request(http.MethodGet, "/api/slack/file/"+file+"?as="+who, "")); resp.StatusCode != 200 {
			t.Errorf("%s does not get file %s: %d", who, file, resp.StatusCode)
		}
	}
	private.Delete("alex", hidden.TS)
	w.refused("/api/slack/file/"+hidden.Files[0].ID+"?as=kim", 404)
	private.Leave("kim")
	w.refused("/api/slack/channel/secret?as=kim", 404)
	partner.Unshare(s.User("stranger").TeamID)
	w.refused("/api/slack/channel/our-partner?as=stranger", 404)
	s.In("#general").Say("alex", "bye")
	w.sb.Slack.Deactivate("jo")
	w.refused("/api/slack?as=jo", 409)
}
