package sandbox

import (
	"slices"
	"strconv"
	"time"
)

// Statuses of an incident (documented; "more may be introduced").
const (
	pdTriggered    = "triggered"
	pdAcknowledged = "acknowledged"
	pdResolved     = "resolved"
)

// pdIncident is one incident: what people get called for.
type pdIncident struct {
	id         string
	number     int
	title      string
	status     string
	urgency    string
	priority   *pdPriority
	key        string // incident_key; "" is null on the wire
	service    *pdService
	policy     *pdPolicy // the service's, or another that was asked for
	created    time.Time
	updated    time.Time
	changed    time.Time // last status change
	changedBy  any       // *PagerDutyUser or *pdService
	resolved   time.Time
	level      int  // of the escalation policy, from 1
	direct     bool // given to people by name, not by the policy
	assigned   []pdStamp
	acked      []pdStamp
	alerts     []*pdAlert
	notes      []pdNote
	responders []*PagerDutyUser
	requests   []pdRequest
	mergedInto *pdIncident
	first      *pdLogEntry
	snoozed    time.Time // until then; zero: not
}

type pdStamp struct {
	user *PagerDutyUser
	at   time.Time
}

type pdAlert struct {
	id       string
	key      string // alert_key, the Events API's dedup_key
	summary  string
	severity string
	status   string // triggered or resolved; alerts cannot be acknowledged (documented)
	created  time.Time
	details  any // custom_details
	event    map[string]any
}

type pdNote struct {
	id      string
	user    *PagerDutyUser
	content string
	at      time.Time
}

// Errors of the state machine, code and message as documented.
var (
	errPDResolved     = pdError{400, 1001, "Incident Already Resolved", nil}
	errPDAcknowledged = pdError{400, 1002, "Incident Already Acknowledged", nil}
	errPDMerged       = pdError{400, 1019, "Incident Already Merged", nil}
	errPDNoAssignee   = pdError{400, 1007, "Assigned To User Not Found", nil}
	errPDPriority     = pdError{400, 1020, "Invalid Priority", nil}
	errPDEscalate     = pdError{400, 1006, "Cannot Escalate", nil}
	errPDNotAcked     = pdError{400, 1012, "Incident is not Acknowledged", nil}
)

// pdNow is the time that PagerDuty stamps: whole seconds, so that ties happen
// (observed in every sample).
func pdNow() time.Time { return time.Now().UTC().Truncate(time.Second) }

// open makes an incident, assigns it to who is on call at level 1
// (documented), and logs trigger, assign and one notify per person (the types
// are documented, that these come is assumed).
func (p *PagerDuty) open(s *pdService, title, urgency, key string, at time.Time, alerts ...*pdAlert) *pdIncident {
	return p.openUnder(s, s.policy, nil, title, urgency, key, at, alerts...)
}

// openUnder is open with another policy, or with people chosen by name.
func (p *PagerDuty) openUnder(s *pdService, policy *pdPolicy, users []*PagerDutyUser, title, urgency, key string, at time.Time, alerts ...*pdAlert) *pdIncident {
	inc := p.born(s, policy, title, urgency, key, at, alerts...)
	p.begin(inc, users, at)
	return inc
}

// born makes an incident of which nobody has heard yet.
func (p *PagerDuty) born(s *pdService, policy *pdPolicy, title, urgency, key string, at time.Time, alerts ...*pdAlert) *pdIncident {
	inc := &pdIncident{
		id: "Q" + p.sb.token(13), number: p.nextNumber, title: title, status: pdTriggered,
		urgency: urgency, key: key, service: s, policy: policy, created: at, updated: at, changed: at,
		changedBy: s, level: 1, alerts: alerts,
	}
	p.nextNumber++
	p.incidents = append(p.incidents, inc)
	entry := p.logEntry(inc, "trigger", s, "Triggered through the API", at)
	if len(alerts) == 0 {
		entry.summary = "Triggered through the website"
		entry.channel = map[string]any{"type": "web_trigger", "summary": title, "subject": title, "details": nil}
	} else {
		a := alerts[0]
		entry.channel = map[string]any{
			"type": "api", "summary": a.summary, "incident_key": a.key, "details": a.details,
			"cef_details": a.event,
		}
		// Real entries carry whatever the tool sent: numbers, lists, nested
		// objects (observed; the schema says strings).
		entry.details = map[string]any{"description": a.summary, "event": a.details, "attempts": 1}
	}
	inc.first = entry
	return inc
}

