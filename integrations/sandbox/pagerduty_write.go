package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

func (p *PagerDuty) writes() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"POST /incidents":                         p.rest(p.postIncident),
		"PUT /incidents":                          p.rest(p.putIncidents),
		"PUT /incidents/{id}":                     p.rest(p.withIncident(p.putIncident)),
		"PUT /incidents/{id}/merge":               p.rest(p.withIncident(p.putMerge)),
		"POST /incidents/{id}/notes":              p.rest(p.withIncident(p.postNote)),
		"POST /incidents/{id}/responder_requests": p.rest(p.withIncident(p.postResponders)),
	}
}

// pdChange is one incident of a PUT; absent fields stay.
type pdChange struct {
	ID              string  `json:"id"`
	Type            string  `json:"type"`
	Status          *string `json:"status"`
	Title           *string `json:"title"`
	Urgency         *string `json:"urgency"`
	Resolution      *string `json:"resolution"`
	EscalationLevel *int    `json:"escalation_level"`
	Priority        *pdID   `json:"priority"`
	Assignments     []struct {
		Assignee pdID `json:"assignee"`
	} `json:"assignments"`
}

type pdID struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

func (p *PagerDuty) putIncident(c pdCall, inc *pdIncident) error {
	var body struct {
		Incident *pdChange `json:"incident"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	if body.Incident == nil {
		return pdInvalid("incident is missing")
	}
	if err := p.apply(inc, *body.Incident, c.from); err != nil {
		return err
	}
	writeJSON(c.w, http.StatusOK, map[string]any{"incident": p.incidentJSON(inc, nil)})
	return nil
}

// putIncidents changes up to 250 at once (documented; 413 above). It stops at
// the first refusal and what came before it stays (assumed).
func (p *PagerDuty) putIncidents(c pdCall) error {
	var body struct {
		Incidents []pdChange `json:"incidents"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	if len(body.Incidents) > 250 {
		return pdError{http.StatusRequestEntityTooLarge, 2001, "Invalid Input Provided", []string{"at most 250 incidents"}}
	}
	for _, change := range body.Incidents {
		if p.find(change.ID) == nil {
			return errPDNotFound
		}
	}
	changed := []any{}
	for _, change := range body.Incidents {
		inc := p.find(change.ID)
		if err := p.apply(inc, change, c.from); err != nil {
			return err
		}
		changed = append(changed, p.incidentJSON(inc, nil))
	}
	writeJSON(c.w, http.StatusOK, map[string]any{"incidents": changed})
	return nil
}

// apply checks values before it changes anything; the state of the incident
// may still refuse a part after an earlier part is done (assumed).
func (p *PagerDuty) apply(inc *pdIncident, change pdChange, by *PagerDutyUser) error {
	if change.Type != "incident" && change.Type != "incident_reference" {
		return pdInvalid("type must be incident or incident_reference")
	}
	if change.Urgency != nil && !slices.Contains([]string{"high", "low"}, *change.Urgency) {
		return pdInvalid("urgency must be high or low")
	}
	var to *pdPriority
	if change.Priority != nil {
		if to = p.priority(change.Priority.ID); to == nil {
			return errPDPriority
		}
	}
	var users []*PagerDutyUser
	for _, a := range change.Assignments {
		u := p.userByID(a.Assignee.ID)
		if u == nil {
			return errPDNoAssignee
		}
		users = append(users, u)
	}
	if err := p.applyStatus(inc, change, by); err != nil {
		return err
	}
	if users != nil {
		if err := p.reassign(inc, users, by); err != nil {
			return err
		}
	}
	if change.EscalationLevel != nil {
		if err := p.escalate(inc, *change.EscalationLevel, by); err != nil {
			return err
		}
	}
	if change.Title != nil {
		inc.title, inc.updated = *change.Title, pdNow()
	}
	if change.Urgency != nil && *change.Urgency != inc.urgency {
		p.setUrgency(inc, *change.Urgency, by)
	}
	if change.Priority != nil && to != inc.priority {
		p.setPriority(inc, to, by)
	}
	p.act(RecordEffect, "update", by.Email, inc, inc.status)
	return nil
}

func (p *PagerDuty) applyStatus(inc *pdIncident, change pdChange, by *PagerDutyUser) error {
	if change.Status == nil {
		return nil
	}
	switch *change.Status {
	case pdAcknowledged:
		if inc.status == pdResolved && inc.mergedInto == nil {
			// Documented: acknowledged on a resolved incident reopens it.
			if err := p.backToTriggered(inc, by, "api", pdNow()); err != nil {
				return err
			}
		}
		return p.acknowledge(inc, by, "api")
	case pdTriggered:
		return p.backToTriggered(inc, by, "api", pdNow())
	case pdResolved:
		if change.Resolution != nil && *change.Resolution != "" {
			if _, err := p.annotate(inc, by, "Resolution Note: "+*change.Resolution); err != nil {
				return err
			}
		}
		return p.resolve(inc, by, "api")
	}
	return pdError{http.StatusBadRequest, 1003, "Invalid Status Provided", nil}
}

func (p *PagerDuty) putMerge(c pdCall, dst *pdIncident) error {
	var body struct {
		Sources []pdID `json:"source_incidents"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	for _, s := range body.Sources {
		src := p.find(s.ID)
		if src == nil {
			return errPDNotFound
		}
		if err := p.merge(src, dst, c.from); err != nil {
			return err
		}
		p.act(RecordEffect, "merge", c.from.Email, src, dst.id)
	}
	writeJSON(c.w, http.StatusOK, map[string]any{"incident": p.incidentRef(dst, nil)})
	return nil
}

// postNote answers 200 (documented), not 201.
func (p *PagerDuty) postNote(c pdCall, inc *pdIncident) error {
	var body struct {
		Note *struct {
			Content string `json:"content"`
		} `json:"note"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	if body.Note == nil || strings.TrimSpace(body.Note.Content) == "" {
		return pdInvalid("Content can't be blank")
	}
	n, err := p.annotate(inc, c.from, body.Note.Content)
	if err != nil {
		return err
	}
	p.act(RecordEffect, "note", c.from.Email, inc, n.content)
	writeJSON(c.w, http.StatusOK, map[string]any{"note": p.noteJSON(n)})
	return nil
}
