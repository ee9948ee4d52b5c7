package web

import (
	"encoding/json"
	"net/http"

	"firebreak/integrations/sandbox"
)

// screenView is a modal or the Home tab with what its fields hold.
type screenView struct {
	ID     string                    `json:"id"`
	View   json.RawMessage           `json:"view"`
	Values map[string]map[string]any `json:"values"`
}

func screenViewOf(v *sandbox.View) screenView {
	values := v.Values()
	if values == nil {
		values = map[string]map[string]any{}
	}
	return screenView{ID: v.ID, View: v.JSON, Values: values}
}

// getScreen gives the modals that a person has open, the top last.
func (s *Server) getScreen(_ http.ResponseWriter, r *http.Request) (any, error) {
	who, err := s.reader(r.URL.Query().Get("as"))
	if err != nil {
		return nil, err
	}
	stack := []screenView{}
	for _, v := range s.sb.Slack.Screen(who.ID) {
		stack = append(stack, screenViewOf(&v))
	}
	return map[string]any{"stack": stack}, nil
}

// getHome gives the app's Home tab; null until the app published it.
func (s *Server) getHome(_ http.ResponseWriter, r *http.Request) (any, error) {
	who, err := s.reader(r.URL.Query().Get("as"))
	if err != nil {
		return nil, err
	}
	v := s.sb.Slack.Home(who.ID)
	if v == nil {
		return screenView{View: json.RawMessage("null"), Values: map[string]map[string]any{}}, nil
	}
	return screenViewOf(v), nil
}

// view finds something on a person's screen: a modal or the Home tab.
func (s *Server) view(who sandbox.User, id string) (*sandbox.View, error) {
	for _, v := range s.sb.Slack.Screen(who.ID) {
		if v.ID == id {
			return &v, nil
		}
	}
	if v := s.sb.Slack.Home(who.ID); v != nil && v.ID == id {
		return v, nil
	}
	return nil, notFound("that window has been closed")
}
