package slack

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"firebreak/incident"
)

// invitees is how many users one conversations.invite takes ("Up to 100
// users may be listed").
const invitees = 100

// personal holds the codes of conversations.invite that are about one of the
// users, not about the channel or the bot.
var personal = map[string]bool{
	"already_in_channel": true, "cant_invite_self": true,
	"app_cannot_join_channel": true, "cant_invite": true, "invitee_cant_see_channel": true,
	"no_external_invite_permission": true, "org_user_not_in_team": true, "ura_max_channels": true,
	"user_is_restricted": true, "user_not_found": true,
}

// Invite invites users to a channel. Who could not be invited is in refused,
// with Slack's code for why (user_not_found, cant_invite, …); being in the
// channel already is no refusal. An error means that some are still to be
// invited; repeating the whole call does no harm.
func (c *Client) Invite(ctx context.Context, channel string, users []string) (refused map[string]string, err error) {
	refused = map[string]string{}
	for batch := range slices.Chunk(users, invitees) {
		bad, err := c.inviteBatch(ctx, channel, batch)
		maps.Copy(refused, bad)
		if err != nil {
			return refused, err
		}
	}
	return refused, nil
}

// inviteBatch invites at most a hundred. When Slack refuses them as a whole
// because of somebody it does not name, they are invited one by one.
func (c *Client) inviteBatch(ctx context.Context, channel string, users []string) (map[string]string, error) {
	a, err := c.ask(ctx, "conversations.invite", "", func(ctx context.Context) error {
		_, err := c.api.ForceInviteUsersToConversationContext(ctx, channel, users...)
		return err
	})
	if named := a.refusedUsers(); err == nil || len(named) > 0 {
		return withoutBenign(named), nil
	}
	code := incident.CodeOf(err)
	switch {
	case !personal[code]:
		return nil, err
	case len(users) == 1:
		return withoutBenign(map[string]string{users[0]: code}), nil
	}
	bad := map[string]string{}
	for _, user := range users {
		one, err := c.inviteBatch(ctx, channel, []string{user})
		maps.Copy(bad, one)
		if err != nil {
			return bad, err
		}
	}
	return bad, nil
}

// refusedUsers reads what conversations.invite says of each user; who is not
// named there is in, because the call forces the valid ones through.
func (a *answer) refusedUsers() map[string]string {
	var said struct {
		Errors []struct{ User, Error string }
	}
	if a == nil || json.Unmarshal(a.body, &said) != nil {
		return nil
	}
	named := map[string]string{}
	for _, e := range said.Errors {
		if e.User != "" {
			named[e.User] = cleanCode(e.Error)
		}
	}
	return named
}

func withoutBenign(named map[string]string) map[string]string {
	maps.DeleteFunc(named, func(_, code string) bool {
		return code == "already_in_channel" || code == "cant_invite_self"
	})
	return named
}
