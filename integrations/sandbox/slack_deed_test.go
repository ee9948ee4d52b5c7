package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// deedCase is an element, what a person puts into it, and what the app hears.
type deedCase struct {
	element string // without action_id
	input   bool   // stands in an input block with dispatch_action
	put     string
	action  string // what the entry of actions has besides the ids
	state   string // the entry of state.values; empty: none
}

const (
	twoOptions = `"options":[{"text":{"type":"plain_text","text":"One"},"value":"1"},{"text":{"type":"plain_text","text":"Two, too"},"value":"2"}]`
	optionOne  = `{"text":{"type":"plain_text","text":"One"},"value":"1"}`
	optionTwo  = `{"text":{"type":"plain_text","text":"Two, too"},"value":"2"}`
	hint       = `"placeholder":{"type":"plain_text","text":"Choose"}`
)

// deedCases has every element that people can use; {sam}, {general} and the
// like stand for ids.
func deedCases() map[string]deedCase {
	return map[string]deedCase{
		"button": {
			element: `"type":"button","value":"v","style":"primary","text":{"type":"plain_text","text":"Go"}`,
			action:  `"type":"button","value":"v","style":"primary","text":{"type":"plain_text","text":"Go"}`,
		},
		"overflow": {
			element: `"type":"overflow",` + twoOptions, put: "2",
			action: `"type":"overflow","selected_option":` + optionTwo,
		},
		"static_select": {
			element: `"type":"static_select",` + hint + `,"initial_option":` + optionOne + `,` + twoOptions, put: "2",
			action: `"type":"static_select",` + hint + `,"initial_option":` + optionOne + `,"selected_option":` + optionTwo,
			state:  `"type":"static_select","selected_option":` + optionTwo,
		},
		"static_select in groups": {
			element: `"type":"static_select","option_groups":[{"label":{"type":"plain_text","text":"All"},` + twoOptions + `}]`, put: "One",
			action: `"type":"static_select","selected_option":` + optionOne,
			state:  `"type":"static_select","selected_option":` + optionOne,
		},
		"static_select taken back": {
			element: `"type":"static_select",` + twoOptions,
			action:  `"type":"static_select","selected_option":null`,
			state:   `"type":"static_select","selected_option":null`,
		},
		"multi_static_select": {
			element: `"type":"multi_static_select",` + twoOptions, put: "1,2",
			action: `"type":"multi_static_select","selected_options":[` + optionOne + `,` + optionTwo + `]`,
			state:  `"type":"multi_static_select","selected_options":[` + optionOne + `,` + optionTwo + `]`,
		},
		"multi_static_select by a text with a comma": {
			element: `"type":"multi_static_select",` + twoOptions, put: "Two, too, 1",
			action: `"type":"multi_static_select","selected_options":[` + optionTwo + `,` + optionOne + `]`,
			state:  `"type":"multi_static_select","selected_options":[` + optionTwo + `,` + optionOne + `]`,
		},
		"users_select": {
			element: `"type":"users_select"`, put: "kim",
			action: `"type":"users_select","selected_user":"{kim}"`, state: `"type":"users_select","selected_user":"{kim}"`,
		},
		"multi_users_select": {
			element: `"type":"multi_users_select","initial_users":["{sam}"]`, put: "@kim, {jo}",
			action: `"type":"multi_users_select","initial_users":["{sam}"],"selected_users":["{kim}","{jo}"]`,
			state:  `"type":"multi_users_select","selected_users":["{kim}","{jo}"]`,
		},
		"multi_users_select emptied": {
			element: `"type":"multi_users_select","initial_users":["{sam}"]`,
			action:  `"type":"multi_users_select","initial_users":["{sam}"],"selected_users":[]`,
			state:   `"type":"multi_users_select","selected_users":[]`,
		},
		"conversations_select": {
			element: `"type":"conversations_select"`, put: "#hr",
			action: `"type":"conversations_select","selected_conversation":"{hr}"`, state: `"type":"conversations_select","selected_conversation":"{hr}"`,
		},
		"multi_conversations_select": {
			element: `"type":"multi_conversations_select"`, put: "#hr,general",
			action: `"type":"multi_conversations_select","selected_conversations":["{hr}","{general}"]`,
			state:  `"type":"multi_conversations_select","selected_conversations":["{hr}","{general}"]`,
		},
		"channels_select": {
			element: `"type":"channels_select"`, put: "{general}",
			action: `"type":"channels_select","selected_channel":"{general}"`, state: `"type":"channels_select","selected_channel":"{general}"`,
		},
		"multi_channels_select": {
			element: `"type":"multi_channels_select"`, put: "general,general",
			action: `"type":"multi_channels_select","selected_channels":["{general}"]`,
			state:  `"type":"multi_channels_select","selected_channels":["{general}"]`,
		},
		"external_select": {
			element: `"type":"external_select","min_query_length":2,"initial_option":` + optionOne, put: "1",
			action: `"type":"external_select","min_query_length":2,"initial_option":` + optionOne + `,"selected_option":` + optionOne,
			state:  `"type":"external_select","selected_option":` + optionOne,
		},
		"multi_external_select": {
			element: `"type":"multi_external_select","initial_options":[` + optionOne + `,` + optionTwo + `]`, put: "2",
			action: `"type":"multi_external_select","initial_options":[` + optionOne + `,` + optionTwo + `],"selected_options":[` + optionTwo + `]`,
			state:  `"type":"multi_external_select","selected_options":[` + optionTwo + `]`,
		},
		"datepicker": {
			element: `"type":"datepicker","initial_date":"2026-01-01",` + hint, put: "2026-02-28",
			action: `"type":"datepicker","initial_date":"2026-01-01",` + hint + `,"selected_date":"2026-02-28"`,
			state:  `"type":"datepicker","selected_date":"2026-02-28"`,
		},
		"timepicker": {
			element: `"type":"timepicker","timezone":"Europe/Madrid"`, put: "09:30",
			action: `"type":"timepicker","timezone":"Europe/Madrid","selected_time":"09:30"`, state: `"type":"timepicker","selected_time":"09:30"`,
		},
		"datetimepicker": {
			element: `"type":"datetimepicker","initial_date_time":1628633820`, put: "1796000000",
			action: `"type":"datetimepicker","initial_date_time":1628633820,"selected_date_time":1796000000`,
			state:  `"type":"datetimepicker","selected_date_time":1796000000`,
		},
		"checkboxes": {
			element: `"type":"checkboxes","initial_options":[` + optionOne + `],` + twoOptions, put: "1,2",
			action: `"type":"checkboxes","initial_options":[` + optionOne + `],"selected_options":[` + optionOne + `,` + optionTwo + `]`,
			state:  `"type":"checkboxes","selected_options":[` + optionOne + `,` + optionTwo + `]`,
		},
		"checkboxes unticked": {
			element: `"type":"checkboxes","initial_options":[` + optionOne + `],` + twoOptions,
			action:  `"type":"checkboxes","initial_options":[` + optionOne + `],"selected_options":[]`,
			state:   `"type":"checkboxes","selected_options":[]`,
		},
		"radio_buttons": {
			element: `"type":"radio_buttons",` + twoOptions, put: "1",
			action: `"type":"radio_buttons","selected_option":` + optionOne, state: `"type":"radio_buttons","selected_option":` + optionOne,
		},
		"plain_text_input": {
			input: true, element: `"type":"plain_text_input","initial_value":"old",` + hint, put: "new, <b> & @kim",
			action: `"type":"plain_text_input","value":"new, <b> & @kim"`, state: `"type":"plain_text_input","value":"new, <b> & @kim"`,
		},
		"plain_text_input emptied": {
			input: true, element: `"type":"plain_text_input","initial_value":"old"`,
			action: `"type":"plain_text_input","value":null`, state: `"type":"plain_text_input","value":null`,
		},
		"email_text_input": {
			input: true, element: `"type":"email_text_input"`, put: "sam@example.com",
			action: `"type":"email_text_input","value":"sam@example.com"`, state: `"type":"email_text_input","value":"sam@example.com"`,
		},
		"url_text_input": {
			input: true, element: `"type":"url_text_input"`, put: "https://example.com/?a=1,2",
			action: `"type":"url_text_input","value":"https://example.com/?a=1,2"`, state: `"type":"url_text_input","value":"https://example.com/?a=1,2"`,
		},
		"number_input": {
			input: true, element: `"type":"number_input","is_decimal_allowed":true,"min_value":"1","max_value":"10"`, put: "2.5",
			action: `"type":"number_input","value":"2.5"`, state: `"type":"number_input","value":"2.5"`,
		},
		"rich_text_input": {
			input: true, element: `"type":"rich_text_input"`, put: "ask @kim",
			action: `"type":"rich_text_input","rich_text_value":` + richAskKim, state: `"type":"rich_text_input","rich_text_value":` + richAskKim,
		},
		"static_select in an input": {
			input: true, element: `"type":"static_select",` + twoOptions, put: "2",
			action: `"type":"static_select","selected_option":` + optionTwo, state: `"type":"static_select","selected_option":` + optionTwo,
		},
	}
}

