package bot

import (
	"encoding/json"
	"testing"

	"firebreak/incident"
)

// FuzzInteraction: whatever a payload holds, it is read or left alone, and
// has a lane.
func FuzzInteraction(f *testing.F) {
	f.Add(`{"type":"block_actions","user":{"id":"U1"},"channel":{"id":"C1"},"actions":[{"action_id":"firebreak_ack","value":"INC-1"}],"container":{"is_ephemeral":true},"response_url":"https://hooks.slack.com/x"}`)
	f.Add(`{"type":"view_submission","user":{"id":"U1"},"view":{"id":"V1","callback_id":"make_task","private_metadata":"{\"n\":1}","state":{"values":{"title":{"title":{"type":"plain_text_input","value":null}},"owner":{"owner":{"selected_user":null}},"incident":{"incident":{"selected_option":null}}}}}}`)
	f.Add(`{"type":"view_submission","user":{"id":"U1"},"view":7}`)
	f.Add(`{"type":"message_action","user":{"id":"U1"},"trigger_id":"1.2.x","callback_id":"make_task","message":{"ts":"1.0","thread_ts":7}}`)
	f.Add(`{"type":"shortcut","user":{"id":"U1"},"trigger_id":"1.2.x"}`)
	f.Add(`{"type":"view_closed","view":{}}`)
	f.Add(`[]`)
	f.Fuzz(func(t *testing.T, payload string) {
		i, ok := readInteraction([]byte(payload))
		if ok && i.User.ID == "" {
			t.Error("nobody did it")
		}
		if i.lane() == "" {
			t.Error("it has no lane")
		}
		for name := range i.View.State.Values {
			i.View.text(name)
		}
		originOf(i.View.Private)
		in := route(incident.Envelope{ID: "e", Type: "interactive", Payload: json.RawMessage(payload)})
		if in.Lane == "" || string(in.Payload) != payload {
			t.Errorf("lane %q, payload %s", in.Lane, in.Payload)
		}
	})
}

// TestAsSentIsTheReverseOfDecoding: what was typed into a field is recorded as
// it was typed, letter by letter.
func TestAsSentIsTheReverseOfDecoding(t *testing.T) {
	for _, s := range []string{"", "a <b> & c", "&lt;", "&amp;lt;", "@channel <!here> <@U1>", "line\nline"} {
		if got := incident.DecodeSlack(asSent(s)); got != s {
			t.Errorf("%q comes back as %q", s, got)
		}
	}
}