// begin calls the people chosen by name, or who is on call.
func (p *PagerDuty) begin(inc *pdIncident, users []*PagerDutyUser, at time.Time) {
	inc.direct = users != nil
	if users == nil {
		users = inc.policy.levels[inc.level-1]
	}
	p.call(inc, users, at)
}

// assignLevel gives inc to the people of its level and calls them.
func (p *PagerDuty) assignLevel(inc *pdIncident, at time.Time) {
	p.call(inc, inc.policy.levels[inc.level-1], at)
}

// call gives inc to people and rings them.
func (p *PagerDuty) call(inc *pdIncident, users []*PagerDutyUser, at time.Time) {
	p.assign(inc, users, at)
	entry := p.logEntry(inc, "assign", inc.service, "Assigned by escalation policy", at)
	entry.assignees = usersOf(inc.assigned)
	entry.channel = map[string]any{"type": "auto"}
	for _, s := range inc.assigned {
		n := p.logEntry(inc, "notify", inc.service, "Notified "+s.user.Name, at)
		n.user = s.user
		n.channel = map[string]any{"type": "auto", "notification": map[string]any{"type": "push_notification", "status": "success"}}
	}
}

func (p *PagerDuty) assign(inc *pdIncident, users []*PagerDutyUser, at time.Time) {
	inc.assigned = nil
	for _, u := range users {
		inc.assigned = append(inc.assigned, pdStamp{u, at})
	}
	inc.updated = at
}

// setStatus also ends a snooze, which only an acknowledged incident has
// (assumed).
func (p *PagerDuty) setStatus(inc *pdIncident, status string, by any, at time.Time) {
	inc.snoozed = time.Time{}
	inc.status, inc.changed, inc.changedBy, inc.updated = status, at, by, at
}

func (p *PagerDuty) acknowledge(inc *pdIncident, by *PagerDutyUser, channel string) error {
	at := pdNow()
	switch {
	case inc.status == pdResolved:
		return errPDResolved
	case slices.ContainsFunc(inc.acked, func(s pdStamp) bool { return s.user == by }):
		return errPDAcknowledged
	}
	inc.acked = append(inc.acked, pdStamp{by, at})
	p.assign(inc, usersOf(inc.acked), at) // acknowledging takes it on (observed)
	p.setStatus(inc, pdAcknowledged, by, at)
	p.logEntry(inc, "acknowledge", by, "Acknowledged by "+by.Name, at).channel = map[string]any{"type": channel}
	return nil
}

// backToTriggered is both the end of an acknowledgement (timeout, or status
// set to triggered) and a reopening of a resolved incident (documented).
func (p *PagerDuty) backToTriggered(inc *pdIncident, by any, channel string, at time.Time) error {
	if inc.mergedInto != nil {
		return errPDMerged
	}
	if inc.status == pdTriggered {
		return nil
	}
	summary, reopened := "Unacknowledged", inc.status == pdResolved
	if reopened {
		summary = "Reopened"
		inc.resolved = time.Time{}
	}
	inc.acked = nil
	p.setStatus(inc, pdTriggered, by, at)
	// Assumed: a reopening shows as an unacknowledge entry; the schema has no
	// type of its own for it.
	p.logEntry(inc, "unacknowledge", by, summary, at).channel = map[string]any{"type": channel}
	if reopened {
		inc.level, inc.direct = 1, false
		p.assignLevel(inc, at)
	}
	return nil
}

// resolve ends inc and its alerts (assumed); by is a user or the service.
func (p *PagerDuty) resolve(inc *pdIncident, by any, channel string) error {
	if inc.status == pdResolved {
		return errPDResolved
	}
	at := pdNow()
	for _, a := range inc.alerts {
		a.status = pdResolved
	}
	inc.resolved = at
	inc.assigned, inc.acked = nil, nil // a resolved incident has no assignments (observed)
	p.setStatus(inc, pdResolved, by, at)
	p.logEntry(inc, "resolve", by, "Resolved by "+agentName(by), at).channel = map[string]any{"type": channel}
	return nil
}

