package web

import "net/http"

// Where forms with files go; everything else takes JSON.
const (
	uploadPath = "/api/slack/upload"
	attachPath = "/api/slack/view-attach"
)

// routes are all addresses.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, do := range map[string]endpoint{
		"GET /api/world":                       s.getWorld,
		"GET /api/account":                     s.getAccount,
		"GET /api/story":                       s.getStory,
		"POST /api/story/{verb}":               s.postStory,
		"GET /api/slack":                       s.getSlack,
		"GET /api/slack/channel/{channel}":     s.getChannel,
		"GET /api/slack/thread/{channel}/{ts}": s.getThread,
		"GET /api/slack/screen":                s.getScreen,
		"GET /api/slack/home":                  s.getHome,
		"POST /api/slack/{verb}":               s.postSlack,
		"POST " + uploadPath:                   s.postUpload,
		"POST " + attachPath:                   s.postAttach,
		"GET /api/pagerduty":                   s.getPager,
		"POST /api/pagerduty/{verb}":           s.postPager,
		"GET /api/gitlab":                      s.getIssues,
		"GET /api/gitlab/{iid}":                s.getIssue,
		"POST /api/gitlab/{verb}":              s.postIssue,
		"GET /api/faults":                      s.getFaults,
		"POST /api/faults/{verb}":              s.postFault,
		"GET /api/ledger":                      s.getLedger,
	} {
		mux.HandleFunc(pattern, s.serve(do))
	}
	mux.HandleFunc("GET /api/slack/file/{file}", s.getFile)
	mux.HandleFunc("GET "+gitlabPath+"/uploads/{secret}/{name}", s.getUpload)
	mux.HandleFunc("GET /events", s.getEvents)
	mux.HandleFunc("/api/", s.serve(func(_ http.ResponseWriter, r *http.Request) (any, error) {
		return nil, notFound("there is nothing at " + r.URL.Path)
	}))
	mux.HandleFunc("/", s.getStatic)
	return mux
}
