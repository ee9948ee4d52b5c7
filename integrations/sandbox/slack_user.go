package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// User is a person or bot of a workspace.
type User struct {
	ID       string // U…; made up when empty
	Name     string // handle, without @
	RealName string
	Email    string
	TZ       string // IANA zone
	Guest    bool   // multi-channel guest
	Bot      bool
	Deleted  bool
	Admin    bool
	TeamID   string // empty: the home workspace; another one makes a stranger (Slack Connect)
}

type slackUser struct {
	User
	updated int64
}

// AddUser adds a person, to the home workspace unless u.TeamID says otherwise,
// and to #general in the first case, and returns it with its id.
func (s *Slack) AddUser(u User) User {
	s.mu.Lock()
	defer s.mu.Unlock()
	added := s.addUser(u)
	if added.TeamID == s.team.id && !added.Guest {
		s.mustChannel("#general").members = append(s.mustChannel("#general").members, added.ID)
	}
	return added.User
}

func (s *Slack) addUser(u User) *slackUser {
	if u.ID == "" {
		u.ID = s.id("U")
	}
	if u.TeamID == "" {
		u.TeamID = s.team.id
	}
	if u.TZ == "" {
		u.TZ = "Etc/UTC"
	}
	if u.Name == "" || s.user(u.Name) != nil || s.user(u.ID) != nil {
		panic(fmt.Sprintf("sandbox: user %q (%s) has no name or exists already", u.Name, u.ID))
	}
	added := &slackUser{User: u, updated: time.Now().Unix()}
	s.users = append(s.users, added)
	return added
}

// Deactivate closes a person's account; the messages stay.
func (s *Slack) Deactivate(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.mustUser(user)
	u.Deleted = true
	for _, ch := range s.chans {
		ch.members = slices.DeleteFunc(ch.members, func(id string) bool { return id == u.ID })
	}
	u.updated = time.Now().Unix()
	s.note(RecordPerson, "deactivate", u.ID, "", "", "")
	s.userChanged(u)
}

// userChanged tells of a changed account (documented: the whole user object;
// the e-mail address only with its scope).
func (s *Slack) userChanged(u *slackUser) {
	s.emit("user_change", slackEvent{
		"type": "user_change", "user": u.wire(s, &slackCall{s: s, token: s.app.botToken}), "cache_ts": time.Now().Unix(),
		"event_ts": fmt.Sprintf("%d.%06d", time.Now().Unix(), time.Now().Nanosecond()/1000),
	})
}

// User returns a person by handle or id; it panics when there is none.
func (s *Slack) User(name string) User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mustUser(name).User
}

// Users returns everybody, the bot first.
func (s *Slack) Users() []User {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]User, 0, len(s.users))
	for _, u := range s.users {
		out = append(out, u.User)
	}
	return out
}

// Bot returns the installed app's bot user.
func (s *Slack) Bot() User { return s.User(s.app.userID) }

// BotID returns the installed app's B… id.
func (s *Slack) BotID() string { return s.app.botID }

// AppID returns the installed app's A… id.
func (s *Slack) AppID() string { return s.app.id }

// TeamID returns the home workspace's T… id.
func (s *Slack) TeamID() string { return s.team.id }

// TeamName returns the home workspace's name.
func (s *Slack) TeamName() string { return s.team.name }

func (s *Slack) user(name string) *slackUser {
	name = strings.TrimPrefix(name, "@")
	for _, u := range s.users {
		if u.ID == name || u.Name == name {
			return u
		}
	}
	return nil
}

func (s *Slack) mustUser(name string) *slackUser {
	u := s.user(name)
	if u == nil {
		panic(fmt.Sprintf("sandbox: Slack has no user %q", name))
	}
	return u
}

// wire is the user object as the app sees it.
func (u *slackUser) wire(s *Slack, c *slackCall) map[string]any {
	zone, err := time.LoadLocation(u.TZ)
	if err != nil {
		zone = time.UTC
	}
	label, offset := time.Now().In(zone).Zone()
	profile := map[string]any{
		"real_name": u.RealName, "real_name_normalized": u.RealName,
		"display_name": u.Name, "display_name_normalized": u.Name, "team": u.TeamID,
		"status_text": "", "status_emoji": "", "avatar_hash": "g" + strings.ToLower(u.ID),
		"image_48": "https://secure.gravatar.com/avatar/" + strings.ToLower(u.ID) + "_48.jpg",
	}
	if u.Email != "" && c.needScope("users:read.email") == nil {
		profile["email"] = u.Email // documented: only with users:read.email
	}
	out := map[string]any{
		"id": u.ID, "team_id": u.TeamID, "name": u.Name, "deleted": u.Deleted, "real_name": u.RealName,
		"tz": u.TZ, "tz_label": label, "tz_offset": offset, "profile": profile, "color": "9f69e7",
		"is_admin": u.Admin, "is_owner": false, "is_primary_owner": false, "is_restricted": u.Guest,
		"is_ultra_restricted": false, "is_bot": u.Bot, "is_app_user": false, "updated": u.updated,
		"is_email_confirmed": true, "who_can_share_contact_card": "EVERYONE",
	}
	if u.TeamID != s.team.id {
		out["is_stranger"] = true
	}
	if u.ID == s.app.userID {
		profile["api_app_id"] = s.app.id
		profile["bot_id"] = s.app.botID
	}
	return out
}

func methodUsersInfo(c *slackCall) (slackOut, error) {
	for _, u := range c.s.users {
		if u.ID == c.args["user"] {
			return slackOut{"user": u.wire(c.s, c)}, nil
		}
	}
	return nil, refuse("user_not_found")
}

func methodUsersLookupByEmail(c *slackCall) (slackOut, error) {
	for _, u := range c.s.users {
		// Documented: deactivated users and bots are not found; strangers are not ours to look up.
		if u.Email != "" && strings.EqualFold(u.Email, c.args["email"]) && !u.Deleted && !u.Bot && u.TeamID == c.s.team.id {
			return slackOut{"user": u.wire(c.s, c)}, nil
		}
	}
	return nil, refuse("users_not_found")
}

func methodUsersList(c *slackCall) (slackOut, error) {
	page, next, err := slackPage(c, c.s.users, 200, 1000)
	if err != nil {
		return nil, err
	}
	members := make([]any, 0, len(page))
	for _, u := range page {
		members = append(members, u.wire(c.s, c))
	}
	return slackOut{"members": members, "cache_ts": time.Now().Unix(), "response_metadata": map[string]any{"next_cursor": next}}, nil
}
