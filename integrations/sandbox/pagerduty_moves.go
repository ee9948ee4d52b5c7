package sandbox

import "time"

// The rarer things that people do to an incident: they put it off, give it to
// another team, or say that another service is broken.

// Snooze lets user put an acknowledged incident off: after that time it is
// triggered again (documented: snoozing, and error 1012 without an
// acknowledgement).
func (p *PagerDuty) Snooze(id, user string, d time.Duration) {
	p.verb("snooze", id, user, d.String(), func(inc *pdIncident, by *PagerDutyUser) error {
		if inc.status != pdAcknowledged {
			return errPDNotAcked
		}
		at := pdNow()
		inc.snoozed, inc.updated = at.Add(d), at
		e := p.logEntry(inc, "snooze", by, "Snoozed by "+by.Name, at)
		e.channel = map[string]any{"type": "website", "duration": seconds(d)} // documented
		e.actions = inc.pending()
		return nil
	})
}

// wake triggers again what was put off and is due.
func (p *PagerDuty) wake(now time.Time) {
	for _, inc := range p.incidents {
		if until := inc.snoozed; !until.IsZero() && !until.After(now) {
			_ = p.backToTriggered(inc, inc.service, "timeout", until) // an acknowledged one can be
		}
	}
}

// pending are the actions that will happen by themselves (documented).
func (inc *pdIncident) pending() []any {
	if inc.snoozed.IsZero() {
		return []any{}
	}
	return []any{map[string]any{"type": "unacknowledge", "at": stamp(inc.snoozed)}}
}

// Delegate lets user give the incident to another service's escalation policy,
// whose first level is called (documented: delegate_log_entry).
func (p *PagerDuty) Delegate(id, user, service string) {
	p.verb("delegate", id, user, service, func(inc *pdIncident, by *PagerDutyUser) error {
		if inc.status == pdResolved {
			return errPDResolved
		}
		at := pdNow()
		inc.policy, inc.level, inc.direct, inc.acked = p.service(service).policy, 1, false, nil
		p.setStatus(inc, pdTriggered, by, at)
		p.assign(inc, inc.policy.levels[0], at)
		e := p.logEntry(inc, "delegate", by, "Delegated by "+by.Name+" to "+inc.policy.Name, at)
		e.assignees, e.channel = usersOf(inc.assigned), map[string]any{"type": "website"}
		return nil
	})
}

// MoveTo lets user say that another service is the broken one. Documented:
// field_value_change_log_entry with a changeset. Assumed: people and policy
// stay.
func (p *PagerDuty) MoveTo(id, user, service string) {
	p.verb("move", id, user, service, func(inc *pdIncident, by *PagerDutyUser) error {
		at := pdNow()
		from, to := inc.service, p.service(service)
		inc.service, inc.updated = to, at
		e := p.logEntry(inc, "field_value_change", by, "Service changed by "+by.Name, at)
		e.channel = map[string]any{"type": "website", "changeset": map[string]any{"application_fields": []any{
			map[string]any{"id": to.ID, "name": "service", "value": to.ID, "namespace": "incidents", "old_value": from.ID},
		}}}
		return nil
	})
}
