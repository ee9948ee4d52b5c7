package slack

import (
	"cmp"
	"context"

	"firebreak/incident"
)

// user is what firebreak reads of a Slack user object.
type user struct {
	ID                string
	TeamID            string `json:"team_id"`
	Name              string
	RealName          string `json:"real_name"`
	TZ                string
	Deleted           bool
	IsBot             bool `json:"is_bot"`
	IsRestricted      bool `json:"is_restricted"`
	IsUltraRestricted bool `json:"is_ultra_restricted"`
	IsStranger        bool `json:"is_stranger"`
	Profile           struct {
		DisplayName string `json:"display_name"`
		RealName    string `json:"real_name"`
		Email       string
	}
}

// slackbot is Slack's own helper; its user object does not say it is a bot.
const slackbot = "USLACKBOT"

// Person looks a user up by id (users.info). Code user_not_found: there is
// none the bot may see.
func (c *Client) Person(ctx context.Context, id string) (incident.Person, error) {
	return c.person(ctx, "users.info", func(ctx context.Context) error {
		_, err := c.api.GetUserInfoContext(ctx, id)
		return err
	})
}

// PersonByEmail looks a user up by e-mail address (users.lookupByEmail).
// Code users_not_found: nobody has it.
func (c *Client) PersonByEmail(ctx context.Context, email string) (incident.Person, error) {
	return c.person(ctx, "users.lookupByEmail", func(ctx context.Context) error {
		_, err := c.api.GetUserByEmailContext(ctx, email)
		return err
	})
}

func (c *Client) person(ctx context.Context, method string, send func(context.Context) error) (incident.Person, error) {
	a, err := c.ask(ctx, method, "", send)
	if err != nil {
		return incident.Person{}, err
	}
	var got struct{ User user }
	if err := a.decode(method, &got); err != nil {
		return incident.Person{}, err
	}
	return got.User.person(), nil
}

func (u user) person() incident.Person {
	return incident.Person{
		ID: u.ID, TeamID: u.TeamID,
		Name:  cmp.Or(u.Profile.DisplayName, u.Profile.RealName, u.RealName, u.Name),
		Email: u.Profile.Email, TZ: u.TZ,
		Bot:         u.IsBot || u.ID == slackbot,
		Deactivated: u.Deleted,
		Guest:       u.IsRestricted || u.IsUltraRestricted,
		Stranger:    u.IsStranger,
	}
}

// GroupMembers lists the users of a user group (usergroups.users.list).
func (c *Client) GroupMembers(ctx context.Context, group string) ([]string, error) {
	const method = "usergroups.users.list"
	a, err := c.ask(ctx, method, "", func(ctx context.Context) error {
		_, err := c.api.GetUserGroupMembersContext(ctx, group)
		return err
	})
	if err != nil {
		return nil, err
	}
	var got struct{ Users []string }
	err = a.decode(method, &got)
	return got.Users, err
}
