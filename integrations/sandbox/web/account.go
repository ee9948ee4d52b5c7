package web

import (
	"net/http"
	"time"
)

// Account is what the bot recorded against what was sent: the demo's proof
// that nothing is lost and nothing doubled.
type Account struct {
	Channels []AccountChannel `json:"channels"`
	Effects  []AccountEffect  `json:"effects"`
	Waiting  int              `json:"waiting"` // actions that are still to do
	Unknown  int              `json:"unknown"` // actions whose answer was lost
	At       time.Time        `json:"at"`
}

// AccountChannel compares one channel's messages with the record of them.
type AccountChannel struct {
	ID       string           `json:"id"`
	Name     string           `json:"name"`
	Incident string           `json:"incident"` // such as INC-1; empty: none
	Said     int              `json:"said"`
	Recorded int              `json:"recorded"`
	Missing  []AccountMessage `json:"missing"`
	Doubled  []AccountMessage `json:"doubled"`
}

// AccountMessage is a message that is missing in the record, or twice there.
type AccountMessage struct {
	TS   string `json:"ts"`
	Text string `json:"text"`
}

// AccountEffect compares what the bot was asked to do with what was done.
type AccountEffect struct {
	What    string `json:"what"` // for a person to read: "channels for pages"
	Asked   int    `json:"asked"`
	Done    int    `json:"done"`
	Doubled int    `json:"doubled"`
}

func (s *Server) getAccount(_ http.ResponseWriter, r *http.Request) (any, error) {
	if s.account == nil {
		return nil, notFound("there is no account of what the bot recorded")
	}
	a, err := s.account(r.Context())
	if err != nil {
		return nil, refused("the account cannot be drawn up now: " + err.Error())
	}
	return a.whole(), nil
}

// whole has empty lists where there were none.
func (a Account) whole() Account {
	a.Channels = list(append([]AccountChannel(nil), a.Channels...))
	a.Effects = list(a.Effects)
	for i := range a.Channels {
		a.Channels[i].Missing = list(a.Channels[i].Missing)
		a.Channels[i].Doubled = list(a.Channels[i].Doubled)
	}
	return a
}
