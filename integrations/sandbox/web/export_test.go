package web

import (
	"context"
	"net"
)

// Listen is Serve on any listener, such as one in memory.
func (s *Server) Listen(ctx context.Context, l net.Listener) error { return s.listen(ctx, l) }

// Nodes parses Markdown in which #1 and @kim lead somewhere.
func Nodes(source string) []node {
	return newMarkdown(map[string]string{"#1": "#/gitlab/1", "@kim": "#/gitlab?user=kim"}).nodes(source)
}
