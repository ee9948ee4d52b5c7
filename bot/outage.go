package bot

import (
	"context"
	"errors"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// A disk that is full heals by itself, and until then nothing can be written
// down: neither what comes in, which is not acknowledged, nor what is to be
// said of it.

// posting is how far the one message has come that goes out without a row.
type posting struct {
	key    string
	said   bool
	paged  bool
	unsure bool // it may have been posted
}

// tellNow tells that the database cannot be written, which no row can. It is
// the only effect without one: said once for each outage, looked up when
// nobody knows whether it was, and tried again at the next look when it was
// not.
func (w *watch) tellNow(ctx context.Context, since time.Time, c Check) {
	ctx, cancel := context.WithTimeout(ctx, watchEvery)
	defer cancel()
	a := ailment{check: checkDatabase, since: since, detail: c.Detail}
	if key := ailmentKey([]ailment{a}); w.posting.key != key {
		w.posting = posting{key: key}
	}
	if !w.posting.said {
		w.posting.said = w.post(ctx, a)
	}
	if !w.posting.paged {
		w.posting.paged = w.b.pager == nil || w.b.cfg.RoutingKey == "" || settled(w.b.pager.Enqueue(ctx, w.b.cfg.RoutingKey, w.b.selfPage(a, false)))
	}
	if w.posting.said && w.posting.paged {
		w.told[checkDatabase] = since
		delete(w.turned, checkDatabase)
	}
}

// post says it in the control channel, and whether that is done with.
func (w *watch) post(ctx context.Context, a ailment) bool {
	w.b.log.ErrorContext(ctx, "the database cannot be written", "since", a.since, "detail", a.detail)
	channel := w.b.cfg.ControlChannel
	if channel == "" {
		return true
	}
	if w.posting.unsure {
		_, found, err := w.b.chat.FindPost(ctx, channel, "", w.posting.key, w.b.me().UserID, a.since)
		if err != nil || found {
			return found
		}
	}
	_, err := w.b.chat.Post(ctx, troubled([]ailment{a}, nowUTC()).post(channel, w.posting.key))
	w.posting.unsure = err != nil && !settled(err) && incident.OutcomeOf(err) != incident.OutcomeNotDone
	return settled(err)
}

// settled says whether a call needs no other try: it worked, or never will.
func settled(err error) bool {
	return err == nil || incident.OutcomeOf(err) == incident.OutcomeRefused
}

// whenRoom writes, and waits while the disk is full.
func (b *Bot) whenRoom(ctx context.Context, fn func(*store.Tx) error) error {
	for {
		err := b.store.Update(ctx, fn)
		if !errors.Is(err, store.ErrFull) {
			return err
		}
		b.log.ErrorContext(ctx, "the disk is full; waiting for room", "error", err)
		if !pause(ctx, time.Second) {
			return ctx.Err()
		}
	}
}
