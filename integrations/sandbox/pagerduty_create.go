package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// pdRequest is a request for more responders on an incident.
type pdRequest struct {
	requester *PagerDutyUser
	message   string
	at        time.Time
	targets   []pdTarget
}

// pdTarget is who was asked for: a user, or a policy and thereby who is on
// call for it.
type pdTarget struct {
	id, kind string
	users    []*PagerDutyUser
}

// postIncident makes an incident by hand. Documented: type, title and service
// are required; assignments and an escalation policy exclude each other; an
// incident_key that an open incident of the service has is refused with 400.
func (p *PagerDuty) postIncident(c pdCall) error {
	var body struct {
		Incident *struct {
			Type        string `json:"type"`
			Title       string `json:"title"`
			Service     pdID   `json:"service"`
			Urgency     string `json:"urgency"`
			Key         string `json:"incident_key"`
			Policy      *pdID  `json:"escalation_policy"`
			Priority    *pdID  `json:"priority"`
			Assignments []struct {
				Assignee pdID `json:"assignee"`
			} `json:"assignments"`
		} `json:"incident"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	in := body.Incident
	if in == nil || in.Type != "incident" || strings.TrimSpace(in.Title) == "" {
		return pdInvalid("Type and Title can't be blank")
	}
	service := p.serviceByID(in.Service.ID)
	if service == nil || in.Service.Type != "service_reference" {
		return pdInvalid("Service can't be blank")
	}
	if in.Policy != nil && len(in.Assignments) > 0 {
		return pdInvalid("Escalation policy and assignments cannot both be given")
	}
	if len(in.Assignments) > 1 { // documented: only one at this time; the refusal is assumed
		return pdInvalid("Only one assignee is supported")
	}
	if in.Urgency != "" && !slices.Contains([]string{"high", "low"}, in.Urgency) {
		return pdInvalid("urgency must be high or low")
	}
	policy := service.policy
	if in.Policy != nil {
		if policy = p.policyByID(in.Policy.ID); policy == nil {
			return pdInvalid("Escalation policy not found")
		}
	}
	var users []*PagerDutyUser
	for _, a := range in.Assignments {
		u := p.userByID(a.Assignee.ID)
		if u == nil {
			return errPDNoAssignee
		}
		users = append(users, u)
	}
	if in.Key != "" && slices.ContainsFunc(p.incidents, func(i *pdIncident) bool {
		return i.key == in.Key && i.service == service && i.status != pdResolved
	}) {
		return pdInvalid("Open incident already exists for this incident_key")
	}
	var priority *pdPriority
	if in.Priority != nil {
		if priority = p.priority(in.Priority.ID); priority == nil {
			return errPDPriority
		}
	}
	inc := p.made(c.from, service, policy, users, in.Title, in.Urgency, in.Key)
	inc.priority = priority
	writeJSON(c.w, http.StatusCreated, map[string]any{"incident": p.incidentJSON(inc, nil)})
	return nil
}

// made opens what somebody made through the API.
func (p *PagerDuty) made(by *PagerDutyUser, s *pdService, policy *pdPolicy, users []*PagerDutyUser, title, urgency, key string) *pdIncident {
	if urgency == "" {
		urgency = "high"
	}
	if key == "" {
		key = strings.ToLower(p.sb.token(32)) // made up when absent (documented)
	}
	at := pdNow()
	inc := p.born(s, policy, title, urgency, key, at)
	inc.changedBy = by
	if len(users) == 1 && users[0] == by {
		// Documented: who calls themselves has acknowledged and is not notified.
		inc.direct = true
		p.assign(inc, users, at)
		_ = p.acknowledge(inc, by, "api") // a new one can be
	} else {
		p.begin(inc, users, at)
	}
	p.act(RecordEffect, "create", by.Email, inc, title)
	return inc
}

// postResponders asks more people to help. Documented: it needs an account
// ability (402 without), and targets are users or escalation policies.
func (p *PagerDuty) postResponders(c pdCall, inc *pdIncident) error {
	if !p.abilities["coordinated_responding"] {
		return errPDAbility
	}
	var body struct {
		RequesterID string `json:"requester_id"`
		Message     string `json:"message"`
		Targets     []struct {
			Target pdID `json:"responder_request_target"`
		} `json:"responder_request_targets"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	requester := p.userByID(body.RequesterID)
	switch {
	case requester == nil:
		return errPDRequester
	case inc.status == pdResolved:
		return errPDResolved
	case len(body.Targets) == 0 || strings.TrimSpace(body.Message) == "": // both required (documented)
		return pdInvalid("message and responder_request_targets are required")
	}
	request := pdRequest{requester: requester, message: body.Message, at: pdNow()}
	for _, t := range body.Targets {
		target, err := p.requestTarget(t.Target)
		if err != nil {
			return err
		}
		request.targets = append(request.targets, target)
	}
	for _, t := range request.targets {
		for _, u := range t.users {
			if !slices.Contains(inc.responders, u) {
				inc.responders = append(inc.responders, u)
			}
		}
	}
	inc.requests = append(inc.requests, request)
	inc.updated = request.at
	p.act(RecordEffect, "responder_request", c.from.Email, inc, body.Message)
	writeJSON(c.w, http.StatusOK, map[string]any{"responder_request": p.requestJSON(inc, request)})
	return nil
}

func (p *PagerDuty) requestTarget(t pdID) (pdTarget, error) {
	switch t.Type {
	case "user", "user_reference":
		u := p.userByID(t.ID)
		if u == nil {
			return pdTarget{}, pdError{http.StatusBadRequest, 2013, "User not found", nil}
		}
		return pdTarget{t.ID, "user", []*PagerDutyUser{u}}, nil
	case "escalation_policy", "escalation_policy_reference":
		if e := p.policyByID(t.ID); e != nil {
			return pdTarget{t.ID, "escalation_policy", e.levels[0]}, nil
		}
	}
	return pdTarget{}, pdInvalid("responder_request_target is unknown")
}

func (p *PagerDuty) requestJSON(inc *pdIncident, r pdRequest) map[string]any {
	targets := []any{}
	for _, t := range r.targets {
		targets = append(targets, map[string]any{"responder_request_target": map[string]any{
			"id": t.id, "type": t.kind, "incidents_responders": p.responders(inc),
		}})
	}
	return map[string]any{
		"incident": p.incidentRef(inc, nil), "requester": p.userRef(r.requester, nil),
		"requested_at": stamp(r.at), "message": r.message, "responder_request_targets": targets,
	}
}

// getPolicies lists escalation policies by name and by who is on call for them.
func (p *PagerDuty) getPolicies(c pdCall) error {
	q := c.r.URL.Query()
	var rows []any
	for _, e := range p.policies {
		if strings.Contains(strings.ToLower(e.Name), strings.ToLower(q.Get("query"))) && e.hasAny(q["user_ids[]"]) {
			rows = append(rows, p.policyJSON(e))
		}
	}
	p.writePage(c.w, q, "escalation_policies", rows)
	return nil
}

func (e *pdPolicy) hasAny(users []string) bool {
	if len(users) == 0 {
		return true
	}
	for _, level := range e.levels {
		for _, u := range level {
			if slices.Contains(users, u.ID) {
				return true
			}
		}
	}
	return false
}

func (p *PagerDuty) policyJSON(e *pdPolicy) map[string]any {
	out := p.policyRef(e)
	out["type"] = "escalation_policy"
	out["name"] = e.Name
	out["num_loops"] = 0
	rules, services := []any{}, []any{}
	for i, level := range e.levels {
		rules = append(rules, map[string]any{
			"id": e.ID + "-" + string(rune('1'+i)), "escalation_delay_in_minutes": 30, "targets": p.userRefs(level, nil),
		})
	}
	for _, s := range p.services {
		if s.policy == e {
			services = append(services, p.serviceRef(s, nil))
		}
	}
	out["escalation_rules"], out["services"], out["teams"] = rules, services, []any{}
	return out
}

func (p *PagerDuty) policyByID(id string) *pdPolicy {
	for _, e := range p.policies {
		if e.ID == id {
			return e
		}
	}
	return nil
}

func (p *PagerDuty) serviceByID(id string) *pdService {
	for _, s := range p.services {
		if s.ID == id {
			return s
		}
	}
	return nil
}
