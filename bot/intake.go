package bot

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"firebreak/detect"
	"firebreak/incident"
	"firebreak/store"
)

// sentAlerts is the source of inbox rows that are alerts somebody sent.
const sentAlerts = "alerts"

// TakeAlerts makes alerts durable, all or none, to be examined soon. A repeat
// under the same key adds nothing; the empty key is never the same.
func (b *Bot) TakeAlerts(ctx context.Context, key string, alerts []json.RawMessage) error {
	if key == "" {
		key = rand.Text()
	} else {
		sum := sha256.Sum256([]byte(key)) // whatever stands in it
		key = hex.EncodeToString(sum[:])
	}
	now := time.Now().UTC()
	err := b.store.Urgent(ctx, func(tx *store.Tx) error {
		for i, alert := range alerts {
			_, fresh, err := tx.Receive(incident.Inbound{
				Key: fmt.Sprintf("alert:%s:%d", key, i), Source: sentAlerts, Lane: sentAlerts, Payload: alert, ReceivedAt: now,
			})
			if err != nil || !fresh {
				return err // one transaction kept them all
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("take alerts: %w", err)
	}
	poke(b.inbox)
	return nil
}

// handleAlert has the detectors look at an alert that was sent.
func (b *Bot) handleAlert(ctx context.Context, row incident.Inbound) error {
	in := detect.Input{ID: row.Key, JSON: row.Payload, At: row.ReceivedAt}
	alerts, left := detect.Read(in)
	return b.store.Update(ctx, func(tx *store.Tx) error {
		if left > 0 { // whoever sent it has gone
			if err := b.tellControl(tx, leftKey(in), leftMessage(len(alerts), left)); err != nil {
				return err
			}
		}
		if err := b.examine(tx, 0, alerts); err != nil {
			return err
		}
		return tx.HandledInbound(row.ID)
	})
}
