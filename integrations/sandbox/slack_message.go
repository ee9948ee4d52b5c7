package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// slackMessage is one message of a channel, kept for ever, also when deleted.
type slackMessage struct {
	ch          *slackChannel
	ts          string
	thread      string // ts of the parent, of a reply
	broadcast   bool   // a reply also sent to the channel
	subtype     string
	user        string // empty for classic bots
	botID       string
	username    string // of a classic bot
	app         *slackApp
	clientMsgID string
	text        string
	typed       string // as the person typed it
	blocks      json.RawMessage
	attachments json.RawMessage
	metadata    json.RawMessage
	inviter     string
	name        string
	oldName     string
	topic       *string
	purpose     *string
	edited      *slackEdited
	versions    []Version // all texts but the last
	files       []*slackFile
	reactions   []*slackReaction
	kids        []*slackMessage // replies, also deleted ones
	at          time.Time
	deletedAt   time.Time
	tombstone   bool // deleted, but its thread lives on
	expired     bool // taken by the workspace's retention
}

type slackEdited struct {
	User string `json:"user"`
	TS   string `json:"ts"` // documented by example: whole seconds, .000000
}

// slackWire is a message as it goes over the wire; the same keys serve Web API
// and events.
type slackWire struct {
	ClientMsgID     string          `json:"client_msg_id,omitempty"`
	Type            string          `json:"type"`
	Subtype         string          `json:"subtype,omitempty"`
	Hidden          bool            `json:"hidden,omitempty"`
	User            string          `json:"user,omitempty"`
	Text            string          `json:"text"`
	TS              string          `json:"ts,omitempty"`
	Team            string          `json:"team,omitempty"`
	BotID           string          `json:"bot_id,omitempty"`
	AppID           string          `json:"app_id,omitempty"`
	BotProfile      map[string]any  `json:"bot_profile,omitempty"`
	Username        string          `json:"username,omitempty"`
	Inviter         string          `json:"inviter,omitempty"`
	Name            string          `json:"name,omitempty"`
	OldName         string          `json:"old_name,omitempty"`
	Topic           *string         `json:"topic,omitempty"`
	Purpose         *string         `json:"purpose,omitempty"`
	ThreadTS        string          `json:"thread_ts,omitempty"`
	ParentUserID    string          `json:"parent_user_id,omitempty"`
	Root            *slackWire      `json:"root,omitempty"`
	ReplyCount      int             `json:"reply_count,omitempty"`
	ReplyUsersCount int             `json:"reply_users_count,omitempty"`
	LatestReply     string          `json:"latest_reply,omitempty"`
	ReplyUsers      []string        `json:"reply_users,omitempty"`
	IsLocked        *bool           `json:"is_locked,omitempty"`
	Subscribed      *bool           `json:"subscribed,omitempty"`
	Edited          *slackEdited    `json:"edited,omitempty"`
	Blocks          json.RawMessage `json:"blocks,omitempty"`
	Attachments     json.RawMessage `json:"attachments,omitempty"`
	Metadata        json.RawMessage `json:"metadata,omitempty"`
	Files           []any           `json:"files,omitempty"`
	Upload          *bool           `json:"upload,omitempty"`
	DisplayAsBot    *bool           `json:"display_as_bot,omitempty"`
	Reactions       []any           `json:"reactions,omitempty"`
	PinnedTo        []string        `json:"pinned_to,omitempty"`
	Permalink       string          `json:"permalink,omitempty"`
}

// alive says whether the message can still be seen in some form.
func (m *slackMessage) alive() bool { return !m.expired && (m.deletedAt.IsZero() || m.tombstone) }

// whole says whether the message itself is still there.
func (m *slackMessage) whole() bool { return m.deletedAt.IsZero() && !m.expired }

func (m *slackMessage) reply() bool { return m.thread != "" && m.thread != m.ts }

// replies are the living replies of m, oldest first.
func (m *slackMessage) replies() []*slackMessage {
	return slices.DeleteFunc(slices.Clone(m.kids), func(r *slackMessage) bool { return !r.whole() })
}

