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
	people := s.pagerPeople()
	incidents := []pagerIncident{}
	for _, p := range slices.Backward(s.sb.PagerDuty.Incidents()) {
		incidents = append(incidents, pagerIncidentOf(p, people))
	}
	return map[string]any{"services": s.pagerServices(people), "incidents": incidents, "people": people}, nil
}
