package sandbox

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

// SetTopic sets the channel's topic.
func (in SlackChannel) SetTopic(user, topic string) {
	ch, u, done := in.act(user, "set the topic")
	defer done()
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

// Share opens the channel to another workspace (Slack Connect).
func (in SlackChannel) Share(teamID string) {
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	ch := in.channel()
	ch.shared = true
	in.s.note(RecordPerson, "share", "", ch.id, teamID, "")
	in.s.emitIn(ch, "channel_shared", slackEvent{"type": "channel_shared", "connected_team_id": teamID, "channel": ch.id})
}
