package sandbox

import (
	"net/url"
	"strconv"
	"time"
)

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// stampOrNull: unless required, any field can be null (documented).
func stampOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return stamp(t)
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (p *PagerDuty) selfURL(kind, id string) string {
	return p.sb.base("pagerduty") + "/" + kind + "/" + id
}

func (p *PagerDuty) htmlURL(kind, id string) string {
	return "https://sandbox.pagerduty.example/" + kind + "/" + id
}

// includes is the set of include[] values of a request.
func includes(q url.Values) map[string]bool {
	in := map[string]bool{}
	for _, name := range q["include[]"] {
		in[name] = true
	}
	return in
}

func (p *PagerDuty) ref(kind, path, id, summary string) map[string]any {
	return map[string]any{
		"id": id, "type": kind + "_reference", "summary": summary,
		"self": p.selfURL(path, id), "html_url": p.htmlURL(path, id),
	}
}

func (p *PagerDuty) userRef(u *PagerDutyUser, in map[string]bool) map[string]any {
	if in["users"] || in["assignees"] || in["acknowledgers"] {
		return p.userJSON(u)
	}
	return p.ref("user", "users", u.ID, u.Name)
}

func (p *PagerDuty) userRefs(users []*PagerDutyUser, in map[string]bool) []any {
	out := []any{} // arrays are never null (documented)
	for _, u := range users {
		out = append(out, p.userRef(u, in))
	}
	return out
}

func (p *PagerDuty) userJSON(u *PagerDutyUser) map[string]any {
	out := p.ref("user", "users", u.ID, u.Name)
	out["type"] = "user"
	out["name"] = u.Name
	out["email"] = u.Email
	out["time_zone"] = u.TZ
	out["color"] = "green"
	out["role"] = "user"
	out["avatar_url"] = "https://pd-static-assets.pagerduty.example/blank-avatar.png"
	out["description"] = nil
	out["invitation_sent"] = false
	out["job_title"] = nil
	out["teams"] = []any{}
	out["contact_methods"] = []any{}
	out["notification_rules"] = []any{}
	return out
}

func (p *PagerDuty) agentRef(by any) any {
	switch a := by.(type) {
	case *PagerDutyUser:
		return p.ref("user", "users", a.ID, a.Name)
	case *pdService:
		return p.ref("service", "services", a.ID, a.Name)
	}
	return nil
}

func (p *PagerDuty) teamRef(t pdTeam) map[string]any { return p.ref("team", "teams", t.ID, t.Name) }

func (p *PagerDuty) policyRef(e *pdPolicy) map[string]any {
	return p.ref("escalation_policy", "escalation_policies", e.ID, e.Name)
}

func (p *PagerDuty) serviceRef(s *pdService, in map[string]bool) map[string]any {
	if in["services"] {
		return p.serviceJSON(s)
	}
	return p.ref("service", "services", s.ID, s.Name)
}

func (p *PagerDuty) serviceJSON(s *pdService) map[string]any {
	out := p.ref("service", "services", s.ID, s.Name)
	out["type"] = "service"
	out["name"] = s.Name
	out["description"] = nil
	out["status"] = "active"
	out["acknowledgement_timeout"] = nil
	out["auto_resolve_timeout"] = nil
	out["alert_creation"] = "create_alerts_and_incidents"
	out["escalation_policy"] = p.policyRef(s.policy)
	out["teams"] = []any{p.teamRef(s.team)}
	out["integrations"] = []any{p.ref("events_api_v2_inbound_integration", "services/"+s.ID+"/integrations", s.integ, "Events API V2")}
	out["incident_urgency_rule"] = map[string]any{"type": "constant", "urgency": "severity_based"}
	return out
}

func (p *PagerDuty) priorityJSON(pr *pdPriority) any {
	if pr == nil {
		return nil
	}
	return map[string]any{
		"id": pr.ID, "type": "priority", "summary": pr.Name, "name": pr.Name,
		"self": p.selfURL("priorities", pr.ID), "html_url": nil, "description": nil,
	}
}

func (p *PagerDuty) incidentRef(inc *pdIncident, in map[string]bool) map[string]any {
	if in["incidents"] {
		return p.incidentJSON(inc, nil)
	}
	return p.ref("incident", "incidents", inc.id, inc.summary())
}

