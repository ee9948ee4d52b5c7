package sandbox

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Trigger is what makes PagerDuty call people.
type Trigger struct {
	Title    string
	Service  string // name or id; empty: "Edge firewall"
	Urgency  string // high or low; empty: high
	Priority string // P1..P5 or empty for none
	// Alerts, one per element, become the custom details of alerts below the
	// incident; "severity" and "summary" in them are read too. With alerts the
	// incident_key is null (observed); without, the incident was made by hand.
	Alerts []map[string]any
	// Key is the first alert's alert_key, or without alerts the incident_key.
	// Empty: made up.
	Key string
	// Email is what set the incident off, on a service that makes incidents of
	// e-mails and no alerts: it stands in the trigger entry alone.
	Email *PagerDutyEmail
	// Details are what a tool sent to such a service by the Events API.
	Details map[string]any
}

// PagerDutyEmail is an e-mail to a service's address.
type PagerDutyEmail struct {
	From, Subject, Body string
	HTML                bool // the body is HTML
}

// PagerDutyIncident is an incident as it stands: a copy.
type PagerDutyIncident struct {
	ID            string
	Number        int
	Title         string
	Status        string // triggered, acknowledged, resolved
	Urgency       string
	Priority      string // name or empty
	Service       string
	Key           string // incident_key
	URL           string
	CreatedAt     time.Time
	ResolvedAt    time.Time // zero while open
	Assignees     []string  // e-mails
	Acknowledgers []string  // e-mails
	Responders    []string  // e-mails of those requested in addition
	Requests      []string  // the messages of those requests
	Policy        string    // name of its escalation policy
	AlertKeys     []string
	MergedInto    string // id of the surviving incident
	Notes         []PagerDutyNote
	Log           []string // types of its log entries, oldest first
}

// PagerDutyNote is a note on an incident.
type PagerDutyNote struct {
	ID    string
	Email string // of the author
	Text  string
	At    time.Time
}

// Trigger opens an incident and calls who is on call.
func (p *PagerDuty) Trigger(t Trigger) PagerDutyIncident {
	defer p.lock()()
	s := p.service(cmp.Or(t.Service, "Edge firewall"))
	at := pdNow()
	var alerts []*pdAlert
	for i, details := range t.Alerts {
		a := &pdAlert{
			id: "Q" + p.sb.token(13), key: strings.ToLower(p.sb.token(32)), summary: t.Title,
			severity: "critical", status: pdTriggered, created: at, details: details,
		}
		if i == 0 && t.Key != "" {
			a.key = t.Key
		}
		if v, ok := details["summary"].(string); ok {
			a.summary = v
		}
		if v, ok := details["severity"].(string); ok {
			a.severity = v
		}
		alerts = append(alerts, a)
	}
	key := ""
	if len(alerts) == 0 {
		key = cmp.Or(t.Key, strings.ToLower(p.sb.token(32)))
	}
	urgency := p.mustUrgency(cmp.Or(t.Urgency, "high"))
	var priority *pdPriority
	if t.Priority != "" {
		priority = p.mustPriority(t.Priority)
	}
	inc := p.open(s, t.Title, urgency, key, at, alerts...)
	if t.Email != nil {
		inc.first.channel = p.emailChannel(s, t.Email)
	}
	if t.Details != nil {
		inc.first.channel = p.apiChannel(s, inc, t.Details)
	}
	inc.priority = priority // set at birth: no log entry
	p.act(RecordPerson, "trigger", s.Name, inc, t.Title)
	return p.copyOf(inc)
}

// Acknowledge lets user take the incident on.
func (p *PagerDuty) Acknowledge(id, user string) {
	p.verb("acknowledge", id, user, "", func(inc *pdIncident, by *PagerDutyUser) error {
		return p.acknowledge(inc, by, "mobile")
	})
}

// Unacknowledge lets the acknowledgement time out.
func (p *PagerDuty) Unacknowledge(id string) {
	p.verb("unacknowledge", id, "", "", func(inc *pdIncident, _ *PagerDutyUser) error {
		return p.backToTriggered(inc, inc.service, "timeout", pdNow())
	})
}

// Resolve lets user resolve the incident; without a user the service does, as
// when the monitor recovers.
func (p *PagerDuty) Resolve(id, user string) {
	p.verb("resolve", id, user, "", func(inc *pdIncident, by *PagerDutyUser) error {
		if by == nil {
			return p.resolve(inc, inc.service, "auto")
		}
		return p.resolve(inc, by, "website")
	})
}

// Reopen lets user set a resolved incident back to triggered.
func (p *PagerDuty) Reopen(id, user string) {
	p.verb("reopen", id, user, "", func(inc *pdIncident, by *PagerDutyUser) error {
		return p.backToTriggered(inc, by, "website", pdNow())
	})
}

// Reassign gives the incident to others.
func (p *PagerDuty) Reassign(id, user string, to ...string) {
	p.verb("reassign", id, user, strings.Join(to, ", "), func(inc *pdIncident, by *PagerDutyUser) error {
		var users []*PagerDutyUser
		for _, t := range to {
			users = append(users, p.user(t))
		}
		return p.reassign(inc, users, by)
	})
}

