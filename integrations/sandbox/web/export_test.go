package web

import "os"

// StaticFrom serves the static files of dir as they are on disk at each
// request, for whoever edits them.
func (s *Server) StaticFrom(dir string) {
	s.static = func() map[string]asset { return assets(os.DirFS(dir)) }
}
