package slack

import (
	"encoding/json"
	"testing"

	"firebreak/incident"

	"github.com/google/go-cmp/cmp"
)

func TestParseFrame(t *testing.T) {
	for _, c := range []struct {
		in   string
		want frame
	}{
		{
			`{"envelope_id":"e","type":"events_api","payload":{"a":1},"accepts_response_payload":true,"retry_attempt":2,"retry_reason":"timeout"}`,
			frame{Envelope: incident.Envelope{
				ID: "e", Type: "events_api", Payload: json.RawMessage(`{"a":1}`),
				AcceptsResponse: true, RetryAttempt: 2, RetryReason: "timeout",
			}},
		},
		{
			`{"type":"hello","num_connections":2,"debug_info":{"host":"h"}}`,
			frame{
				Envelope:    incident.Envelope{Type: "hello", Payload: json.RawMessage(`{"type":"hello","num_connections":2,"debug_info":{"host":"h"}}`)},
				Connections: 2, Host: "h",
			},
		},
		{ // without a payload, all of it is the payload
			`{"envelope_id":"e","type":"novel","body":1}`,
			frame{Envelope: incident.Envelope{ID: "e", Type: "novel", Payload: json.RawMessage(`{"envelope_id":"e","type":"novel","body":1}`)}},
		},
		{
			`{"envelope_id":"e","type":7,"retry_attempt":"x","payload":null}`,
			frame{Envelope: incident.Envelope{ID: "e", Payload: json.RawMessage(`null`)}},
		},
		{
			"{\"envelope_id\" : \"e\", torn",
			frame{Envelope: incident.Envelope{ID: "e", Type: malformedType, Payload: json.RawMessage(`"{\"envelope_id\" : \"e\", torn"`)}},
		},
	} {
		got, err := parseFrame([]byte(c.in))
		if d := cmp.Diff(c.want, got); d != "" || err != nil {
			t.Errorf("parseFrame(%s): %v (-want +got):\n%s", c.in, err, d)
		}
	}
	for _, in := range []string{``, `nope`, `[]`, `{}`, `{"envelope_id":""}`, `{"envelope_id":5,"type":[]}`} {
		if got, err := parseFrame([]byte(in)); err == nil {
			t.Errorf("parseFrame(%q) = %+v, want an error", in, got)
		}
	}
}

func FuzzParseFrame(f *testing.F) {
	for _, seed := range []string{
		`{"envelope_id":"e","type":"events_api","payload":{"a":1},"retry_attempt":1}`,
		`{"type":"disconnect","reason":"warning","debug_info":{"host":"h"}}`,
		`{"envelope_id":"e","payload":{"text":"torn`,
		`{"envelope_id":"\u0065"}`, `{"envelope_id":null}`, `[]`, "\xff",
	} {
		f.Add([]byte(seed), []byte(`{"text":"ok"}`))
	}
	f.Fuzz(func(t *testing.T, data, response []byte) {
		got, err := parseFrame(data)
		if err != nil {
			return
		}
		if !json.Valid(got.Payload) {
			t.Errorf("payload is no JSON: %q", got.Payload)
		}
		if got.ID == "" {
			return
		}
		reply, _ := ackFrame(got.Envelope, response)
		var back ack
		if err := json.Unmarshal(reply, &back); err != nil {
			t.Errorf("ack is no JSON: %q", reply)
		}
		if len(got.ID) < 1000 && len(reply) >= ackLimit {
			t.Errorf("ack of %d bytes would be dropped", len(reply))
		}
		if !got.AcceptsResponse && back.Payload != nil {
			t.Errorf("payload %q where Slack takes none", back.Payload)
		}
	})
}
