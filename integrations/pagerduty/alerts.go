package pagerduty

import (
	"context"
	"encoding/json"
	"net/url"

	"firebreak/incident"
)

type alert struct {
	ID        text            `json:"id"`
	Key       text            `json:"alert_key"`
	Summary   text            `json:"summary"`
	Severity  text            `json:"severity"`
	CreatedAt text            `json:"created_at"`
	Body      json.RawMessage `json:"body"`
}

// Alerts tells the alerts below a page, oldest first, with their bodies as
// the monitoring tool sent them. Beyond 10 000 alerts the rest is left out and
// a warning is logged.
func (c *Client) Alerts(ctx context.Context, pageID string) ([]incident.PageAlert, error) {
	const call = "pagerduty list alerts"
	if pageID == "" {
		return nil, refuse(call, "404", "a page needs an id")
	}
	query := url.Values{"sort_by": {"created_at:asc"}}
	got, all, err := readAll(ctx, false, alert.id, func(ctx context.Context, offset, limit int) ([]alert, bool, error) {
		var answer struct {
			Alerts list[alert] `json:"alerts"`
			More   bool        `json:"more"`
		}
		path := "/incidents/" + url.PathEscape(pageID) + "/alerts"
		err := c.get(ctx, call, path, page(query, offset, limit), &answer)
		return answer.Alerts, answer.More, err
	})
	if err != nil {
		return nil, err
	}
	if !all {
		c.logger.WarnContext(ctx, "page has more alerts than PagerDuty lists", "page", pageID, "read", len(got))
	}
	as := make([]incident.PageAlert, 0, len(got))
	for _, a := range got {
		as = append(as, incident.PageAlert{
			ID: string(a.ID), PageID: pageID, Key: string(a.Key), Summary: string(a.Summary),
			Severity: string(a.Severity), CreatedAt: a.CreatedAt.when(), Body: a.body(),
		})
	}
	return as, nil
}

func (a alert) id() string { return string(a.ID) }

func (a alert) body() []byte {
	if len(a.Body) == 0 || string(a.Body) == "null" {
		return nil
	}
	return a.Body
}
