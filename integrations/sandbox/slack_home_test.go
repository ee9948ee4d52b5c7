package sandbox

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

const homeView = `{"type":"home","callback_id":"home","private_metadata":"kept","external_id":"ext","blocks":[
	{"type":"input","block_id":"name","dispatch_action":true,"label":{"type":"plain_text","text":"Name"},"element":{"type":"plain_text_input","action_id":"in"}},
	{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Go"}}]}]}`

func TestSlackHome(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		sam := s.User("sam").ID
		if s.Home("sam") != nil {
			t.Error("a Home tab before it is published")
		}
		first, _ := r.ok("views.publish", "user_id", sam, "view", homeView)["view"].(object)
		if first["type"] != "home" || first["private_metadata"] != "kept" || first["callback_id"] != "home" || first["root_view_id"] != first["id"] ||
			first["submit"] != nil || first["close"] != nil || first["previous_view_id"] != nil || first["app_id"] != s.app.id || first["hash"] == nil {
			t.Errorf("published: %v", first)
		}
		home := s.Home("sam")
		var shown object
		if err := json.Unmarshal(home.JSON, &shown); err != nil || dig(shown, "blocks", 1, "block_id") == nil || dig(shown, "blocks", 1, "elements", 0, "action_id") == nil {
			t.Errorf("home = %s, %v", home.JSON, err)
		}
		if home.ID != first["id"] || home.User != sam || s.Home("kim") != nil || s.View("sam") != nil || len(s.Views()) != 0 {
			t.Errorf("home = %+v", home)
		}
		if err := home.Put(map[string]string{"name": "mine"}); err != nil {
			t.Error(err)
		}
		r.refused("hash_conflict", "views.publish", "user_id", sam, "view", homeView, "hash", "0.old")
		r.refused("hash_conflict", "views.publish", "user_id", s.User("kim").ID, "view", `{"type":"home","blocks":[]}`, "hash", first["hash"].(string))
		wait(time.Second)
		again := r.ok("views.publish", "user_id", sam, "view", homeView, "hash", first["hash"].(string))["view"].(object)
		if again["id"] != first["id"] || again["hash"] == first["hash"] || dig(again, "state", "values", "name", "in", "value") != "mine" {
			t.Errorf("published again: %v", again)
		}
		if !s.Home("sam").At.After(home.At) || home.Value("name") != "mine" {
			t.Errorf("home = %+v", s.Home("sam"))
		}
	})
}

func TestSlackHomeIsChecked(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		c, _ := r.dial()
		sam, kim := s.User("sam").ID, s.User("kim").ID
		spoil := func(from, to string) string { return strings.Replace(homeView, from, to, 1) }
		divider := strings.TrimSuffix(strings.Repeat(`{"type":"divider"},`, 101), ",")
		for name, view := range map[string]string{
			"a modal":       inputView,
			"submit":        spoil(`"type":"home"`, `"type":"home","submit":{"type":"plain_text","text":"S"}`),
			"close":         spoil(`"type":"home"`, `"type":"home","close":{"type":"plain_text","text":"C"}`),
			"no JSON":       `{"type":`,
			"no blocks":     `{"type":"home"}`,
			"many blocks":   `{"type":"home","blocks":[` + divider + `]}`,
			"long metadata": spoil("kept", strings.Repeat("x", maxViewPrivate+1)),
			"odd block":     spoil("actions", "antics"),
		} {
			out := r.refused("invalid_arguments", "views.publish", "user_id", sam, "view", view)
			if dig(out, "response_metadata", "messages", 0) == nil {
				t.Errorf("%s: %v", name, out)
			}
		}
		for _, user := range []string{"", "U0NOBODY", "sam", s.Bot().ID, s.User("stranger").ID} {
			r.refused("invalid_arguments", "views.publish", "user_id", user, "view", homeView)
		}
		r.ok("views.publish", "user_id", s.User("guest").ID, "view", `{"type":"home","blocks":[]}`)
		r.refused("view_too_large", "views.publish", "user_id", sam, "view", strings.Repeat("x", maxView+1))
		r.ok("views.publish", "user_id", sam, "view", homeView)
		r.refused("duplicate_external_id", "views.publish", "user_id", kim, "view", homeView)
		r.refused("duplicate_external_id", "views.open", "trigger_id", r.trigger(c), "view", strings.Replace(inputView, `"type":"modal"`, `"type":"modal","external_id":"ext"`, 1))
		r.refused("not_found", "views.update", "view_id", s.Home("sam").ID, "view", homeView)
		s.SetHomeTab(false)
		r.refused("not_enabled", "views.publish", "user_id", sam, "view", homeView)
		if s.Home("sam") != nil {
			t.Error("a Home tab that is switched off")
		}
	})
}