const richAskKim = `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"ask "},{"type":"user","user_id":"{kim}"}]}]}`

// deedBlocks puts an element into a block of its own.
func deedBlocks(dc deedCase) string {
	if dc.input {
		return `[{"type":"input","block_id":"b","dispatch_action":true,"label":{"type":"plain_text","text":"L"},"element":{` + dc.element + `,"action_id":"a"}}]`
	}
	return `[{"type":"actions","block_id":"b","elements":[{` + dc.element + `,"action_id":"a"}]}]`
}

// named puts ids in place of {names}.
func named(s *Slack, text string) string {
	for _, u := range []string{"sam", "kim", "jo"} {
		text = strings.ReplaceAll(text, "{"+u+"}", s.User(u).ID)
	}
	for _, ch := range []string{"general", "hr"} {
		text = strings.ReplaceAll(text, "{"+ch+"}", s.In(ch).ID())
	}
	return text
}

func decoded(t *testing.T, text string) object {
	t.Helper()
	var out object
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return out
}

// doing does a deed and returns the envelope, acknowledged.
func doing(t *testing.T, c *tap, do func() (Reply, error)) object {
	t.Helper()
	failed := make(chan error, 1)
	got := typing(func() Reply {
		r, err := do()
		if err != nil {
			failed <- err
		}
		return r
	})
	select {
	case f := <-c.frames:
		c.ack(f)
		if r := <-got; r.Trouble != "" {
			t.Errorf("reply = %+v", r)
		}
		return f
	case err := <-failed:
		<-got
		t.Error(err)
	case <-time.After(time.Minute):
		t.Error("no envelope")
	}
	return nil
}

