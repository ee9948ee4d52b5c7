package pagerduty

import (
	"context"
	"net/http"
	"net/url"

	"firebreak/incident"
)

// Acknowledge acknowledges a triggered page, and tells the status it had. One
// that is acknowledged or resolved already is left as it is. The page is read
// first, since to acknowledge a resolved one opens it again, and calls people
// ("Update an incident").
func (c *Client) Acknowledge(ctx context.Context, pageID string) (incident.PageStatus, error) {
	const call = "pagerduty acknowledge incident"
	f, err := c.read(ctx, pageID)
	was := incident.PageStatus(f.Status)
	if err != nil || was != incident.PageTriggered {
		return was, err
	}
	body := map[string]any{"incident": map[string]string{
		"type": "incident_reference", "status": string(incident.PageAcknowledged),
	}}
	err = c.send(ctx, call, http.MethodPut, "/incidents/"+url.PathEscape(pageID), body, nil)
	switch incident.CodeOf(err) {
	case codeAlreadyResolved:
		return incident.PageResolved, nil
	case codeAlreadyAcknowledged:
		return incident.PageAcknowledged, nil
	}
	return was, err
}
