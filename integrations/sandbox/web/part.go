package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"firebreak/integrations/sandbox"
)

// Sizes of a part of a channel.
const (
	usualPart = 100
	mostPart  = 500
)

// getChannel gives a channel and the newest part of what was said in it, or
// the part before a message.
func (s *Server) getChannel(_ http.ResponseWriter, r *http.Request) (any, error) {
	who, ch, err := s.asked(r)
	if err != nil {
		return nil, err
	}
	limit, err := number(r, "limit", usualPart)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	messages, more := s.part(who, ch, q.Get("before"), min(max(limit, 1), mostPart), q.Get("deleted") == "1")
	return map[string]any{"channel": s.head(who, ch), "more": more, "messages": messages}, nil
}

// part is the newest messages before a ts, oldest first, with those that only
// this person sees among them, and whether there are older ones.
func (s *Server) part(who sandbox.User, ch sandbox.Channel, before string, limit int, deleted bool) ([]message, bool) {
	whispers, said := s.whispers(who, ch.ID, ""), s.shelf.transcript(ch.ID).top
	out := []message{}
	for len(said)+len(whispers) > 0 {
		var m message
		if n := len(whispers); len(said) == 0 || n > 0 && whispers[n-1].TS > said[len(said)-1].TS {
			m, whispers = whispers[n-1], whispers[:n-1]
		} else {
			m, said = said[len(said)-1], said[:len(said)-1]
		}
		if before != "" && m.TS >= before {
			continue
		}
		m, ok := m.shown(who, deleted)
		if !ok {
			continue
		}
		if len(out) == limit {
			slices.Reverse(out)
			return out, true
		}
		out = append(out, m)
	}
	slices.Reverse(out)
	return out, false
}

// whispers are what only this person sees in a channel, or in one of its
// threads, oldest first.
func (s *Server) whispers(who sandbox.User, channel, thread string) []message {
	bot, id := s.sb.Slack.Bot(), s.sb.Slack.BotID()
	var out []message
	for _, e := range s.sb.Slack.Ephemerals(who.ID) {
		if e.Channel == channel && e.ThreadTS == thread && !e.Gone {
			out = append(out, ephemeralOf(e, bot, id))
		}
	}
	return out
}

// getThread gives a parent and its replies; any of them names the thread.
func (s *Server) getThread(_ http.ResponseWriter, r *http.Request) (any, error) {
	who, ch, err := s.asked(r)
	if err != nil {
		return nil, err
	}
	t, deleted := s.shelf.transcript(ch.ID), r.URL.Query().Get("deleted") == "1"
	root := t.parent(r.PathValue("ts"))
	parent, ok := t.find(root)
	if ok {
		parent, ok = parent.shown(who, deleted)
	}
	if !ok {
		return nil, notFound("there is no message " + r.PathValue("ts") + " in #" + ch.Name)
	}
	replies := s.whispers(who, ch.ID, root)
	for _, m := range t.threads[root] {
		if m, ok := m.shown(who, deleted); ok {
			replies = append(replies, m)
		}
	}
	slices.SortFunc(replies, func(a, b message) int { return cmp.Compare(a.TS, b.TS) })
	return map[string]any{"messages": append([]message{parent}, replies...)}, nil
}

// number reads a whole number of the query.
func number(r *http.Request, name string, otherwise int) (int, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, bad(name + " is a whole number")
	}
	return n, nil
}