// Each element tells the app what is documented of it, on each surface.
func TestSlackDeeds(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		s.AddChannel("hr", true, "sam")
		s.SetEvents()
		c, _ := r.dial()
		sam := s.User("sam").ID
		surfaces := map[string]func(blocks string) (do func(Deed) (Reply, error), state []any){
			"message": func(blocks string) (func(Deed) (Reply, error), []any) {
				ts := r.ok("chat.postMessage", "channel", in.ID(), "text", "x", "blocks", blocks)["ts"].(string)
				return func(d Deed) (Reply, error) { return s.Do("sam", in.ID(), ts, d) }, []any{"state", "values"}
			},
			"ephemeral": func(blocks string) (func(Deed) (Reply, error), []any) {
				ts := r.ok("chat.postEphemeral", "channel", in.ID(), "user", sam, "text", "x", "blocks", blocks)["message_ts"].(string)
				return func(d Deed) (Reply, error) { return s.Do("sam", "#general", ts, d) }, []any{"state", "values"}
			},
			"modal": func(blocks string) (func(Deed) (Reply, error), []any) {
				r.ok("views.open", "trigger_id", r.trigger(c), "view", `{"type":"modal","title":{"type":"plain_text","text":"T"},"submit":{"type":"plain_text","text":"S"},"blocks":`+blocks+`}`)
				return s.View("sam").Do, []any{"view", "state", "values"}
			},
			"home": func(blocks string) (func(Deed) (Reply, error), []any) {
				r.ok("views.publish", "user_id", sam, "view", `{"type":"home","blocks":`+blocks+`}`)
				return s.Home("sam").Do, []any{"view", "state", "values"}
			},
		}
		for name, dc := range deedCases() {
			for place, surface := range surfaces {
				wait(time.Minute) // for the pace of the API
				do, state := surface(named(s, deedBlocks(dc)))
				f := doing(t, c, func() (Reply, error) { return do(Deed{BlockID: "b", ActionID: "a", Value: named(s, dc.put)}) })
				p, _ := f["payload"].(object)
				action, _ := dig(p, "actions", 0).(object)
				want := decoded(t, named(s, `{"block_id":"b","action_id":"a",`+dc.action+`}`))
				if want["action_ts"] = action["action_ts"]; !reflect.DeepEqual(action, want) || action["action_ts"] == nil {
					t.Errorf("%s in a %s: action %v, want %v", name, place, action, want)
				}
				values, wantValues := dig(p, state...), object{}
				if dc.state != "" {
					wantValues["b"] = object{"a": decoded(t, named(s, "{"+dc.state+"}"))}
				}
				if !reflect.DeepEqual(values, wantValues) {
					t.Errorf("%s in a %s: state %v, want %v", name, place, values, wantValues)
				}
			}
		}
	})
}

