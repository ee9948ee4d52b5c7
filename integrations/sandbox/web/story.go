package web

import "net/http"

func (s *Server) getStory(http.ResponseWriter, *http.Request) (any, error) {
	if s.player == nil {
		return nil, notFound("no story is told here")
	}
	return s.player.State(), nil
}

// postStory lets whoever watches hold the story or let it run.
func (s *Server) postStory(w http.ResponseWriter, r *http.Request) (any, error) {
	var in struct {
		X float64 `json:"x"`
	}
	if err := readBody(w, r, &in); err != nil {
		return nil, err
	}
	if s.player == nil {
		return nil, notFound("no story is told here")
	}
	switch r.PathValue("verb") {
	case "play":
		s.player.Play()
	case "pause":
		s.player.Pause()
	case "step":
		s.player.Step()
	case "speed":
		if in.X <= 0 {
			return nil, bad("speed needs x, such as 2")
		}
		s.player.Speed(in.X)
	default:
		return nil, notFound("a story cannot " + r.PathValue("verb"))
	}
	return s.player.State(), nil
}
