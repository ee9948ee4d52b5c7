package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Pin pins a message, Slack's own way. Doing it twice does nothing.
func (in SlackChannel) Pin(user, ts string) {
	ch, u, done := in.act(user, "pin")
	defer done()
	m := in.message(ch, ts)
	in.s.note(RecordPerson, "pin", u.ID, ch.id, ts, "")
	if ch.pin(ts) != nil {
		return
	}
	p := &slackPin{ts: m.ts, by: u.ID, created: time.Now().Unix()}
	ch.pins = append(ch.pins, p)
	in.s.pinned("pin_added", u.ID, m, p)
}

// Unpin takes the pin away, if there is one.
func (in SlackChannel) Unpin(user, ts string) {
	ch, u, done := in.act(user, "unpin")
	defer done()
	m := in.message(ch, ts)
	in.s.note(RecordPerson, "unpin", u.ID, ch.id, ts, "")
	if p := ch.pin(ts); p != nil {
		ch.pins = slices.DeleteFunc(ch.pins, func(other *slackPin) bool { return other == p })
		in.s.pinned("pin_removed", u.ID, m, p)
	}
}

// AddBookmark puts a link into the channel's header.
func (in SlackChannel) AddBookmark(user, title, link, emoji string) Bookmark {
	ch, u, done := in.act(user, "add a bookmark")
	defer done()
	b := &slackBookmark{id: in.s.id("Bk"), title: title, link: link, emoji: emoji, created: time.Now().Unix(), by: u.ID}
	in.s.note(RecordPerson, "bookmark", u.ID, ch.id, b.id, title+" "+link)
	ch.bookmarks = append(ch.bookmarks, b)
	return Bookmark{ID: b.id, Title: title, Link: link, Emoji: emoji}
}

// RemoveBookmark takes a bookmark away.
func (in SlackChannel) RemoveBookmark(user, id string) {
	ch, u, done := in.act(user, "remove a bookmark")
	defer done()
	in.s.note(RecordPerson, "unbookmark", u.ID, ch.id, id, "")
	ch.bookmarks = slices.DeleteFunc(ch.bookmarks, func(b *slackBookmark) bool { return b.id == id })
}

// CreateChannel lets a person create a channel, as its first member.
func (s *Slack) CreateChannel(user, name string, private bool) (SlackChannel, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.user(user)
	if u == nil {
		return SlackChannel{}, fmt.Errorf("create #%s: there is no %s", name, user)
	}
	name = strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(strings.TrimSpace(name), "#")), " ", "-")
	if err := s.checkName(name); err != nil {
		return SlackChannel{}, fmt.Errorf("create #%s: %w", name, err)
	}
	ch := s.newChannel(name, private, u)
	s.note(RecordPerson, "create_channel", u.ID, ch.id, ch.id, name)
	s.join(ch, u, nil)
	return SlackChannel{s: s, id: ch.id}, nil
}

// May says whether a person sees a channel and whether they can act in it.
func (s *Slack) May(user, channel string) (see, act bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ch := s.user(user), s.channel(channel)
	if u == nil || ch == nil || u.Deleted || ch.deleted {
		return false, false
	}
	member := ch.has(u.ID)
	home := u.TeamID == s.team.id
	see = member && (home || ch.shared) || !ch.private && home && !u.Guest
	return see, see && member && !ch.archived
}

// FileOf returns a file that somebody shared.
func (s *Slack) FileOf(id string) (File, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files[id]
	if f == nil || f.deleted || !f.shared {
		return File{}, false
	}
	return f.truth(s), true
}

// AddOutsiders adds #partner, which the stranger's workspace shares, with the
// guest and the stranger in it.
func (s *Slack) AddOutsiders() {
	in := s.AddChannel("partner", false, "alex", "sam", "guest", "stranger")
	in.Share(s.User("stranger").TeamID)
}

// Emoji returns the emoji that the sandbox can show, by name.
func (s *Slack) Emoji() map[string]string {
	return map[string]string{"eyes": "👀", "pushpin": "📌", "white_check_mark": "✅"}
}