// What tells the app where something was done, as the recorded payloads have
// it: container, channel, message, view, response_url, trigger_id.
func TestSlackDeedsTellWhere(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		in := s.AddChannel("hr", true, "sam", s.Bot().ID)
		s.SetEvents()
		c, _ := r.dial()
		sam, blocks := s.User("sam").ID, deedBlocks(deedCases()["button"])
		parent := in.Say("sam", "parent")
		post := func(args ...string) string {
			args = append([]string{"channel", in.ID(), "text", "x"}, args...)
			return r.ok("chat.postMessage", args...)["ts"].(string)
		}
		do := func(ts string) object {
			f := doing(t, c, func() (Reply, error) { return s.Do("sam", in.ID(), ts, Deed{ActionID: "a"}) })
			if f["type"] != "interactive" || f["accepts_response_payload"] != false {
				t.Errorf("envelope = %v", f)
			}
			p := f["payload"].(object)
			if p["type"] != "block_actions" || dig(p, "user", "id") != sam || dig(p, "team", "id") != s.TeamID() ||
				p["trigger_id"] == nil || p["response_url"] == nil || p["view"] != nil ||
				!reflect.DeepEqual(p["channel"], object{"id": in.ID(), "name": "privategroup"}) {
				t.Errorf("payload = %v", p)
			}
			return p
		}
		container := func(p, want object) {
			t.Helper()
			if !reflect.DeepEqual(p["container"], want) {
				t.Errorf("container = %v, want %v", p["container"], want)
			}
		}
		ts := post("blocks", blocks)
		p := do(ts)
		container(p, object{"type": "message", "message_ts": ts, "channel_id": in.ID(), "is_ephemeral": false})
		if dig(p, "message", "ts") != ts {
			t.Errorf("message = %v", p["message"])
		}
		reply := post("blocks", blocks, "thread_ts", parent.TS)
		container(do(reply), object{"type": "message", "message_ts": reply, "channel_id": in.ID(), "is_ephemeral": false, "thread_ts": parent.TS})
		old := post("attachments", `[{"fallback":"none"},{"blocks":`+blocks+`}]`)
		container(do(old), object{
			"type": "message_attachment", "message_ts": old, "channel_id": in.ID(), "is_ephemeral": false, "attachment_id": 2.0, "is_app_unfurl": false,
		})
		mine := r.ok("chat.postEphemeral", "channel", in.ID(), "user", sam, "text", "x", "blocks", blocks)["message_ts"].(string)
		p = do(mine)
		container(p, object{"type": "message", "message_ts": mine, "channel_id": in.ID(), "is_ephemeral": true})
		if p["message"] != nil {
			t.Errorf("an ephemeral is shown: %v", p["message"])
		}
		if code, _ := r.respond(p["response_url"].(string), object{"delete_original": true}); code != 200 || !s.Ephemerals("sam")[0].Gone {
			t.Errorf("delete_original: %d", code)
		}
		r.ok("views.publish", "user_id", sam, "view", `{"type":"home","blocks":`+blocks+`}`)
		home := s.Home("sam")
		p = doing(t, c, func() (Reply, error) { return home.Do(Deed{ActionID: "a"}) })["payload"].(object)
		container(p, object{"type": "view", "view_id": home.ID})
		if p["response_url"] != nil || p["channel"] != nil || p["message"] != nil || p["trigger_id"] == nil || dig(p, "view", "type") != "home" {
			t.Errorf("from the Home tab: %v", p)
		}
		r.ok("views.open", "trigger_id", p["trigger_id"].(string), "view", inputView)
	})
}

