package sandbox

import (
	"path"
	"slices"
	"strings"
	"testing"
)

func slackDialect() *dialect {
	return &dialect{
		sorts: map[string]string{
			"messages": "message", "previous_message": "message", "root": "message", "items": "item",
			"channels": "channel", "members": "user", "files": "file", "bookmarks": "bookmark",
		},
		free: map[string]bool{"event_payload": true},
		byID: map[string]int{"values": 2},
	}
}

// slackAnswers takes answers, payloads and frames out of a sample file.
func slackAnswers(file string, v any) (sort string, list []any) {
	folder, name := path.Split(file)
	switch folder {
	case "web/":
		for _, example := range asObject(dig(v, "examples")) {
			list = append(list, example)
		}
		return "answer", list
	case "web-shape/":
		return "answer", []any{v}
	case "events/", "events-shape/", "interactive/", "interactive-shape/":
		return "payload", []any{v}
	case "events-inner/":
		return "payload", []any{object{"event": v}}
	case "socketmode/":
		switch name {
		case "apps_connections_open_real.json":
			return "answer", []any{v}
		case "ack_real.json", "retry_sequence_real.json": // the client's, and a log
			return "", nil
		}
		return "frame", []any{v}
	}
	return "", nil
}

// slackUnsampled are what the emulator says and no sample has, with the ground
// it stands on.
var slackUnsampled = map[string]string{
	"values.selected_user":                                 "observed in bolt-js's types: what a users_select holds",
	"values.value as null, not string":                     "observed in the samples of views.open: nothing is put in",
	"values.selected_option as null, not object":           "observed in bolt-js's types: nothing is selected",
	"payload.is_enterprise_install as string, not boolean": "observed in slack-go, which reads both: of slash commands",
	"payload.response_urls":                                "observed in bolt-js's types: of a view_submission",
	"attachments.title":                                    "documented: a field of attachments, here of a link's preview",
	"elements.channel_id":                                  "documented: the channel element of rich text",
	"element.initial_value":                                "the app's own view, sent back",
	"element.max_length":                                   "the app's own view, sent back",
}

func asObject(v any) object { o, _ := v.(object); return o }

// TestSlackShapes compares every answer, event, interactive payload and socket
// frame with the samples, field by field.
func TestSlackShapes(t *testing.T) {
	c := newComparison(t, "slack", slackDialect(), slackAnswers)
	slackTestWith(t, Options{Seed: 1, LimitScale: -1}, func(t *testing.T, r *rig) {
		c.t = t
		s := newSlackShow(r)
		s.play()
		for _, rec := range r.sb.Ledger.Read() {
			switch rec.Kind {
			case RecordRequest:
				c.slackAnswer(rec)
			case RecordEnvelope:
				c.slackPayload(rec)
			}
		}
		for _, f := range s.ended() {
			kind, _ := f["type"].(string)
			delete(f, "payload")
			c.check("frame "+kind, "frame", f, c.named("socketmode/"+kind+"*.json"))
		}
		for name := range slackMethods {
			if c.against[name] == nil && name != "conversations.unarchive" { // which no bot may
				t.Errorf("%s was not called", name)
			}
		}
		c.report("slack.golden", slackUnsampled)
	})
}

func (c *comparison) slackAnswer(rec Record) {
	said, err := parsed(rec.Reply)
	if err != nil {
		c.t.Errorf("%s answered %s", rec.Method, rec.Reply)
		return
	}
	if _, known := slackMethods[rec.Method]; !known {
		return
	}
	what := rec.Method
	if dig(said, "ok") != true {
		what += " refusing"
	}
	real := strings.ReplaceAll(rec.Method, ".", "_")
	c.check(what, "answer", said, c.named("web/"+rec.Method+".json", "web-shape/"+rec.Method+".json", "socketmode/"+real+"_real.json"))
}

func (c *comparison) slackPayload(rec Record) {
	said, err := parsed(rec.Args)
	if err != nil {
		c.t.Errorf("payload %s", rec.Args)
		return
	}
	kind, own := slackKind(said)
	var names []string
	for name, list := range c.samples {
		if folder, _ := path.Split(name); strings.HasPrefix(folder, "events") || strings.HasPrefix(folder, "interactive") {
			if other, _ := slackKind(list[0]); slices.Contains(own, other) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	c.check(kind, "payload", said, names)
}

// slackKind names a payload, and the names under which samples of it go: one
// of a private channel is like one of a public one.
func slackKind(payload any) (kind string, samples []string) {
	kind, _ = dig(payload, "type").(string)
	if dig(payload, "event") != nil {
		kind = "event_callback" // which blanked samples leave out
	}
	switch kind {
	case "":
		return "slash command", []string{"slash command"}
	case "event_callback":
	case "block_actions":
		on, _ := dig(payload, "container", "type").(string)
		return "block_actions " + on, []string{"block_actions " + on, "block_actions "}
	default:
		return kind, []string{kind}
	}
	inner, _ := dig(payload, "event", "type").(string)
	subtype, _ := dig(payload, "event", "subtype").(string)
	kind = strings.TrimSpace("event " + inner + " " + subtype)
	return kind, []string{kind, strings.Replace(kind, "event group_", "event channel_", 1)}
}
