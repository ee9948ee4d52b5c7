package web

import (
	"net/http"

	"firebreak/integrations/sandbox"
)

// pagerDeed is what somebody does in PagerDuty.
type pagerDeed struct {
	As       string         `json:"as"`
	ID       string         `json:"id"`
	Title    string         `json:"title"`
	Service  string         `json:"service"`
	Urgency  string         `json:"urgency"`
	Priority string         `json:"priority"`
	Alert    map[string]any `json:"alert"`
	Text     string         `json:"text"`
	To       names          `json:"to"`
	Count    int            `json:"count"`
	Services []string       `json:"services"`
	Seconds  *float64       `json:"seconds"`
}

// postPager runs a verb of PagerDuty's.
func (s *Server) postPager(w http.ResponseWriter, r *http.Request) (any, error) {
	var d pagerDeed
	if err := readBody(w, r, &d); err != nil {
		return nil, err
	}
	var out any = done{true}
	var err error
	told := sandbox.Try(func() {
		switch verb := r.PathValue("verb"); verb {
		case "trigger":
			out, err = s.trigger(d)
		case "storm":
			out, err = s.raiseStorm(d)
		default:
			err = s.pagerVerb(verb, d)
		}
	})
	if told != nil {
		return nil, refused(told.Error())
	}
	return out, err
}

func (s *Server) trigger(d pagerDeed) (any, error) {
	t := sandbox.Trigger{Title: d.Title, Service: d.Service, Urgency: d.Urgency, Priority: d.Priority}
	if err := checkTrigger(t); err != nil {
		return nil, err
	}
	if len(d.Alert) > 0 {
		t.Alerts = []map[string]any{d.Alert}
	}
	return pagerIncidentOf(s.sb.PagerDuty.Trigger(t), s.pagerPeople()), nil
}

// checkTrigger looks at what the emulator takes on trust, before anything is
// opened.
func checkTrigger(t sandbox.Trigger) error {
	switch {
	case t.Title == "":
		return missing("title")
	case len(t.Title) > 1024:
		return bad("a page's title has at most 1024 characters")
	}
	return nil
}

// pagerVerb does something with one page. Who did it is always told but by a
// monitor that recovers.
func (s *Server) pagerVerb(verb string, d pagerDeed) error {
	do := map[string]func(p *sandbox.PagerDuty, by string) error{
		"acknowledge": func(p *sandbox.PagerDuty, by string) error { p.Acknowledge(d.ID, by); return nil },
		"resolve":     func(p *sandbox.PagerDuty, by string) error { p.Resolve(d.ID, by); return nil },
		"escalate":    func(p *sandbox.PagerDuty, by string) error { p.Escalate(d.ID, by); return nil },
		"reopen":      func(p *sandbox.PagerDuty, by string) error { p.Reopen(d.ID, by); return nil },
		"urgency":     func(p *sandbox.PagerDuty, by string) error { p.SetUrgency(d.ID, by, d.Urgency); return nil },
		"priority":    func(p *sandbox.PagerDuty, by string) error { p.SetPriority(d.ID, by, d.Priority); return nil },
		"note":        d.note,
		"reassign":    func(p *sandbox.PagerDuty, by string) error { return d.reassign(p, by, s.pager) },
	}[verb]
	switch {
	case do == nil:
		return notFound("nobody can " + verb + " a page")
	case d.ID == "":
		return missing("id")
	case d.As == "" && verb != "resolve":
		return missing("as")
	}
	return do(s.sb.PagerDuty, s.pager(d.As))
}

func (d pagerDeed) note(p *sandbox.PagerDuty, by string) error {
	if d.Text == "" {
		return missing("text")
	}
	p.Note(d.ID, by, d.Text)
	return nil
}

func (d pagerDeed) reassign(p *sandbox.PagerDuty, by string, known func(string) string) error {
	if len(d.To) == 0 {
		return missing("to")
	}
	to := make([]string, 0, len(d.To))
	for _, name := range d.To {
		to = append(to, known(name))
	}
	p.Reassign(d.ID, by, to...)
	return nil
}
