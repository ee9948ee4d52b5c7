package web

import (
	"encoding/json"
	"net/http"
)

// manifest is what the window needs of the app's manifest.
type manifest struct {
	Features struct {
		Commands  []manifestCommand  `json:"slash_commands"`
		Shortcuts []manifestShortcut `json:"shortcuts"`
	} `json:"features"`
}

type manifestCommand struct {
	Command     string `json:"command"`
	Description string `json:"description"`
	UsageHint   string `json:"usage_hint"`
}

type manifestShortcut struct {
	Name        string `json:"name"`
	Type        string `json:"type"` // message or global
	CallbackID  string `json:"callback_id"`
	Description string `json:"description"`
}

// readManifest takes what it finds: a manifest that says nothing offers
// nothing.
func readManifest(raw json.RawMessage) manifest {
	var m manifest
	_ = json.Unmarshal(raw, &m)
	return m
}

// person is somebody in the workspace, a bot too.
type person struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	RealName string `json:"real_name"`
	Email    string `json:"email"`
	TZ       string `json:"tz"`
	Team     string `json:"team"`
	Guest    bool   `json:"guest"`
	Stranger bool   `json:"stranger"`
	Bot      bool   `json:"bot"`
	Deleted  bool   `json:"deleted"`
}

// group is people who are mentioned by one name.
type group struct {
	ID     string `json:"id"`
	Handle string `json:"handle"`
	Name   string `json:"name"`
}

func (s *Server) getWorld(http.ResponseWriter, *http.Request) (any, error) {
	slack := s.sb.Slack
	home, bot := slack.TeamID(), slack.Bot()
	people := []person{}
	for _, u := range slack.Users() {
		people = append(people, person{
			ID: u.ID, Name: u.Name, RealName: u.RealName, Email: u.Email, TZ: u.TZ, Team: u.TeamID,
			Guest: u.Guest, Stranger: u.TeamID != home, Bot: u.Bot, Deleted: u.Deleted,
		})
	}
	groups := []group{}
	for _, g := range slack.Groups() {
		groups = append(groups, group{ID: g.ID, Handle: g.Handle, Name: g.Name})
	}
	return map[string]any{
		"team":      map[string]string{"id": home, "name": slack.TeamName()},
		"people":    people,
		"bot":       map[string]string{"user_id": bot.ID, "bot_id": slack.BotID(), "name": bot.Name, "app_id": slack.AppID()},
		"emoji":     slack.Emoji(),
		"commands":  list(s.manifest.Features.Commands),
		"shortcuts": list(s.manifest.Features.Shortcuts),
		"groups":    groups,
		"has":       map[string]bool{"bot": s.bot != nil, "story": s.player != nil, "account": s.account != nil},
		"born":      s.born,
	}, nil
}
