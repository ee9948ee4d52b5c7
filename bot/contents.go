package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"firebreak/store"
	"firebreak/store/evidence"
)

// orphanFor is how long a content stays that no entry needs. Every capture
// ends in an entry or is taken up again at the next start, so one of that age
// has none any more.
const orphanFor = 7 * 24 * time.Hour

// collectedAtOnce is how many old files get their custody in one transaction.
const collectedAtOnce = 100

// moveContents takes contents that older versions kept in the database into the
// evidence folder, and begins their custody. What has no room there stays, to be
// tried at the next start: it is no reason not to start.
func (b *Bot) moveContents(ctx context.Context) error {
	err := b.store.MoveContents(ctx, func(sha string, content []byte) error {
		k, release, err := b.cfg.Evidence.Capture(func(w io.Writer) error { _, err := w.Write(content); return err })
		if err != nil {
			return err
		}
		release() // nothing else runs yet
		if k.SHA256 != sha {
			return fmt.Errorf("content %s: its bytes have another SHA-256", sha)
		}
		return nil
	})
	if err != nil {
		b.log.WarnContext(ctx, "files stay in the database", "error", err)
	}
	return b.collectKnown(ctx)
}

func (b *Bot) collectKnown(ctx context.Context) error {
	for {
		n := 0
		err := b.whenRoom(ctx, func(tx *store.Tx) (err error) {
			n, err = tx.CollectKnown(collectedAtOnce)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

// sweepContents removes old contents that no entry needs, once. On a database
// put back from a copy it leaves all of them: what was captured since the copy
// was made is of an entry that is gone from the record, not from the world.
func (b *Bot) sweepContents(ctx context.Context) error {
	if !b.doubt.since.IsZero() {
		return nil
	}
	n, err := b.cfg.Evidence.Sweep(time.Now().Add(-orphanFor), func(sha string) (bool, error) { return b.needsContent(ctx, sha) })
	if err != nil && !errors.Is(err, evidence.ErrHeld) && ctx.Err() == nil {
		b.log.WarnContext(ctx, "the evidence folder could not be swept", "error", err)
	}
	if n > 0 {
		b.log.InfoContext(ctx, "contents that no entry needs were removed", "count", n)
	}
	return nil
}