func TestSlackHomeIsOpened(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		c, _ := r.dial()
		s.SetEvents()
		s.OpenHome("sam")
		c.none() // not subscribed
		s.SetEvents("app_home_opened")
		s.OpenHome("sam")
		e := c.event()
		sam := s.User("sam").ID
		channel, _ := e["channel"].(string)
		if e["type"] != "app_home_opened" || e["user"] != sam || e["tab"] != "home" || !strings.HasPrefix(channel, "D") || e["event_ts"] == nil || e["view"] != nil {
			t.Errorf("opened: %v", e)
		}
		r.ok("views.publish", "user_id", sam, "view", homeView)
		s.OpenHome("sam")
		if e := c.event(); dig(e, "view", "id") != s.Home("sam").ID || dig(e, "view", "type") != "home" || e["channel"] != channel {
			t.Errorf("opened again: %v", e)
		}
		for _, who := range []string{"stranger", s.Bot().ID} {
			if err := s.Try(func() { s.OpenHome(who) }); err == nil {
				t.Errorf("%s opens the Home tab", who)
			}
		}
		s.SetHomeTab(false)
		if err := s.Try(func() { s.OpenHome("sam") }); err == nil {
			t.Error("a Home tab that is switched off is opened")
		}
		c.none()
	})
}

// What lies below is seen too, with its own fields, but only the top is used.
func TestSlackScreen(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		c, _ := r.dial()
		if got := s.Screen("sam"); len(got) != 0 {
			t.Errorf("screen = %v", got)
		}
		below := r.opened(c, inputView)
		below.Fill("title", "below")
		r.ok("views.push", "trigger_id", r.trigger(c), "view", strings.Replace(inputView, "A form", "Above", 1))
		stack := s.Screen("sam")
		if len(stack) != 2 || stack[0].ID != below.ID || !strings.Contains(string(stack[1].JSON), "Above") || stack[1].ID != s.View("sam").ID {
			t.Fatalf("screen = %v", stack)
		}
		if v := stack[0].Values(); dig(object{"v": map[string]any{"x": v["title"]["in"]}}, "v", "x", "value") != "below" {
			t.Errorf("values = %v", v)
		}
		for _, err := range []error{
			stack[0].Put(map[string]string{"title": "x"}),
			second(stack[0].Do(Deed{ActionID: "more"})),
			s.Try(func() { stack[0].Submit() }),
			second((&View{ID: "V0NOPE", User: stack[0].User, s: s}).Do(Deed{ActionID: "more"})),
		} {
			if err == nil || !strings.Contains(err.Error(), "not on top") {
				t.Errorf("below the top: %v", err)
			}
		}
		stack[1].Close()
		c.ack(c.next())
		if stack[1].Values() != nil {
			t.Error("a closed view has values")
		}
		if err := stack[0].Put(map[string]string{"title": "top again"}); err != nil {
			t.Error(err)
		}
	})
}

// Put fills all or nothing.
func TestSlackPut(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		v := r.opened(c, inputView)
		if err := v.Put(map[string]string{"title": "Phishing", "pick": "Two", "who": "kim"}); err != nil {
			t.Fatal(err)
		}
		want := map[string]map[string]any{
			"title": {"in": map[string]any{"type": "plain_text_input", "value": "Phishing"}},
			"sev":   {"pick": map[string]any{"type": "static_select", "selected_option": map[string]any{"text": map[string]any{"type": "plain_text", "text": "Two"}, "value": "2"}}},
			"who":   {"user": map[string]any{"type": "users_select", "selected_user": r.sb.Slack.User("kim").ID}},
		}
		if got := v.Values(); !reflect.DeepEqual(got, want) {
			t.Errorf("values = %v", got)
		}
		for _, bad := range []map[string]string{{"title": "x", "sev": "Three"}, {"title": "x", "nothing": "x"}, {"title": "x", "row": "x"}} {
			if err := v.Put(bad); err == nil {
				t.Errorf("%v is taken", bad)
			}
		}
		if got := v.Values(); !reflect.DeepEqual(got, want) {
			t.Errorf("values = %v", got)
		}
		notes := r.sb.Ledger.Of("slack", RecordPerson)
		if last := notes[len(notes)-1]; last.Method != "fill" || last.Ref != v.ID || last.Text != "pick, title, who" {
			t.Errorf("ledger: %+v", last)
		}
		if err := v.Put(map[string]string{"who": "", "sev": ""}); err != nil || v.Value("who") != "" {
			t.Errorf("emptied: %v", err)
		}
		r.sb.Slack.Deactivate("sam")
		if err := v.Put(map[string]string{"title": "y"}); err == nil {
			t.Error("a deactivated account fills a form")
		}
	})
}

