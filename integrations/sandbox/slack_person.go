package sandbox

import (
	"fmt"
	"strings"
)

// SlackChannel is where people act: sb.Slack.In("#incidents").Say("sam", "…").
// Its verbs panic when people, channels or messages do not exist, or when the
// real client would not let that person act.
type SlackChannel struct {
	s  *Slack
	id string
}

// In names a channel by "#name" or id.
func (s *Slack) In(channel string) SlackChannel {
	s.mu.Lock()
	defer s.mu.Unlock()
	return SlackChannel{s: s, id: s.mustChannel(channel).id}
}

// act locks the emulator and finds who acts where. The person must be a member
// of a channel that is not archived.
func (in SlackChannel) act(user, verb string) (ch *slackChannel, u *slackUser, done func()) {
	in.s.mu.Lock()
	ch, u = in.channel(), in.s.user(user)
	if problem := in.problem(ch, u); problem != "" {
		in.s.mu.Unlock()
		panic(fmt.Sprintf("sandbox: %s cannot %s in #%s: %s", user, verb, ch.name, problem))
	}
	return ch, u, in.s.mu.Unlock
}

func (in SlackChannel) channel() *slackChannel { return in.s.mustChannel(in.id) }

func (in SlackChannel) problem(ch *slackChannel, u *slackUser) string {
	switch {
	case u == nil:
		return "no such user"
	case u.Deleted:
		return "the account is deactivated"
	case ch.archived:
		return "the channel is archived"
	case !ch.has(u.ID):
		return "not a member (Join first)"
	}
	return ""
}

// Say posts what user types: @sam, #channel and links work as in the client,
// & < > are escaped in what Slack stores.
func (in SlackChannel) Say(user, text string) Message { return in.say(user, text, "", false) }

// Reply answers in the thread of the message ts, or of ts's own thread.
func (in SlackChannel) Reply(user, ts, text string) Message { return in.say(user, text, ts, false) }

// Broadcast replies in a thread and sends the reply to the channel too.
func (in SlackChannel) Broadcast(user, ts, text string) Message { return in.say(user, text, ts, true) }

func (in SlackChannel) say(user, text, ts string, broadcast bool) Message {
	ch, u, done := in.act(user, "say")
	defer done()
	m := in.s.personal(ch, u, text)
	if ts != "" {
		m.thread = in.root(ch, ts)
		m.broadcast = broadcast
	}
	in.s.note(RecordPerson, "say", u.ID, ch.id, m.thread, text)
	in.s.post(m)
	return m.truth(in.s)
}

// personal is a message as a person's client writes it.
func (s *Slack) personal(ch *slackChannel, u *slackUser, text string) *slackMessage {
	t := s.typed(u, text, false)
	return &slackMessage{
		ch: ch, user: u.ID, clientMsgID: s.uuid(), text: t.text, typed: text, blocks: t.blocks(s.sb.token(5)),
	}
}

// root is the parent's ts of the thread that ts belongs to.
func (in SlackChannel) root(ch *slackChannel, ts string) string {
	m := in.message(ch, ts)
	if m.reply() {
		return m.thread
	}
	return m.ts
}

func (in SlackChannel) message(ch *slackChannel, ts string) *slackMessage {
	m := ch.find(ts)
	if m == nil || !m.alive() {
		panic(fmt.Sprintf("sandbox: #%s shows no message %s", ch.name, ts))
	}
	return m
}

// Edit rewrites user's own message.
func (in SlackChannel) Edit(user, ts, text string) Message {
	ch, u, done := in.act(user, "edit")
	defer done()
	m := in.mine(ch, u, ts)
	in.s.note(RecordPerson, "edit", u.ID, ch.id, ts, text)
	in.s.edit(m, u.ID, func() {
		t := in.s.typed(u, text, false)
		m.text, m.typed, m.blocks = t.text, text, t.blocks(in.s.sb.token(5))
	})
	return m.truth(in.s)
}

func (in SlackChannel) mine(ch *slackChannel, u *slackUser, ts string) *slackMessage {
	m := in.message(ch, ts)
	if m.user != u.ID || !m.whole() || strings.HasPrefix(m.subtype, "channel_") {
		panic(fmt.Sprintf("sandbox: message %s in #%s is not %s's to change", ts, ch.name, u.Name))
	}
	return m
}

// Delete removes user's own message.
func (in SlackChannel) Delete(user, ts string) {
	ch, u, done := in.act(user, "delete")
	defer done()
	m := in.mine(ch, u, ts)
	in.s.note(RecordPerson, "delete", u.ID, ch.id, ts, "")
	in.s.remove(m, u.ID)
}

// Unfurl adds a link preview to a message, as Slack does by itself some time
// after the post: message_changed without edited (documented).
func (in SlackChannel) Unfurl(ts, title string) {
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	m := in.message(in.channel(), ts)
	before := m.wire(in.s, false)
	m.attachments = mustJSON([]any{map[string]any{"id": 1, "title": title, "from_url": "https://example.com/", "fallback": title}})
	in.s.note(RecordPerson, "unfurl", "", m.ch.id, ts, title)
	in.s.emitChanged(m, before, m.ch.stamp())
}

// React puts an emoji (without colons) under a message. Doing it twice is no
// mistake and does nothing.
func (in SlackChannel) React(user, ts, emoji string) {
	ch, u, done := in.act(user, "react")
	defer done()
	m := in.message(ch, ts)
	if !emojiName.MatchString(emoji) {
		panic(fmt.Sprintf("sandbox: %q is no name of an emoji", emoji))
	}
	in.s.note(RecordPerson, "react", u.ID, ch.id, ts, emoji)
	_ = in.s.react(m, u.ID, emoji) // refused if it is there already, as the client hides
}

// Unreact takes the emoji back, if it is there.
func (in SlackChannel) Unreact(user, ts, emoji string) {
	ch, u, done := in.act(user, "unreact")
	defer done()
	m := in.message(ch, ts)
	in.s.note(RecordPerson, "unreact", u.ID, ch.id, ts, emoji)
	_ = in.s.unreact(m, u.ID, emoji) // refused if it is not there, as the client hides
}

// Command types a slash command such as "/inc status" and blocks until the
// person sees an answer, at most 3 s.
func (in SlackChannel) Command(user, line string) Reply {
	return <-in.command(user, line)
}

func (in SlackChannel) command(user, line string) <-chan Reply {
	ch, u, done := in.act(user, "run a command")
	defer done()
	return in.s.command(ch, u, line)
}

// Command types a slash command in #general.
func (s *Slack) Command(user, line string) Reply { return s.In("#general").Command(user, line) }
