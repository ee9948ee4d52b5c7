package sandbox

import (
	"regexp"
	"slices"
)

type slackReaction struct {
	name  string
	users []string
}

// maxEmoji is how many different emoji a message takes (assumed: 23, the
// default that workspaces report).
const maxEmoji = 23

// emojiName is the form of an emoji's name; that it exists is not checked.
var emojiName = regexp.MustCompile(`^[\p{L}\p{N}_+'-]+(::skin-tone-[2-6])?$`)

// reactable finds the message that channel and timestamp name.
func (c *slackCall) reactable() (*slackMessage, error) {
	if !c.has("channel") || c.args["timestamp"] == "" {
		return nil, refuse("no_item_specified")
	}
	ch, err := c.seen("channel")
	if err != nil {
		return nil, err
	}
	if _, err := tsMicros(c.args["timestamp"]); err != nil {
		return nil, refuse("bad_timestamp")
	}
	m := ch.find(c.args["timestamp"])
	if m == nil || !m.whole() {
		return nil, refuse("message_not_found")
	}
	return m, nil
}

func methodReactionsAdd(c *slackCall) (slackOut, error) {
	if !emojiName.MatchString(c.args["name"]) {
		return nil, refuse("invalid_name")
	}
	m, err := c.reactable()
	if err != nil {
		return nil, err
	}
	if m.ch.archived {
		return nil, refuse("is_archived")
	}
	return nil, c.s.react(m, c.s.app.userID, c.args["name"])
}

func methodReactionsRemove(c *slackCall) (slackOut, error) {
	m, err := c.reactable()
	if err != nil {
		return nil, err
	}
	return nil, c.s.unreact(m, c.s.app.userID, c.args["name"])
}

func methodReactionsGet(c *slackCall) (slackOut, error) {
	m, err := c.reactable()
	if err != nil {
		return nil, err
	}
	w := m.wire(c.s, false)
	w.Permalink = c.s.permalink(m)
	return slackOut{"type": "message", "channel": m.ch.id, "message": w}, nil
}

func (s *Slack) react(m *slackMessage, user, name string) error {
	i := slices.IndexFunc(m.reactions, func(r *slackReaction) bool { return r.name == name })
	switch {
	case i < 0 && len(m.reactions) >= maxEmoji:
		return refuse("too_many_emoji")
	case i < 0:
		m.reactions = append(m.reactions, &slackReaction{name: name, users: []string{user}})
	case slices.Contains(m.reactions[i].users, user):
		return refuse("already_reacted")
	default:
		m.reactions[i].users = append(m.reactions[i].users, user)
	}
	s.reacted("reaction_added", m, user, name)
	return nil
}

func (s *Slack) unreact(m *slackMessage, user, name string) error {
	i := slices.IndexFunc(m.reactions, func(r *slackReaction) bool { return r.name == name })
	if i < 0 || !slices.Contains(m.reactions[i].users, user) {
		return refuse("no_reaction")
	}
	r := m.reactions[i]
	r.users = slices.DeleteFunc(r.users, func(u string) bool { return u == user })
	if len(r.users) == 0 {
		m.reactions = slices.Delete(m.reactions, i, i+1)
	}
	s.reacted("reaction_removed", m, user, name)
	return nil
}

// reacted tells of a reaction. Documented: item_user is absent for messages
// without a user, and nothing says whether the message is in a thread.
func (s *Slack) reacted(kind string, m *slackMessage, user, name string) {
	s.note(RecordEffect, kind, user, m.ch.id, m.ts, name)
	event := slackEvent{
		"type": kind, "user": user, "reaction": name,
		"item": map[string]any{"type": "message", "channel": m.ch.id, "ts": m.ts},
	}
	if m.user != "" {
		event["item_user"] = m.user
	}
	s.emitIn(m.ch, kind, event)
}
