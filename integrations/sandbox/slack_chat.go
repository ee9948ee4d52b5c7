package sandbox

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Documented limits of chat methods; metadata's is assumed.
const (
	maxText        = 40000
	maxUpdateText  = 4000
	maxMarkdown    = 12000
	maxAttachments = 100
	maxMetadata    = 8000
)

// slackDraft is what an app wants to say.
type slackDraft struct {
	text                          string
	blocks, attachments, metadata json.RawMessage
}

// draft reads and checks the content arguments that chat methods share.
func (c *slackCall) draft() (slackDraft, error) {
	d := slackDraft{text: c.args["text"]}
	if markdown := c.args["markdown_text"]; markdown != "" {
		if d.text != "" || c.args["blocks"] != "" {
			return d, refuse("markdown_text_conflict")
		}
		if utf8.RuneCountInString(markdown) > maxMarkdown {
			return d, refuse("invalid_arguments") // assumed code
		}
		d.text = markdown
	}
	if c.args["parse"] == "full" || c.flag("link_names") {
		d.text = nameBroadcasts.ReplaceAllString(d.text, "<!$1>")
	}
	d.text = appText(d.text)
	var err error
	if d.blocks, err = readBlocks(c.s, c.args["blocks"]); err != nil {
		return d, err
	}
	if d.attachments, err = c.readAttachments(); err != nil {
		return d, err
	}
	d.metadata, err = c.readMetadata()
	return d, err
}

func (d slackDraft) empty() bool {
	return strings.TrimSpace(d.text) == "" && d.blocks == nil && d.attachments == nil
}

func (c *slackCall) readAttachments() (json.RawMessage, error) {
	raw := c.args["attachments"]
	if raw == "" || raw == "[]" {
		return nil, nil
	}
	var list []map[string]any
	if json.Unmarshal([]byte(raw), &list) != nil {
		return nil, refuse("invalid_arguments")
	}
	if len(list) > maxAttachments {
		return nil, refuse("too_many_attachments")
	}
	for i, a := range list {
		a["id"] = i + 1 // observed
		if a["fallback"] == nil {
			a["fallback"] = "[no preview available]"
		}
		if blocks := objects(mustJSON(a["blocks"])); blocks != nil {
			c.s.nameBlocks(blocks)
			a["blocks"] = blocks
		}
	}
	return mustJSON(list), nil
}

func (c *slackCall) readMetadata() (json.RawMessage, error) {
	raw := c.args["metadata"]
	if raw == "" || raw == "{}" {
		return nil, nil
	}
	var m struct {
		EventType    string         `json:"event_type"`
		EventPayload map[string]any `json:"event_payload"`
	}
	if json.Unmarshal([]byte(raw), &m) != nil {
		return nil, refuse("invalid_metadata_format")
	}
	if m.EventType == "" || m.EventPayload == nil {
		return nil, refuse("invalid_metadata_schema")
	}
	if len(raw) > maxMetadata {
		return nil, refuse("metadata_too_large")
	}
	return mustJSON(map[string]any{"event_type": m.EventType, "event_payload": m.EventPayload}), nil
}

// thread checks thread_ts: it must be the ts of a message that can have
// replies. Documented: never use a reply's ts; that it fails is assumed.
func (c *slackCall) thread(ch *slackChannel) (string, error) {
	ts := c.args["thread_ts"]
	if ts == "" {
		return "", nil
	}
	parent := ch.find(ts)
	if parent == nil || !parent.whole() || parent.reply() {
		return "", refuse("cannot_reply_to_message")
	}
	return ts, nil
}

func methodChatPostMessage(c *slackCall) (slackOut, error) {
	s := c.s
	if named := s.channel(c.args["channel"]); named != nil && strings.HasPrefix(c.args["channel"], "#") {
		c.args["channel"] = named.id // documented: "an encoded ID, or a name"
	}
	ch, err := c.writable("channel")
	if err != nil {
		return nil, err
	}
	d, err := c.draft()
	if err == nil && d.empty() {
		err = refuse("no_text")
	}
	thread := ""
	if err == nil {
		thread, err = c.thread(ch)
	}
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(d.text) > maxText {
		d.text = string([]rune(d.text)[:maxText])
		c.warn = append(c.warn, "message_truncated") // documented
	}
	m := s.botMessage(ch, d)
	m.thread = thread
	m.broadcast = thread != "" && c.flag("reply_broadcast")
	s.post(m)
	return slackOut{"channel": ch.id, "ts": m.ts, "message": m.wire(s, true)}, nil
}

// botMessage is a message in the modern form: no subtype, with bot_id,
// bot_profile, app_id and the bot's user (observed).
func (s *Slack) botMessage(ch *slackChannel, d slackDraft) *slackMessage {
	return &slackMessage{
		ch: ch, user: s.app.userID, botID: s.app.botID, app: &s.app,
		text: d.text, blocks: d.blocks, attachments: d.attachments, metadata: d.metadata,
	}
}

