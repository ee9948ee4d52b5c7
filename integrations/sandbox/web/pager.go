package web

import (
	"net/http"
	"slices"

	"firebreak/integrations/sandbox"
)

// pagerIncident is a page as the browser gets it.
type pagerIncident struct {
	ID            string      `json:"id"`
	Number        int         `json:"number"`
	Title         string      `json:"title"`
	Status        string      `json:"status"`
	Urgency       string      `json:"urgency"`
	Priority      string      `json:"priority"`
	Service       string      `json:"service"`
	CreatedAt     string      `json:"created_at"`
	ResolvedAt    string      `json:"resolved_at"`
	Assignees     []string    `json:"assignees"`
	Acknowledgers []string    `json:"acknowledgers"`
	Responders    []string    `json:"responders"`
	Notes         []pagerNote `json:"notes"`
	Log           []string    `json:"log"`
	Alerts        int         `json:"alerts"`
	MergedInto    string      `json:"merged_into"`
	URL           string      `json:"url"`
}

type pagerNote struct {
	Who  string `json:"who"`
	Text string `json:"text"`
	At   string `json:"at"`
}

func pagerIncidentOf(p sandbox.PagerDutyIncident, people []pagerPerson) pagerIncident {
	out := pagerIncident{
		ID: p.ID, Number: p.Number, Title: p.Title, Status: p.Status, Urgency: p.Urgency, Priority: p.Priority,
		Service: p.Service, CreatedAt: stamp(p.CreatedAt), ResolvedAt: stamp(p.ResolvedAt),
		Assignees: namesOf(p.Assignees, people), Acknowledgers: namesOf(p.Acknowledgers, people),
		Responders: namesOf(p.Responders, people), Notes: []pagerNote{}, Log: list(p.Log),
		Alerts: len(p.AlertKeys), MergedInto: p.MergedInto, URL: p.URL,
	}
	for _, n := range p.Notes {
		out.Notes = append(out.Notes, pagerNote{Who: namesOf([]string{n.Email}, people)[0], Text: n.Text, At: stamp(n.At)})
	}
	return out
}

// getPager gives all of PagerDuty, the newest page first.
func (s *Server) getPager(http.ResponseWriter, *http.Request) (any, error) {
	pages, people := s.sb.PagerDuty.Incidents(), s.pagerPeople()
	incidents := []pagerIncident{}
	for _, p := range slices.Backward(pages) {
		incidents = append(incidents, pagerIncidentOf(p, people))
	}
	return map[string]any{"services": s.pagerServices(pages, people), "incidents": incidents, "people": people}, nil
}

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
	case t.Urgency != "" && t.Urgency != "high" && t.Urgency != "low":
		return bad("urgency is high or low")
	}
	return checkPriority(t.Priority)
}

func checkPriority(p string) error {
	if p != "" && !slices.Contains([]string{"P1", "P2", "P3", "P4", "P5"}, p) {
		return bad("priority is P1 to P5, or empty for none")
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
		"urgency":     d.urgency,
		"priority":    d.priority,
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

func (d pagerDeed) urgency(p *sandbox.PagerDuty, by string) error {
	if d.Urgency != "high" && d.Urgency != "low" {
		return bad("urgency is high or low")
	}
	p.SetUrgency(d.ID, by, d.Urgency)
	return nil
}

func (d pagerDeed) priority(p *sandbox.PagerDuty, by string) error {
	if err := checkPriority(d.Priority); err != nil {
		return err
	}
	p.SetPriority(d.ID, by, d.Priority)
	return nil
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
