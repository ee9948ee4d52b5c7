package sandbox

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

const inputView = `{"type":"modal","callback_id":"form","private_metadata":"kept","notify_on_close":true,
	"title":{"type":"plain_text","text":"A form"},"submit":{"type":"plain_text","text":"Send"},"blocks":[
	{"type":"input","block_id":"title","label":{"type":"plain_text","text":"Title"},"element":{"type":"plain_text_input","action_id":"in","max_length":20,"initial_value":"old"}},
	{"type":"input","block_id":"sev","optional":true,"label":{"type":"plain_text","text":"Severity"},"element":{"type":"static_select","action_id":"pick","options":[
		{"text":{"type":"plain_text","text":"One"},"value":"1"},{"text":{"type":"plain_text","text":"Two"},"value":"2"}]}},
	{"type":"input","block_id":"who","optional":true,"label":{"type":"plain_text","text":"Who"},"element":{"type":"users_select","action_id":"user"}},
	{"type":"actions","block_id":"row","elements":[{"type":"button","action_id":"more","value":"m","text":{"type":"plain_text","text":"More"}}]}]}`

// opened makes sam open a view by a global shortcut.
func (r *rig) opened(c *tap, view string) *View {
	r.t.Helper()
	r.ok("views.open", "trigger_id", r.trigger(c), "view", view)
	return r.sb.Slack.View("sam")
}

// trigger is what a global shortcut of sam's brings.
func (r *rig) trigger(c *tap) string {
	r.t.Helper()
	got := typing(func() Reply { return r.sb.Slack.GlobalShortcut("sam", "open_incident") })
	f := c.next()
	c.ack(f)
	<-got
	return dig(f, "payload", "trigger_id").(string)
}

// submit answers a submission with a payload; nil is a bare ack.
func submit(c *tap, v *View, answer any) (Shown, object) {
	got := v.Submitting()
	f := c.next()
	ack := object{"envelope_id": f["envelope_id"]}
	if answer != nil {
		ack["payload"] = answer
	}
	c.send(ack)
	return <-got, f
}

func TestSlackViewSubmission(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		c, _ := r.dial()
		v := r.opened(c, inputView)
		if v.Value("title") != "old" {
			t.Errorf("title starts as %q", v.Value("title"))
		}
		if got := v.Fill("title", "").Submit(); got["title"] == "" {
			t.Errorf("an empty required field: %v", got)
		}
		if got := v.Fill("title", strings.Repeat("x", 21)).Submit(); got["title"] == "" {
			t.Errorf("a text too long: %v", got)
		}
		v.Fill("title", "Phishing").Fill("sev", "Two").Fill("who", "kim")
		shown, f := submit(c, v, object{"response_action": "errors", "errors": object{"title": "taken"}})
		p := f["payload"].(object)
		values := dig(p, "view", "state", "values")
		if f["type"] != "interactive" || f["accepts_response_payload"] != true || p["type"] != "view_submission" || p["channel"] != nil ||
			dig(p, "view", "private_metadata") != "kept" || dig(p, "view", "callback_id") != "form" ||
			dig(values, "title", "in", "value") != "Phishing" || dig(values, "sev", "pick", "selected_option", "value") != "2" ||
			dig(values, "who", "user", "selected_user") != s.User("kim").ID {
			t.Errorf("submission = %v", f)
		}
		if shown["title"] != "taken" || s.View("sam") == nil {
			t.Errorf("errors: %v", shown)
		}
		if shown, _ := submit(c, v, object{"response_action": "errors", "errors": object{"row": "no input"}}); shown[Trouble] == "" {
			t.Errorf("errors for no input: %v", shown)
		}
		if shown, _ := submit(c, v, object{"text": "no action"}); shown != nil || s.View("sam") != nil {
			t.Errorf("a plain answer closes the view: %v", shown)
		}
	})
}

func TestSlackViewSubmissionLate(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		v := r.opened(c, inputView)
		got := v.Submitting()
		f := c.next()
		wait(ackDeadline + time.Second)
		c.ack(f)
		if shown := <-got; shown[Trouble] != noConnection || r.sb.Slack.View("sam") == nil {
			t.Errorf("late: %v", shown)
		}
	})
}

func TestSlackViewAnswers(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		c, _ := r.dial()
		v := r.opened(c, inputView)
		second := strings.Replace(inputView, "A form", "Second", 1)
		if shown, _ := submit(c, v, object{"response_action": "update", "view": json.RawMessage(second)}); shown != nil || !strings.Contains(string(s.View("sam").JSON), "Second") {
			t.Errorf("update: %v", shown)
		}
		for range 2 {
			if shown, _ := submit(c, s.View("sam"), object{"response_action": "push", "view": json.RawMessage(second)}); shown != nil {
				t.Errorf("push: %v", shown)
			}
		}
		if shown, _ := submit(c, s.View("sam"), object{"response_action": "push", "view": json.RawMessage(second)}); shown[Trouble] == "" {
			t.Errorf("a fourth view: %v", shown)
		}
		r.refused("push_limit_reached", "views.push", "trigger_id", r.trigger(c), "view", inputView)
		s.View("sam").Close()
		f := c.next()
		if p := f["payload"].(object); p["type"] != "view_closed" || p["is_cleared"] != false || dig(p, "view", "previous_view_id") == nil {
			t.Errorf("closed = %v", f)
		}
		c.ack(f)
		if shown, _ := submit(c, s.View("sam"), object{"response_action": "clear"}); shown != nil || s.View("sam") != nil {
			t.Errorf("clear: %v", shown)
		}
	})
}

