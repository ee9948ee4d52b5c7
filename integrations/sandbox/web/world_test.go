package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firebreak/integrations/sandbox"
	"firebreak/integrations/sandbox/web"
)

func TestWorld(t *testing.T) {
	w := newWindow(t, web.Options{Bot: &puppet{}, Manifest: json.RawMessage(puppetManifest)})
	g := w.sb.Slack.AddGroup(sandbox.UserGroup{Handle: "responders", Name: "Responders", Users: []string{"kim"}})
	world := w.get("/api/world")
	people := map[string]object{}
	for _, p := range objects(world["people"]) {
		people[p["name"].(string)] = p
	}
	if p := people["guest"]; p["guest"] != true || p["stranger"] != false {
		t.Errorf("guest: %v", p)
	}
	if p := people["stranger"]; p["stranger"] != true || p["team"] == world["team"].(object)["id"] {
		t.Errorf("stranger: %v", p)
	}
	if p := people["kim"]; p["tz"] != "Europe/Copenhagen" || p["real_name"] != "Kim Larsen" || p["email"] != "kim@example.com" {
		t.Errorf("kim: %v", p)
	}
	if p := people["firebreak"]; p["bot"] != true || p["id"] != world["bot"].(object)["user_id"] {
		t.Errorf("the bot: %v", p)
	}
	if diff := cmp.Diff(object{"id": w.sb.Slack.TeamID(), "name": w.sb.Slack.TeamName()}, world["team"]); diff != "" {
		t.Errorf("team: %s", diff)
	}
	if got := world["bot"].(object)["app_id"]; got != w.sb.Slack.AppID() {
		t.Errorf("app: %v", got)
	}
	if diff := cmp.Diff([]any{object{"id": g.ID, "handle": "responders", "name": "Responders"}}, world["groups"]); diff != "" {
		t.Errorf("groups: %s", diff)
	}
	if commands := objects(world["commands"]); len(commands) != 1 || commands[0]["command"] != "/inc" || commands[0]["usage_hint"] != "help" {
		t.Errorf("commands: %v", commands)
	}
	if shortcuts := objects(world["shortcuts"]); len(shortcuts) != 2 || shortcuts[1]["type"] != "message" {
		t.Errorf("shortcuts: %v", shortcuts)
	}
	if diff := cmp.Diff(object{"bot": true, "story": false, "account": false}, world["has"]); diff != "" {
		t.Errorf("has: %s", diff)
	}
	if emoji := world["emoji"].(object); emoji["fire"] == nil || len(emoji) < 100 {
		t.Errorf("%d emoji", len(emoji))
	}
}

func TestAccount(t *testing.T) {
	err := errors.New("the bot's book is shut")
	account := web.Account{Waiting: 2, Channels: []web.AccountChannel{{Name: "inc-1", Said: 3, Recorded: 2, Missing: []web.AccountMessage{{TS: "1.2", Text: "x"}}}}}
	w := newWindow(t, web.Options{Account: func(context.Context) (web.Account, error) { return account, err }})
	w.refused("/api/account", 409)
	err = nil
	got := w.get("/api/account")
	ch := objects(got["channels"])[0]
	if got["waiting"] != 2.0 || ch["said"] != 3.0 || len(ch["missing"].([]any)) != 1 || len(ch["doubled"].([]any)) != 0 || len(got["effects"].([]any)) != 0 {
		t.Errorf("account: %v", got)
	}
	if account.Channels[0].Doubled != nil {
		t.Error("the caller's account was written into")
	}
	newWindow(t, web.Options{}).refused("/api/account", 404)
}
