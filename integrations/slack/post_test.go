package slack

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/incident"

	"github.com/google/go-cmp/cmp"
)

func TestPostOnTheWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("chat.postMessage", says(`{"ok":true,"ts":"1.1"}`))
		_, err := f.client.Post(t.Context(), incident.Post{
			Channel: "C1", ThreadTS: "1.0", Text: "a < b & <@U1>", Key: "header:INC-3",
			Blocks: json.RawMessage(`[{"type":"from_the_future","x":1.50}]`),
		})
		if err != nil {
			t.Fatal(err)
		}
		want := url.Values{
			"token": {"xoxb-canary"}, "channel": {"C1"}, "thread_ts": {"1.0"}, "text": {"a < b & <@U1>"},
			"blocks":       {`[{"type":"from_the_future","x":1.50}]`},
			"metadata":     {`{"event_type":"firebreak_action","event_payload":{"key":"header:INC-3"}}`},
			"unfurl_links": {"false"}, "unfurl_media": {"false"}, "parse": {"none"}, "link_names": {"false"},
		}
		if d := cmp.Diff(want, url.Values(f.called("chat.postMessage")[0].Form)); d != "" {
			t.Errorf("request (-want +got):\n%s", d)
		}
	})
}

func TestUpdateAndEphemeralOnTheWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("chat.update", says(`{"ok":true,"ts":"1.1"}`))
		f.on("chat.postEphemeral", says(`{"ok":true,"message_ts":"1.1"}`))
		if err := f.client.UpdatePost(t.Context(), "1.1", incident.Post{Channel: "C1", Text: "new"}); err != nil {
			t.Fatal(err)
		}
		form := url.Values(f.called("chat.update")[0].Form)
		if form.Get("ts") != "1.1" || form.Get("blocks") != "[]" || form.Get("parse") != "none" {
			t.Errorf("chat.update sent %v", form)
		}
		if err := f.client.Ephemeral(t.Context(), "C1", "U1", incident.Post{Text: "psst", Key: "k"}); err != nil {
			t.Fatal(err)
		}
		form = f.called("chat.postEphemeral")[0].Form
		if form.Get("user") != "U1" || form.Get("channel") != "C1" || form.Has("metadata") {
			t.Errorf("chat.postEphemeral sent %v", form)
		}
		err := f.client.UpdatePost(t.Context(), "1.1", incident.Post{Channel: "C1", Text: "new", Blocks: json.RawMessage(`{}`)})
		if incident.OutcomeOf(err) != incident.OutcomeRefused || incident.CodeOf(err) != "invalid_blocks" {
			t.Errorf("UpdatePost with broken blocks = %v", err)
		}
	})
}

const ownPosts = `{"ok":true,"messages":[
	{"ts":"50.000001","user":"UBOT","metadata":{"event_type":"firebreak_action","event_payload":{"key":"k"}}},
	{"ts":"18.000001","user":"UEVIL","metadata":{"event_type":"firebreak_action","event_payload":{"key":"k"}}},
	{"ts":"30.000001","user":"UBOT","metadata":{"event_type":"firebreak_action","event_payload":{"key":"other"}}},
	{"ts":"25.000001","user":"UBOT","metadata":{"event_type":"other_app","event_payload":{"key":"k"}}},
	{"ts":"20.000001","user":"UBOT","metadata":{"event_type":"firebreak_action","event_payload":{"key":"k"}}},
	{"ts":15,"blocks":"unreadable"},
	{"ts":"10.000001","user":"UBOT","text":"k"}]}`

func TestFindPost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("conversations.history", says(ownPosts))
		f.on("conversations.replies", says(`{"ok":false,"error":"thread_not_found"}`))
		sent := time.Unix(1000, 5e8)
		ts, ok, err := f.client.FindPost(t.Context(), "C1", "", "k", "UBOT", sent)
		if ts != "20.000001" || !ok || err != nil {
			t.Errorf("FindPost = %q, %v, %v", ts, ok, err)
		}
		form := url.Values(f.called("conversations.history")[0].Form)
		if form.Get("oldest") != "700.000000" || form.Get("include_all_metadata") != "true" || form.Get("inclusive") != "true" {
			t.Errorf("asked for %v", form)
		}
		if _, ok, err := f.client.FindPost(t.Context(), "C1", "9.9", "k", "UBOT", sent); ok || err != nil {
			t.Errorf("FindPost in a vanished thread = %v, %v", ok, err)
		}
		f.on("conversations.history", status(500))
		if _, ok, err := f.client.FindPost(t.Context(), "C1", "", "k", "UBOT", sent); ok || err == nil {
			t.Error("FindPost took a failed look for an answer")
		}
	})
}

func TestMessageComparesTheExactTS(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("conversations.replies", func(w http.ResponseWriter, r *http.Request) {
			switch r.Form.Get("ts") {
			case "1.0":
				says(`{"ok":true,"messages":[{"ts":"1.0","thread_ts":"1.0"},{"ts":"1.5","thread_ts":"1.0","odd":{}}]}`)(w, r)
			default:
				says(`{"ok":false,"error":"thread_not_found"}`)(w, r)
			}
		})
		f.on("conversations.history", says(`{"ok":true,"has_more":true,"messages":[{"ts":"2.0"}],"response_metadata":{"next_cursor":"x"}}`))
		f.on("reactions.get", func(w http.ResponseWriter, r *http.Request) {
			if r.Form.Get("timestamp") == "1.6" {
				says(`{"ok":true,"type":"message","message":{"ts":"1.6","thread_ts":"1.0"}}`)(w, r)
				return
			}
			says(`{"ok":false,"error":"message_not_found"}`)(w, r)
		})
		for _, c := range []struct{ ts, thread, want string }{
			{"1.5", "1.0", `{"ts":"1.5","thread_ts":"1.0","odd":{}}`},
			{"2.0", "", `{"ts":"2.0"}`},
			{"1.6", "", `{"ts":"1.6","thread_ts":"1.0"}`},
		} {
			got, err := f.client.Message(t.Context(), "C1", c.ts, c.thread)
			if string(got) != c.want || err != nil {
				t.Errorf("Message(%s, %s) = %s, %v", c.ts, c.thread, got, err)
			}
		}
		if got, err := f.client.Message(t.Context(), "C1", "7.7", ""); got != nil || incident.CodeOf(err) != "message_not_found" {
			t.Errorf("Message(7.7) = %s, %v", got, err)
		}
	})
}

func TestHistoryKeepsMessagesRaw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("conversations.history", says(`{"ok":true,"messages":[{"ts":"2.0","blocks":{"not":"a list"}},{"ts":"1.0"}],"has_more":true,"response_metadata":{"next_cursor":"next"}}`))
		f.on("conversations.replies", says(`{"ok":true,"messages":[{"ts":"1.0"}]}`))
		msgs, next, err := f.client.History(t.Context(), "C1", "1.0", "2.0", "")
		if len(msgs) != 2 || next != "next" || err != nil || string(msgs[0]) != `{"ts":"2.0","blocks":{"not":"a list"}}` {
			t.Errorf("History = %s, %q, %v", msgs, next, err)
		}
		msgs, next, err = f.client.Replies(t.Context(), "C1", "1.0", "", "cur")
		if len(msgs) != 1 || next != "" || err != nil {
			t.Errorf("Replies = %s, %q, %v", msgs, next, err)
		}
		form := url.Values(f.called("conversations.replies")[0].Form)
		if form.Get("cursor") != "cur" || form.Get("ts") != "1.0" || form.Has("oldest") {
			t.Errorf("asked for %v", form)
		}
	})
}