// A client's state goes along, the sandbox remembers it, and a later deed is
// told with it.
func TestSlackDeedsCarryState(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		s.SetEvents()
		c, _ := r.dial()
		ts := r.ok("chat.postMessage", "channel", in.ID(), "text", "x", "blocks", `[
			{"type":"input","block_id":"why","label":{"type":"plain_text","text":"Why"},"element":{"type":"plain_text_input","action_id":"in"}},
			{"type":"section","block_id":"who","text":{"type":"mrkdwn","text":"Who"},"accessory":{"type":"multi_users_select","action_id":"people"}},
			{"type":"actions","block_id":"row","elements":[
				{"type":"datetimepicker","action_id":"at"},{"type":"checkboxes","action_id":"boxes",`+twoOptions+`},{"type":"static_select","action_id":"pick",`+twoOptions+`},
				{"type":"button","action_id":"go","text":{"type":"plain_text","text":"Go"}}]}]`)["ts"].(string)
		do := func(user string, d Deed) object {
			f := doing(t, c, func() (Reply, error) { return s.Do(user, in.ID(), ts, d) })
			values, _ := dig(f, "payload", "state", "values").(object)
			return values
		}
		values := do("sam", Deed{ActionID: "go", State: map[string]map[string]any{
			"why":  {"in": map[string]any{"type": "plain_text_input", "value": "because"}},
			"who":  {"people": map[string]any{"type": "multi_users_select", "selected_users": []string{s.User("kim").ID}}},
			"row":  {"at": map[string]any{"selected_date_time": 1796000000}, "boxes": map[string]any{"selected_options": []any{decoded(t, optionTwo)}}, "pick": "One"},
			"gone": {"x": "of an earlier message"},
		}})
		if dig(values, "why", "in", "value") != "because" || dig(values, "who", "people", "selected_users", 0) != s.User("kim").ID ||
			dig(values, "row", "at", "selected_date_time") != 1796000000.0 || dig(values, "row", "boxes", "selected_options", 0, "value") != "2" ||
			dig(values, "row", "pick", "selected_option", "value") != "1" || values["gone"] != nil {
			t.Errorf("state = %v", values)
		}
		values = do("sam", Deed{ActionID: "pick", Value: "2"})
		if dig(values, "why", "in", "value") != "because" || dig(values, "row", "pick", "selected_option", "value") != "2" {
			t.Errorf("remembered state = %v", values)
		}
		if values = do("kim", Deed{ActionID: "go"}); dig(values, "why", "in", "value") != nil {
			t.Errorf("another's client holds %v", values)
		}
		values = do("sam", Deed{ActionID: "go", State: map[string]map[string]any{"row": {"pick": "Three"}, "who": {"people": "kim,nobody"}}})
		if dig(values, "row", "pick", "selected_option") != nil || len(dig(values, "who", "people", "selected_users").([]any)) != 0 || dig(values, "why", "in", "value") != "because" {
			t.Errorf("state with what is gone = %v", values)
		}
		if _, err := s.Do("sam", in.ID(), ts, Deed{ActionID: "go", State: map[string]map[string]any{"row": {"pick": func() {}}}}); err == nil {
			t.Error("a state that is no JSON is taken")
		}
	})
}

