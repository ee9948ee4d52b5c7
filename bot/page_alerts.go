package bot

import (
	"context"
	"encoding/json"
	"fmt"

	"firebreak/detect"
	"firebreak/incident"
	"firebreak/store"
)

// pageAlerts asks for the alerts below a page, and for what its log entries
// tell that no alert does.
type pageAlerts struct{ PageID string }

func readPageAlerts(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[pageAlerts](a)
	if err != nil || b.pager == nil {
		return []incident.PageAlert{}, err
	}
	alerts, err := b.pager.Alerts(ctx, p.PageID)
	if err != nil {
		return nil, err
	}
	triggers, err := b.pager.Triggers(ctx, p.PageID)
	return withTriggers(alerts, triggers), err
}

func pageAlertsRead(tx *store.Tx, b *Bot, a incident.Action, result json.RawMessage) error {
	var alerts []incident.PageAlert
	if err := json.Unmarshal(result, &alerts); err != nil {
		return fmt.Errorf("read alerts of a page: %w", err)
	}
	for _, pa := range alerts {
		own, err := raisedByUs(tx, pa)
		if err != nil {
			return err
		}
		if own {
			continue // a detection is no evidence for the next one
		}
		in := detect.Input{ID: "pagerduty:" + pa.ID, JSON: pa.Body, Text: pa.Summary, At: pa.CreatedAt}
		found, left := detect.Read(in)
		if left > 0 {
			if err := b.say(tx, a.Incident, leftKey(in), leftMessage(len(found), left)); err != nil {
				return err
			}
		}
		if err := b.examine(tx, a.Incident, found); err != nil {
			return err
		}
	}
	return nil
}

// raisedByUs says whether an alert is what a detection of ours paged with.
func raisedByUs(tx *store.Tx, a incident.PageAlert) (bool, error) {
	if a.Key == "" {
		return false, nil
	}
	_, err := tx.IncidentByDedupKey(a.Key)
	if isNotFound(err) {
		return false, nil
	}
	return err == nil, err
}
