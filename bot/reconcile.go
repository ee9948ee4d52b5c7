package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"firebreak/incident"
	"firebreak/store"
)

// What was said while no socket was open reaches the bot through Slack's
// history: channels are compared with it, messages, replies, edits, deletions
// and pins (pass.go). Slack has no list of what has changed since some moment,
// and tells of an edit or a reaction only where the message itself is read. So
// there are three depths:
//
//   - After a start, a time without sockets, dropped events (app_rate_limited),
//     being let into a channel again, and once a day, everything is read, every
//     thread included: anything may have changed, however old.
//   - Before an RCA is published all of the history is read, and the threads
//     whose counters have changed: no event should be missing, and people wait.
//   - Hourly, as a check on the events, the same back to a day before the last
//     comparison. What it misses the daily one finds.
type depth int

const (
	depthLatest depth = iota
	depthWhole
	depthDeep
)

const (
	recentEvery = time.Hour
	deepEvery   = 24 * time.Hour
	// recentBack is how far behind the last comparison a recent one reads.
	recentBack = 24 * time.Hour
	// comparedAtOnce is how many channels are compared side by side: while one
	// waits for its turn to read replies, another may read history.
	comparedAtOnce = 4
	// stillWatched is how long a closed incident's channel is compared: people
	// go on talking for a while.
	stillWatched = 7 * 24 * time.Hour
	// unansweredFor is how long a channel that Slack gives no history of is
	// asked for again before that counts as a gap.
	unansweredFor = 10 * time.Minute
)

func verifiedCursor(channel string) string { return "slack.verified:" + channel }

// backlog is what is still to be compared: for each incident how deeply, and
// since when that has not worked.
type backlog struct {
	incidents map[incident.Number]depth
	alerts    bool
	failing   map[incident.Number]time.Time
}

func (l *backlog) add(n incident.Number, d depth) { l.incidents[n] = max(l.incidents[n], d) }

func (l *backlog) empty() bool { return len(l.incidents) == 0 && !l.alerts }

// reconcileGaps compares channels whenever there is reason to, until ctx ends.
func (b *Bot) reconcileGaps(ctx context.Context) error {
	left := &backlog{incidents: map[incident.Number]depth{}, failing: map[incident.Number]time.Time{}}
	hourly := time.NewTicker(recentEvery)
	defer hourly.Stop()
	again := time.NewTimer(0)
	again.Stop()
	defer again.Stop()
	lastDeep := time.Now()
	for {
		var err error
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-b.gaps:
			lastDeep, err = time.Now(), b.collect(ctx, left, depthDeep)
		case <-hourly.C:
			d := depthLatest
			if time.Since(lastDeep) >= deepEvery {
				d, lastDeep = depthDeep, time.Now()
			}
			err = b.collect(ctx, left, d)
		case <-b.compare:
		case <-again.C:
		}
		b.wanted.take(left)
		if err = errors.Join(err, b.work(ctx, left)); err != nil && ctx.Err() == nil {
			b.log.WarnContext(ctx, "reconciliation did not finish", "error", err)
		}
		if !left.empty() || err != nil {
			again.Reset(tryAgainAtMost)
		}
	}
}

// collect adds the channels to be watched: the open incidents', and where
// everything is read also those closed lately.
func (b *Bot) collect(ctx context.Context, left *backlog, d depth) error {
	left.alerts = true
	var all []incident.Incident
	err := b.store.View(ctx, func(v *store.View) (err error) {
		all, err = v.Incidents(incident.Operator())
		return err
	})
	for _, inc := range all {
		if !inc.Closed() || d == depthDeep && time.Since(inc.ClosedAt) <= stillWatched {
			left.add(inc.Number, d)
		}
	}
	return err
}

// work compares what is left, the worst first, and takes off what is done.
func (b *Bot) work(ctx context.Context, left *backlog) error {
	var first error
	if left.alerts {
		first = b.reconcileAlerts(ctx)
		left.alerts = first != nil
	}
	var mu sync.Mutex
	var side errgroup.Group
	side.SetLimit(comparedAtOnce)
	todo, err := b.inOrder(ctx, left)
	if err != nil {
		return err
	}
	for _, inc := range todo {
		mu.Lock() // those under way take off what they have done
		d := left.incidents[inc.Number]
		mu.Unlock()
		side.Go(func() error {
			err := b.compareOrLook(ctx, inc, d)
			mu.Lock()
			defer mu.Unlock()
			if err != nil && ctx.Err() == nil {
				err = b.stillFailing(ctx, left, inc, err)
			}
			if err == nil {
				delete(left.incidents, inc.Number)
				delete(left.failing, inc.Number)
			} else if first == nil {
				first = fmt.Errorf("reconcile %s: %w", inc.Number, err)
			}
			return nil
		})
	}
	_ = side.Wait() // each has kept its own error
	return cmp.Or(first, b.tellShortPages(ctx))
}

