package web

import (
	"fmt"
	"net/http"
	"slices"

	"firebreak/integrations/sandbox"
)

// waitingFault is a rule that waits for its calls.
type waitingFault struct {
	ID      int               `json:"id"`
	Service string            `json:"service"`
	Method  string            `json:"method"`
	Kind    sandbox.FaultKind `json:"kind"`
	Times   int               `json:"times"` // it will still strike so often; negative: for ever
}

// writes are the calls that change something and can be spoilt one by one, the
// most usual first.
func writes() map[string][]string {
	return map[string][]string{
		"slack": {
			"chat.postMessage", "chat.update", "conversations.create", "conversations.invite",
			"conversations.setTopic", "bookmarks.add", "views.open", "conversations.archive",
		},
		"pagerduty": {"POST /incidents/{id}/notes", "PUT /incidents/{id}", "POST /incidents/{id}/responder_requests", "POST /v2/enqueue"},
		"gitlab": {
			"POST /api/v4/projects/{id}/issues", "PUT /api/v4/projects/{id}/issues/{iid}",
			"POST /api/v4/projects/{id}/issues/{iid}/notes", "POST /api/v4/projects/{id}/issues/{iid}/links",
		},
	}
}

// getFaults tells what is spoilt, and how the bot fares.
func (s *Server) getFaults(http.ResponseWriter, *http.Request) (any, error) {
	waiting := []waitingFault{}
	for _, r := range s.board.single() {
		waiting = append(waiting, waitingFault{ID: r.ID, Service: r.Fault.Service, Method: r.Fault.Method, Kind: r.Fault.Kind, Times: r.Left})
	}
	_, calls := s.shelf.progress()
	return map[string]any{
		"switches": s.board.state(), "waiting": waiting, "bot": s.botState(), "sockets": s.sb.Slack.Sockets(),
		"calls": calls, "undelivered": s.sb.Slack.Undelivered(), "dropped": s.sb.Slack.Dropped(), "writes": writes(),
	}, nil
}

// faultDeed is what somebody does to the bot's world.
type faultDeed struct {
	On      bool   `json:"on"`
	Service string `json:"service"`
	Method  string `json:"method"` // one of writes; empty: the most usual
	MS      int    `json:"ms"`
	ID      int    `json:"id"` // of a rule that waits
}

// postFault throws in a fault, or takes it back.
func (s *Server) postFault(w http.ResponseWriter, r *http.Request) (any, error) {
	var d faultDeed
	if err := readBody(w, r, &d); err != nil {
		return nil, err
	}
	do := s.faultVerb(r.PathValue("verb"), d)
	if do == nil {
		return nil, notFound("there is no fault " + r.PathValue("verb"))
	}
	if err := do(); err != nil {
		return nil, err
	}
	return s.getFaults(w, r)
}

func (s *Server) faultVerb(verb string, d faultDeed) func() error {
	sure := func(do func()) func() error { return func() error { do(); return nil } }
	return map[string]func() error{
		"kill":             func() error { return s.withBot(Bot.Kill) },
		"start":            func() error { return s.withBot(Bot.Start) },
		"drop-socket":      sure(s.sb.Slack.DropSockets),
		"lose-next":        func() error { return s.spoil(d, sandbox.Fault{Kind: sandbox.DropAfter}) },
		"refuse-next":      func() error { return s.spoil(d, sandbox.Fault{Kind: sandbox.Refuse}) },
		"rate-limit":       func() error { return s.limit(d) },
		"slack-down":       sure(func() { s.board.setDown("slack", d.On) }),
		"pagerduty-down":   sure(func() { s.board.setDown("pagerduty", d.On) }),
		"gitlab-down":      sure(func() { s.board.setDown("gitlab", d.On) }),
		"duplicate-events": sure(func() { s.board.setRule(duplicating(), d.On) }),
		"hold-events":      sure(func() { s.board.setHold(d.On) }),
		"slow":             func() error { return s.slow(d) },
		"remove":           func() error { return s.takeBack(d.ID) },
		"clear":            sure(s.board.clear),
	}[verb]
}

// spoil lets one call go wrong, by default one of Slack's.
func (s *Server) spoil(d faultDeed, f sandbox.Fault) error {
	f.Service, f.Method, f.Code = d.Service, d.Method, "403"
	if f.Service == "" {
		f.Service = "slack"
	}
	methods := writes()[f.Service]
	switch {
	case methods == nil:
		return bad(unknownService)
	case f.Method == "":
		f.Method = methods[0]
	case !slices.Contains(methods, f.Method):
		return bad(fmt.Sprintf("%s has no call %s that changes something", f.Service, f.Method))
	}
	if f.Service == "slack" {
		f.Code = "restricted_action"
	}
	s.sb.Faults.Add(f)
	return nil
}

// takeBack removes one rule, whoever added it.
func (s *Server) takeBack(id int) error {
	if !s.sb.Faults.Remove(id) {
		return refused("this fault has struck already or was taken back")
	}
	return nil
}

const unknownService = "service is slack, pagerduty or gitlab"

func (s *Server) limit(d faultDeed) error {
	if !slices.Contains(services(), d.Service) {
		return bad(unknownService)
	}
	s.board.setRule(limiting(d.Service), d.On)
	return nil
}

const slowest = 10_000 // milliseconds

func (s *Server) slow(d faultDeed) error {
	if d.MS < 0 || d.MS > slowest {
		return bad("ms is 0 to 10,000")
	}
	s.board.setSlow(d.MS)
	return nil
}