func TestSlackViewsUpdateAndPush(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		r.refused("not_found", "views.push", "trigger_id", r.trigger(c), "view", inputView)
		opened := r.ok("views.open", "trigger_id", r.trigger(c), "view", inputView)
		id, hash := dig(opened, "view", "id").(string), dig(opened, "view", "hash").(string)
		r.sb.Slack.View("sam").Fill("title", "mine")
		out := r.ok("views.update", "view_id", id, "hash", hash, "view", strings.Replace(inputView, "A form", "Changed", 1))
		if dig(out, "view", "hash") == hash || r.sb.Slack.View("sam").Value("title") != "mine" {
			t.Errorf("updated: %v", out)
		}
		r.refused("hash_conflict", "views.update", "view_id", id, "hash", hash, "view", inputView)
		r.refused("not_found", "views.update", "view_id", "V0NOPE", "view", inputView)
		r.refused("invalid_arguments", "views.update", "view", inputView)
		r.refused("view_too_large", "views.update", "view_id", id, "view", strings.Repeat("x", maxView+1))
		named := strings.Replace(inputView, `"type":"modal"`, `"type":"modal","external_id":"one"`, 1)
		pushed := r.ok("views.push", "trigger_id", r.trigger(c), "view", named)
		if dig(pushed, "view", "previous_view_id") != id || dig(pushed, "view", "root_view_id") != id {
			t.Errorf("pushed: %v", pushed)
		}
		r.ok("views.update", "external_id", "one", "view", named)
		r.refused("duplicate_external_id", "views.push", "trigger_id", r.trigger(c), "view", named)
	})
}

func TestSlackViewClicks(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		v := r.opened(c, inputView)
		got := typing(func() Reply { return v.Click("more") })
		f := c.next()
		p := f["payload"].(object)
		if p["type"] != "block_actions" || f["accepts_response_payload"] != false || dig(p, "container", "type") != "view" || dig(p, "container", "view_id") != v.ID ||
			p["channel"] != nil || p["response_url"] != nil || dig(p, "actions", 0, "value") != "m" || dig(p, "view", "state", "values", "title", "in", "value") != "old" {
			t.Errorf("click = %v", f)
		}
		c.ack(f)
		if r := <-got; r.Trouble != "" {
			t.Errorf("reply = %+v", r)
		}
	})
}

// Each fault that the reference names is refused.
func TestSlackViewsAreChecked(t *testing.T) {
	spoil := func(from, to string) string {
		if !strings.Contains(inputView, from) {
			panic("the view has no " + from)
		}
		return strings.Replace(inputView, from, to, 1)
	}
	long := func(n int) string { return strings.Repeat("x", n) }
	views := map[string]string{
		"no modal":          spoil(`"modal"`, `"page"`),
		"no title":          spoil(`"title":{"type":"plain_text","text":"A form"},`, ``),
		"long title":        spoil("A form", long(25)),
		"mrkdwn title":      spoil(`"title":{"type":"plain_text"`, `"title":{"type":"mrkdwn"`),
		"no submit":         spoil(`"submit":{"type":"plain_text","text":"Send"},`, ``),
		"long submit":       spoil("Send", long(25)),
		"long metadata":     spoil("kept", long(3001)),
		"long callback":     spoil(`"form"`, `"`+long(256)+`"`),
		"same block":        spoil(`"block_id":"sev"`, `"block_id":"title"`),
		"max_length":        spoil(`"max_length":20`, `"max_length":3001`),
		"long initial":      spoil(`"old"`, `"`+long(21)+`"`),
		"min over max":      spoil(`"max_length":20`, `"max_length":20,"min_length":21`),
		"button in input":   spoil(`"type":"users_select"`, `"type":"button"`),
		"no label":          spoil(`"label":{"type":"plain_text","text":"Who"},`, ``),
		"long label":        spoil(`"Who"`, `"`+long(2001)+`"`),
		"long option":       spoil(`"text":"One"`, `"text":"`+long(76)+`"`),
		"long value":        spoil(`"value":"1"`, `"value":"`+long(151)+`"`),
		"strange initial":   spoil(`"action_id":"pick"`, `"action_id":"pick","initial_option":{"text":{"type":"plain_text","text":"One"},"value":"9"}`),
		"strange in groups": spoil(`"action_id":"pick","options":[`, `"action_id":"pick","initial_option":{"text":{"type":"plain_text","text":"Six"},"value":"6"},"option_groups":[{"label":{"type":"plain_text","text":"G"},"options":[{"text":{"type":"plain_text","text":"Five"},"value":"5"}]}],"other":[`),
		"bad date":          spoil(`{"type":"users_select"`, `{"type":"datepicker","initial_date":"1.2.2026"`),
		"bad time":          spoil(`{"type":"users_select"`, `{"type":"timepicker","initial_time":"24:00"`),
		"bad moment":        spoil(`{"type":"users_select"`, `{"type":"datetimepicker","initial_date_time":12`),
		"many checkboxes":   spoil(`{"type":"users_select"`, `{"type":"checkboxes","options":[`+strings.TrimSuffix(strings.Repeat(`{"text":{"type":"plain_text","text":"o"},"value":"v"},`, 11), ",")+`]`),
		"many blocks":       `{"type":"modal","title":{"type":"plain_text","text":"x"},"blocks":[` + strings.TrimSuffix(strings.Repeat(`{"type":"divider"},`, 101), ",") + `]}`,
	}
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		for name, view := range views {
			if !json.Valid([]byte(view)) {
				t.Fatalf("%s is no JSON", name)
			}
			id := r.trigger(c)
			out := r.refused("invalid_arguments", "views.open", "trigger_id", id, "view", view)
			if messages, _ := dig(out, "response_metadata", "messages").([]any); len(messages) != 1 {
				t.Errorf("%s: %v", name, out)
			}
			r.ok("views.open", "trigger_id", id, "view", inputView) // the trigger is good still
			wait(time.Minute)
		}
	})
}

