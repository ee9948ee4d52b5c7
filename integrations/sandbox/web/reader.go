package web

import (
	"net/http"
	"strings"
	"sync"

	"firebreak/integrations/sandbox"
)

// reader finds the person that a window belongs to, by id or handle.
func (s *Server) reader(as string) (sandbox.User, error) {
	if as == "" {
		return sandbox.User{}, bad("say who you are: as")
	}
	name := strings.TrimPrefix(as, "@")
	for _, u := range s.sb.Slack.Users() {
		if u.ID != name && u.Name != name {
			continue
		}
		if u.Bot || u.Deleted {
			return u, refused(u.Name + " has no window: it is a bot or a closed account")
		}
		return u, nil
	}
	return sandbox.User{}, notFound("there is nobody called " + as)
}

// asked is the reader and the channel of a request's path, if that person may
// see it.
func (s *Server) asked(r *http.Request) (sandbox.User, sandbox.Channel, error) {
	who, err := s.reader(r.URL.Query().Get("as"))
	if err != nil {
		return who, sandbox.Channel{}, err
	}
	ch, err := s.seen(who, r.PathValue("channel"))
	return who, ch, err
}

// seen finds a channel that a person may see. Whether another one exists is
// not told.
func (s *Server) seen(who sandbox.User, channel string) (sandbox.Channel, error) {
	ch, ok := s.sb.Slack.Find(channel)
	if ok {
		ok, _ = s.sb.Slack.May(who.ID, ch.ID)
	}
	if !ok {
		return sandbox.Channel{}, notFound(who.Name + " sees no channel " + channel)
	}
	return ch, nil
}

// readMarks remember how far people have read.
type readMarks struct {
	mu sync.Mutex
	at map[readMark]string // ts
}

type readMark struct{ user, channel string }

func newReadMarks() *readMarks { return &readMarks{at: map[readMark]string{}} }

func (m *readMarks) of(user, channel string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.at[readMark{user, channel}]
}

func (m *readMarks) set(user, channel, ts string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at[readMark{user, channel}] = ts
}
