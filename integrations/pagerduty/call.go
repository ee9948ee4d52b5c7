package pagerduty

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"firebreak/incident"
)

// Limits of what somebody is called with ("Create an incident": title; a
// responder request's message is shown on a phone).
const (
	maxTitle   = 1024
	maxMessage = 1024
)

// RequestResponder asks somebody to help with an open page. The message
// carries a short reference made of key, by which FindRequest knows it again:
// responder requests have no idempotency key. It needs the account ability
// coordinated_responding ("Create a responder request for an incident").
func (c *Client) RequestResponder(ctx context.Context, pageID string, to incident.Callee, message, key string) error {
	const call = "pagerduty request responder"
	if pageID == "" || to.ID == "" || key == "" {
		return refuse(call, "404", "a responder request needs a page, somebody to call and a key")
	}
	requester, err := c.requester(ctx)
	if err != nil {
		return err
	}
	body := map[string]any{
		"requester_id": requester,
		"message":      cut(message, maxMessage-len(noteRef(key))-1) + " " + noteRef(key),
		"responder_request_targets": []any{
			map[string]any{"responder_request_target": reference(to)},
		},
	}
	err = c.send(ctx, call, http.MethodPost, "/incidents/"+url.PathEscape(pageID)+"/responder_requests", body, nil)
	switch incident.CodeOf(err) {
	case codeNoAbility, "402":
		return refuse(call, incident.CodeOf(err), "this PagerDuty account cannot add responders to a page (its plan lacks "+
			"coordinated_responding). Add them to the page in PagerDuty itself, or reassign it there")
	case codeAlreadyResolved:
		return refuse(call, codeAlreadyResolved, "the page is resolved in PagerDuty, and nobody is called for a resolved page. Give the command again for a new one")
	}
	return err
}

// FindRequest tells whether a page has a responder request that
// RequestResponder made with key.
func (c *Client) FindRequest(ctx context.Context, pageID, key string) (bool, error) {
	const call = "pagerduty get incident"
	if pageID == "" || key == "" {
		return false, refuse(call, "404", "looking for a responder request needs a page and a key")
	}
	var answer struct {
		Incident struct {
			ID       text `json:"id"`
			Requests list[struct {
				Message text `json:"message"`
			}] `json:"responder_requests"`
		} `json:"incident"`
	}
	if err := c.get(ctx, call, "/incidents/"+url.PathEscape(pageID), url.Values{"time_zone": {"UTC"}}, &answer); err != nil {
		return false, err
	}
	if answer.Incident.ID == "" {
		return false, &incident.CallError{Call: call, Code: "no_incident", Reason: "PagerDuty's answer holds no incident"}
	}
	for _, r := range answer.Incident.Requests {
		if strings.HasSuffix(strings.TrimRight(string(r.Message), " \t\r\n"), noteRef(key)) {
			return true, nil
		}
	}
	return false, nil
}

// reference names a callee in a request.
func reference(to incident.Callee) map[string]string {
	if to.Kind == incident.CalleePolicy {
		return map[string]string{"id": to.ID, "type": "escalation_policy_reference"}
	}
	return map[string]string{"id": to.ID, "type": "user_reference"}
}

// CreatePage makes a page that calls somebody. The draft's key is its
// incident_key: while one is open under it, PagerDuty refuses a second of the
// same service, and the one there is comes back instead.
func (c *Client) CreatePage(ctx context.Context, d incident.PageDraft) (incident.Page, error) {
	const call = "pagerduty create incident"
	if d.Key == "" || d.To.ID == "" {
		return incident.Page{}, refuse(call, "invalid", "a page needs a key and somebody to call")
	}
	service, err := c.serviceFor(ctx, d.To)
	if err != nil {
		return incident.Page{}, err
	}
	made := map[string]any{
		"type": "incident", "title": cut(d.Title, maxTitle), "incident_key": d.Key,
		"service": map[string]string{"id": service, "type": "service_reference"},
	}
	if d.To.Kind == incident.CalleePolicy {
		made["escalation_policy"] = reference(d.To)
	} else {
		made["assignments"] = []any{map[string]any{"assignee": reference(d.To)}}
	}
	var answer struct {
		Incident found `json:"incident"`
	}
	err = c.send(ctx, call, http.MethodPost, "/incidents", map[string]any{"incident": made}, &answer)
	if err != nil && incident.OutcomeOf(err) == incident.OutcomeRefused {
		if p, ok, lookErr := c.PageByKey(ctx, d.Key); lookErr == nil && ok {
			return p, nil
		}
	}
	if err == nil && answer.Incident.ID == "" {
		err = &incident.CallError{Call: call, Code: "no_incident", Reason: "PagerDuty's answer holds no incident"}
	}
	if err != nil {
		return incident.Page{}, err
	}
	return c.completePage(ctx, answer.Incident.page()), nil
}

// PageByKey finds the newest page made under an incident_key, whatever its
// age and status.
func (c *Client) PageByKey(ctx context.Context, key string) (incident.Page, bool, error) {
	if key == "" {
		return incident.Page{}, false, refuse("pagerduty list incidents", "invalid", "looking for a page needs its key")
	}
	query := url.Values{
		"incident_key": {key}, "date_range": {"all"}, "sort_by": {"created_at:desc"},
		"time_zone": {"UTC"}, "include[]": {"assignees"},
	}
	got, _, err := c.pagesReader("pagerduty list incidents", query)(ctx, 0, maxLimit)
	if err != nil {
		return incident.Page{}, false, err
	}
	for _, f := range got {
		if string(f.Key) == key && f.ID != "" {
			return c.completePage(ctx, f.page()), true, nil
		}
	}
	return incident.Page{}, false, nil
}
