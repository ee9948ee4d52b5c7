package web

import (
	"cmp"
	"net/http"
	"slices"

	"firebreak/integrations/sandbox"
)

// channelRow is a channel in somebody's list.
type channelRow struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Private  bool   `json:"private"`
	Shared   bool   `json:"shared"`
	Archived bool   `json:"archived"`
	Member   bool   `json:"member"`
	Topic    string `json:"topic"`
	Latest   string `json:"latest"`
	Unread   int    `json:"unread"`
	Mentions int    `json:"mentions"`
	Members  int    `json:"members"`
}

// channelHead is a channel that somebody looks at.
type channelHead struct {
	channelRow
	Purpose   string     `json:"purpose"`
	Creator   string     `json:"creator"`
	Created   string     `json:"created"`
	Bookmarks []bookmark `json:"bookmarks"`
	Pins      []string   `json:"pins"`
	MemberIDs []string   `json:"member_ids"`
}

type bookmark struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Link  string `json:"link"`
	Emoji string `json:"emoji"`
}

func (s *Server) row(who sandbox.User, ch sandbox.Channel) channelRow {
	t := s.shelf.transcript(ch.ID)
	out := channelRow{
		ID: ch.ID, Name: ch.Name, Private: ch.Private, Shared: ch.Shared, Archived: ch.Archived,
		Member: slices.Contains(ch.Members, who.ID), Topic: ch.Topic, Latest: t.latest(), Members: len(ch.Members),
	}
	if out.Member {
		out.Unread, out.Mentions = t.unread(who.ID, s.marks.of(who.ID, ch.ID))
	}
	return out
}

func (s *Server) head(who sandbox.User, ch sandbox.Channel) channelHead {
	out := channelHead{
		channelRow: s.row(who, ch), Purpose: ch.Purpose, Creator: ch.Creator, Created: stamp(ch.Created),
		Bookmarks: []bookmark{}, Pins: list(ch.Pins), MemberIDs: list(ch.Members),
	}
	for _, b := range ch.Bookmarks {
		out.Bookmarks = append(out.Bookmarks, bookmark(b))
	}
	return out
}

// getSlack lists the channels that a person may see.
func (s *Server) getSlack(_ http.ResponseWriter, r *http.Request) (any, error) {
	who, err := s.reader(r.URL.Query().Get("as"))
	if err != nil {
		return nil, err
	}
	rows := []channelRow{}
	for _, ch := range s.sb.Slack.Channels() {
		if see, _ := s.sb.Slack.May(who.ID, ch.ID); see {
			rows = append(rows, s.row(who, ch))
		}
	}
	slices.SortFunc(rows, func(a, b channelRow) int { return cmp.Compare(a.Name, b.Name) })
	return map[string]any{
		"channels": rows, "modals": len(s.sb.Slack.Screen(who.ID)), "home": s.sb.Slack.Home(who.ID) != nil,
	}, nil
}
