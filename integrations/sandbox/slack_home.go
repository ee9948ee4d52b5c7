package sandbox

// methodViewsPublish shows a view in somebody's Home tab, in place of what was
// there (documented); that its id then stays is observed. With a hash, only if
// it is still as it was then (documented). Assumed: who cannot have the app's
// Home tab is no valid user_id.
func methodViewsPublish(c *slackCall) (slackOut, error) {
	s := c.s
	u := s.user(c.args["user_id"])
	switch {
	case u == nil || u.ID != c.args["user_id"] || !s.hasHome(u):
		return nil, &slackRefusal{code: "invalid_arguments", extra: map[string]any{
			"response_metadata": map[string]any{"messages": []string{"invalid `user_id`"}}, // documented
		}}
	case s.noHome:
		return nil, refuse("not_enabled")
	}
	old := s.homes[u.ID]
	if hash := c.args["hash"]; hash != "" && (old == nil || hash != old.hash) {
		return nil, refuse("hash_conflict")
	}
	v, err := c.view("home", old)
	if err != nil {
		return nil, err
	}
	if old == nil {
		v.id, v.user = s.id("V"), u.ID
		v.root = v.id
		s.homes[u.ID] = v
	} else {
		old.become(v)
		v = old
	}
	s.note(RecordEffect, "view_published", u.ID, "", v.id, "")
	return slackOut{"view": v.wire(s)}, nil
}

// hasHome says whether a person can open the app's Home tab: those of the
// app's own workspace, guests included.
func (s *Slack) hasHome(u *slackUser) bool { return !u.Bot && !u.Deleted && u.TeamID == s.team.id }

// SetHomeTab switches the app's Home tab on or off, as its manifest does
// (home_tab_enabled); it is on.
func (s *Slack) SetHomeTab(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noHome = !on
}

// Home returns the app's Home tab as the person has it, nil until the app
// published it.
func (s *Slack) Home(user string) *View {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.homes[s.mustUser(user).ID]
	if v == nil || s.noHome {
		return nil
	}
	return v.shown(s)
}

// shown is the view with the ids that the app left to Slack.
func (v *slackView) shown(s *Slack) *View {
	return &View{ID: v.id, User: v.user, JSON: mustJSON(v.body), At: v.at, s: s}
}

// OpenHome opens the app's Home tab, of which app_home_opened tells an app
// that subscribed to it, each time and with the view that is there, if any
// (documented).
func (s *Slack) OpenHome(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.mustUser(user)
	if s.noHome || !s.hasHome(u) {
		panic("sandbox: " + u.Name + " has no Home tab of " + s.app.name)
	}
	s.note(RecordPerson, "open_home", u.ID, "", "", "")
	event := slackEvent{
		"type": "app_home_opened", "user": u.ID, "channel": "D" + u.ID[1:], "tab": "home", "event_ts": timestampNow(),
	}
	if v := s.homes[u.ID]; v != nil {
		event["view"] = v.wire(s)
	}
	s.emit("app_home_opened", event)
}

// Screen returns the modals that the person has open, the top last, with the
// ids that the app left to Slack.
func (s *Slack) Screen(user string) []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []View
	for _, v := range s.stack(s.mustUser(user).ID) {
		out = append(out, *v.shown(s))
	}
	return out
}
