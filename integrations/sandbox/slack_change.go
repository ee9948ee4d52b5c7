package sandbox

import (
	"fmt"
	"slices"
	"time"
)

// The changes to a channel that both people and the app make. Each one writes
// a system message and sends its own event: the app hears of it twice
// (documented).

func (s *Slack) join(ch *slackChannel, u, inviter *slackUser) {
	ch.members = append(ch.members, u.ID)
	m := &slackMessage{ch: ch, subtype: "channel_join", user: u.ID, text: "<@" + u.ID + "> has joined the channel"}
	event := slackEvent{"type": "member_joined_channel", "user": u.ID, "channel": ch.id, "channel_type": "C", "team": s.team.id}
	if ch.private {
		event["channel_type"] = "G"
	}
	if inviter != nil {
		m.inviter = inviter.ID
		event["inviter"] = inviter.ID
	}
	s.note(RecordEffect, "join", u.ID, ch.id, u.ID, "")
	s.system(ch, m)
	s.emitIn(ch, "member_joined_channel", event)
}

func (s *Slack) leave(ch *slackChannel, u *slackUser) {
	s.note(RecordEffect, "leave", u.ID, ch.id, u.ID, "")
	// Observed: member_left_channel does not come for the app itself, which
	// gets channel_left or group_left instead.
	event := slackEvent{"type": "member_left_channel", "user": u.ID, "channel": ch.id, "channel_type": "C", "team": s.team.id}
	if ch.private {
		event["channel_type"] = "G"
	}
	ch.members = slices.DeleteFunc(ch.members, func(id string) bool { return id == u.ID })
	s.system(ch, &slackMessage{ch: ch, subtype: "channel_leave", user: u.ID, text: "<@" + u.ID + "> has left the channel"})
	if u.ID == s.app.userID {
		kind := ch.kind() + "_left"
		s.emit(kind, slackEvent{"type": kind, "channel": ch.id, "actor_id": u.ID, "event_ts": ch.stamp()})
		return
	}
	s.emitIn(ch, "member_left_channel", event)
}

func (s *Slack) rename(ch *slackChannel, u *slackUser, name string) {
	old := ch.name
	ch.name = name
	ch.previous = append([]string{old}, ch.previous...)
	ch.updated = time.Now().UnixMilli()
	s.note(RecordEffect, "rename", u.ID, ch.id, ch.id, name)
	s.system(ch, &slackMessage{
		ch: ch, subtype: "channel_name", user: u.ID, name: name, oldName: old,
		text: fmt.Sprintf("<@%s> has renamed the channel from %q to %q", u.ID, old, name),
	})
	kind := ch.kind() + "_rename"
	s.emitIn(ch, kind, slackEvent{"type": kind, "channel": map[string]any{
		"id": ch.id, "name": name, "name_normalized": name, "created": ch.created, "is_channel": true, "is_mpim": false,
	}})
}

func (s *Slack) setTopic(ch *slackChannel, u *slackUser, what string, field *slackTopic, text string) {
	*field = slackTopic{value: text, creator: u.ID, set: time.Now().Unix()}
	ch.updated = time.Now().UnixMilli()
	s.note(RecordEffect, "set_"+what, u.ID, ch.id, ch.id, text)
	m := &slackMessage{
		ch: ch, subtype: "channel_" + what, user: u.ID,
		text: fmt.Sprintf("<@%s> set the channel %s: %s", u.ID, what, text),
	}
	if what == "topic" {
		m.topic = &text
	} else {
		m.purpose = &text
	}
	s.system(ch, m)
}

func (s *Slack) archive(ch *slackChannel, u *slackUser) {
	s.note(RecordEffect, "archive", u.ID, ch.id, ch.id, "")
	s.system(ch, &slackMessage{ch: ch, subtype: "channel_archive", user: u.ID, text: "<@" + u.ID + "> archived the channel"})
	ch.archived = true
	ch.updated = time.Now().UnixMilli()
	kind := ch.kind() + "_archive"
	s.emitIn(ch, kind, slackEvent{"type": kind, "channel": ch.id, "user": u.ID, "is_moved": 0})
	if ch.has(s.app.userID) {
		// Observed: archiving takes the app's bot out of the channel, so that
		// it can read no more of it until people let it in again.
		ch.members = slices.DeleteFunc(ch.members, func(id string) bool { return id == s.app.userID })
		ch.ejected = true
	}
}

func (s *Slack) unarchive(ch *slackChannel, u *slackUser) {
	ch.archived = false
	ch.updated = time.Now().UnixMilli()
	s.note(RecordEffect, "unarchive", u.ID, ch.id, ch.id, "")
	s.system(ch, &slackMessage{ch: ch, subtype: "channel_unarchive", user: u.ID, text: "<@" + u.ID + "> un-archived the channel"})
	kind := ch.kind() + "_unarchive"
	event := slackEvent{"type": kind, "channel": ch.id, "user": u.ID}
	if ch.private {
		s.emitIn(ch, kind, event)
		return
	}
	event["event_ts"] = ch.stamp()
	s.emit(kind, event) // of a public channel whoever may read its name is told (assumed)
}

// system adds a message that Slack itself writes about a change.
func (s *Slack) system(ch *slackChannel, m *slackMessage) {
	ch.add(m)
	s.emitMessage(ch, m.event(s))
}
