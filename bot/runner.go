package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"sync"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

const (
	// actionWithin is how long one action may take, look-ups included, unless
	// its kind says otherwise.
	actionWithin = 60 * time.Second
	// claimLease is how much longer than the action may take its claim holds,
	// so that no action is claimed twice while its first run still works.
	claimLease = time.Minute
	// retryCap bounds the pause between tries, so that work resumes within
	// 15 s after an outage has ended.
	retryCap = 8 * time.Second
	// shortestRetry is the least pause between two tries. What is left of a
	// vendor's wait may be less than the store's microsecond, and a retry that
	// is due at once fails at once.
	shortestRetry = 10 * time.Millisecond
	// drainWithin is how long calls under way may go on after the end was
	// asked for. What is not done by then is looked up at the next start.
	drainWithin = 4 * time.Second
	// lookTwice is the pause between two looks for an effect that may have
	// happened: the vendors' lists lag their writes a little.
	lookTwice = 1500 * time.Millisecond
)

// runActions performs what is planned, in order per lane, until ctx ends.
func (b *Bot) runActions(ctx context.Context) error {
	wake, stop := b.store.Watch()
	defer stop()
	work, finish := lingering(ctx, drainWithin)
	defer finish()
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		next, err := b.startRunnable(ctx, work, &wg)
		if err != nil && ctx.Err() == nil {
			b.log.ErrorContext(ctx, "actions cannot be read", "error", err)
		}
		t := time.NewTimer(next)
		select {
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		case <-wake:
		case <-b.freed:
		case <-t.C:
		}
		t.Stop()
	}
}

// lingering is a context that outlives ctx by d, for what had better be
// finished than left in doubt.
func lingering(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	out, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		pause(out, d)
		cancel()
	})
	return out, func() { stop(); cancel() }
}

// startRunnable starts each lane's head, the most urgent first, and says when
// to look again.
func (b *Bot) startRunnable(ctx, work context.Context, wg *sync.WaitGroup) (time.Duration, error) {
	now := time.Now().UTC()
	var heads []incident.Action
	next := 5 * time.Second
	err := b.store.View(ctx, func(v *store.View) (err error) {
		// Those under way are heads no more, so there is always one to start.
		var at time.Time
		heads, at, err = v.Runnable(now, perKindAtOnce)
		if !at.IsZero() {
			next = min(next, max(time.Until(at), 10*time.Millisecond))
		}
		return err
	})
	if err != nil {
		return time.Second, err
	}
	for _, a := range heads {
		if !b.crew.join(a, cmp.Or(b.kinds[a.Kind].atOnce, perKindAtOnce)) {
			continue // looked at again when there is room
		}
		wg.Go(func() {
			defer func() { b.crew.leave(a); poke(b.freed) }()
			b.attempt(incident.WithTurn(work, a.Turn()), a)
		})
	}
	return next, nil
}

// attempt claims one action and carries it as far as it goes. What the runner
// read of it may be past by now: the claim alone says how it stands.
func (b *Bot) attempt(ctx context.Context, a incident.Action) {
	claimed, was, err := b.claim(ctx, a.ID, a.Kind)
	if err != nil {
		if ctx.Err() == nil && !errors.Is(err, store.ErrFenced) {
			b.log.ErrorContext(ctx, "action could not be claimed", "action", a.ID, "error", err)
			pause(ctx, time.Second) // or it would be tried again at once
		}
		return
	}
	crash("action claimed")
	result, err := b.perform(ctx, claimed, was == incident.ActionUnknown)
	crash("effect done")
	if ctx.Err() != nil && err != nil && incident.OutcomeOf(err) != incident.OutcomeNotDone {
		return // stays in sending: the next start looks it up
	}
	if err := b.record(ctx, claimed, result, err); err != nil {
		b.log.ErrorContext(ctx, "result of an action could not be recorded", "action", a.ID, "kind", claimed.Kind, "error", err)
		return
	}
	crash("result recorded")
}

func (b *Bot) claim(ctx context.Context, id int64, kind string) (a incident.Action, was incident.ActionState, err error) {
	err = b.store.Update(ctx, func(tx *store.Tx) (err error) {
		a, was, err = tx.ClaimAction(id, time.Now().UTC().Add(b.kinds[kind].longest()+claimLease))
		if err == nil && was == incident.ActionPlanned {
			a, err = b.gather(tx, a)
		}
		return err
	})
	return a, was, err
}

// longest is how long an action of the kind may take.
func (k kind) longest() time.Duration { return cmp.Or(k.within, actionWithin) }

// errLost is the end of a once-action nobody knows the outcome of.
var errLost = errors.New("outcome unknown, not repeated")

