package bot

import (
	"cmp"
	"context"
	"slices"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// Polling is level-triggered (ADR-0001): what is open now is compared with
// what is known, so neither clocks nor restarts nor the order of answers can
// make a page disappear.
//
//   - Loop A reads the open pages at each interval.
//   - Loop B reads every page created since the last one seen, resolved ones
//     included, so that a page which came and went between two polls is
//     there too.
//   - Loop C reads the change feed and records what people did to a page.
const (
	backfillEvery  = time.Minute
	changesEvery   = 10 * time.Second
	changesOverlap = 10 * time.Minute // late and unordered feed entries
	pagesOverlap   = time.Hour
	aheadOfNow     = 5 * time.Minute // clocks differ
	tryAgainAtMost = 10 * time.Second
)

// The cursors of loops B and C: the newest creation time and the newest
// change that have been committed.
const (
	pagesSeen   = "pagerduty.pages_seen"
	changesSeen = "pagerduty.changes_seen"
)

// poll runs the three loops, one request at a time as PagerDuty asks, until
// ctx ends.
func (b *Bot) poll(ctx context.Context) error {
	if err := b.markInstalled(ctx); err != nil {
		return err
	}
	var backfilled, changed time.Time
	wait := b.cfg.PollInterval
	for {
		now := time.Now()
		err := b.pollOpen(ctx)
		if err == nil && (now.Sub(backfilled) >= backfillEvery || b.health.pagerWasDown()) {
			if err = b.pollBackfill(ctx); err == nil {
				backfilled = now
			}
		}
		if err == nil && now.Sub(changed) >= min(changesEvery, 2*b.cfg.PollInterval) {
			if err = b.pollChanges(ctx); err == nil {
				changed = now
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		wait = b.polled(ctx, err, wait)
		if !pauseOrPoke(ctx, wait, b.pollNow) {
			return ctx.Err()
		}
	}
}

// PagerHint says that PagerDuty may have news, such as when its webhook came.
// What the news is gets read from PagerDuty itself.
func (b *Bot) PagerHint() { poke(b.pollNow) }

// polled notes how a round went and says how long to wait for the next.
func (b *Bot) polled(ctx context.Context, err error, wait time.Duration) time.Duration {
	b.health.polled(err)
	if err == nil {
		return b.cfg.PollInterval
	}
	b.log.WarnContext(ctx, "pagerduty poll did not succeed", "error", err)
	return min(max(2*wait, b.cfg.PollInterval), max(tryAgainAtMost, b.cfg.PollInterval))
}

// pauseOrPoke waits for d or a poke, and says false when ctx has ended.
func pauseOrPoke(ctx context.Context, d time.Duration, poked <-chan struct{}) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
	case <-poked:
	}
	return true
}

func (b *Bot) markInstalled(ctx context.Context) error {
	return b.whenRoom(ctx, func(tx *store.Tx) error {
		at, err := tx.Cursor(installedAt)
		if err != nil || at != "" {
			return err
		}
		// PagerDuty stamps whole seconds.
		return tx.SetCursor(installedAt, time.Now().UTC().Truncate(time.Second).Format(time.RFC3339))
	})
}

// pollOpen is loop A.
func (b *Bot) pollOpen(ctx context.Context) error {
	pages, err := b.pager.OpenPages(ctx)
	if err != nil {
		return err
	}
	return b.applyPages(ctx, pages)
}

// pollBackfill is loop B. Its cursor moves to the newest page seen, never to
// "now", and only once the whole window has been committed.
func (b *Bot) pollBackfill(ctx context.Context) error {
	seen, err := b.cursorTime(ctx, pagesSeen, time.Now().Add(-pagesOverlap))
	if err != nil {
		return err
	}
	// since may be read by day only, so the window begins at midnight.
	since := seen.Add(-pagesOverlap).UTC().Truncate(24 * time.Hour)
	pages, err := b.pager.PagesBetween(ctx, since, time.Now().UTC().Add(aheadOfNow))
	if err != nil {
		return err
	}
	if err := b.applyPages(ctx, pages); err != nil {
		return err
	}
	newest := seen
	for _, p := range pages {
		if p.CreatedAt.After(newest) {
			newest = p.CreatedAt
		}
	}
	return b.moveCursor(ctx, pagesSeen, seen, newest)
}

// applyPages applies each page in a transaction of its own: one that cannot
// be applied never hides its neighbours. The most severe come first, merged
// ones last, when the pages they were merged into are known.
func (b *Bot) applyPages(ctx context.Context, pages []incident.Page) error {
	slices.SortStableFunc(pages, func(x, y incident.Page) int {
		return cmp.Or(cmp.Compare(x.MergedInto, y.MergedInto), cmp.Compare(b.severityOf(x), b.severityOf(y)))
	})
	news, err := b.newsOf(ctx, pages)
	if err != nil {
		return err
	}
	var first error
	for _, n := range news {
		if err := b.takePage(ctx, n); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// pageNews is a page that is not known as it is now. It may be ours: one of
// our own detections has raised a page that has not been seen yet.
type pageNews struct {
	incident.Page
	mayBeOurs bool
}

func (b *Bot) newsOf(ctx context.Context, pages []incident.Page) (news []pageNews, err error) {
	err = b.store.View(ctx, func(v *store.View) error {
		raised, err := v.PageOutstanding()
		if err != nil {
			return err
		}
		ids := make([]string, len(pages))
		for i, p := range pages {
			ids[i] = p.ID
		}
		rows, err := v.PagesByID(ids)
		if err != nil {
			return err
		}
		for _, p := range pages {
			row := rows[p.ID]
			known := row.Incident != 0
			if known && samePage(row.Page, kept(row, p)) {
				continue
			}
			news = append(news, pageNews{Page: p, mayBeOurs: raised && !known})
		}
		return nil
	})
	return news, err
}

func (b *Bot) takePage(ctx context.Context, p pageNews) error {
	var keys []string
	if p.mayBeOurs { // only its alerts' keys can tell
		alerts, err := b.pager.Alerts(ctx, p.ID)
		if err != nil {
			return err
		}
		for _, a := range alerts {
			keys = append(keys, a.Key)
		}
	}
	return b.store.Update(ctx, func(tx *store.Tx) error { return b.applyPage(tx, p.Page, keys) })
}

// pollChanges is loop C. Each change is recorded under its own id, so the
// overlap of the windows doubles nothing.
func (b *Bot) pollChanges(ctx context.Context) error {
	seen, err := b.cursorTime(ctx, changesSeen, time.Now())
	if err != nil {
		return err
	}
	changes, err := b.pager.Changes(ctx, seen.Add(-changesOverlap), time.Now().UTC().Add(aheadOfNow))
	if err != nil {
		return err
	}
	news, err := b.newChanges(ctx, changes)
	if err != nil {
		return err
	}
	for _, c := range news {
		if err := b.takeChange(ctx, c); err != nil {
			return err
		}
	}
	newest := seen
	for _, c := range changes {
		if c.At.After(newest) {
			newest = c.At
		}
	}
	return b.moveCursor(ctx, changesSeen, seen, newest)
}

// rewindChanges makes loop C read again from at: a page that is new to us
// may have changed before we knew it.
func rewindChanges(tx *store.Tx, at time.Time) error {
	value, err := tx.Cursor(changesSeen)
	if err != nil {
		return err
	}
	seen, err := time.Parse(time.RFC3339Nano, value)
	if err == nil && !at.Before(seen) {
		return nil
	}
	return tx.SetCursor(changesSeen, at.UTC().Format(time.RFC3339Nano))
}

func (b *Bot) cursorTime(ctx context.Context, name string, otherwise time.Time) (time.Time, error) {
	at := otherwise
	err := b.store.View(ctx, func(v *store.View) error {
		value, err := v.Cursor(name)
		if err != nil || value == "" {
			return err
		}
		at, err = time.Parse(time.RFC3339Nano, value)
		return err
	})
	return at.UTC(), err
}

// moveCursor advances a cursor unless somebody set it back meanwhile. An
// idle round writes nothing.
func (b *Bot) moveCursor(ctx context.Context, name string, from, to time.Time) error {
	if !to.After(from) {
		return nil
	}
	return b.store.Update(ctx, func(tx *store.Tx) error {
		value, err := tx.Cursor(name)
		if err != nil {
			return err
		}
		if at, err := time.Parse(time.RFC3339Nano, value); err == nil && at.Before(from) {
			return nil
		}
		return tx.SetCursor(name, to.UTC().Format(time.RFC3339Nano))
	})
}