// What the client itself finds wrong is shown without asking the app.
func TestSlackComplaints(t *testing.T) {
	field := func(block, element string) string {
		return `{"type":"input","block_id":"` + block + `","optional":true,"label":{"type":"plain_text","text":"L"},"element":{` + element + `,"action_id":"a"}}`
	}
	view := `{"type":"modal","title":{"type":"plain_text","text":"T"},"submit":{"type":"plain_text","text":"S"},"blocks":[` + strings.Join([]string{
		field("mail", `"type":"email_text_input"`), field("link", `"type":"url_text_input"`),
		field("whole", `"type":"number_input","is_decimal_allowed":false`),
		field("bounded", `"type":"number_input","is_decimal_allowed":true,"min_value":"-1.5","max_value":"2"`),
		field("text", `"type":"plain_text_input","min_length":2,"max_length":3`),
		field("people", `"type":"multi_users_select"`),
	}, ",") + `]}`
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		v := r.opened(c, view)
		for block, puts := range map[string][]string{
			"mail": {"sam", "Sam <sam@example.com>"}, "link": {"example", "ftp://example.com"}, "whole": {"1.5", "1e3", "x"},
			"bounded": {"-2", "2.1"}, "text": {"x", "xxxx"},
		} {
			for _, put := range puts {
				if shown := v.Fill(block, put).Submit(); len(shown) != 1 || shown[block] == "" {
					t.Errorf("%s %q: %v", block, put, shown)
				}
			}
			v.Fill(block, "")
		}
		c.none()
		v.Fill("mail", "sam@example.com").Fill("link", "https://example.com").Fill("whole", "-3").Fill("bounded", "-1.5").Fill("text", "abc").Fill("people", "sam,kim")
		if got := v.Value("people"); got != r.sb.Slack.User("sam").ID+","+r.sb.Slack.User("kim").ID {
			t.Errorf("people = %q", got)
		}
		if shown, _ := submit(c, v, nil); shown != nil {
			t.Errorf("all well: %v", shown)
		}
	})
}

// A channel chosen in a field with response_url_enabled brings a response_url.
func TestSlackResponseURLs(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		c, _ := r.dial()
		s.SetEvents()
		v := r.opened(c, `{"type":"modal","title":{"type":"plain_text","text":"T"},"submit":{"type":"plain_text","text":"S"},"blocks":[
			{"type":"input","block_id":"in","label":{"type":"plain_text","text":"L"},"element":{"type":"conversations_select","action_id":"a","response_url_enabled":true}},
			{"type":"input","block_id":"out","label":{"type":"plain_text","text":"L"},"element":{"type":"channels_select","action_id":"a"}}]}`)
		_, f := submit(c, v.Fill("in", "#alerts").Fill("out", "#general"), nil)
		urls, _ := dig(f, "payload", "response_urls").([]any)
		if len(urls) != 1 || dig(urls, 0, "block_id") != "in" || dig(urls, 0, "action_id") != "a" || dig(urls, 0, "channel_id") != r.id("#alerts") {
			t.Fatalf("response_urls = %v", urls)
		}
		if code, _ := r.respond(dig(urls, 0, "response_url").(string), object{"text": "done", "response_type": "in_channel"}); code != 200 {
			t.Errorf("respond: %d", code)
		}
		if m := s.In("#alerts").Messages(); len(m) != 1 || m[0].Text != "done" {
			t.Errorf("#alerts has %v", m)
		}
	})
}
