package sandbox

import (
	"fmt"
	"strings"
)

// May says whether a person sees a channel and whether they can act in it.
func (s *Slack) May(user, channel string) (see, act bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ch := s.user(user), s.channel(channel)
	if u == nil || ch == nil || !s.sees(u, ch) {
		return false, false
	}
	return true, ch.has(u.ID) && !ch.archived
}

// sees says whether a person sees a channel. Documented: members see public
// channels and those they are in, guests only those they are in, people of
// another workspace only those of them that are shared.
func (s *Slack) sees(u *slackUser, ch *slackChannel) bool {
	switch {
	case u.Deleted || ch.deleted:
		return false
	case u.TeamID != s.team.id:
		return ch.shared && ch.has(u.ID)
	case u.Guest || ch.private:
		return ch.has(u.ID)
	}
	return true
}

// CreateChannel lets a person create a channel, as its first member. The
// client writes the name as Slack takes it: lower case, hyphens for spaces.
func (s *Slack) CreateChannel(user, name string, private bool) (SlackChannel, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name = strings.TrimPrefix(strings.TrimSpace(name), "#")
	name = strings.ReplaceAll(strings.ToLower(name), " ", "-")
	u := s.user(user)
	switch {
	case u == nil || u.Deleted:
		return SlackChannel{}, fmt.Errorf("create #%s: there is no user %q", name, user)
	case u.Guest || u.TeamID != s.team.id:
		return SlackChannel{}, fmt.Errorf("create #%s: %s is no member of the workspace", name, u.Name) // documented
	}
	if err := s.checkName(name); err != nil {
		return SlackChannel{}, fmt.Errorf("create #%s: %w", name, err)
	}
	s.note(RecordPerson, "create_channel", u.ID, "", "", name)
	return SlackChannel{s: s, id: s.create(u, name, private).id}, nil
}

// create makes a channel with its creator in it. Documented: channel_created
// tells of public ones, wherever the app is.
func (s *Slack) create(u *slackUser, name string, private bool) *slackChannel {
	ch := s.newChannel(name, private, u)
	s.note(RecordEffect, "create_channel", u.ID, ch.id, ch.id, name)
	if !private {
		s.emit("channel_created", slackEvent{"type": "channel_created", "event_ts": ch.stamp(), "channel": map[string]any{
			"id": ch.id, "name": name, "created": ch.created, "creator": u.ID, "is_channel": true, "is_private": false,
		}})
	}
	s.join(ch, u, nil)
	return ch
}