// perform makes the call. Where an earlier attempt may have succeeded, it
// first does what the kind asks for: look, repeat, or let it be.
func (b *Bot) perform(ctx context.Context, a incident.Action, wasUnknown bool) (any, error) {
	k, ok := b.kinds[a.Kind]
	ctx, cancel := context.WithTimeout(ctx, k.longest())
	defer cancel()
	if !ok {
		return nil, &incident.CallError{Call: a.Kind, Outcome: incident.OutcomeRefused, Reason: "this version of firebreak does not know this kind of action"}
	}
	if then, doubtful := b.doubt.questions(a); doubtful && k.class == findable {
		a, wasUnknown = then, true
	}
	if wasUnknown {
		switch k.class {
		case once:
			return nil, errLost
		case findable:
			result, found, err := b.look(ctx, k, a)
			if err != nil {
				return nil, &lookError{err}
			}
			if found {
				return result, nil
			}
		case idempotent:
		}
	} else if err := b.awaitsChannel(ctx, a); err != nil {
		return nil, err
	}
	return k.do(ctx, b, a)
}

// lookError says that the look-up itself did not work: the outcome stays
// unknown, whatever the look-up's own outcome was.
type lookError struct{ err error }

func (e *lookError) Error() string { return "look up: " + e.err.Error() }

// look looks for the effect, twice when it is not there at once.
func (b *Bot) look(ctx context.Context, k kind, a incident.Action) (any, bool, error) {
	result, found, err := k.find(ctx, b, a)
	if err != nil || found {
		return result, found, err
	}
	if !pause(ctx, lookTwice) {
		return nil, false, ctx.Err()
	}
	return k.find(ctx, b, a)
}

// record settles an attempt, and waits with it while the disk is full: only
// a new process would take it up again.
func (b *Bot) record(ctx context.Context, a incident.Action, result any, failure error) error {
	for {
		err := b.settle(context.WithoutCancel(ctx), a, result, failure)
		if !errors.Is(err, store.ErrFull) || !pause(ctx, time.Second) {
			return err
		}
	}
}

// settle records how the attempt ended, together with what follows from it.
func (b *Bot) settle(ctx context.Context, a incident.Action, result any, failure error) error {
	if failure == nil {
		return b.settleDone(ctx, a, result)
	}
	if incident.CodeOf(failure) != "ratelimited" { // waiting one's turn is no failure
		b.log.InfoContext(ctx, "action did not succeed", "action", a.ID, "kind", a.Kind, "attempt", a.Attempts, "error", failure)
	}
	return b.store.Update(ctx, func(tx *store.Tx) error {
		var look *lookError
		switch {
		case errors.Is(failure, errLost):
			return tx.FinishAction(a.ID, a.Fence, incident.ActionLost, nil, failure.Error())
		case errors.As(failure, &look):
			return tx.RetryAction(a.ID, a.Fence, incident.ActionUnknown, retryAt(a, failure), "looking up whether it happened")
		}
		switch incident.OutcomeOf(failure) {
		case incident.OutcomeRefused:
			return b.park(tx, a, failure)
		case incident.OutcomeNotDone:
			return tx.RetryAction(a.ID, a.Fence, incident.ActionPlanned, retryAt(a, failure), reasonOf(failure))
		default:
			return tx.RetryAction(a.ID, a.Fence, incident.ActionUnknown, retryAt(a, failure), "looking up whether it happened")
		}
	})
}

func (b *Bot) settleDone(ctx context.Context, a incident.Action, result any) error {
	raw, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("record result of %s: %w", a.Kind, err)
	}
	k := b.kinds[a.Kind]
	err = b.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.FinishAction(a.ID, a.Fence, incident.ActionDone, raw, ""); err != nil {
			return err
		}
		if k.done != nil {
			return k.done(tx, b, a, raw)
		}
		return nil
	})
	if err == nil && k.after != nil {
		k.after(b, a)
	}
	return err
}

// park sets aside what was refused for good and tells a person.
func (b *Bot) park(tx *store.Tx, a incident.Action, failure error) error {
	if code := incident.CodeOf(failure); holds(a, code) {
		return b.hold(tx, a, code)
	}
	reason := reasonOf(failure)
	if err := tx.FinishAction(a.ID, a.Fence, incident.ActionParked, nil, reason); err != nil {
		return err
	}
	if parked := b.kinds[a.Kind].parked; parked != nil {
		return parked(tx, b, a, reason)
	}
	return b.tellParked(tx, a, reason)
}

// retryAt is when to try again: after what the vendor asked for, else after
// a pause that doubles up to retryCap, with jitter so that lanes spread out.
func retryAt(a incident.Action, failure error) time.Time {
	var call *incident.CallError
	if errors.As(failure, &call) && call.RetryAfter > 0 {
		return time.Now().UTC().Add(max(call.RetryAfter, shortestRetry))
	}
	d := min(250*time.Millisecond<<min(a.Attempts, 10), retryCap)
	return time.Now().UTC().Add(d - spread(a, d/4))
}

// spread is a time up to top that depends on the action and its attempt only:
// lanes spread out, and a simulated day can be lived again.
func spread(a incident.Action, top time.Duration) time.Duration {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d", a.Key, a.Attempts)
	return time.Duration(h.Sum64() % uint64(top+1))
}

// reasonOf is a sentence about a failure that people may read: the vendor's
// own code, never an internal error.
func reasonOf(failure error) string {
	var call *incident.CallError
	if !errors.As(failure, &call) {
		return "it did not work; the log has the details"
	}
	if call.Reason != "" {
		return call.Reason
	}
	if call.Code != "" {
		return call.Call + " answered " + call.Code
	}
	return call.Call + " did not succeed"
}