// tellShortPages tells the operator, once, that Slack gives 15 messages a
// minute.
func (b *Bot) tellShortPages(ctx context.Context) error {
	if !b.chat.ShortPages() {
		return nil
	}
	return b.store.Update(ctx, func(tx *store.Tx) error { return b.tellControl(tx, "short-pages", shortPagesMessage()) })
}

// stillFailing makes a gap of a channel that has not been comparable for too
// long; it goes on being tried all the same.
func (b *Bot) stillFailing(ctx context.Context, left *backlog, inc incident.Incident, failure error) error {
	since, known := left.failing[inc.Number]
	if !known {
		left.failing[inc.Number] = time.Now()
	}
	if !known || time.Since(since) < unansweredFor {
		return failure
	}
	cause := cause{Code: "no_answer", Why: "Slack does not give its history: " + reasonOf(failure)}
	return cmp.Or(b.store.Update(ctx, func(tx *store.Tx) error {
		return b.uncomparable(tx, inc, time.Now().UTC(), cause)
	}), failure)
}

// inOrder gives the incidents to be compared: open ones first, then by
// severity. Those without a channel have nothing to compare.
func (b *Bot) inOrder(ctx context.Context, left *backlog) ([]incident.Incident, error) {
	var todo []incident.Incident
	err := b.store.View(ctx, func(v *store.View) error {
		for n := range left.incidents {
			inc, err := v.Incident(incident.Operator(), n)
			if err != nil {
				return err
			}
			state, err := v.ChannelState(inc.Channel.ID)
			if err != nil {
				return err
			}
			if inc.Channel.ID == "" || state.Deleted {
				delete(left.incidents, n)
				continue
			}
			todo = append(todo, inc)
		}
		return nil
	})
	slices.SortFunc(todo, func(x, y incident.Incident) int {
		return cmp.Or(x.ClosedAt.Compare(y.ClosedAt), cmp.Compare(x.Severity, y.Severity), cmp.Compare(x.Number, y.Number))
	})
	return todo, err
}

// wanted is which incidents' channels are to be compared soon.
type wanted struct {
	mu      sync.Mutex
	numbers map[incident.Number]bool
}

func (w *wanted) add(n incident.Number) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.numbers == nil {
		w.numbers = map[incident.Number]bool{}
	}
	w.numbers[n] = true
}

func (w *wanted) take(left *backlog) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for n := range w.numbers {
		left.add(n, depthDeep)
	}
	clear(w.numbers)
}

// compareChannel has a channel compared soon. The comparison may take longer
// than an action may; should the process end before, the next start compares
// every channel anyway.
func compareChannel(_ context.Context, b *Bot, a incident.Action) (any, error) {
	b.wanted.add(a.Incident)
	poke(b.compare)
	return nil, nil
}

// compareOrLook compares a channel; of an archived one, which the bot cannot read, it
// finds out whether people have opened it again.
func (b *Bot) compareOrLook(ctx context.Context, inc incident.Incident, d depth) error {
	if !inc.ArchivedAt.IsZero() {
		return b.lookWhetherOpen(ctx, inc)
	}
	return b.reconcile(ctx, inc, d)
}

// reconcile compares one channel with Slack's history. What Slack refuses is
// no error: it is a gap, which is recorded and told.
func (b *Bot) reconcile(ctx context.Context, inc incident.Incident, d depth) error {
	p, err := b.newPass(ctx, inc, d)
	if err != nil {
		return err
	}
	err = p.run(ctx)
	if err == nil {
		return b.store.Update(ctx, p.finish)
	}
	cause, lasting := causeOf(err)
	if !lasting {
		return err
	}
	b.log.WarnContext(ctx, "channel cannot be compared", "incident", inc.Number.String(), "error", err)
	return b.store.Update(ctx, func(tx *store.Tx) error {
		if cause.shutOut() {
			if err := b.foundShut(tx, inc.Number, cause.Code); err != nil {
				return err
			}
		}
		return b.uncomparable(tx, inc, p.started, cause)
	})
}
