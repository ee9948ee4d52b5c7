package pagerduty

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	pd "github.com/PagerDuty/go-pagerduty"

	"firebreak/integrations/sandbox"
)

const sdkFrom = "sam@example.com"

// throughSDK runs a story with PagerDuty's own client library against the
// emulator; afterwards every call of calls must have been made.
func throughSDK(t *testing.T, calls func(string) bool, story func(*testing.T, *sandbox.Sandbox, *pd.Client)) {
	t.Helper()
	inSandbox(t, func(t *testing.T, sb *sandbox.Sandbox, c *Client) {
		env := sb.Env()
		sdk := pd.NewClient(env["FIREBREAK_PAGERDUTY_TOKEN"],
			pd.WithAPIEndpoint(env["FIREBREAK_PAGERDUTY_API_URL"]), pd.WithV2EventsAPIEndpoint(env["FIREBREAK_PAGERDUTY_EVENTS_URL"]))
		sdk.HTTPClient = c.http
		story(t, sb, sdk)
		made := map[string]bool{}
		for _, call := range sb.Faults.Calls() {
			made[call.Method] = true
		}
		for _, call := range sb.PagerDuty.Calls() {
			if calls(call) && !made[call] {
				t.Errorf("the SDK did not call %s", call)
			}
		}
	})
}

