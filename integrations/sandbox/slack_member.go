package sandbox

import "slices"

func methodConversationsMembers(c *slackCall) (slackOut, error) {
	ch, err := c.seen("channel")
	if err != nil {
		return nil, err
	}
	page, next, err := slackPage(c, ch.members, 100, 1000)
	if err != nil {
		return nil, err
	}
	return slackOut{"members": slices.Clone(page), "response_metadata": map[string]any{"next_cursor": next}}, nil
}

// methodConversationsInvite invites up to 100 users (documented). Without
// force one bad user spoils the whole call; with it the good ones are invited
// and the bad ones listed (documented); a call that invites nobody fails
// either way (assumed).
func methodConversationsInvite(c *slackCall) (slackOut, error) {
	ch, err := c.writable("channel")
	if err != nil {
		return nil, err
	}
	ids := c.list("users")
	switch {
	case len(ids) == 0:
		return nil, refuse("no_user")
	case len(ids) > 100:
		return nil, refuse("invalid_arguments") // assumed: the reference names no code
	}
	var good []*slackUser
	bad := []map[string]any{}
	for _, id := range ids {
		code := c.invitable(ch, id)
		switch {
		case code != "":
			bad = append(bad, map[string]any{"user": id, "ok": false, "error": code})
		case !slices.ContainsFunc(good, func(u *slackUser) bool { return u.ID == id }):
			good = append(good, c.s.mustUser(id))
		}
	}
	if len(bad) > 0 && (len(good) == 0 || !c.flag("force")) {
		return nil, &slackRefusal{code: bad[0]["error"].(string), extra: map[string]any{"errors": bad}}
	}
	bot := c.s.mustUser(c.s.app.userID)
	for _, u := range good {
		c.s.join(ch, u, bot)
	}
	out := slackOut{"channel": ch.wire(c.s)}
	if len(bad) > 0 {
		out["errors"] = bad
	}
	return out, nil
}

func (c *slackCall) invitable(ch *slackChannel, id string) string {
	i := slices.IndexFunc(c.s.users, func(u *slackUser) bool { return u.ID == id })
	switch {
	case i < 0 || c.s.users[i].Deleted:
		return "user_not_found"
	case id == c.s.app.userID:
		return "cant_invite_self"
	case c.s.users[i].TeamID != c.s.team.id && !ch.shared:
		return "org_user_not_in_team"
	case ch.has(id):
		return "already_in_channel"
	}
	return ""
}

func methodConversationsJoin(c *slackCall) (slackOut, error) {
	ch, err := c.seen("channel")
	switch {
	case err != nil:
		return nil, err
	case ch.archived:
		return nil, refuse("is_archived")
	case ch.private && !ch.has(c.s.app.userID):
		return nil, refuse("method_not_supported_for_channel_type")
	case ch.has(c.s.app.userID):
		c.warn = append(c.warn, "already_in_channel") // documented
	default:
		c.s.join(ch, c.s.mustUser(c.s.app.userID), nil)
	}
	return slackOut{"channel": ch.wire(c.s)}, nil
}

func methodConversationsLeave(c *slackCall) (slackOut, error) {
	ch, err := c.seen("channel")
	switch {
	case err != nil:
		return nil, err
	case !ch.has(c.s.app.userID):
		return slackOut{"not_in_channel": true}, nil // documented
	case ch.archived:
		return nil, refuse("is_archived")
	case ch.general:
		return nil, refuse("cant_leave_general")
	case ch.private && len(ch.members) == 1:
		return nil, refuse("last_member")
	}
	c.s.leave(ch, c.s.mustUser(c.s.app.userID))
	return nil, nil
}

func methodConversationsKick(c *slackCall) (slackOut, error) {
	ch, err := c.joined("channel")
	user := c.args["user"]
	switch {
	case err != nil:
		return nil, err
	case user == c.s.app.userID:
		return nil, refuse("cant_kick_self")
	case ch.general:
		return nil, refuse("cant_kick_from_general")
	case !slices.ContainsFunc(c.s.users, func(u *slackUser) bool { return u.ID == user }):
		return nil, refuse("user_not_found")
	case !ch.has(user):
		return nil, refuse("not_in_channel")
	}
	c.s.leave(ch, c.s.mustUser(user))
	return nil, nil
}