func (p *PagerDuty) reassign(inc *pdIncident, users []*PagerDutyUser, by any) error {
	if inc.status == pdResolved {
		return errPDResolved
	}
	at := pdNow()
	if inc.status == pdAcknowledged { // a new owner must answer again (observed)
		inc.acked = nil
		p.setStatus(inc, pdTriggered, by, at)
	}
	inc.direct = true
	p.assign(inc, users, at)
	entry := p.logEntry(inc, "assign", by, "Reassigned by "+agentName(by), at)
	entry.assignees = users
	entry.channel = map[string]any{"type": "website"}
	return nil
}

func (p *PagerDuty) escalate(inc *pdIncident, level int, by any) error {
	switch {
	case inc.status == pdResolved:
		return errPDResolved
	case level < 1 || level > len(inc.policy.levels):
		return errPDEscalate
	}
	at := pdNow()
	inc.level, inc.direct = level, false
	inc.acked = nil
	p.setStatus(inc, pdTriggered, by, at)
	p.assign(inc, inc.policy.levels[level-1], at)
	entry := p.logEntry(inc, "escalate", by, "Escalated to level "+strconv.Itoa(level), at)
	entry.assignees = usersOf(inc.assigned)
	entry.channel = map[string]any{"type": nil} // null happens (observed)
	return nil
}

func (p *PagerDuty) annotate(inc *pdIncident, by *PagerDutyUser, text string) (pdNote, error) {
	if len(inc.notes) >= 2000 { // documented: 2000 notes per incident
		return pdNote{}, pdError{400, 2001, "Invalid Input Provided", []string{"Incident has reached the maximum number of notes"}}
	}
	n := pdNote{id: "P" + p.sb.token(6), user: by, content: text, at: pdNow()}
	inc.notes = append(inc.notes, n)
	inc.updated = n.at
	p.logEntry(inc, "annotate", by, "Note added by "+by.Name, n.at).channel = map[string]any{"type": "note", "summary": text}
	return n, nil
}

func (p *PagerDuty) setUrgency(inc *pdIncident, urgency string, by any) {
	at := pdNow()
	inc.urgency, inc.updated = urgency, at
	p.logEntry(inc, "urgency_change", by, "Urgency changed to "+urgency, at).channel = map[string]any{"type": "website"}
}

// setPriority logs a priority_change_log_entry, which is not in the published
// schema but in clients' code (observed), with old_priority and new_priority.
func (p *PagerDuty) setPriority(inc *pdIncident, to *pdPriority, by any) {
	at := pdNow()
	from := inc.priority
	inc.priority, inc.updated = to, at
	summary := `Priority changed from "` + priorityName(from) + `" to "` + priorityName(to) + `"`
	p.logEntry(inc, "priority_change", by, summary, at).channel = map[string]any{
		"type": "website", "old_priority": p.priorityJSON(from), "new_priority": p.priorityJSON(to),
	}
}

// merge moves src's alerts into dst, which must be open, and resolves src with
// a merge reason (documented).
func (p *PagerDuty) merge(src, dst *pdIncident, by *PagerDutyUser) error {
	switch {
	case src.mergedInto != nil:
		return errPDMerged
	case dst.status == pdResolved:
		return errPDResolved
	}
	at := pdNow()
	open := src.status != pdResolved
	dst.alerts = append(dst.alerts, src.alerts...)
	dst.updated = at
	src.alerts = nil
	src.mergedInto = dst
	src.updated = at
	if open {
		src.resolved = at
		src.assigned, src.acked = nil, nil
		p.setStatus(src, pdResolved, by, at)
	}
	p.logEntry(src, "resolve", by, "Merged into #"+strconv.Itoa(dst.number), at).channel = map[string]any{"type": "website"}
	return nil
}

func usersOf(stamps []pdStamp) []*PagerDutyUser {
	out := make([]*PagerDutyUser, 0, len(stamps))
	for _, s := range stamps {
		out = append(out, s.user)
	}
	return out
}

func agentName(by any) string {
	switch a := by.(type) {
	case *PagerDutyUser:
		return a.Name
	case *pdService:
		return a.Name
	}
	return "PagerDuty"
}

func priorityName(p *pdPriority) string {
	if p == nil {
		return "none"
	}
	return p.Name
}
