package sandbox

import "slices"

// UserGroup is a group that can be mentioned, such as @responders.
type UserGroup struct {
	ID     string // S…; made up when empty
	Handle string // without @
	Name   string
	Users  []string // handles or ids
}

// AddGroup adds a user group and returns it with its id and its users' ids.
func (s *Slack) AddGroup(g UserGroup) UserGroup {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g.ID == "" {
		g.ID = s.id("S")
	}
	ids := make([]string, 0, len(g.Users))
	for _, name := range g.Users {
		ids = append(ids, s.mustUser(name).ID)
	}
	g.Users = ids
	kept := g
	kept.Users = slices.Clone(ids) // the caller may write into its own
	s.teams = append(s.teams, &kept)
	return g
}

// Groups returns all user groups, with their users' ids.
func (s *Slack) Groups() []UserGroup {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]UserGroup, 0, len(s.teams))
	for _, g := range s.teams {
		group := *g
		group.Users = slices.Clone(g.Users)
		out = append(out, group)
	}
	return out
}

func methodUsergroupsList(c *slackCall) (slackOut, error) {
	groups := []any{}
	for _, g := range c.s.teams {
		out := map[string]any{
			"id": g.ID, "team_id": c.s.team.id, "is_usergroup": true, "is_subteam": true, "name": g.Name,
			"handle": g.Handle, "description": "", "is_external": false, "date_create": 1446598059,
			"date_update": 1446598059, "date_delete": 0, "auto_type": nil, "created_by": c.s.app.userID,
			"updated_by": c.s.app.userID, "deleted_by": nil, "prefs": map[string]any{"channels": []any{}, "groups": []any{}},
		}
		if c.flag("include_users") {
			out["users"] = g.Users
		}
		if c.flag("include_count") {
			out["user_count"] = len(g.Users)
		}
		groups = append(groups, out)
	}
	return slackOut{"usergroups": groups}, nil
}

func methodUsergroupsUsersList(c *slackCall) (slackOut, error) {
	for _, g := range c.s.teams {
		if g.ID == c.args["usergroup"] {
			return slackOut{"users": g.Users}, nil
		}
	}
	return nil, refuse("no_such_subteam")
}
