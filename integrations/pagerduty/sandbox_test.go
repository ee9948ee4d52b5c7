package pagerduty

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// inSandbox runs a story against the emulators inside a bubble.
func inSandbox(t *testing.T, story func(*testing.T, *sandbox.Sandbox, *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sb, network := sandbox.New(sandbox.Options{}), sandbox.Memory()
		if err := sb.Start(t.Context(), network); err != nil {
			t.Fatal(err)
		}
		web, env := network.Client(), sb.Env()
		t.Cleanup(func() {
			web.CloseIdleConnections()
			if err := sb.Close(); err != nil {
				t.Error(err)
			}
		})
		c, err := New(Config{
			Token: env["FIREBREAK_PAGERDUTY_TOKEN"], APIURL: env["FIREBREAK_PAGERDUTY_API_URL"] + "/",
			EventsURL: env["FIREBREAK_PAGERDUTY_EVENTS_URL"], From: env["FIREBREAK_PAGERDUTY_FROM"], HTTP: web,
		})
		if err != nil {
			t.Fatal(err)
		}
		story(t, sb, c)
		if odd := sb.Unexpected(); len(odd) > 0 {
			t.Errorf("calls that PagerDuty does not know: %v", odd)
		}
	})
}

func TestSandboxPage(t *testing.T) {
	inSandbox(t, func(t *testing.T, sb *sandbox.Sandbox, c *Client) {
		began := time.Now()
		made := sb.PagerDuty.Trigger(sandbox.Trigger{
			Title: "Brute force", Service: "Identity", Priority: "P2",
			Alerts: []map[string]any{{"severity": "critical", "source_ip": "203.0.113.7", "count": 20}}, Key: "bf:203.0.113.7",
		})
		open, err := c.OpenPages(t.Context())
		if err != nil || len(open) != 1 {
			t.Fatalf("open pages %v: %v", open, err)
		}
		page := open[0]
		want := incident.Page{
			ID: made.ID, Number: made.Number, Title: "Brute force", Status: incident.PageTriggered, Urgency: "high",
			Priority: "P2", ServiceID: sb.PagerDuty.ServiceID("Identity"), Service: "Identity",
			TeamIDs: []string{sb.PagerDuty.TeamID("Identity")}, PolicyID: sb.PagerDuty.PolicyID("Identity"),
			URL: made.URL, CreatedAt: began.UTC().Truncate(time.Second),
			Assignees: []incident.Responder{{ID: sb.PagerDuty.UserID("sam"), Name: "Sam Okafor", Email: "sam@example.com"}},
		}
		if d := cmp.Diff(want, page); d != "" {
			t.Errorf("page (-want +got):\n%s", d)
		}
		alerts, err := c.Alerts(t.Context(), page.ID)
		if err != nil || len(alerts) != 1 || alerts[0].Key != "bf:203.0.113.7" || !strings.Contains(string(alerts[0].Body), "203.0.113.7") {
			t.Errorf("alerts %+v: %v", alerts, err)
		}
		for level, want := range map[int]string{1: "sam@example.com", 2: "kim@example.com"} {
			got, err := c.OnCall(t.Context(), page.PolicyID, level)
			if err != nil || len(got) != 1 || got[0].Email != want {
				t.Errorf("on call at level %d: %v %v", level, got, err)
			}
		}
		for range 2 {
			if err := ack(t.Context(), c, page.ID); err != nil {
				t.Error(err)
			}
		}
		sb.PagerDuty.Note(page.ID, "sam", "looking")
		sb.PagerDuty.Resolve(page.ID, "sam")
		if err := ack(t.Context(), c, page.ID); err != nil || sb.PagerDuty.Incident(page.ID).Status != "resolved" {
			t.Errorf("acknowledging a resolved page: %v, now %s", err, sb.PagerDuty.Incident(page.ID).Status)
		}
		changes, err := c.Changes(t.Context(), began.Add(-time.Minute), time.Now().Add(time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		checkStory(t, page.ID, changes)
	})
}

func checkStory(t *testing.T, pageID string, changes []incident.PageChange) {
	t.Helper()
	var types []string
	for _, ch := range changes {
		types = append(types, ch.Type)
		if ch.PageID != pageID || ch.ID == "" || ch.At.IsZero() {
			t.Errorf("change %+v", ch)
		}
		if ch.Type == "annotate" && ch.Note != "looking" {
			t.Errorf("note %q", ch.Note)
		}
		if ch.Type == "resolve" && (ch.By.Name != "Sam Okafor" || ch.By.Email != "sam@example.com" || ch.ByKind != "user") {
			t.Errorf("resolved by %+v, a %s", ch.By, ch.ByKind)
		}
	}
	for _, kind := range []string{"trigger", "acknowledge", "annotate", "resolve"} {
		if !slices.Contains(types, kind) {
			t.Errorf("%v lack %s", types, kind)
		}
	}
}

func TestSandboxFindsWhatClosedUnseen(t *testing.T) {
	inSandbox(t, func(t *testing.T, sb *sandbox.Sandbox, c *Client) {
		began := time.Now()
		kept := sb.PagerDuty.Trigger(sandbox.Trigger{Title: "One"})
		gone := sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Two"})
		sb.PagerDuty.Merge(gone.ID, kept.ID, "alex")
		sb.PagerDuty.Resolve(kept.ID, "alex")
		if open, err := c.OpenPages(t.Context()); err != nil || len(open) != 0 {
			t.Errorf("open pages %v: %v", open, err)
		}
		<-time.After(time.Hour)
		all, err := c.PagesBetween(t.Context(), began.Add(-time.Hour), time.Now().Add(ahead))
		if err != nil || len(all) != 2 {
			t.Fatalf("pages %v: %v", all, err)
		}
		for _, p := range all {
			if p.Status != incident.PageResolved || p.ResolvedAt.IsZero() || (p.MergedInto == kept.ID) != (p.ID == gone.ID) {
				t.Errorf("page %+v", p)
			}
		}
		if err := ack(t.Context(), c, gone.ID); err != nil {
			t.Errorf("acknowledging a merged page: %v", err)
		}
	})
}

func TestSandboxManyPages(t *testing.T) {
	inSandbox(t, func(t *testing.T, sb *sandbox.Sandbox, c *Client) {
		for range 230 {
			sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Storm"})
		}
		if open, err := c.OpenPages(t.Context()); err != nil || len(open) != 230 {
			t.Errorf("%d pages: %v", len(open), err)
		}
	})
}

// Each write that is lost after its effect ends with exactly one effect, and
// each fault is told as what it is.
func TestSandboxFaults(t *testing.T) {
	faults := map[sandbox.FaultKind]incident.Outcome{
		sandbox.Refuse429: incident.OutcomeNotDone, sandbox.Refuse429Plain: incident.OutcomeNotDone,
		sandbox.Err5xxBefore: incident.OutcomeUnknown, sandbox.Err5xxAfter: incident.OutcomeUnknown,
		sandbox.DropBefore: incident.OutcomeUnknown, sandbox.DropAfter: incident.OutcomeUnknown,
		sandbox.Hang: incident.OutcomeUnknown,
	}
	for kind, want := range faults {
		t.Run(string(kind), func(t *testing.T) {
			inSandbox(t, func(t *testing.T, sb *sandbox.Sandbox, c *Client) {
				page := sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Brute force"})
				key := sb.PagerDuty.RoutingKey("Identity")
				repeat(t, sb, kind, want, "POST /v2/enqueue", func(ctx context.Context) error {
					return c.Enqueue(ctx, key, trigger())
				}, nil)
				repeat(t, sb, kind, want, "PUT /incidents/{id}", func(ctx context.Context) error {
					return ack(ctx, c, page.ID)
				}, nil)
				repeat(t, sb, kind, want, "POST /incidents/{id}/notes", func(ctx context.Context) error {
					return c.AddNote(ctx, page.ID, "Nobody could be invited.", "note:INC-1")
				}, func(ctx context.Context) (bool, error) {
					return c.FindNote(ctx, page.ID, "note:INC-1")
				})
				now := sb.PagerDuty.Incident(page.ID)
				if now.Status != "acknowledged" || len(now.Notes) != 1 || len(sb.PagerDuty.Incidents()) != 2 {
					t.Errorf("%s with notes %v among %d incidents", now.Status, now.Notes, len(sb.PagerDuty.Incidents()))
				}
			})
		})
	}
}

// repeat does what the action runner does: it spoils the next call of method,
// then repeats as the outcome allows until it is done.
func repeat(t *testing.T, sb *sandbox.Sandbox, kind sandbox.FaultKind, want incident.Outcome, method string,
	do func(context.Context) error, find func(context.Context) (bool, error),
) {
	t.Helper()
	sb.Faults.Add(sandbox.Fault{Service: "pagerduty", Method: method, Kind: kind, RetryAfter: 3 * time.Second})
	if err := do(t.Context()); incident.OutcomeOf(err) != want || err == nil {
		t.Errorf("%s: %v", method, err)
	}
	<-time.After(defaultHold)
	if want == incident.OutcomeUnknown && find != nil {
		found, err := find(t.Context())
		if err != nil {
			t.Errorf("%s, looking it up: %v", method, err)
		}
		if found {
			return
		}
	}
	if err := do(t.Context()); err != nil {
		t.Errorf("%s again: %v", method, err)
	}
}

// TestSandboxTriggers: what set a page off is read from its log, whether
// alerts, an event or an e-mail did; nothing else of the log is.
func TestSandboxTriggers(t *testing.T) {
	inSandbox(t, func(t *testing.T, sb *sandbox.Sandbox, c *Client) {
		details := map[string]any{"src_ip": "203.0.113.7", "count": 20, "nested": map[string]any{"list": []any{1}}}
		for name, made := range map[string]sandbox.PagerDutyIncident{
			"alerts": sb.PagerDuty.Trigger(sandbox.Trigger{Title: "a", Alerts: []map[string]any{details}, Key: "k"}),
			"event":  sb.PagerDuty.Trigger(sandbox.Trigger{Title: "b", Details: details, Key: "k"}),
			"email":  sb.PagerDuty.Trigger(sandbox.Trigger{Title: "c", Email: &sandbox.PagerDutyEmail{From: "siem@example.com", Subject: "odd", Body: "from 203.0.113.7"}}),
		} {
			sb.PagerDuty.Acknowledge(made.ID, "sam")
			got, err := c.Triggers(t.Context(), made.ID)
			if err != nil || len(got) != 1 || got[0].Type != "trigger" || got[0].PageID != made.ID || !strings.Contains(string(got[0].Channel), "203.0.113.7") {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
		if _, err := c.Triggers(t.Context(), "QNOSUCH"); incident.OutcomeOf(err) != incident.OutcomeRefused {
			t.Errorf("of no page: %v", err)
		}
	})
}
