package bot

import (
	"context"
	"crypto/ed25519"
	"maps"
	"slices"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// Checkpoints say, signed, where the incidents' logs end. They are made at an
// interval and when an incident is closed, and published in the process's log,
// which whoever runs it sends elsewhere, and where the operator wants it on an
// issue in GitLab; an RCA's issue has one of its own.

// checkpointKey is what signs: the operator's key, else the database's own.
func (b *Bot) checkpointKey(tx *store.Tx) (ed25519.PrivateKey, error) {
	if b.cfg.CheckpointKey != nil {
		return b.cfg.CheckpointKey, nil
	}
	return tx.CheckpointKey()
}

// closingTakes is how long after an incident's closing has begun its log is
// signed, with the last of it.
const closingTakes = 2 * time.Second

// signLogs makes and publishes checkpoints until ctx ends.
func (b *Bot) signLogs(ctx context.Context) error {
	for {
		if !pause(ctx, closingTakes) {
			return ctx.Err()
		}
		if err := b.signNow(ctx); err != nil && ctx.Err() == nil {
			b.log.ErrorContext(ctx, "the logs could not be signed; tried again", "error", err)
		}
		if !pauseOrPoke(ctx, b.cfg.CheckpointInterval, b.sign) {
			return ctx.Err()
		}
	}
}

// signNow makes the checkpoints that are due. An idle bot writes nothing.
func (b *Bot) signNow(ctx context.Context) error {
	for more := true; more; {
		err := b.store.View(ctx, func(v *store.View) (err error) {
			more, err = v.Unchecked()
			return err
		})
		if err == nil && more {
			err = b.store.Update(ctx, func(tx *store.Tx) error {
				key, err := b.checkpointKey(tx)
				if err != nil {
					return err
				}
				var n int64
				if n, more, err = tx.Checkpoint(key, nowUTC()); err != nil || n == 0 {
					return err
				}
				return b.planCheckpoint(tx, key, n)
			})
		}
		if err != nil {
			return err
		}
	}
	return b.publishCheckpoints(ctx)
}

// publishCheckpoints logs those that have not been yet: after a crash once too
// often rather than never.
func (b *Bot) publishCheckpoints(ctx context.Context) error {
	var unsaid map[int64][]byte
	err := b.store.View(ctx, func(v *store.View) (err error) {
		unsaid, err = v.Unsaid()
		return err
	})
	if err != nil {
		return err
	}
	for _, n := range slices.Sorted(maps.Keys(unsaid)) {
		b.log.InfoContext(ctx, "checkpoint", "checkpoint", string(unsaid[n]))
		if err := b.store.Update(ctx, func(tx *store.Tx) error { return tx.Said(n) }); err != nil {
			return err
		}
	}
	return nil
}

// rcaRecord is what an RCA's issue says of the log that it was made from.
func (b *Bot) rcaRecord(ctx context.Context, n incident.Number) (text string, err error) {
	err = b.store.Update(ctx, func(tx *store.Tx) error {
		key, err := b.checkpointKey(tx)
		if err != nil {
			return err
		}
		head, err := tx.LogHead(n)
		if err != nil {
			return err
		}
		line, err := incident.Checkpoint{At: nowUTC().Truncate(time.Second), Heads: []incident.LogHead{head}}.Sign(key)
		text = "\n## Record\n\nWhat the log of " + n.String() + " was when this was written; `firebreak verify --checkpoint FILE` holds it against that.\n\n```json\n" +
			string(line) + "\n```\n"
		return err
	})
	return text, err
}