// An input tells the app only at submission, unless its block dispatches.
func TestSlackInputsKeepSilent(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		v := r.opened(c, inputView)
		if reply, err := v.Do(Deed{BlockID: "sev", ActionID: "pick", Value: "2"}); err != nil || !reflect.DeepEqual(reply, Reply{}) {
			t.Errorf("Do = %+v, %v", reply, err)
		}
		c.none()
		if v.Value("sev") != "2" {
			t.Errorf("sev = %q", v.Value("sev"))
		}
	})
}

// What is not there to be used is an error and changes nothing.
func TestSlackDeedsInVain(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		s.SetEvents()
		s.AddChannel("hr", true, "kim")
		s.AddChannel("closed", false, "kim").Archive("kim")
		c, _ := r.dial()
		post := func(dc deedCase) string {
			wait(time.Minute)
			return r.ok("chat.postMessage", "channel", in.ID(), "text", "x", "blocks", deedBlocks(dc))["ts"].(string)
		}
		cases := deedCases()
		button := post(cases["button"])
		other := in.Post(BotPost{Name: "other", Text: "x", Blocks: deedBlocks(cases["button"])})
		mine := r.ok("chat.postEphemeral", "channel", in.ID(), "user", s.User("kim").ID, "text", "x", "blocks", deedBlocks(cases["button"]))["message_ts"].(string)
		gone := post(cases["button"])
		r.ok("chat.delete", "channel", in.ID(), "ts", gone)
		s.Deactivate("jo")
		private := r.create("inc-1", true)
		inside := r.ok("chat.postMessage", "channel", private, "text", "x", "blocks", deedBlocks(cases["button"]))["ts"].(string)
		elements := func(name, put string) func() error {
			ts := post(cases[name])
			return func() error { return second(s.Do("sam", in.ID(), ts, Deed{ActionID: "a", Value: put})) }
		}
		number := func(put string) func() error { return elements("number_input", put) }
		more := func(element string, input bool, put string) func() error {
			ts := post(deedCase{element: element, input: input})
			return func() error { return second(s.Do("sam", in.ID(), ts, Deed{ActionID: "a", Value: put})) }
		}
		for name, do := range map[string]func() error{
			"no user":            func() error { return second(s.Do("nobody", in.ID(), button, Deed{ActionID: "a"})) },
			"no channel":         func() error { return second(s.Do("sam", "#nowhere", button, Deed{ActionID: "a"})) },
			"no member":          func() error { return second(s.Do("sam", private, inside, Deed{ActionID: "a"})) },
			"deactivated":        func() error { return second(s.Do("jo", in.ID(), button, Deed{ActionID: "a"})) },
			"no message":         func() error { return second(s.Do("sam", in.ID(), "1.000001", Deed{ActionID: "a"})) },
			"deleted message":    func() error { return second(s.Do("sam", in.ID(), gone, Deed{ActionID: "a"})) },
			"another's whisper":  func() error { return second(s.Do("sam", in.ID(), mine, Deed{ActionID: "a"})) },
			"another app":        func() error { return second(s.Do("sam", in.ID(), other.TS, Deed{ActionID: "a"})) },
			"no element":         func() error { return second(s.Do("sam", in.ID(), button, Deed{ActionID: "z"})) },
			"no block":           func() error { return second(s.Do("sam", in.ID(), button, Deed{BlockID: "z", ActionID: "a"})) },
			"no such value":      func() error { return second(s.Do("sam", in.ID(), button, Deed{ActionID: "a", Value: "w"})) },
			"no option":          elements("static_select", "3"),
			"no option of many":  elements("checkboxes", "1,3"),
			"overflow, nothing":  elements("overflow", ""),
			"radio, nothing":     elements("radio_buttons", ""),
			"no person":          elements("users_select", "nobody"),
			"gone person":        elements("users_select", "jo"),
			"hidden channel":     elements("conversations_select", "hr"),
			"archived channel":   elements("conversations_select", "closed"),
			"private channel":    elements("channels_select", private),
			"not offered":        elements("external_select", "2"),
			"no date":            elements("datepicker", "2026-02-30"),
			"no time":            elements("timepicker", "9:30"),
			"no moment":          elements("datetimepicker", "12"),
			"no e-mail":          elements("email_text_input", "sam at home"),
			"no link":            elements("url_text_input", "javascript:alert(1)"),
			"no number":          number("two"),
			"too small a number": number("0.5"),
			"too great a number": number("11"),
			"a fraction":         more(`"type":"number_input","is_decimal_allowed":false`, true, "2.5"),
			"too long":           more(`"type":"plain_text_input","max_length":3`, true, "four"),
			"too short":          more(`"type":"plain_text_input","min_length":3`, true, "2"),
			"too many":           more(`"type":"multi_users_select","max_selected_items":1`, false, "sam,kim"),
			"files":              more(`"type":"file_input"`, true, "F1"),
			"a workflow":         more(`"type":"workflow_button","text":{"type":"plain_text","text":"W"}`, false, ""),
		} {
			before := len(r.sb.Ledger.Of("slack", RecordPerson))
			if err := do(); err == nil {
				t.Errorf("%s: no error", name)
			}
			if after := len(r.sb.Ledger.Of("slack", RecordPerson)); after != before {
				t.Errorf("%s: the ledger has a deed", name)
			}
		}
		c.none()
	})
}

