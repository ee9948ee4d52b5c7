package sandbox

import (
	"net/http"
	"slices"
	"time"
)

// pdLogEntry is one entry of an incident's log and of the account's feed.
type pdLogEntry struct {
	id        string
	kind      string // trigger, acknowledge, …: the type without _log_entry
	summary   string
	incident  *pdIncident
	agent     any // *PagerDutyUser or *pdService
	at        time.Time
	channel   map[string]any
	details   map[string]any // event_details
	assignees []*PagerDutyUser
	user      *PagerDutyUser // of notify
	actions   []any          // of snooze
}

func (p *PagerDuty) logEntry(inc *pdIncident, kind string, agent any, summary string, at time.Time) *pdLogEntry {
	e := &pdLogEntry{
		id: "R" + p.sb.token(25), kind: kind, summary: summary, incident: inc, agent: agent, at: at,
		channel: map[string]any{"type": "auto"},
	}
	p.log = append(p.log, e)
	return e
}

// emailChannel is the channel of an e-mail (observed: the fields that clients
// read; documented: a service may make incidents without alerts).
func (p *PagerDuty) emailChannel(s *pdService, mail *PagerDutyEmail) map[string]any {
	kind := "text/plain"
	if mail.HTML {
		kind = "text/html"
	}
	return map[string]any{
		"type": "email", "summary": mail.Subject, "subject": mail.Subject, "body": mail.Body, "body_content_type": kind,
		"from": mail.From, "to": "service-" + s.ID + "@sandbox.pagerduty.example",
		"html_url": p.htmlURL("emails", s.ID), "raw_url": p.htmlURL("emails", s.ID+".raw"),
	}
}

// apiChannel is the channel of an event that made an incident and no alert
// (documented: the fields of an api channel; observed: cef_details).
func (p *PagerDuty) apiChannel(s *pdService, inc *pdIncident, details map[string]any) map[string]any {
	return map[string]any{
		"type": "api", "summary": inc.title, "incident_key": inc.key, "details": details,
		"cef_details": map[string]any{"summary": inc.title, "source": s.Name, "severity": "critical", "dedup_key": inc.key, "details": details},
	}
}

// overviewKinds is what is_overview=true keeps (documented as "the most
// important changes"; which these are is assumed).
var overviewKinds = []string{"trigger", "acknowledge", "unacknowledge", "escalate", "assign", "resolve", "annotate", "urgency_change", "priority_change"}

// listLog serves both log lists, newest first (assumed: the order is not
// documented). The window has no default.
func (p *PagerDuty) listLog(w http.ResponseWriter, r *http.Request, of *pdIncident) {
	q := r.URL.Query()
	since, err := p.timeParam(q, "since")
	if err != nil {
		writePDError(w, err)
		return
	}
	until, err := p.timeParam(q, "until")
	if err != nil {
		writePDError(w, err)
		return
	}
	teams := q["team_ids[]"]
	if len(teams) > 0 && !p.abilities["teams"] {
		writePDError(w, errPDAbility)
		return
	}
	in := includes(q)
	var rows []any
	for _, e := range slices.Backward(p.log) {
		switch {
		case of != nil && e.incident != of,
			!since.IsZero() && e.at.Before(since),
			!until.IsZero() && e.at.After(until),
			len(teams) > 0 && !slices.Contains(teams, e.incident.service.team.ID),
			truthy(q.Get("is_overview")) && !slices.Contains(overviewKinds, e.kind):
			continue
		}
		rows = append(rows, p.logEntryJSON(e, in))
	}
	p.writePage(w, q, "log_entries", rows)
}

// logEntryJSON renders an entry. Without include[]=channels only the channel's
// type is there (documented: "channels" is an includable model).
func (p *PagerDuty) logEntryJSON(e *pdLogEntry, in map[string]bool) map[string]any {
	channel := map[string]any{"type": e.channel["type"]}
	if in["channels"] {
		channel = e.channel
	}
	details := e.details
	if details == nil {
		details = map[string]any{}
	}
	out := map[string]any{
		"id":            e.id,
		"type":          e.kind + "_log_entry",
		"summary":       e.summary,
		"self":          p.selfURL("log_entries", e.id) + "?incident_id=" + e.incident.id,
		"html_url":      nil,
		"created_at":    stamp(e.at),
		"agent":         p.agentRef(e.agent),
		"channel":       channel,
		"service":       p.serviceRef(e.incident.service, in),
		"incident":      p.incidentRef(e.incident, in),
		"teams":         []any{p.teamRef(e.incident.service.team)},
		"contexts":      []any{},
		"event_details": details,
	}
	if e.assignees != nil {
		out["assignees"] = p.userRefs(e.assignees, nil)
	}
	if e.user != nil {
		out["user"] = p.userRef(e.user, nil)
	}
	if e.actions != nil {
		out["changed_actions"] = e.actions
	}
	if e.kind == "acknowledge" {
		out["acknowledgement_timeout"] = nil // documented: may be null
	}
	return out
}
