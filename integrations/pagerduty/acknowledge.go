package pagerduty

import (
	"context"
	"net/http"
	"net/url"

	"firebreak/incident"
)

// Acknowledge acknowledges a triggered page. One that is acknowledged or
// resolved already is left as it is. The page is read first, since to
// acknowledge a resolved one opens it again, and calls people ("Update an
// incident").
func (c *Client) Acknowledge(ctx context.Context, pageID string) error {
	const call = "pagerduty acknowledge incident"
	status, err := c.status(ctx, pageID)
	if err != nil || status != incident.PageTriggered {
		return err
	}
	body := map[string]any{"incident": map[string]string{
		"type": "incident_reference", "status": string(incident.PageAcknowledged),
	}}
	err = c.send(ctx, call, http.MethodPut, "/incidents/"+url.PathEscape(pageID), body, nil)
	switch incident.CodeOf(err) {
	case codeAlreadyResolved, codeAlreadyAcknowledged:
		return nil
	}
	return err
}

func (c *Client) status(ctx context.Context, pageID string) (incident.PageStatus, error) {
	f, err := c.read(ctx, pageID)
	return incident.PageStatus(f.Status), err
}
