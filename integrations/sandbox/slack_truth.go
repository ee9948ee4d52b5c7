package sandbox

import (
	"encoding/json"
	"slices"
	"time"
)

// Message is the whole truth about one message, also when Slack shows it no
// more.
type Message struct {
	Channel     string // id
	TS          string
	ThreadTS    string // of a reply: its parent's ts
	Broadcast   bool   // a reply that was also sent to the channel
	Subtype     string // channel_join, bot_message, file_share, …
	User        string // id; empty for classic bots
	BotID       string
	Username    string // of a classic bot
	Text        string // as stored: escaped, with <@U…>
	Typed       string // as a person typed it; of others the same as Text
	Blocks      json.RawMessage
	Attachments json.RawMessage
	Metadata    json.RawMessage
	At          time.Time
	EditedAt    time.Time // whole seconds; zero if never
	Versions    []Version // every text it had, oldest first; the last is Text
	Deleted     bool
	DeletedAt   time.Time
	Files       []File
	Reactions   []Reaction
	PinnedBy    string // Slack's own pin, not the emoji
}

// Version is one text of a message.
type Version struct {
	Text, Typed string
	At          time.Time // of an edit in whole seconds, as Slack tells it
	By          string
}

// Reaction is one emoji under a message.
type Reaction struct {
	Name  string
	Users []string // ids in order of reacting
}

// File is a file in Slack.
type File struct {
	ID, Name, Title, User string
	Size                  int
	Content               []byte
	URL                   string // url_private: needs the bot token
}

// Channel is a channel as it stands.
type Channel struct {
	ID, Name  string
	Private   bool
	Archived  bool
	Shared    bool // with another workspace
	Topic     string
	Purpose   string
	Creator   string
	Created   time.Time // whole seconds
	Members   []string  // user ids in order of joining
	Bookmarks []Bookmark
	Pins      []string // ts of pinned messages, oldest pin first
}

// Bookmark is a link in a channel's header.
type Bookmark struct{ ID, Title, Link, Emoji string }

// Ephemeral is a message that only one person saw, or the answer to a command.
type Ephemeral struct {
	Channel, User, Text, ThreadTS string
	Blocks                        json.RawMessage
	At                            time.Time
	Via                           string // chat.postEphemeral, ack, response_url, slackbot
	TS                            string
	Gone                          bool // taken away through a response_url
}

func (m *slackMessage) truth(s *Slack) Message {
	out := Message{
		Channel: m.ch.id, TS: m.ts, Broadcast: m.broadcast, Subtype: m.subtype, User: m.user, BotID: m.botID,
		Username: m.username, Text: m.text, Typed: m.typed, Blocks: m.blocks, Attachments: m.attachments,
		Metadata: m.metadata, At: m.at, Deleted: !m.deletedAt.IsZero(), DeletedAt: m.deletedAt,
	}
	if m.reply() {
		out.ThreadTS = m.thread
	}
	if out.Typed == "" {
		out.Typed = m.text
	}
	if m.edited != nil {
		out.EditedAt = m.changedAt()
	}
	out.Versions = append(slices.Clone(m.versions), Version{Text: m.text, Typed: out.Typed, At: m.changedAt(), By: m.changedBy()})
	for _, f := range m.files {
		out.Files = append(out.Files, f.truth(s))
	}
	for _, r := range m.reactions {
		out.Reactions = append(out.Reactions, Reaction{Name: r.name, Users: slices.Clone(r.users)})
	}
	if p := m.ch.pin(m.ts); p != nil {
		out.PinnedBy = p.by
	}
	return out
}

func (ch *slackChannel) truth() Channel {
	out := Channel{
		ID: ch.id, Name: ch.name, Private: ch.private, Archived: ch.archived, Shared: ch.shared,
		Topic: ch.topic.value, Purpose: ch.purpose.value, Creator: ch.creator, Created: time.Unix(ch.created, 0),
		Members: slices.Clone(ch.members),
	}
	for _, b := range ch.bookmarks {
		out.Bookmarks = append(out.Bookmarks, b.truth())
	}
	for _, p := range ch.pins {
		out.Pins = append(out.Pins, p.ts)
	}
	return out
}

// Channels returns all channels, oldest first.
func (s *Slack) Channels() []Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Channel, 0, len(s.chans))
	for _, ch := range s.chans {
		out = append(out, ch.truth())
	}
	return out
}

// Find returns the channel with this id or name, if there is one.
func (s *Slack) Find(name string) (Channel, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ch := s.channel(name); ch != nil {
		return ch.truth(), true
	}
	return Channel{}, false
}

// FileOf returns a file that somebody shared or put into a form.
func (s *Slack) FileOf(id string) (File, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files[id]
	if f == nil || f.deleted || !f.shared {
		return File{}, false
	}
	return f.truth(s), true
}

// Ephemerals returns what only this person saw, oldest first.
func (s *Slack) Ephemerals(user string) []Ephemeral {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.mustUser(user).ID
	return slices.DeleteFunc(slices.Clone(s.whispers), func(e Ephemeral) bool { return e.User != id })
}

// Broadcasts returns messages of apps that would have pinged many people by
// @channel, @here, @everyone or a user group, as they stood then.
func (s *Slack) Broadcasts() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.broadcasts)
}

// Messages returns every message there ever was, oldest first, with replies,
// edits and deleted ones.
func (in SlackChannel) Messages() []Message {
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	var out []Message
	for _, m := range in.channel().messages {
		out = append(out, m.truth(in.s))
	}
	return out
}

// Thread returns the message ts and its replies, deleted ones too.
func (in SlackChannel) Thread(ts string) []Message {
	return slices.DeleteFunc(in.Messages(), func(m Message) bool { return m.TS != ts && m.ThreadTS != ts })
}

// Info returns the channel as it stands.
func (in SlackChannel) Info() Channel {
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	return in.channel().truth()
}

// ID returns the channel's id.
func (in SlackChannel) ID() string { return in.id }

// Topic returns the topic as stored.
func (in SlackChannel) Topic() string { return in.Info().Topic }

// Members returns the members' ids in order of joining.
func (in SlackChannel) Members() []string { return in.Info().Members }

// Bookmarks returns the bookmarks in order.
func (in SlackChannel) Bookmarks() []Bookmark { return in.Info().Bookmarks }
