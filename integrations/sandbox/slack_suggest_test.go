package sandbox

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

const menuBlocks = `[{"type":"actions","block_id":"b","elements":[
	{"type":"external_select","action_id":"find","min_query_length":2},{"type":"multi_external_select","action_id":"more"},
	{"type":"button","action_id":"go","text":{"type":"plain_text","text":"Go"}}]}]`

// suggested types into a menu and answers with a payload.
func suggested(c *tap, answer any, ask func() ([]Option, error)) (options []Option, f object, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		options, err = ask()
	}()
	f = c.next()
	c.send(object{"envelope_id": f["envelope_id"], "payload": answer})
	<-done
	return options, f, err
}

func offer(text, value string) object {
	return object{"text": object{"type": "plain_text", "text": text}, "value": value}
}

func TestSlackSuggestions(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		s.SetEvents()
		c, _ := r.dial()
		ts := r.ok("chat.postMessage", "channel", in.ID(), "text", "x", "blocks", menuBlocks)["ts"].(string)
		ask := func(action, typed string) func() ([]Option, error) {
			return func() ([]Option, error) { return s.Suggest("sam", "", in.ID(), ts, action, typed) }
		}
		got, f, err := suggested(c, object{"options": []any{offer("One", "1"), offer("Two", "2")}}, ask("find", "on"))
		if err != nil || !reflect.DeepEqual(got, []Option{{"One", "1"}, {"Two", "2"}}) {
			t.Errorf("offered %v, %v", got, err)
		}
		p := f["payload"].(object)
		if f["type"] != "interactive" || f["accepts_response_payload"] != true || p["type"] != "block_suggestion" || p["block_id"] != "b" ||
			p["action_id"] != "find" || p["value"] != "on" || dig(p, "container", "message_ts") != ts || dig(p, "message", "ts") != ts ||
			dig(p, "channel", "id") != in.ID() || p["trigger_id"] != nil || p["response_url"] != nil || p["actions"] != nil {
			t.Errorf("block_suggestion = %v", f)
		}
		f = doing(t, c, func() (Reply, error) { return s.Do("sam", in.ID(), ts, Deed{ActionID: "find", Value: "Two"}) })
		if dig(f, "payload", "actions", 0, "selected_option", "value") != "2" {
			t.Errorf("chosen: %v", f)
		}
		groups := object{"option_groups": []any{
			object{"label": object{"type": "plain_text", "text": "A"}, "options": []any{offer("Three", "3")}},
			object{"label": object{"type": "plain_text", "text": "B"}, "options": []any{offer("Four", "4")}},
		}}
		if got, _, err = suggested(c, groups, ask("more", "all")); err != nil || !reflect.DeepEqual(got, []Option{{"Three", "3"}, {"Four", "4"}}) {
			t.Errorf("offered in groups %v, %v", got, err)
		}
		f = doing(t, c, func() (Reply, error) { return s.Do("sam", in.ID(), ts, Deed{ActionID: "more", Value: "3,4"}) })
		if dig(f, "payload", "actions", 0, "selected_options", 1, "value") != "4" || dig(f, "payload", "state", "values", "b", "find", "selected_option", "value") != "2" {
			t.Errorf("chosen: %v", f)
		}
		if _, err := s.Do("kim", in.ID(), ts, Deed{ActionID: "find", Value: "2"}); err == nil {
			t.Error("kim chooses what was offered to sam")
		}
	})
}

func TestSlackSuggestionsInViews(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		c, _ := r.dial()
		v := r.opened(c, `{"type":"modal","title":{"type":"plain_text","text":"T"},"submit":{"type":"plain_text","text":"S"},"blocks":[
			{"type":"input","block_id":"b","label":{"type":"plain_text","text":"L"},"element":{"type":"external_select","action_id":"find","min_query_length":0}}]}`)
		got, f, err := suggested(c, object{"options": []any{offer("One", "1")}}, func() ([]Option, error) { return s.Suggest("sam", v.ID, "", "", "find", "") })
		p := f["payload"].(object)
		if err != nil || len(got) != 1 || dig(p, "container", "view_id") != v.ID || dig(p, "view", "id") != v.ID || p["channel"] != nil || p["value"] != "" {
			t.Errorf("offered %v, %v: %v", got, err, p)
		}
		if err := v.Put(map[string]string{"b": "1"}); err != nil || v.Value("b") != "1" {
			t.Errorf("put: %v", err)
		}
		if got, _, err := suggested(c, object{"options": []any{}}, func() ([]Option, error) { return s.Suggest("sam", v.ID, "", "", "find", "zzz") }); err != nil || len(got) != 0 {
			t.Errorf("nothing offered: %v, %v", got, err)
		}
		if err := v.Put(map[string]string{"b": "One"}); err != nil {
			t.Errorf("offered before: %v", err)
		}
		b, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "samples", "slack", "interactive", "block_suggestion.json"))
		if err != nil {
			t.Skip("no recorded samples beside this checkout:", err)
		}
		known := decoded(t, string(b))
		for key := range p {
			if _, ok := known[key]; !ok && key != "enterprise" && key != "is_enterprise_install" {
				t.Errorf("no recorded block_suggestion has %s", key)
			}
		}
	})
}

func TestSlackSuggestionsInVain(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		s.SetEvents()
		c, _ := r.dial()
		ts := r.ok("chat.postMessage", "channel", in.ID(), "text", "x", "blocks", menuBlocks)["ts"].(string)
		ask := func(action, typed string) func() ([]Option, error) {
			return func() ([]Option, error) { return s.Suggest("sam", "", in.ID(), ts, action, typed) }
		}
		for action, typed := range map[string]string{"find": "x", "more": "xx"} { // too little
			if got, err := ask(action, typed)(); got != nil || err != nil {
				t.Errorf("%s %q: %v, %v", action, typed, got, err)
			}
		}
		c.none()
		for name, err := range map[string]error{
			"no menu": second(ask("go", "all")()), "no element": second(ask("z", "all")()),
			"no message": second(s.Suggest("sam", "", in.ID(), "1.000001", "find", "all")),
			"no view":    second(s.Suggest("sam", "V0NOPE", "", "", "find", "all")),
			"no user":    second(s.Suggest("nobody", "V0NOPE", "", "", "find", "all")),
		} {
			if err == nil {
				t.Errorf("%s: no error", name)
			}
		}
		many := []any{}
		for range maxOptions + 1 {
			many = append(many, offer("x", "y"))
		}
		for name, answer := range map[string]any{
			"no answer": nil, "a text": "x", "many": object{"options": many}, "long": object{"options": []any{offer(strings.Repeat("x", maxOptionText+1), "y")}},
			"no value": object{"options": []any{offer("x", "")}}, "empty group": object{"option_groups": []any{object{"label": object{"type": "plain_text", "text": "A"}}}},
		} {
			if got, _, err := suggested(c, answer, ask("find", "all")); err == nil || got != nil {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		}
		began := time.Now()
		if _, err := ask("find", "all")(); err == nil || time.Since(began) != ackDeadline {
			t.Errorf("unanswered: %v after %s", err, time.Since(began))
		}
	})
}
