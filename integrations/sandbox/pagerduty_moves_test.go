package sandbox_test

import (
	"slices"
	"testing"
	"time"

	"firebreak/integrations/sandbox"
)

func TestPagerDutySnooze(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		p := w.PagerDuty
		inc := p.Trigger(sandbox.Trigger{Title: "x", Service: "Identity"})
		p.Acknowledge(inc.ID, "sam")
		began := time.Now().UTC()
		p.Snooze(inc.ID, "sam", 4*time.Hour)
		r := w.pd("GET", "/incidents/"+inc.ID, nil)
		want(t, "pending", r.at("incident", "pending_actions", 0, "type"), "unacknowledge")
		want(t, "at", r.at("incident", "pending_actions", 0, "at"), began.Add(4*time.Hour).Format(time.RFC3339))
		pass(4*time.Hour - time.Second)
		want(t, "before", w.pd("GET", "/incidents/"+inc.ID, nil).at("incident", "status"), "acknowledged")
		pass(time.Hour)
		r = w.pd("GET", "/incidents/"+inc.ID, nil)
		want(t, "after", r.at("incident", "status"), "triggered")
		want(t, "since", r.at("incident", "last_status_change_at"), began.Add(4*time.Hour).Format(time.RFC3339))
		want(t, "nothing pending", r.len("incident", "pending_actions"), 0)
		if got := p.Incident(inc.ID).Log; !slices.Equal(got[3:], []string{"acknowledge", "snooze", "unacknowledge"}) {
			t.Errorf("log %q", got)
		}
		p.Acknowledge(inc.ID, "sam")
		p.Snooze(inc.ID, "sam", time.Hour)
		p.Resolve(inc.ID, "sam")
		pass(2 * time.Hour)
		want(t, "resolved meanwhile", p.Incident(inc.ID).Status, "resolved")
	})
}

func TestPagerDutyDelegateAndMove(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		p := w.PagerDuty
		inc := p.Trigger(sandbox.Trigger{Title: "x", Service: "Identity"})
		p.Acknowledge(inc.ID, "sam")
		p.Delegate(inc.ID, "sam", "Payments API")
		now := p.Incident(inc.ID)
		want(t, "status", now.Status, "triggered")
		want(t, "assignee", now.Assignees[0], "kim@example.com")
		want(t, "service", now.Service, "Identity")
		p.MoveTo(inc.ID, "kim", "Edge firewall")
		r := w.pd("GET", "/incidents/"+inc.ID, nil)
		want(t, "moved", r.at("incident", "service", "id"), p.ServiceID("Edge firewall"))
		want(t, "team", r.at("incident", "teams", 0, "id"), p.TeamID("Edge firewall"))
		want(t, "policy", r.at("incident", "escalation_policy", "id"), p.PolicyID("Payments API"))
		log := w.pd("GET", "/incidents/"+inc.ID+"/log_entries?include[]=channels", nil)
		want(t, "newest", log.at("log_entries", 0, "type"), "field_value_change_log_entry")
		want(t, "from", log.at("log_entries", 0, "channel", "changeset", "application_fields", 0, "old_value"), p.ServiceID("Identity"))
		want(t, "delegation", log.at("log_entries", 1, "type"), "delegate_log_entry")
		want(t, "to", log.at("log_entries", 1, "assignees", 0, "id"), p.UserID("kim"))
	})
}

// Who calls themselves has acknowledged; nobody can call two at once.
func TestPagerDutyCallsByHand(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		p := w.PagerDuty
		call := func(users ...string) reply {
			var to []any
			for _, u := range users {
				to = append(to, map[string]any{"assignee": map[string]any{"id": p.UserID(u), "type": "user_reference"}})
			}
			return w.pd("POST", "/incidents", map[string]any{"incident": map[string]any{
				"type": "incident", "title": "come", "service": map[string]any{"id": p.ServiceID("Identity"), "type": "service_reference"}, "assignments": to,
			}}, "From: sam@example.com")
		}
		other := call("kim")
		want(t, "status", other.at("incident", "status"), "triggered")
		want(t, "how", other.at("incident", "assigned_via"), "direct_assignment")
		want(t, "himself", call("sam").at("incident", "status"), "acknowledged")
		if got := p.Incidents()[1].Log; slices.Contains(got, "notify") {
			t.Errorf("log %q", got)
		}
		want(t, "two", call("kim", "jo").status, 400)
		p.Escalate(p.Incidents()[0].ID, "kim")
		want(t, "escalated", w.pd("GET", "/incidents", nil).at("incidents", 0, "assigned_via"), "escalation_policy")
	})
}
