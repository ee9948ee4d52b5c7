package bot

import (
	"context"
	"encoding/json"

	"firebreak/incident"
	"firebreak/store"
)

// raisePage pages through Events v2. The dedup key makes repeating harmless.
func raisePage(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	e, err := payloadOf[incident.PageEvent](a)
	if err != nil {
		return nil, err
	}
	return nil, b.pager.Enqueue(ctx, b.cfg.RoutingKey, e)
}

func pageRaised(tx *store.Tx, b *Bot, a incident.Action, _ json.RawMessage) error {
	e, err := payloadOf[incident.PageEvent](a)
	if err != nil {
		return err
	}
	return b.recordAction(tx, a, "paged through PagerDuty", map[string]any{"dedup_key": e.DedupKey})
}
