package sandbox

import (
	"slices"
	"strings"
)

// authorize checks token, its kind and the method's scopes. Documented:
// app-level tokens (xapp-) are for apps.connections.open alone here, which
// takes no other.
func (c *slackCall) authorize() error {
	s := c.s
	switch {
	case c.token == "":
		return refuse("not_authed")
	case c.token != s.app.appToken && c.token != s.app.botToken:
		return refuse("invalid_auth")
	case s.deny != "":
		return refuse(s.deny)
	case (c.token == s.app.appToken) != (c.method.name == "apps.connections.open"):
		return refuse("not_allowed_token_type")
	}
	return c.needScope(c.method.scopes...)
}

// needScope refuses with missing_scope unless one of anyOf is granted
// (documented).
func (c *slackCall) needScope(anyOf ...string) error {
	granted := c.s.scopesOf(c.token)
	if len(anyOf) == 0 || slices.ContainsFunc(anyOf, func(scope string) bool { return slices.Contains(granted, scope) }) {
		return nil
	}
	return &slackRefusal{code: "missing_scope", extra: map[string]any{
		"needed": strings.Join(anyOf, ","), "provided": strings.Join(granted, ","),
	}}
}

// needFamily narrows a method's scopes to those for the channel's kind: a
// public channel needs channels:*, a private one groups:* (documented).
func (c *slackCall) needFamily(private bool) error {
	family := "channels:"
	if private {
		family = "groups:"
	}
	var fit []string
	for _, scope := range c.method.scopes {
		if strings.HasPrefix(scope, family) {
			fit = append(fit, scope)
		}
	}
	return c.needScope(fit...)
}

func (s *Slack) scopesOf(token string) []string {
	switch token {
	case s.app.appToken:
		return []string{"connections:write"}
	case s.app.botToken:
		return s.app.scopes
	}
	return nil
}

// SetScopes replaces the bot token's scopes, as a reinstallation would.
func (s *Slack) SetScopes(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.app.scopes = slices.Sorted(slices.Values(scopes))
}

// Scopes returns the bot token's scopes, sorted.
func (s *Slack) Scopes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.app.scopes)
}

// SetEvents replaces the subscribed events (the manifest's bot_events).
func (s *Slack) SetEvents(events ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.app.events)
	for _, e := range events {
		s.app.events[e] = true
	}
}

// SetShouldEscape sets should_escape of the app's slash commands; it is on.
func (s *Slack) SetShouldEscape(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.app.escape = on
}

// Deny makes every call with the app's tokens fail with code, such as
// account_inactive, token_expired or invalid_auth; empty ends it.
func (s *Slack) Deny(code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deny = code
	s.note(RecordPerson, "deny", "", "", "", code)
}

// RevokeTokens tells the app by tokens_revoked, then refuses its tokens.
func (s *Slack) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.emit("tokens_revoked", slackEvent{"type": "tokens_revoked", "tokens": map[string]any{"oauth": []string{}, "bot": []string{s.app.userID}}})
	s.deny = "token_revoked"
	s.note(RecordPerson, "revoke_tokens", "", "", "", "")
}

// Uninstall tells the app by app_uninstalled, then refuses its tokens.
func (s *Slack) Uninstall() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.emit("app_uninstalled", slackEvent{"type": "app_uninstalled"})
	s.deny = "account_inactive"
	s.note(RecordPerson, "uninstall", "", "", "", "")
}

func methodAuthTest(c *slackCall) (slackOut, error) {
	s := c.s
	return slackOut{
		"url": "https://" + s.team.domain + ".slack.com/", "team": s.team.name, "user": s.app.name,
		"team_id": s.team.id, "user_id": s.app.userID, "bot_id": s.app.botID, "is_enterprise_install": false,
	}, nil
}

func methodTeamInfo(c *slackCall) (slackOut, error) {
	if id := c.args["team"]; id != "" && id != c.s.team.id {
		return nil, refuse("team_not_found")
	}
	t := c.s.team
	return slackOut{"team": map[string]any{
		"id": t.id, "name": t.name, "domain": t.domain, "email_domain": "example.com", "is_verified": false,
		"url":  "https://" + t.domain + ".slack.com/",
		"icon": map[string]any{"image_34": "https://a.slack-edge.com/34.png", "image_default": true},
	}}, nil
}
