package slack

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"

	"firebreak/incident"
)

// ackLimit is the size in bytes from which on Slack silently drops a client's
// frame (20 480, found by the maintainers of Slack's Node SDK; Slack does not
// document it). Frames sent in fragments it drops as well.
const ackLimit = 20480

// shortAnswer replaces a response that would not arrive.
const shortAnswer = `{"text":"The answer is too long for Slack to show here."}`

// malformedType is the Type of an envelope that is no JSON. Its payload is
// the whole frame as a JSON string.
const malformedType = "malformed"

// errUnreadable: the frame is neither an envelope nor anything else known.
var errUnreadable = errors.New("frame is not readable")

// envelopeID finds the id in a frame that is no JSON.
var envelopeID = regexp.MustCompile(`"envelope_id"\s*:\s*"([^"\\]{1,200})"`)

// frame is one text frame from Slack: an envelope when Envelope.ID is not
// empty, else hello, disconnect, or a word nobody knows yet.
type frame struct {
	incident.Envelope
	Reason      string // of a disconnect
	Connections int    // in a hello: how many the app has open
	Host        string // the machine at Slack's end
}

// parseFrame reads a frame field by field, so that one of an unexpected type
// costs only itself. What has an envelope id is always an envelope: it is
// somebody's words, whatever else is odd about it.
func parseFrame(data []byte) (frame, error) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(data, &fields) != nil {
		return malformed(data)
	}
	var f frame
	pick(fields, "envelope_id", &f.ID)
	pick(fields, "type", &f.Type)
	pick(fields, "accepts_response_payload", &f.AcceptsResponse)
	pick(fields, "retry_attempt", &f.RetryAttempt)
	pick(fields, "retry_reason", &f.RetryReason)
	pick(fields, "reason", &f.Reason)
	pick(fields, "num_connections", &f.Connections)
	var debug struct{ Host string }
	pick(fields, "debug_info", &debug)
	f.Host = debug.Host
	f.Payload = bytes.Clone(fields["payload"])
	if f.Payload == nil { // of a shape nobody knows: keep all of it
		f.Payload = bytes.Clone(data)
	}
	if f.ID == "" && f.Type == "" {
		return frame{}, errUnreadable
	}
	return f, nil
}

// malformed saves a frame that is no JSON if its id can be made out.
func malformed(data []byte) (frame, error) {
	id := envelopeID.FindSubmatch(data)
	if id == nil {
		return frame{}, errUnreadable
	}
	whole, err := json.Marshal(string(data))
	if err != nil {
		return frame{}, errUnreadable
	}
	return frame{Envelope: incident.Envelope{ID: string(id[1]), Type: malformedType, Payload: whole}}, nil
}

// pick reads one field and leaves out as it is when the field is of another
// type.
func pick[T any](fields map[string]json.RawMessage, name string, out *T) {
	var v T
	if raw, ok := fields[name]; ok && json.Unmarshal(raw, &v) == nil {
		*out = v
	}
}

// ack is what the client answers to an envelope.
type ack struct {
	EnvelopeID string          `json:"envelope_id"`
	Payload    json.RawMessage `json:"payload,omitempty"`
}

// ackFrame builds the acknowledgement. A response goes with it only where
// Slack asked for one; one that would make the frame too large is replaced,
// because Slack would drop the acknowledgement with it.
func ackFrame(env incident.Envelope, response []byte) (data []byte, cut bool) {
	bare, _ := json.Marshal(ack{EnvelopeID: env.ID}) // a string always encodes
	if !env.AcceptsResponse || len(response) == 0 {
		return bare, false
	}
	full, err := json.Marshal(ack{EnvelopeID: env.ID, Payload: response})
	if err == nil && len(full) < ackLimit {
		return full, false
	}
	if env.Type != "slash_commands" { // a view takes no text: let it close
		return bare, true
	}
	short, _ := json.Marshal(ack{EnvelopeID: env.ID, Payload: json.RawMessage(shortAnswer)})
	return short, true
}