func methodChatPostEphemeral(c *slackCall) (slackOut, error) {
	ch, err := c.writable("channel")
	if err != nil {
		return nil, err
	}
	d, err := c.draft()
	switch {
	case err != nil:
		return nil, err
	case d.empty():
		return nil, refuse("no_text")
	case utf8.RuneCountInString(d.text) > maxText:
		return nil, refuse("msg_too_long")
	case !ch.has(c.args["user"]):
		return nil, refuse("user_not_in_channel")
	}
	thread, err := c.thread(ch)
	if err != nil {
		return nil, err
	}
	ts := c.s.whisper(Ephemeral{
		Channel: ch.id, User: c.args["user"], Text: d.text, Blocks: d.blocks, ThreadTS: thread, Via: "chat.postEphemeral",
	})
	return slackOut{"message_ts": ts}, nil
}

// whisper shows something to one person; it is in no history (documented).
func (s *Slack) whisper(e Ephemeral) (ts string) {
	e.At, e.TS = time.Now(), s.mustChannel(e.Channel).stamp()
	s.whispers = append(s.whispers, e)
	s.note(RecordEffect, "ephemeral", e.User, e.Channel, e.Via, e.Text)
	return e.TS
}

// rewhisper replaces or takes away what only one person sees.
func (s *Slack) rewhisper(ts, text string, blocks json.RawMessage, gone bool) {
	for i := range s.whispers {
		if e := &s.whispers[i]; e.TS == ts {
			e.Text, e.Blocks, e.Gone = text, blocks, gone
			s.note(RecordEffect, "ephemeral_replaced", e.User, e.Channel, ts, text)
		}
	}
}

// own finds a message of the app by channel and ts.
func (c *slackCall) own(foreign string) (*slackMessage, error) {
	ch, err := c.seen("channel")
	if err != nil {
		return nil, err
	}
	m := ch.find(c.args["ts"])
	switch {
	case m == nil || !m.whole():
		return nil, refuse("message_not_found")
	case m.botID != c.s.app.botID || m.subtype == "channel_join":
		return nil, refuse(foreign)
	}
	return m, nil
}

// methodChatUpdate changes an own message. Documented: what is not given is
// kept, an empty list removes; text over 4000 is refused.
func methodChatUpdate(c *slackCall) (slackOut, error) {
	m, err := c.own("cant_update_message")
	if err != nil {
		return nil, err
	}
	d, err := c.draft()
	switch {
	case err != nil:
		return nil, err
	case !c.has("text") && !c.has("blocks") && !c.has("attachments") && !c.has("markdown_text"):
		return nil, refuse("no_text")
	case d.empty() && (m.blocks == nil || c.has("blocks")) && (m.attachments == nil || c.has("attachments")):
		return nil, refuse("no_text")
	case utf8.RuneCountInString(d.text) > maxUpdateText:
		return nil, refuse("msg_too_long")
	case m.ch.archived:
		return nil, refuse("cant_update_message") // assumed: the reference does not name is_archived
	}
	c.s.edit(m, c.s.app.botID, func() { // observed: edited.user is the bot id
		if c.has("text") || c.has("markdown_text") {
			m.text = d.text
		}
		if c.has("blocks") {
			m.blocks = d.blocks
		}
		if c.has("attachments") {
			m.attachments = d.attachments
		}
		if c.has("metadata") {
			m.metadata = d.metadata
		}
	})
	w := m.wire(c.s, true)
	w.TS = "" // observed: the message in this answer has none
	return slackOut{"channel": m.ch.id, "ts": m.ts, "text": m.text, "message": w}, nil
}

func methodChatDelete(c *slackCall) (slackOut, error) {
	m, err := c.own("cant_delete_message")
	if err != nil {
		return nil, err
	}
	c.s.remove(m, c.s.app.userID)
	return slackOut{"channel": m.ch.id, "ts": m.ts}, nil
}

func methodChatGetPermalink(c *slackCall) (slackOut, error) {
	ch, err := c.seen("channel")
	if err != nil {
		return nil, err
	}
	m := ch.find(c.args["message_ts"])
	if m == nil || !m.alive() {
		return nil, refuse("message_not_found")
	}
	return slackOut{"channel": ch.id, "permalink": c.s.permalink(m)}, nil
}

func (s *Slack) permalink(m *slackMessage) string {
	link := fmt.Sprintf("https://%s.slack.com/archives/%s/p%s", s.team.domain, m.ch.id, strings.Replace(m.ts, ".", "", 1))
	if m.reply() {
		link += "?thread_ts=" + m.thread + "&cid=" + m.ch.id
	}
	return link
}
