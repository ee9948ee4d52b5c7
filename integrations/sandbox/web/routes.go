package web

import "net/http"

const uploadPath = "/api/slack/upload"

// routes are all addresses.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, do := range map[string]endpoint{
		"GET /api/world":         s.getWorld,
		"GET /api/account":       s.getAccount,
		"GET /api/story":         s.getStory,
		"POST /api/story/{verb}": s.postStory,
	} {
		mux.HandleFunc(pattern, s.serve(do))
	}
	mux.HandleFunc("/api/", s.serve(func(_ http.ResponseWriter, r *http.Request) (any, error) {
		return nil, notFound("there is nothing at " + r.URL.Path)
	}))
	mux.HandleFunc("/", s.getStatic)
	return mux
}
