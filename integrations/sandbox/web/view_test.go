package web_test

import (
	"encoding/json"
	"slices"
	"testing"

	"firebreak/integrations/sandbox"
	"firebreak/integrations/sandbox/web"
)

// TestView opens a form, fills it, is told what is wrong, and submits it.
func TestView(t *testing.T) {
	sb := started(t)
	startRobot(t, sb)
	w := newWindow(t, web.Options{Sandbox: sb})
	do := func(verb string, body object) object {
		t.Helper()
		body["as"] = "kim"
		return w.post("/api/slack/"+verb, body)
	}
	stack := func() []object { t.Helper(); return objects(w.get("/api/slack/screen?as=kim")["stack"]) }

	do("say", object{"channel": "incidents", "text": "/inc form"})
	open := stack()
	if len(open) != 1 || w.get("/api/slack?as=kim")["modals"] != 1.0 {
		t.Fatalf("the screen has %v", open)
	}
	id := open[0]["id"].(string)
	if raw := marshal(t, open[0]["view"]); !json.Valid([]byte(raw)) || len(objects(open[0]["view"].(object)["blocks"])) != 10 {
		t.Errorf("view: %s", raw)
	}
	if got := do("view-submit", object{"view": id})["errors"].(object); got["title"] == "" {
		t.Errorf("an empty field: %v", got)
	}
	if got := do("view-submit", object{"view": id, "values": object{"title": "a bad one"}})["errors"]; got.(object)["title"] != "That will not do." {
		t.Errorf("the app's error: %v", got)
	}
	do("view-put", object{"view": id, "values": object{"sev": "2", "lead": "sam", "due": "2026-12-01"}})
	values := stack()[0]["values"].(object)
	if got := values["lead"].(object)["lead"].(object)["selected_user"]; got != sb.Slack.User("sam").ID {
		t.Errorf("values: %v", values)
	}
	w.wrong("/api/slack/view-put", object{"as": "kim", "view": id, "values": object{"sev": "9"}}, 409)
	w.wrong("/api/slack/view-put", object{"as": "sam", "view": id, "values": object{"sev": "2"}}, 404)
	offered := objects(do("suggest", object{"view": id, "action_id": "host", "typed": "db"})["options"])
	if got, want := column(offered, "text"), []any{"Host db-1"}; !slices.Equal(got, want) {
		t.Errorf("suggested %v, want %v", got, want)
	}
	do("view-do", object{"view": id, "deed": object{"block_id": "more", "action_id": "more"}})
	if n := len(sb.Ledger.Of("slack", sandbox.RecordEnvelope)); n == 0 {
		t.Error("the app heard of nothing")
	}
	do("view-submit", object{"view": id, "values": object{"title": "a good one"}})
	if open := stack(); len(open) != 0 {
		t.Errorf("still open: %v", open)
	}
	do("shortcut", object{"callback_id": "open"})
	do("view-close", object{"view": stack()[0]["id"]})
	if open := stack(); len(open) != 0 {
		t.Errorf("closed, but open: %v", open)
	}
	m := sb.Slack.In("#incidents").Say("sam", "look")
	do("shortcut", object{"callback_id": "pin", "channel": "incidents", "ts": m.TS})
	if len(stack()) != 1 {
		t.Error("a message shortcut opened nothing")
	}
}

func TestHome(t *testing.T) {
	sb := started(t)
	startRobot(t, sb)
	w := newWindow(t, web.Options{Sandbox: sb})
	if home := w.get("/api/slack/home?as=kim"); home["view"] != nil {
		t.Errorf("before the app published it: %v", home)
	}
	records, stop := sb.Ledger.Subscribe()
	defer stop()
	w.post("/api/slack/home", object{"as": "kim"})
	for rec := range records { // until the robot has published it
		if rec.Kind == sandbox.RecordRequest && rec.Method == "views.publish" {
			break
		}
	}
	home := w.get("/api/slack/home?as=kim")
	if home["id"] == "" || home["view"].(object)["type"] != "home" || w.get("/api/slack?as=kim")["home"] != true {
		t.Fatalf("home: %v", home)
	}
	actions := objects(home["view"].(object)["blocks"])[1]
	w.post("/api/slack/view-do", object{"as": "kim", "view": home["id"], "deed": object{"block_id": actions["block_id"], "action_id": "open"}})
	if home := w.get("/api/slack/home?as=sam"); home["view"] != nil {
		t.Errorf("sam has kim's: %v", home)
	}
}

// TestButton uses what an app's message offers.
func TestButton(t *testing.T) {
	sb := started(t)
	startRobot(t, sb)
	w := newWindow(t, web.Options{Sandbox: sb})
	ts := w.post("/api/slack/say", object{"as": "kim", "channel": "incidents", "text": "/inc card"})["reply"].(object)["ts"]
	for _, deed := range []object{
		{"block_id": "head", "action_id": "ack"},
		{"block_id": "acts", "action_id": "sev", "value": "2"},
		{"block_id": "acts", "action_id": "lead", "value": "sam"},
		{"block_id": "of-before", "action_id": "ack"}, // as the message was before an update
		{"block_id": "acts", "action_id": "ticks", "value": "edge,core", "state": object{"acts": object{"sev": object{"type": "static_select"}}}},
	} {
		r := w.post("/api/slack/do", object{"as": "kim", "channel": "incidents", "ts": ts, "deed": deed})
		if r["reply"].(object)["trouble"] != "" {
			t.Errorf("%v: %v", deed, r)
		}
	}
	w.wrong("/api/slack/do", object{"as": "kim", "channel": "incidents", "ts": ts, "deed": object{"action_id": "none"}}, 409)
	w.wrong("/api/slack/do", object{"as": "kim", "channel": "incidents", "ts": ts, "deed": object{"block_id": "head", "action_id": "close"}}, 409)
}