// wire renders the message. Metadata only when asked for (documented).
func (m *slackMessage) wire(s *Slack, metadata bool) *slackWire {
	if m.tombstone {
		w := &slackWire{ // observed
			Type: "message", Subtype: "tombstone", Hidden: true, User: "USLACKBOT",
			Text: "This message was deleted.", TS: m.ts,
		}
		m.threadFields(w)
		return w
	}
	w := &slackWire{
		ClientMsgID: m.clientMsgID, Type: "message", Subtype: m.subtype, User: m.user, Text: m.text, TS: m.ts,
		BotID: m.botID, Username: m.username, Inviter: m.inviter, Name: m.name, OldName: m.oldName,
		Topic: m.topic, Purpose: m.purpose, Edited: m.edited, Blocks: m.blocks, Attachments: m.attachments,
	}
	if m.subtype == "" || m.subtype == "file_share" {
		w.Team = s.team.id
		if u := s.user(m.user); u != nil {
			w.Team = u.TeamID
		}
	}
	if m.app != nil && m.subtype != "bot_message" {
		w.AppID = m.app.id
		w.BotProfile = m.app.profile(s)
	}
	if metadata {
		w.Metadata = m.metadata
	}
	for _, f := range m.files {
		w.Files = append(w.Files, f.wire(s))
		w.Upload, w.DisplayAsBot = new(false), new(false) // observed
	}
	for _, r := range m.reactions {
		w.Reactions = append(w.Reactions, map[string]any{"name": r.name, "users": slices.Clone(r.users), "count": len(r.users)})
	}
	if m.ch.pin(m.ts) != nil {
		w.PinnedTo = []string{m.ch.id}
	}
	m.threadFields(w)
	if m.broadcast {
		w.Subtype = "thread_broadcast"
		if parent := m.ch.find(m.thread); parent != nil {
			w.Root = parent.wire(s, false)
		}
	}
	return w
}

func (m *slackMessage) threadFields(w *slackWire) {
	if m.reply() {
		w.ThreadTS = m.thread
		if parent := m.ch.find(m.thread); parent != nil {
			w.ParentUserID = parent.user
		}
		return
	}
	replies := m.replies()
	if len(replies) == 0 {
		return
	}
	w.ThreadTS = m.ts
	w.ReplyCount = len(replies)
	w.LatestReply = replies[len(replies)-1].ts
	w.IsLocked, w.Subscribed = new(false), new(false)
	for _, r := range replies {
		who := r.user
		if who == "" {
			who = r.botID
		}
		if !slices.Contains(w.ReplyUsers, who) {
			w.ReplyUsers = append(w.ReplyUsers, who)
		}
	}
	w.ReplyUsersCount = len(w.ReplyUsers)
	w.ReplyUsers = w.ReplyUsers[:min(5, len(w.ReplyUsers))] // observed: the list is short, the count is whole
}

func (a *slackApp) profile(s *Slack) map[string]any {
	return map[string]any{
		"id": a.botID, "app_id": a.id, "name": a.name, "deleted": false, "updated": 1607307935, "team_id": s.team.id,
		"icons": map[string]any{
			"image_36": "https://a.slack-edge.com/80588/img/plugins/app/bot_36.png",
			"image_48": "https://a.slack-edge.com/80588/img/plugins/app/bot_48.png",
			"image_72": "https://a.slack-edge.com/80588/img/plugins/app/service_72.png",
		},
	}
}

// find returns the message that has exactly this ts.
func (ch *slackChannel) find(ts string) *slackMessage { return ch.byTS[ts] }

// add gives m its ts and its place.
func (ch *slackChannel) add(m *slackMessage) {
	m.ts = ch.stamp()
	m.at = time.Now()
	ch.messages = append(ch.messages, m)
	ch.byTS[m.ts] = m
	if parent := ch.find(m.thread); parent != nil {
		parent.kids = append(parent.kids, m)
	}
}

// post adds a message from a person or an app and tells of it.
func (s *Slack) post(m *slackMessage) {
	m.ch.add(m)
	s.note(RecordEffect, "message", m.author(), m.ch.id, m.ts, m.text)
	s.watch(m)
	s.emitMessage(m.ch, m.event(s))
}

func (m *slackMessage) author() string {
	if m.user != "" {
		return m.user
	}
	return m.botID
}

