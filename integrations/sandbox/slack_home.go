package sandbox

// Home returns the app's Home tab as the person has it, nil until the app
// published it.
func (s *Slack) Home(user string) *View {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.mustUser(user)
	return nil
}

// OpenHome opens the app's Home tab, of which app_home_opened tells an app
// that subscribed to it.
func (s *Slack) OpenHome(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.mustUser(user)
	s.note(RecordPerson, "open_home", u.ID, "", "", "")
	s.emit("app_home_opened", slackEvent{
		"type": "app_home_opened", "user": u.ID, "channel": "D" + u.ID[1:], "tab": "home", "event_ts": timestampNow(),
	})
}

// Screen returns the modals that the person has open, the top last, with the
// ids that the app left to Slack.
func (s *Slack) Screen(user string) []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []View
	for _, v := range s.stack(s.mustUser(user).ID) {
		out = append(out, View{ID: v.id, User: v.user, JSON: mustJSON(v.body), At: v.at, s: s})
	}
	return out
}

// Values returns what the view's fields hold, as state.values has it; nil when
// the view is gone.
func (v *View) Values() map[string]map[string]any {
	v.s.mu.Lock()
	defer v.s.mu.Unlock()
	for _, on := range v.s.stack(v.User) {
		if on.id != v.ID {
			continue
		}
		out := map[string]map[string]any{}
		for block, fields := range on.state() {
			out[block], _ = fields.(map[string]any)
		}
		return out
	}
	return nil
}

// Put fills several fields, named as in [View.Fill].
func (v *View) Put(values map[string]string) error {
	return Try(func() {
		for name, put := range values {
			v.Fill(name, put)
		}
	})
}