func (p *PagerDuty) incidentJSON(inc *pdIncident, in map[string]bool) map[string]any {
	out := p.ref("incident", "incidents", inc.id, inc.summary())
	out["type"] = "incident"
	out["incident_number"] = inc.number // not the id (documented)
	out["title"] = inc.title
	out["created_at"] = stamp(inc.created)
	out["updated_at"] = stamp(inc.updated)
	out["status"] = inc.status
	out["incident_key"] = orNull(inc.key) // null when born of alerts (observed)
	out["service"] = p.serviceRef(inc.service, in)
	out["assigned_via"] = "escalation_policy"
	if inc.direct {
		out["assigned_via"] = "direct_assignment" // documented
	}
	out["assignments"] = p.stamps(inc.assigned, "assignee", in)
	out["acknowledgements"] = p.stamps(inc.acked, "acknowledger", in)
	out["last_status_change_at"] = stamp(inc.changed)
	out["last_status_change_by"] = p.agentRef(inc.changedBy)
	out["resolved_at"] = stampOrNull(inc.resolved)
	out["first_trigger_log_entry"] = p.ref("trigger_log_entry", "log_entries", inc.first.id, inc.first.summary)
	out["alert_counts"] = inc.alertCounts()
	out["is_mergeable"] = inc.mergedInto == nil
	out["incident_type"] = map[string]any{"name": "incident_default"}
	out["escalation_policy"] = p.policyRef(inc.policy)
	out["teams"] = []any{p.teamRef(inc.service.team)}
	out["pending_actions"] = inc.pending()
	out["alert_grouping"] = nil
	out["priority"] = p.priorityJSON(inc.priority)
	out["urgency"] = inc.urgency
	out["resolve_reason"] = nil
	if inc.mergedInto != nil {
		out["resolve_reason"] = map[string]any{
			"type": "merge_resolve_reason", "incident": p.incidentRef(inc.mergedInto, nil),
		}
	}
	out["incidents_responders"] = p.responders(inc)
	requests := []any{}
	for _, r := range inc.requests {
		requests = append(requests, p.requestJSON(inc, r))
	}
	out["responder_requests"] = requests
	return out
}

func (p *PagerDuty) stamps(all []pdStamp, role string, in map[string]bool) []any {
	out := []any{}
	for _, s := range all {
		out = append(out, map[string]any{"at": stamp(s.at), role: p.userRef(s.user, in)})
	}
	return out
}

func (p *PagerDuty) responders(inc *pdIncident) []any {
	out := []any{}
	for _, u := range inc.responders {
		out = append(out, map[string]any{
			"state": "pending", "user": p.userRef(u, nil), "incident": p.incidentRef(inc, nil),
			"updated_at": stamp(inc.updated), "requested_at": stamp(inc.updated),
		})
	}
	return out
}

func (p *PagerDuty) alertJSON(inc *pdIncident, a *pdAlert) map[string]any {
	out := p.ref("alert", "alerts", a.id, a.summary)
	out["type"] = "alert"
	out["self"] = p.selfURL("incidents", inc.id+"/alerts/"+a.id)
	out["created_at"] = stamp(a.created)
	out["status"] = a.status
	out["alert_key"] = a.key
	out["service"] = p.serviceRef(inc.service, nil)
	out["body"] = map[string]any{
		"type": "alert_body", "contexts": []any{}, "details": a.details, "cef_details": a.event,
	}
	out["incident"] = p.incidentRef(inc, nil)
	out["suppressed"] = false
	out["severity"] = a.severity
	out["integration"] = p.ref("events_api_v2_inbound_integration", "services/"+inc.service.ID+"/integrations", inc.service.integ, "Events API V2")
	return out
}

func (p *PagerDuty) noteJSON(n pdNote) map[string]any {
	return map[string]any{
		"id": n.id, "user": p.userRef(n.user, nil), "content": n.content,
		"channel":    map[string]any{"summary": "The PagerDuty website or APIs"},
		"created_at": stamp(n.at), "updated_at": stamp(n.at),
	}
}

func (inc *pdIncident) summary() string { return "[#" + strconv.Itoa(inc.number) + "] " + inc.title }

func (inc *pdIncident) alertCounts() map[string]any {
	open := 0
	for _, a := range inc.alerts {
		if a.status == pdTriggered {
			open++
		}
	}
	return map[string]any{"all": len(inc.alerts), "triggered": open, "resolved": len(inc.alerts) - open}
}
