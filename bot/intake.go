package bot

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"firebreak/detect"
	"firebreak/incident"
	"firebreak/store"
)

// sentAlerts is the source of inbox rows that are alerts somebody sent.
const sentAlerts = "alerts"

// ErrOtherAlerts says that a key has been used for other alerts.
var ErrOtherAlerts = errors.New("the key was used for other alerts")

// TakeAlerts makes alerts durable, all or none, to be examined soon. A repeat
// under the same key adds nothing, and is ErrOtherAlerts when it holds others;
// the empty key is never the same.
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
			if err != nil {
				return err
			}
			if !fresh { // one transaction kept them all
				return sameAlerts(tx, key, alerts)
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

// sameAlerts is ErrOtherAlerts unless what was received under a key are these
// very alerts: whoever sends others would think that they are kept.
func sameAlerts(tx *store.Tx, key string, alerts []json.RawMessage) error {
	prefix := "alert:" + key + ":"
	known, err := tx.ReceivedPayloads(prefix)
	if err != nil {
		return err
	}
	same := len(known) == len(alerts)
	for i, alert := range alerts {
		kept := known[prefix+strconv.Itoa(i)]
		same = same && (bytes.Equal(kept, alert) || store.Emptied(kept))
	}
	if !same {
		return ErrOtherAlerts
	}
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
		for _, a := range alerts {
			gone, err := tx.AlertErased(a.ID) // it is a copy of one that was redacted
			if err != nil {
				return err
			}
			if gone {
				if err := tx.EmptyInbound(row.ID); err != nil {
					return err
				}
			}
		}
		return tx.HandledInbound(row.ID)
	})
}
