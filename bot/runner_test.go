package bot

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// TestWhatTheRunnerReadMayBePast: between the runner's look at what is to be
// done and its claim another attempt may have begun, lost its answer and
// ended. The effect is looked up then, as if the runner had just seen that.
func TestWhatTheRunnerReadMayBePast(t *testing.T) {
	st := openStore(t)
	b := newBot(t, st)
	done, found := 0, 0
	b.kinds["test"] = kind{
		class: findable,
		do:    func(context.Context, *Bot, incident.Action) (any, error) { done++; return nil, nil },
		find:  func(context.Context, *Bot, incident.Action) (any, bool, error) { found++; return nil, true, nil },
	}
	var seen []incident.Action
	write(t, st, func(tx *store.Tx) (err error) {
		if err := plan(tx, step{Key: "once", Kind: "test", Lane: "test"}); err != nil {
			return err
		}
		seen, _, err = tx.Runnable(time.Now(), 10)
		return err
	})
	if len(seen) != 1 || seen[0].State != incident.ActionPlanned {
		t.Fatalf("runnable: %+v", seen)
	}
	write(t, st, func(tx *store.Tx) error { // the other attempt
		a, _, err := tx.ClaimAction(seen[0].ID, time.Now().Add(time.Minute))
		if err != nil {
			return err
		}
		return tx.RetryAction(a.ID, a.Fence, incident.ActionUnknown, time.Now(), "its answer was lost")
	})
	b.attempt(t.Context(), seen[0])
	if done != 0 || found != 1 {
		t.Errorf("done again %d times, looked up %d times", done, found)
	}
	b.attempt(t.Context(), seen[0]) // done by now: nothing happens
	if done != 0 || found != 1 {
		t.Errorf("after its end: done %d times, looked up %d times", done, found)
	}
}

func write(t *testing.T, st *store.Store, fn func(*store.Tx) error) {
	t.Helper()
	if err := st.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// TestARetryIsNeverDueAtOnce: what is left of a vendor's wait may be less
// than the database can tell. The runner would try again and again without a
// pause until the wait is over.
func TestARetryIsNeverDueAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, wait := range []time.Duration{0, 1, 300, time.Microsecond, time.Second} {
			at := retryAt(incident.Action{Key: "x", Attempts: 1}, &incident.CallError{Outcome: incident.OutcomeNotDone, RetryAfter: wait})
			if got := time.Until(at); got < shortestRetry || got < wait {
				t.Errorf("after a wait of %s it is tried again in %s", wait, got)
			}
		}
	})
}