// Escalate moves the incident to the next level of its policy.
func (p *PagerDuty) Escalate(id, user string) {
	p.verb("escalate", id, user, "", func(inc *pdIncident, by *PagerDutyUser) error {
		return p.escalate(inc, inc.level+1, by)
	})
}

// Note lets user write a note.
func (p *PagerDuty) Note(id, user, text string) {
	p.verb("note", id, user, text, func(inc *pdIncident, by *PagerDutyUser) error {
		_, err := p.annotate(inc, by, text)
		return err
	})
}

// SetPriority lets user set P1..P5, or none with an empty name.
func (p *PagerDuty) SetPriority(id, user, priority string) {
	p.verb("priority", id, user, priority, func(inc *pdIncident, by *PagerDutyUser) error {
		var to *pdPriority
		if priority != "" {
			to = p.mustPriority(priority)
		}
		p.setPriority(inc, to, by)
		return nil
	})
}

// SetUrgency lets user set high or low.
func (p *PagerDuty) SetUrgency(id, user, urgency string) {
	p.verb("urgency", id, user, urgency, func(inc *pdIncident, by *PagerDutyUser) error {
		p.setUrgency(inc, p.mustUrgency(urgency), by)
		return nil
	})
}

// Merge lets user merge src into dst, which survives.
func (p *PagerDuty) Merge(src, dst, user string) {
	p.verb("merge", src, user, dst, func(inc *pdIncident, by *PagerDutyUser) error {
		return p.merge(inc, p.mustFind(dst), by)
	})
}

// Incidents returns copies of all incidents, oldest first.
func (p *PagerDuty) Incidents() []PagerDutyIncident {
	defer p.lock()()
	out := make([]PagerDutyIncident, 0, len(p.incidents))
	for _, inc := range p.incidents {
		out = append(out, p.copyOf(inc))
	}
	return out
}

// Incident returns a copy of one incident.
func (p *PagerDuty) Incident(id string) PagerDutyIncident {
	defer p.lock()()
	return p.copyOf(p.mustFind(id))
}

// verb runs a person's act. A refusal is a mistake in the script.
func (p *PagerDuty) verb(name, id, user, text string, do func(*pdIncident, *PagerDutyUser) error) {
	defer p.lock()()
	inc := p.mustFind(id)
	var by *PagerDutyUser
	actor := inc.service.Name
	if user != "" {
		by = p.user(user)
		actor = by.Email
	}
	if err := do(inc, by); err != nil {
		panic(fmt.Sprintf("sandbox: PagerDuty %s of %s: %v", name, id, err))
	}
	p.act(RecordPerson, name, actor, inc, text)
}

func (p *PagerDuty) find(id string) *pdIncident {
	for _, inc := range p.incidents {
		if inc.id == id {
			return inc
		}
	}
	return nil
}

func (p *PagerDuty) mustFind(id string) *pdIncident {
	inc := p.find(id)
	if inc == nil {
		panic(fmt.Sprintf("sandbox: PagerDuty knows no incident %q", id))
	}
	return inc
}

func (p *PagerDuty) mustPriority(name string) *pdPriority {
	pr := p.priority(name)
	if pr == nil {
		panic(fmt.Sprintf("sandbox: PagerDuty knows no priority %q", name))
	}
	return pr
}

func (p *PagerDuty) mustUrgency(name string) string {
	if name != "high" && name != "low" {
		panic(fmt.Sprintf("sandbox: PagerDuty knows no urgency %q", name))
	}
	return name
}

func (p *PagerDuty) copyOf(inc *pdIncident) PagerDutyIncident {
	out := PagerDutyIncident{
		ID: inc.id, Number: inc.number, Title: inc.title, Status: inc.status, Urgency: inc.urgency,
		Service: inc.service.Name, Key: inc.key, URL: p.htmlURL("incidents", inc.id),
		CreatedAt: inc.created, ResolvedAt: inc.resolved,
		Assignees: emailsOf(usersOf(inc.assigned)), Acknowledgers: emailsOf(usersOf(inc.acked)),
		Responders: emailsOf(inc.responders), Policy: inc.policy.Name,
	}
	for _, r := range inc.requests {
		out.Requests = append(out.Requests, r.message)
	}
	if inc.priority != nil {
		out.Priority = inc.priority.Name
	}
	if inc.mergedInto != nil {
		out.MergedInto = inc.mergedInto.id
	}
	for _, a := range inc.alerts {
		out.AlertKeys = append(out.AlertKeys, a.key)
	}
	for _, n := range inc.notes {
		out.Notes = append(out.Notes, PagerDutyNote{ID: n.id, Email: n.user.Email, Text: n.content, At: n.at})
	}
	for _, e := range p.log {
		if e.incident == inc {
			out.Log = append(out.Log, e.kind)
		}
	}
	return out
}

func emailsOf(users []*PagerDutyUser) []string {
	var out []string
	for _, u := range users {
		out = append(out, u.Email)
	}
	return out
}