// What a menu shows at first may stand in any of its groups.
func TestSlackViewInitialOptionInGroups(t *testing.T) {
	const five = `{"text":{"type":"plain_text","text":"Five"},"value":"5"}`
	view := strings.Replace(inputView, `"action_id":"pick","options":[`, `"action_id":"pick","initial_option":`+five+`,"option_groups":[
		{"label":{"type":"plain_text","text":"Low"},"options":[{"text":{"type":"plain_text","text":"Six"},"value":"6"}]},
		{"label":{"type":"plain_text","text":"High"},"options":[`+five+`]}],"other":[`, 1)
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		if v := r.opened(c, view); v.Value("sev") != "5" {
			t.Errorf("the menu shows %q at first", v.Value("sev"))
		}
	})
}

func TestSlackShortcuts(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		c, _ := r.dial()
		parent := in.Say("kim", "look")
		c.ack(c.next())
		reply := in.Reply("kim", parent.TS, "here")
		c.ack(c.next())
		got := typing(func() Reply { return in.Shortcut("sam", reply.TS, "make_task") })
		f := c.next()
		p := f["payload"].(object)
		if f["type"] != "interactive" || f["accepts_response_payload"] != false || p["type"] != "message_action" || p["callback_id"] != "make_task" ||
			p["message_ts"] != reply.TS || dig(p, "message", "thread_ts") != parent.TS || dig(p, "message", "text") != "here" ||
			dig(p, "channel", "id") != in.ID() || dig(p, "user", "id") != s.User("sam").ID || p["response_url"] == nil || p["trigger_id"] == nil {
			t.Errorf("message shortcut = %v", f)
		}
		c.ack(f)
		<-got
		got = typing(func() Reply { return s.GlobalShortcut("sam", "open_incident") })
		f = c.next()
		if p := f["payload"].(object); p["type"] != "shortcut" || p["callback_id"] != "open_incident" || p["channel"] != nil || p["response_url"] != nil || p["trigger_id"] == nil {
			t.Errorf("global shortcut = %v", f)
		}
		if r := <-got; !r.TimedOut {
			t.Errorf("unacknowledged: %+v", r)
		}
	})
}

// Only a response_url replaces what one person alone sees.
func TestSlackEphemeralsAreReplaced(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		c, _ := r.dial()
		r.ok("chat.postEphemeral", "channel", in.ID(), "user", s.User("sam").ID, "text", "choose", "blocks",
			`[{"type":"actions","elements":[{"type":"button","action_id":"a","value":"1","text":{"type":"plain_text","text":"A"}}]}]`)
		got := typing(func() Reply { return in.Press("sam", "a") })
		f := c.next()
		c.ack(f)
		<-got
		if dig(f, "payload", "container", "is_ephemeral") != true {
			t.Errorf("press = %v", f)
		}
		url := dig(f, "payload", "response_url").(string)
		r.respond(url, object{"text": "chosen", "replace_original": true})
		if e := s.Ephemerals("sam"); len(e) != 1 || e[0].Text != "chosen" || e[0].Blocks != nil {
			t.Errorf("sam sees %+v", e)
		}
		r.respond(url, object{"delete_original": true})
		if e := s.Ephemerals("sam"); !e[0].Gone {
			t.Errorf("sam sees %+v", e)
		}
	})
}