// TestSDKReads decodes every answer to a read and compares it with the truth.
func TestSDKReads(t *testing.T) {
	reads := func(call string) bool {
		return strings.HasPrefix(call, "GET ") && !strings.Contains(call, "log_entries")
	}
	throughSDK(t, reads, func(t *testing.T, sb *sandbox.Sandbox, sdk *pd.Client) {
		p, ctx := sb.PagerDuty, t.Context()
		made := p.Trigger(sandbox.Trigger{Title: "Brute force", Service: "Identity", Priority: "P2", Key: "bf", Alerts: []map[string]any{{"severity": "critical", "count": 20}}})
		p.Note(made.ID, "sam", "looking")
		truth := p.Incident(made.ID)

		list, err := sdk.ListIncidentsWithContext(ctx, pd.ListIncidentsOptions{Statuses: []string{"triggered"}, DateRange: "all", Limit: 100})
		if err != nil || len(list.Incidents) != 1 || list.More {
			t.Fatalf("incidents %+v: %v", list, err)
		}
		one, err := sdk.GetIncidentWithContext(ctx, made.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range []pd.Incident{list.Incidents[0], *one} {
			sameIncident(t, p, got, truth)
		}
		alerts, err := sdk.ListIncidentAlertsWithContext(ctx, made.ID, pd.ListIncidentAlertsOptions{})
		if err != nil || len(alerts.Alerts) != 1 || alerts.Alerts[0].AlertKey != "bf" || alerts.Alerts[0].Severity != "critical" || alerts.Alerts[0].Body["details"].(map[string]any)["count"] != 20.0 {
			t.Errorf("alerts %+v: %v", alerts, err)
		}
		notes, err := sdk.ListIncidentNotesWithContext(ctx, made.ID)
		if err != nil || len(notes) != 1 || notes[0].Content != "looking" || notes[0].User.ID != p.UserID("sam") || notes[0].CreatedAt == "" {
			t.Errorf("notes %+v: %v", notes, err)
		}
		directory(t, p, sdk)
	})
}

func sameIncident(t *testing.T, p *sandbox.PagerDuty, got pd.Incident, want sandbox.PagerDutyIncident) {
	t.Helper()
	created, err := time.Parse(time.RFC3339, got.CreatedAt)
	if err != nil || !created.Equal(want.CreatedAt) {
		t.Errorf("created at %s, want %s: %v", got.CreatedAt, want.CreatedAt, err)
	}
	if got.ID != want.ID || got.Type != "incident" || got.IncidentNumber != uint(want.Number) || got.Title != want.Title || got.Status != want.Status ||
		got.Urgency != want.Urgency || got.IncidentKey != want.Key || got.HTMLURL != want.URL || got.AssignedVia != "escalation_policy" {
		t.Errorf("incident %+v, want %+v", got, want)
	}
	if got.Service.ID != p.ServiceID(want.Service) || got.EscalationPolicy.ID != p.PolicyID(want.Service) || got.Teams[0].ID != p.TeamID(want.Service) {
		t.Errorf("belongs to %+v, %+v, %+v", got.Service, got.EscalationPolicy, got.Teams)
	}
	if (want.Priority == "") != (got.Priority == nil) || got.Priority != nil && got.Priority.Name != want.Priority {
		t.Errorf("priority %+v, want %q", got.Priority, want.Priority)
	}
	if len(got.Assignments) != len(want.Assignees) || int(got.AlertCounts.All) != len(want.AlertKeys) {
		t.Errorf("assignments %+v, alerts %+v; want %v, %v", got.Assignments, got.AlertCounts, want.Assignees, want.AlertKeys)
	}
	for i, a := range got.Assignments {
		if a.Assignee.ID != p.UserID(want.Assignees[i]) {
			t.Errorf("assignee %+v, want %s", a.Assignee, want.Assignees[i])
		}
	}
}

// directory reads people, services and who is on call.
func directory(t *testing.T, p *sandbox.PagerDuty, sdk *pd.Client) {
	t.Helper()
	ctx := t.Context()
	on, err := sdk.ListOnCallsWithContext(ctx, pd.ListOnCallOptions{EscalationPolicyIDs: []string{p.PolicyID("Identity")}, Includes: []string{"users"}})
	if err != nil || len(on.OnCalls) != 2 || on.OnCalls[0].User.Email != "sam@example.com" || on.OnCalls[1].EscalationLevel != 2 || on.OnCalls[0].Start != "" {
		t.Errorf("on call %+v: %v", on, err)
	}
	users, err := sdk.ListUsersWithContext(ctx, pd.ListUsersOptions{Query: "kim@"})
	if err != nil || len(users.Users) != 1 || users.Users[0].ID != p.UserID("kim") {
		t.Errorf("users %+v: %v", users, err)
	}
	kim, err := sdk.GetUserWithContext(ctx, p.UserID("kim"), pd.GetUserOptions{})
	if err != nil || kim.Email != "kim@example.com" || kim.Timezone != "UTC" {
		t.Errorf("kim %+v: %v", kim, err)
	}
	if _, err := sdk.GetCurrentUserWithContext(ctx, pd.GetCurrentUserOptions{}); statusOf(err) != 400 {
		t.Errorf("an account key's own user: %v", err)
	}
	services, err := sdk.ListServicesWithContext(ctx, pd.ListServiceOptions{Query: "pay"})
	if err != nil || len(services.Services) != 1 || services.Services[0].Name != "Payments API" {
		t.Errorf("services %+v: %v", services, err)
	}
	identity, err := sdk.GetServiceWithContext(ctx, p.ServiceID("Identity"), nil)
	if err != nil || identity.EscalationPolicy.ID != p.PolicyID("Identity") || identity.Teams[0].ID != p.TeamID("Identity") || identity.Status != "active" {
		t.Errorf("identity %+v: %v", identity, err)
	}
	policies, err := sdk.ListEscalationPoliciesWithContext(ctx, pd.ListEscalationPoliciesOptions{Query: "identity"})
	if err != nil || len(policies.EscalationPolicies) != 1 || policies.EscalationPolicies[0].EscalationRules[1].Targets[0].ID != p.UserID("kim") {
		t.Errorf("policies %+v: %v", policies, err)
	}
	priorities, err := sdk.ListPrioritiesWithContext(ctx, pd.ListPrioritiesOptions{})
	if err != nil || len(priorities.Priorities) != 5 || priorities.Priorities[0].Name != "P1" {
		t.Errorf("priorities %+v: %v", priorities, err)
	}
	abilities, err := sdk.ListAbilitiesWithContext(ctx)
	if err != nil || !slices.Contains(abilities.Abilities, "coordinated_responding") {
		t.Errorf("abilities %+v: %v", abilities, err)
	}
}

func statusOf(err error) int {
	if e, ok := errors.AsType[pd.APIError](err); ok {
		return e.StatusCode
	}
	return 0
}

// TestSDKWrites does every write and compares its answer with the truth.
func TestSDKWrites(t *testing.T) {
	// For one incident's PUT the SDK has no call.
	writes := func(call string) bool { return !strings.HasPrefix(call, "GET ") && call != "PUT /incidents/{id}" }
	throughSDK(t, writes, func(t *testing.T, sb *sandbox.Sandbox, sdk *pd.Client) {
		p, ctx := sb.PagerDuty, t.Context()
		paged, err := sdk.ManageEventWithContext(ctx, &pd.V2Event{
			RoutingKey: p.RoutingKey("Identity"), Action: "trigger", DedupKey: "d1",
			Payload: &pd.V2Payload{Summary: "login storm", Source: "idp", Severity: "critical", Details: map[string]any{"tries": 40}},
		})
		if err != nil || paged.DedupKey != "d1" || paged.Status != "success" || p.Incidents()[0].AlertKeys[0] != "d1" {
			t.Errorf("event %+v: %v", paged, err)
		}
		made, err := sdk.CreateIncidentWithContext(ctx, sdkFrom, &pd.CreateIncidentOptions{
			Title: "By hand", Service: &pd.APIReference{ID: p.ServiceID("Identity"), Type: "service_reference"}, IncidentKey: "k1",
		})
		if err != nil {
			t.Fatal(err)
		}
		sameIncident(t, p, *made, p.Incident(made.ID))
		again, err := sdk.ManageIncidentsWithContext(ctx, sdkFrom, []pd.ManageIncidentsOptions{{ID: made.ID, Status: "acknowledged"}})
		if err != nil || again.Incidents[0].Acknowledgements[0].Acknowledger.ID != p.UserID("sam") {
			t.Fatalf("acknowledged %+v: %v", again, err)
		}
		sameIncident(t, p, again.Incidents[0], p.Incident(made.ID))
		if _, err := sdk.ManageIncidentsWithContext(ctx, sdkFrom, []pd.ManageIncidentsOptions{{ID: made.ID, Status: "acknowledged"}}); statusOf(err) != 400 || !strings.Contains(err.Error(), "1002") {
			t.Errorf("acknowledged twice: %v", err)
		}
		note, err := sdk.CreateIncidentNoteWithContext(ctx, made.ID, pd.IncidentNote{User: pd.APIObject{Summary: sdkFrom}, Content: "on it"})
		if err != nil || note.ID != p.Incident(made.ID).Notes[0].ID || note.Content != "on it" || note.User.Summary != "Sam Okafor" {
			t.Errorf("note %+v: %v", note, err)
		}
		asked, err := sdk.ResponderRequestWithContext(ctx, made.ID, pd.ResponderRequestOptions{
			From: sdkFrom, RequesterID: p.UserID("sam"), Message: "help",
			Targets: []pd.ResponderRequestTargetWrapper{{Target: pd.ResponderRequestTarget{APIObject: pd.APIObject{ID: p.UserID("jo"), Type: "user_reference"}}}},
		})
		if err != nil || asked.ResponderRequest.Message != "help" || asked.ResponderRequest.Requester.ID != p.UserID("sam") || p.Incident(made.ID).Responders[0] != "jo@example.com" {
			t.Errorf("responders %+v: %v", asked, err)
		}
		merged, err := sdk.MergeIncidentsWithContext(ctx, sdkFrom, made.ID, []pd.MergeIncidentsOptions{{ID: p.Incidents()[0].ID, Type: "incident_reference"}})
		if err != nil || merged.ID != made.ID || p.Incidents()[0].MergedInto != made.ID {
			t.Errorf("merged %+v: %v", merged, err)
		}
		gone, err := sdk.GetIncidentWithContext(ctx, p.Incidents()[0].ID)
		if err != nil || gone.ResolveReason.Type != "merge_resolve_reason" || gone.ResolveReason.Incident.ID != made.ID {
			t.Errorf("merged away %+v: %v", gone, err)
		}
	})
}

// TestSDKLogEntries decodes both logs. The SDK cannot take all that PagerDuty
// says (which is why ours decodes by itself): one number among the event's
// details spoils its whole page, and a null where a channel's type should be
// makes it panic. The emulator must go on saying such things.
func TestSDKLogEntries(t *testing.T) {
	logs := func(call string) bool { return strings.Contains(call, "log_entries") }
	throughSDK(t, logs, func(t *testing.T, sb *sandbox.Sandbox, sdk *pd.Client) {
		p, ctx := sb.PagerDuty, t.Context()
		plain := p.Trigger(sandbox.Trigger{Title: "By hand", Service: "Identity"})
		p.Acknowledge(plain.ID, "sam")
		p.Note(plain.ID, "sam", "looking")
		p.SetPriority(plain.ID, "sam", "P1")
		p.Reassign(plain.ID, "sam", "jo")
		p.Resolve(plain.ID, "jo")
		all, err := sdk.ListLogEntriesWithContext(ctx, pd.ListLogEntriesOptions{Limit: 100, Includes: []string{"channels"}})
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, e := range slices.Backward(all.LogEntries) { // newest first
			kinds = append(kinds, strings.TrimSuffix(e.Type, "_log_entry"))
			if e.Incident.ID != plain.ID || e.Service.ID != p.ServiceID("Identity") || e.CreatedAt == "" || e.Channel.Type == "" {
				t.Errorf("entry %+v", e)
			}
		}
		if want := p.Incident(plain.ID).Log; !slices.Equal(kinds, want) {
			t.Errorf("log %q, want %q", kinds, want)
		}
		if e := all.LogEntries[1]; e.Assignees[0].ID != p.UserID("jo") || e.Agent.ID != p.UserID("sam") {
			t.Errorf("assignment %+v", e)
		}
		own, err := sdk.ListIncidentLogEntriesWithContext(ctx, plain.ID, pd.ListIncidentLogEntriesOptions{Limit: 100})
		if err != nil || len(own.LogEntries) != len(kinds) {
			t.Errorf("%d entries of the incident: %v", len(own.LogEntries), err)
		}
		ofAlert := p.Trigger(sandbox.Trigger{Title: "By tool", Alerts: []map[string]any{{"count": 7}}})
		if _, err := sdk.ListIncidentLogEntriesWithContext(ctx, ofAlert.ID, pd.ListIncidentLogEntriesOptions{}); err == nil {
			t.Error("a number in event_details is no trouble to the SDK any more")
		}
		again := p.Trigger(sandbox.Trigger{Title: "By hand"})
		p.Escalate(again.ID, "sam")
		defer func() {
			if recover() == nil {
				t.Error("a null channel type is no trouble to the SDK any more")
			}
		}()
		_, _ = sdk.ListIncidentLogEntriesWithContext(ctx, again.ID, pd.ListIncidentLogEntriesOptions{}) // it panics
	})
}