func second[T any](_ T, err error) error { return err }

// Of several buttons with one action_id, the block or the value tells which.
func TestSlackDeedsOfOneName(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		s.SetEvents()
		c, _ := r.dial()
		row := func(block, value string) string {
			return fmt.Sprintf(`{"type":"actions","block_id":%q,"elements":[{"type":"button","action_id":"ack","value":%q,"text":{"type":"plain_text","text":"Ack"}}]}`, block, value)
		}
		ts := r.ok("chat.postMessage", "channel", in.ID(), "text", "x", "blocks", "["+row("b1", "1")+","+row("b2", "2")+"]")["ts"].(string)
		for _, d := range []Deed{{ActionID: "ack", Value: "2"}, {ActionID: "ack", BlockID: "b2"}} {
			f := doing(t, c, func() (Reply, error) { return s.Do("sam", in.ID(), ts, d) })
			if a := dig(f, "payload", "actions", 0); dig(a, "block_id") != "b2" || dig(a, "value") != "2" {
				t.Errorf("%+v: %v", d, a)
			}
		}
	})
}

// A deed that nobody answers tells so, and is not repeated.
func TestSlackDeedsUnanswered(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		s.SetEvents()
		ts := r.ok("chat.postMessage", "channel", in.ID(), "text", "x", "blocks", deedBlocks(deedCases()["button"]))["ts"].(string)
		if got, err := s.Do("sam", in.ID(), ts, Deed{ActionID: "a"}); err != nil || got.Trouble != "dispatch_failed" {
			t.Errorf("without a connection: %+v, %v", got, err)
		}
		c, _ := r.dial()
		began := time.Now()
		if got, err := s.Do("sam", in.ID(), ts, Deed{ActionID: "a"}); err != nil || !got.TimedOut || time.Since(began) != ackDeadline {
			t.Errorf("unanswered: %+v, %v after %s", got, err, time.Since(began))
		}
		c.next()
		wait(time.Hour)
		c.none()
		if e := s.Ephemerals("sam"); len(e) != 0 {
			t.Errorf("sam saw %v", e)
		}
		if err := r.sb.Close(); err != nil {
			t.Error(err)
		}
		if got, err := s.Do("sam", in.ID(), ts, Deed{ActionID: "a"}); err != nil || got.Trouble != "dispatch_failed" {
			t.Errorf("after the end: %+v, %v", got, err)
		}
	})
}

