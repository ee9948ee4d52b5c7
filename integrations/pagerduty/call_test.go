package pagerduty

import (
	"slices"
	"strings"
	"testing"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// calleeOf is the only callee that PagerDuty finds for a query.
func calleeOf(t *testing.T, c *Client, query string) incident.Callee {
	t.Helper()
	found, err := c.Callees(t.Context(), query)
	if err != nil || len(found) != 1 {
		t.Fatalf("%q finds %+v: %v", query, found, err)
	}
	return found[0]
}

func TestSandboxResponderRequest(t *testing.T) {
	inSandbox(t, func(t *testing.T, sb *sandbox.Sandbox, c *Client) {
		page := sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Brute force", Service: "Identity"})
		for key, query := range map[string]string{"k1": "kim@example.com", "k2": "Payments API escalation"} {
			if found, err := c.FindRequest(t.Context(), page.ID, key); found || err != nil {
				t.Fatalf("found before it was made: %v", err)
			}
			if err := c.RequestResponder(t.Context(), page.ID, calleeOf(t, c, query), strings.Repeat("help ", 400), key); err != nil {
				t.Fatal(err)
			}
			if found, err := c.FindRequest(t.Context(), page.ID, key); !found || err != nil {
				t.Errorf("not found after it was made: %v", err)
			}
		}
		got := sb.PagerDuty.Incident(page.ID)
		if !slices.Equal(got.Responders, []string{"kim@example.com"}) || len(got.Requests) != 2 || len(got.Requests[0]) > maxMessage {
			t.Errorf("asked for %v with %q", got.Responders, got.Requests)
		}
		sb.PagerDuty.SetAbility("coordinated_responding", false)
		err := c.RequestResponder(t.Context(), page.ID, calleeOf(t, c, "kim@example.com"), "help", "k3")
		if incident.OutcomeOf(err) != incident.OutcomeRefused || !strings.Contains(incident.ReasonOf(err), "coordinated_responding") {
			t.Errorf("got %v: %s", err, incident.ReasonOf(err))
		}
	})
}

func TestSandboxCreatePage(t *testing.T) {
	inSandbox(t, func(t *testing.T, sb *sandbox.Sandbox, c *Client) {
		kim := calleeOf(t, c, "kim@example.com")
		draft := incident.PageDraft{Title: "INC-3", Key: "firebreak:INC-3:1", To: kim}
		if _, found, err := c.PageByKey(t.Context(), draft.Key); found || err != nil {
			t.Fatalf("found before it was made: %v", err)
		}
		made, err := c.CreatePage(t.Context(), draft)
		if err != nil {
			t.Fatal(err)
		}
		again, err := c.CreatePage(t.Context(), draft) // refused by its key: the one there is comes back
		if err != nil || again.ID != made.ID || len(sb.PagerDuty.Incidents()) != 1 {
			t.Errorf("made %s, then %s: %v", made.ID, again.ID, err)
		}
		if found, ok, err := c.PageByKey(t.Context(), draft.Key); !ok || err != nil || found.ID != made.ID || found.Key != draft.Key {
			t.Errorf("found %+v: %v", found, err)
		}
		if got := sb.PagerDuty.Incident(made.ID); !slices.Equal(got.Assignees, []string{"kim@example.com"}) {
			t.Errorf("it calls %v", got.Assignees)
		}
		policy := calleeOf(t, c, "Payments API escalation")
		p, err := c.CreatePage(t.Context(), incident.PageDraft{Title: "INC-4", Key: "firebreak:INC-4:1", To: policy})
		if err != nil || p.PolicyID != policy.ID || p.ServiceID != sb.PagerDuty.ServiceID("Payments API") {
			t.Errorf("got %+v: %v", p, err)
		}
	})
}

func TestWhoActsIsAsked(t *testing.T) {
	inSandbox(t, func(t *testing.T, sb *sandbox.Sandbox, c *Client) {
		page := sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Brute force", Service: "Identity"})
		kim := calleeOf(t, c, "kim@example.com")
		for _, from := range []string{"", "stranger@example.com"} {
			c.from = from
			_, made := c.CreatePage(t.Context(), incident.PageDraft{Title: "x", Key: "k", To: kim})
			for call, err := range map[string]error{
				"acknowledge": ack(t.Context(), c, page.ID),
				"request":     c.RequestResponder(t.Context(), page.ID, kim, "help", "k"),
				"create":      made,
			} {
				if incident.OutcomeOf(err) != incident.OutcomeRefused || !strings.Contains(incident.ReasonOf(err), "FIREBREAK_PAGERDUTY_FROM") {
					t.Errorf("%s as %q: %v: %s", call, from, err, incident.ReasonOf(err))
				}
			}
		}
	})
}