// watch notes messages of apps that would ping many people.
func (s *Slack) watch(m *slackMessage) {
	if m.botID != "" && broadcasting(m) {
		s.broadcasts = append(s.broadcasts, m.truth(s))
	}
}

// edit changes a message and tells of it.
func (s *Slack) edit(m *slackMessage, by string, change func()) {
	before := m.wire(s, false)
	m.versions = append(m.versions, Version{Text: m.text, Typed: m.typed, At: m.changedAt(), By: m.changedBy()})
	change()
	stamp := m.ch.stamp()
	seconds, _, _ := strings.Cut(stamp, ".")
	m.edited = &slackEdited{User: by, TS: seconds + ".000000"}
	s.note(RecordEffect, "message_changed", by, m.ch.id, m.ts, m.text)
	s.watch(m)
	s.emitChanged(m, before, stamp)
}

func (m *slackMessage) changedAt() time.Time {
	if m.edited == nil {
		return m.at
	}
	var seconds int64
	_, _ = fmt.Sscan(strings.TrimSuffix(m.edited.TS, ".000000"), &seconds) // our own writing
	return time.Unix(seconds, 0)
}

func (m *slackMessage) changedBy() string {
	if m.edited == nil {
		return m.author()
	}
	return m.edited.User
}

// remove deletes a message. A parent with replies leaves a tombstone, of which
// message_changed tells (observed).
func (s *Slack) remove(m *slackMessage, by string) {
	before := m.wire(s, false)
	var parentBefore *slackWire
	if m.reply() {
		parentBefore = m.ch.find(m.thread).wire(s, false)
	}
	m.deletedAt = time.Now()
	m.ch.pins = slices.DeleteFunc(m.ch.pins, func(p *slackPin) bool { return p.ts == m.ts })
	m.tombstone = !m.reply() && len(m.replies()) > 0
	stamp := m.ch.stamp()
	s.note(RecordEffect, "message_deleted", by, m.ch.id, m.ts, m.text)
	if m.tombstone {
		s.emitChanged(m, before, stamp)
		return
	}
	s.emitMessage(m.ch, slackEvent{
		"type": "message", "subtype": "message_deleted", "hidden": true, "deleted_ts": m.ts,
		"ts": stamp, "event_ts": stamp, "channel": m.ch.id, "channel_type": m.ch.kind(), "previous_message": before,
	})
	if m.reply() {
		s.replyGone(m, parentBefore)
	}
}

// replyGone updates the parent of a deleted reply: its counters change, of
// which message_changed tells without edited (observed), and a tombstone
// without replies goes away (assumed).
func (s *Slack) replyGone(m *slackMessage, before *slackWire) {
	parent := m.ch.find(m.thread)
	if !parent.alive() {
		return
	}
	if parent.tombstone && len(parent.replies()) == 0 {
		parent.tombstone = false
		return
	}
	s.emitChanged(parent, before, m.ch.stamp())
}

// event is the message event that tells of a new message.
func (m *slackMessage) event(s *Slack) slackEvent {
	w := m.wire(s, false)
	return slackMessageEvent{slackWire: *w, Channel: m.ch.id, ChannelType: m.ch.kind(), EventTS: m.ts}.flat()
}

type slackMessageEvent struct {
	slackWire
	Channel     string `json:"channel"`
	ChannelType string `json:"channel_type"`
	EventTS     string `json:"event_ts"`
}

// flat gives the event as a map, as all other events are.
func (e slackMessageEvent) flat() slackEvent {
	var out slackEvent
	if err := json.Unmarshal(mustJSON(e), &out); err != nil {
		panic(fmt.Sprintf("sandbox: flatten message event: %v", err))
	}
	return out
}

// emitChanged sends message_changed: ts is the event's own, the message's is
// within (documented).
func (s *Slack) emitChanged(m *slackMessage, before *slackWire, stamp string) {
	s.emitMessage(m.ch, slackEvent{
		"type": "message", "subtype": "message_changed", "hidden": true, "ts": stamp, "event_ts": stamp,
		"channel": m.ch.id, "channel_type": m.ch.kind(), "message": m.wire(s, false), "previous_message": before,
	})
}
