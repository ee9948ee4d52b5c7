package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Reply is what a person saw after a command or a click.
type Reply struct {
	Text      string
	Blocks    json.RawMessage
	Ephemeral bool // only the person saw it; false: everybody in the channel
	TimedOut  bool // no ack within 3 s: Slackbot said operation_timeout
	// Trouble is what Slackbot said instead of an answer: operation_timeout,
	// or dispatch_failed when the app has no connection (observed).
	Trouble string
	// TS is the message in the channel, of an answer for everybody.
	TS string
}

// slackTrigger is a trigger_id: good for 3 s and one use (documented).
type slackTrigger struct {
	user    string
	expires time.Time
	used    bool
}

// slackResponseURL takes 5 posts within 30 minutes (documented).
type slackResponseURL struct {
	channel *slackChannel
	user    string
	on      slackOriginal // of a click
	left    int
	expires time.Time
}

// slackOriginal is the message that a response may replace: one of the
// channel's, or one that only its reader sees, by its ts.
type slackOriginal struct {
	message *slackMessage
	whisper string
}

// Documented, see above.
const (
	triggerLife  = 3 * time.Second
	responseLife = 30 * time.Minute
	responseUses = 5
)

func (s *Slack) trigger(u *slackUser) string {
	id := fmt.Sprintf("%d.%d.%s", time.Now().UnixMilli(), 3485157640+len(s.triggers), strings.ToLower(s.sb.token(32)))
	s.triggers[id] = &slackTrigger{user: u.ID, expires: time.Now().Add(triggerLife)}
	return id
}

func (s *Slack) responseURL(ch *slackChannel, u *slackUser, on slackOriginal) string {
	id := s.sb.token(24)
	s.responses[id] = &slackResponseURL{channel: ch, user: u.ID, on: on, left: responseUses, expires: time.Now().Add(responseLife)}
	return s.sb.base("slack") + "/response/" + id
}

// command sends a slash command; the channel gets what the person sees.
func (s *Slack) command(ch *slackChannel, u *slackUser, line string) <-chan Reply {
	name, text, _ := strings.Cut(strings.TrimSpace(line), " ")
	text = strings.TrimSpace(text)
	if s.app.escape {
		text = s.typed(u, text, true).text
	}
	s.note(RecordPerson, "command", u.ID, ch.id, "", line)
	// Observed in slack-go: is_enterprise_install may be a string here.
	payload := map[string]any{
		"token": "verification-token", "team_id": s.team.id, "team_domain": s.team.domain, "channel_id": ch.id,
		"channel_name": ch.name, "user_id": u.ID, "user_name": u.Name, "command": name, "text": text,
		"api_app_id": s.app.id, "is_enterprise_install": "false",
		"response_url": s.responseURL(ch, u, slackOriginal{}), "trigger_id": s.trigger(u),
	}
	if ch.private {
		payload["channel_name"] = "privategroup" // observed
	}
	if u.TeamID != s.team.id {
		payload["team_id"] = u.TeamID
	}
	done := make(chan Reply, 1)
	s.send(&slackDelivery{kind: "slash_commands", accepts: true, payload: mustJSON(payload), answer: func(p json.RawMessage, trouble string) {
		done <- s.answered(ch, u, slackOriginal{}, p, trouble, "ack")
	}})
	return done
}

// answered shows an ack's payload, or Slackbot's regret.
func (s *Slack) answered(ch *slackChannel, u *slackUser, on slackOriginal, payload json.RawMessage, trouble, via string) Reply {
	if trouble != "" {
		s.whisper(Ephemeral{Channel: ch.id, User: u.ID, Text: "failed with the error \"" + trouble + "\"", Via: "slackbot"})
		return Reply{Ephemeral: true, TimedOut: trouble == "operation_timeout", Trouble: trouble}
	}
	r, _ := s.respond(ch, u.ID, on, payload, via) // a bad payload shows nothing; the ledger has it
	return r
}

// slackResponse is a message for the person, or everybody, in an ack or for a
// response URL.
type slackResponse struct {
	ResponseType    string          `json:"response_type"`
	Text            string          `json:"text"`
	Blocks          json.RawMessage `json:"blocks"`
	Attachments     json.RawMessage `json:"attachments"`
	ThreadTS        string          `json:"thread_ts"`
	ReplaceOriginal bool            `json:"replace_original"`
	DeleteOriginal  bool            `json:"delete_original"`
}

// respond shows a response. Documented: ephemeral unless response_type is
// in_channel; an answer for everybody appears as a message of the app, also
// where the app is no member.
func (s *Slack) respond(ch *slackChannel, user string, on slackOriginal, payload json.RawMessage, via string) (Reply, error) {
	var resp slackResponse
	if len(payload) == 0 || string(payload) == "null" || json.Unmarshal(payload, &resp) != nil {
		return Reply{Ephemeral: true}, nil
	}
	blocks, err := readBlocks(s, string(resp.Blocks))
	if err != nil {
		s.note(RecordSocket, "bad_response", user, ch.id, "", string(resp.Blocks))
		return Reply{Ephemeral: true}, err
	}
	text := appText(resp.Text)
	switch {
	case on.whisper != "" && (resp.DeleteOriginal || resp.ReplaceOriginal):
		s.rewhisper(on.whisper, text, blocks, resp.DeleteOriginal)
		return Reply{Text: text, Blocks: blocks, Ephemeral: true, TS: on.whisper}, nil
	case on.message != nil && resp.DeleteOriginal:
		s.remove(on.message, s.app.userID)
		return Reply{}, nil
	case on.message != nil && resp.ReplaceOriginal:
		s.edit(on.message, s.app.botID, func() { on.message.text, on.message.blocks = text, blocks })
		return Reply{Text: text, Blocks: blocks, TS: on.message.ts}, nil
	case text == "" && blocks == nil:
		return Reply{Ephemeral: true}, nil
	case resp.ResponseType == "in_channel":
		m := s.botMessage(ch, slackDraft{text: text, blocks: blocks})
		if parent := ch.find(resp.ThreadTS); parent != nil {
			m.thread = parent.ts
		}
		s.post(m)
		return Reply{Text: text, Blocks: blocks, TS: m.ts}, nil
	}
	s.whisper(Ephemeral{Channel: ch.id, User: user, Text: text, Blocks: blocks, Via: via})
	return Reply{Text: text, Blocks: blocks, Ephemeral: true}, nil
}

// serveResponse takes a post to a response_url.
func (s *Slack) serveResponse(w http.ResponseWriter, r *http.Request) {
	var payload json.RawMessage
	err := json.NewDecoder(r.Body).Decode(&payload)
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.responses[r.PathValue("id")]
	switch {
	case u == nil || time.Now().After(u.expires):
		writeJSON(w, http.StatusNotFound, slackOut{"ok": false, "error": "expired_url"}) // observed
		return
	case u.left == 0:
		writeJSON(w, http.StatusNotFound, slackOut{"ok": false, "error": "used_url"}) // observed
		return
	case err != nil:
		writeJSON(w, http.StatusBadRequest, slackOut{"ok": false, "error": "invalid_payload"})
		return
	}
	u.left--
	if _, err := s.respond(u.channel, u.user, u.on, payload, "response_url"); err != nil {
		writeJSON(w, http.StatusBadRequest, slackOut{"ok": false, "error": err.Error()})
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok")) // the guard's buffer
}
