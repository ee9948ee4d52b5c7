package sandbox

import "fmt"

// Join makes user a member. A private channel is joined by invitation only,
// which this verb takes as given by its creator.
func (in SlackChannel) Join(user string) {
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	ch, u := in.channel(), in.s.mustUser(user)
	if ch.has(u.ID) {
		return
	}
	in.s.note(RecordPerson, "join", u.ID, ch.id, "", "")
	var inviter *slackUser
	if ch.private {
		inviter = in.s.mustUser(ch.creator)
	}
	in.s.join(ch, u, inviter)
}

// Invite makes user a member, invited by somebody.
func (in SlackChannel) Invite(by, user string) {
	ch, inviter, done := in.act(by, "invite")
	defer done()
	u := in.s.mustUser(user)
	if !ch.has(u.ID) {
		in.s.note(RecordPerson, "invite", inviter.ID, ch.id, u.ID, "")
		in.s.join(ch, u, inviter)
	}
}

// Leave ends a membership, the bot's too (somebody removed it).
func (in SlackChannel) Leave(user string) {
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	ch, u := in.channel(), in.s.mustUser(user)
	if ch.has(u.ID) {
		in.s.note(RecordPerson, "leave", u.ID, ch.id, "", "")
		in.s.leave(ch, u)
	}
}

// Rename gives the channel another name.
func (in SlackChannel) Rename(user, name string) {
	ch, u, done := in.act(user, "rename")
	defer done()
	in.s.note(RecordPerson, "rename", u.ID, ch.id, "", name)
	in.s.rename(ch, u, name)
}

// SetTopic sets the channel's topic, of at most 250 characters (documented).
func (in SlackChannel) SetTopic(user, topic string) {
	ch, u, done := in.act(user, "set the topic")
	defer done()
	if len([]rune(topic)) > maxTopic {
		panic(fmt.Sprintf("sandbox: a topic has at most %d characters", maxTopic))
	}
	in.s.note(RecordPerson, "topic", u.ID, ch.id, "", topic)
	in.s.setTopic(ch, u, "topic", &ch.topic, slackEscaper.Replace(topic))
}

// Archive closes the channel.
func (in SlackChannel) Archive(user string) {
	ch, u, done := in.act(user, "archive")
	defer done()
	in.s.note(RecordPerson, "archive", u.ID, ch.id, "", "")
	in.s.archive(ch, u)
}

// Unarchive opens it again.
func (in SlackChannel) Unarchive(user string) {
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	ch, u := in.channel(), in.s.mustUser(user)
	if ch.archived {
		in.s.note(RecordPerson, "unarchive", u.ID, ch.id, "", "")
		in.s.unarchive(ch, u)
	}
}

// Unshare ends the sharing with another workspace.
func (in SlackChannel) Unshare(teamID string) {
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	ch := in.channel()
	ch.shared = false
	in.s.note(RecordPerson, "unshare", "", ch.id, teamID, "")
	in.s.emitIn(ch, "channel_unshared", slackEvent{
		"type": "channel_unshared", "previously_connected_team_id": teamID, "channel": ch.id, "is_ext_shared": false,
	})
}

// Remove deletes the channel with all that was said in it.
func (in SlackChannel) Remove(user string) {
	ch, u, done := in.act(user, "delete the channel")
	defer done()
	in.s.note(RecordPerson, "delete_channel", u.ID, ch.id, "", "")
	kind := ch.kind() + "_deleted"
	in.s.emitIn(ch, kind, slackEvent{"type": kind, "channel": ch.id, "actor_id": u.ID})
	ch.deleted, ch.members = true, nil
}

// Convert makes the channel public or private. Documented: a message of the
// subtype channel_convert_to_public or channel_convert_to_private tells of it,
// under the subscription for what the channel is now; the id stays.
func (in SlackChannel) Convert(user string, private bool) {
	ch, u, done := in.act(user, "convert")
	defer done()
	ch.private = private
	m := &slackMessage{
		ch: ch, subtype: "channel_convert_to_public", user: u.ID,
		text: "made this channel *public*. Any member in this workspace can see and join it.",
	}
	if private {
		m.subtype = "channel_convert_to_private"
		m.text = "made this channel *private*. Now, it can only be viewed or joined by invitation."
	}
	in.s.note(RecordPerson, m.subtype, u.ID, ch.id, "", "")
	in.s.system(ch, m)
}

// Share opens the channel to another workspace (Slack Connect).
func (in SlackChannel) Share(teamID string) {
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	ch := in.channel()
	ch.shared = true
	in.s.note(RecordPerson, "share", "", ch.id, teamID, "")
	in.s.emitIn(ch, "channel_shared", slackEvent{"type": "channel_shared", "connected_team_id": teamID, "channel": ch.id})
}
