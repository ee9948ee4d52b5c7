package sandbox

import (
	"encoding/json"
	"maps"
	"time"
)

// View is a modal that the app opened.
type View struct {
	ID, User string
	JSON     json.RawMessage // as the app sent it
	At       time.Time
}

// maxView is the documented size of a view in bytes.
const maxView = 250_000

// methodViewsOpen opens a modal for who holds the trigger: 3 s, once
// (documented).
func methodViewsOpen(c *slackCall) (slackOut, error) {
	s, t := c.s, c.s.triggers[c.args["trigger_id"]]
	switch {
	case t == nil:
		return nil, refuse("invalid_trigger_id")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	case time.Now().After(t.expires):
		return nil, refuse("expired_trigger_id")
	case len(c.args["view"]) > maxView:
		return nil, refuse("view_too_large")
	}
	var view map[string]any
	if json.Unmarshal([]byte(c.args["view"]), &view) != nil {
		return nil, refuse("invalid_arguments")
	}
	t.used = true
	v := View{ID: s.id("V"), User: t.user, JSON: json.RawMessage(c.args["view"]), At: time.Now()}
	s.views = append(s.views, v)
	s.note(RecordEffect, "view_opened", t.user, "", v.ID, "")
	maps.Copy(view, map[string]any{
		"id": v.ID, "team_id": s.team.id, "root_view_id": v.ID, "app_id": s.app.id, "bot_id": s.app.botID,
		"hash": "1." + s.sb.token(8), "state": map[string]any{"values": map[string]any{}},
	})
	return slackOut{"view": view}, nil
}

// Views returns the modals that the app opened, oldest first.
func (s *Slack) Views() []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]View(nil), s.views...)
}
