package main

import (
	"encoding/json"
	"errors"

	"firebreak/bot"
)

// manifestCmd prints the Slack app manifest.
type manifestCmd struct{}

// Run prints the manifest that matches this build and the present
// SLACK_COMMAND.
func (manifestCmd) Run(p *program) error {
	s := load(ours(p.environ))
	if err := s.only("FIREBREAK_SLACK_COMMAND"); err != nil {
		return err
	}
	enc := json.NewEncoder(p.stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(slackManifest(s.SlackCommand))
}

// only gives the problem of one variable, if it has one: a command that needs
// a single variable does not mind the others.
func (s *settings) only(name string) error {
	for _, p := range s.Problems {
		if p.Name == name || p.Name == name+"_FILE" {
			return usageError{errors.New(p.String())}
		}
	}
	return nil
}

// appManifest is Slack's app manifest as far as firebreak says anything;
// schema 1.0.0 of slackapi/manifest-schema.
type appManifest struct {
	Display  appDisplay  `json:"display_information"`
	Features appFeatures `json:"features"`
	OAuth    struct {
		Scopes struct {
			Bot []string `json:"bot"`
		} `json:"scopes"`
	} `json:"oauth_config"`
	Settings appSettings `json:"settings"`
}

type appDisplay struct {
	Name        string `json:"name"`        // at most 35
	Description string `json:"description"` // at most 140
	Background  string `json:"background_color"`
}

type appFeatures struct {
	Home struct {
		Tab      bool `json:"home_tab_enabled"`
		Messages bool `json:"messages_tab_enabled"` // what is said there nobody would read
	} `json:"app_home"`
	BotUser struct {
		Name   string `json:"display_name"`
		Online bool   `json:"always_online"`
	} `json:"bot_user"`
	Shortcuts []appShortcut `json:"shortcuts"`
	Commands  []appCommand  `json:"slash_commands"`
}

type appShortcut struct {
	Name        string `json:"name"` // at most 24
	Type        string `json:"type"` // message or global
	CallbackID  string `json:"callback_id"`
	Description string `json:"description"` // at most 150
}

type appCommand struct {
	Command      string `json:"command"`
	Description  string `json:"description"`
	UsageHint    string `json:"usage_hint"`
	ShouldEscape bool   `json:"should_escape"` // mentions arrive as ids, not as names anybody can take
}

type appSettings struct {
	Events struct {
		Bot []string `json:"bot_events"`
	} `json:"event_subscriptions"`
	Interactivity struct {
		Enabled bool `json:"is_enabled"`
	} `json:"interactivity"`
	OrgDeploy     bool `json:"org_deploy_enabled"`
	SocketMode    bool `json:"socket_mode_enabled"`
	TokenRotation bool `json:"token_rotation_enabled"`
}

func slackManifest(command string) appManifest {
	m := appManifest{Display: appDisplay{
		Name:        "firebreak",
		Description: "Incident response in Slack: from the page to the timeline to the root cause analysis.",
		Background:  "#7a1f1f",
	}}
	m.Features.Home.Tab = true
	m.Features.BotUser.Name = "firebreak"
	m.Features.BotUser.Online = true
	m.Features.Commands = []appCommand{{
		Command:      command,
		Description:  "Respond to an incident",
		UsageHint:    "help",
		ShouldEscape: true,
	}}
	for _, s := range bot.Shortcuts() {
		m.Features.Shortcuts = append(m.Features.Shortcuts, appShortcut(s))
	}
	m.OAuth.Scopes.Bot = botScopes()
	m.Settings.Events.Bot = botEvents()
	m.Settings.Interactivity.Enabled = true // buttons, shortcuts and modals
	m.Settings.SocketMode = true
	return m
}

// botScopes are the scopes that this build's calls and events need and no
// others, each with a public (channels:) and a private (groups:) side.
func botScopes() []string {
	return []string{
		"channels:history", "groups:history", // messages and replies
		"channels:read", "groups:read", // members, names, what was archived
		"channels:manage", "groups:write", // create, topic, invite, archive
		"chat:write", "commands",
		"reactions:read",                    // pins
		"bookmarks:read", "bookmarks:write", // links to page, bridge and RCA
		"files:read", "files:write", // evidence; /inc export
		"users:read", "users:read.email", // who is who; matched to PagerDuty by e-mail
		"usergroups:read", // SLACK_INVITE, SLACK_RESPONDERS
	}
}

func botEvents() []string {
	return []string{
		"message.channels", "message.groups",
		"reaction_added", "reaction_removed",
		"member_joined_channel", "member_left_channel",
		"channel_rename", "channel_archive", "channel_unarchive",
		"group_rename", "group_archive", "group_unarchive",
		"channel_left", "group_left", "channel_deleted", "group_deleted",
		"channel_shared", "channel_unshared",
		"app_home_opened",
		"user_change", // deactivated people lose their rights at once
	}
}
