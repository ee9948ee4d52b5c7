package web

import (
	"mime"
	"net/http"

	"firebreak/integrations/sandbox"
)

// getFile gives the bytes of a file that a person may see. What people drop
// may be anything, so that only an image is shown; the rest is saved.
func (s *Server) getFile(w http.ResponseWriter, r *http.Request) {
	who, err := s.reader(r.URL.Query().Get("as"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	f, ok := s.sb.Slack.FileOf(r.PathValue("file"))
	if !ok || !s.sharedWith(who, f.ID) {
		s.fail(w, r, notFound(who.Name+" sees no file "+r.PathValue("file")))
		return
	}
	kind, how := pictured(f.Content), "inline"
	if kind == "" {
		kind, how = "application/octet-stream", "attachment"
	}
	if named := mime.FormatMediaType(how, map[string]string{"filename": f.Name}); named != "" {
		how = named
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", how)
	h.Set("Content-Security-Policy", policy+"; sandbox")
	h.Set("Cache-Control", "private, max-age=60")
	_, _ = w.Write(f.Content) // whoever asked has gone if this fails
}

// sharedWith says whether a file is in a message that this person may see.
func (s *Server) sharedWith(who sandbox.User, file string) bool {
	for _, ch := range s.sb.Slack.Channels() {
		if see, _ := s.sb.Slack.May(who.ID, ch.ID); !see {
			continue
		}
		if _, ok := s.shelf.transcript(ch.ID).files[file]; ok {
			return true
		}
	}
	return false
}
