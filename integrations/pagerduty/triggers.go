package pagerduty

import (
	"context"
	"net/url"
	"slices"

	"firebreak/incident"
)

// Triggers tells what has set a page off, oldest first: its trigger entries
// with the channel that each came by. A service that makes no alerts tells
// only there what the monitoring tool has sent, be it an e-mail. Beyond 10 000
// log entries the rest is left out and a warning is logged.
func (c *Client) Triggers(ctx context.Context, pageID string) ([]incident.PageChange, error) {
	const call = "pagerduty list log entries of a page"
	if pageID == "" {
		return nil, refuse(call, "404", "a page needs an id")
	}
	query := url.Values{"include[]": {"channels"}}
	got, all, err := readAll(ctx, false, logEntry.id, func(ctx context.Context, offset, limit int) ([]logEntry, bool, error) {
		var answer logEntries
		path := "/incidents/" + url.PathEscape(pageID) + "/log_entries"
		err := c.get(ctx, call, path, page(query, offset, limit), &answer)
		return answer.Entries, answer.More, err
	})
	if err != nil {
		return nil, err
	}
	if !all {
		c.logger.WarnContext(ctx, "page has more log entries than PagerDuty lists", "page", pageID, "read", len(got))
	}
	for i := range got {
		got[i].Incident.ID = text(pageID) // what was asked for, whatever the answer lacks
	}
	return slices.DeleteFunc(c.changes(got), func(change incident.PageChange) bool {
		return change.Type != "trigger" || change.Channel == nil
	}), nil
}