// The elements of context_actions, which only messages have.
func TestSlackContextActions(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		s.SetEvents()
		c, _ := r.dial()
		ts := r.ok("chat.postMessage", "channel", in.ID(), "text", "x", "blocks", `[{"type":"context_actions","block_id":"b","elements":[
			{"type":"feedback_buttons","action_id":"rate","positive_button":{"text":{"type":"plain_text","text":"Good"},"value":"good"},"negative_button":{"text":{"type":"plain_text","text":"Bad"},"value":"bad"}},
			{"type":"icon_button","action_id":"bin","icon":"trash","value":"v","text":{"type":"plain_text","text":"Delete"}}]}]`)["ts"].(string)
		for _, d := range []Deed{{ActionID: "rate", Value: "bad"}, {ActionID: "bin"}} {
			f := doing(t, c, func() (Reply, error) { return s.Do("sam", in.ID(), ts, d) })
			a := dig(f, "payload", "actions", 0)
			if dig(a, "action_id") != d.ActionID || dig(a, "block_id") != "b" || d.Value != "" && dig(a, "value") != d.Value || dig(a, "text", "text") == nil {
				t.Errorf("%+v: %v", d, a)
			}
		}
		if _, err := s.Do("sam", in.ID(), ts, Deed{ActionID: "rate", Value: "so so"}); err == nil {
			t.Error("feedback that is not offered is taken")
		}
	})
}

// Ids that the app leaves out are made up, in attachments too.
func TestSlackNamesElements(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		in := r.sb.Slack.In("#general")
		block := `[{"type":"section","text":{"type":"mrkdwn","text":"x"},"accessory":{"type":"button","text":{"type":"plain_text","text":"Go"}}}]`
		out := r.ok("chat.postMessage", "channel", in.ID(), "text", "x", "blocks", block, "attachments", `[{"blocks":`+block+`}]`)
		for _, b := range []any{dig(out, "message", "blocks", 0), dig(out, "message", "attachments", 0, "blocks", 0)} {
			if dig(b, "block_id") == nil || dig(b, "accessory", "action_id") == nil {
				t.Errorf("block = %v", b)
			}
		}
	})
}

// The payloads have no key that Slack's own SDK does not know.
func TestSlackDeedShapes(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "samples", "slack")
	b, err := os.ReadFile(filepath.Join(dir, "interactive-shape", "BlockActionPayload.json"))
	if err != nil {
		t.Skip("no recorded samples beside this checkout:", err)
	}
	shape := decoded(t, string(b))
	action := shape["actions"].([]any)[0].(object)
	for _, later := range []string{ // of elements that came after the shape was recorded, or documented
		"selected_options", "initial_options", "selected_users", "initial_users", "selected_conversations", "selected_channels",
		"selected_date_time", "initial_date_time", "timezone",
	} {
		action[later] = nil
	}
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		s.AddChannel("hr", true, "sam")
		s.SetEvents()
		c, _ := r.dial()
		for name, dc := range deedCases() {
			wait(time.Minute)
			ts := r.ok("chat.postMessage", "channel", in.ID(), "text", "x", "blocks", named(s, deedBlocks(dc)))["ts"].(string)
			f := doing(t, c, func() (Reply, error) { return s.Do("sam", in.ID(), ts, Deed{ActionID: "a", Value: named(s, dc.put)}) })
			p := f["payload"].(object)
			for part, known := range map[string]object{"payload": shape, "container": shape["container"].(object), "action": action} {
				got := map[string]any{"payload": p, "container": p["container"], "action": dig(p, "actions", 0)}[part]
				for key := range maps.Keys(got.(object)) {
					if _, ok := known[key]; !ok && key != "is_enterprise_install" {
						t.Errorf("%s: no recorded %s has %s", name, part, key)
					}
				}
			}
		}
	})
}
