package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/incident"
)

// The calls of a minute never exceed the tier by more than its small burst.
func TestMethodsKeepTheirTier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("conversations.create", says(`{"ok":true,"channel":{"id":"C1","name":"x"}}`))
		began := time.Now()
		for time.Since(began) < 10*time.Minute {
			if _, err := f.client.CreateChannel(t.Context(), "x", true); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(f.called("conversations.create")); n < 200 || n > 200+tier2.burst+1 {
			t.Errorf("%d calls in ten minutes, want 200 and a burst of %d", n, tier2.burst)
		}
	})
}

func TestPostsOneASecondPerChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("chat.postMessage", says(`{"ok":true,"ts":"1.1"}`))
		var posting sync.WaitGroup
		for _, channel := range []string{"C1", "C2"} {
			posting.Go(func() {
				for range 20 {
					if _, err := f.client.Post(t.Context(), incident.Post{Channel: channel, Text: "x"}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		began := time.Now()
		posting.Wait()
		if d := time.Since(began); d != 17*time.Second {
			t.Errorf("20 posts to each of two channels took %v, want 17 s (a burst of 3, then one a second)", d)
		}
	})
}

func TestLongWaitIsHandedBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("conversations.create", says(`{"ok":true,"channel":{"id":"C1","name":"x"}}`))
		var calls sync.WaitGroup
		var mu sync.Mutex
		done, later := 0, 0
		for range 50 {
			calls.Go(func() {
				_, err := f.client.CreateChannel(t.Context(), "x", true)
				mu.Lock()
				defer mu.Unlock()
				e, _ := errors.AsType[*incident.CallError](err)
				switch {
				case err == nil:
					done++
				case e.Outcome == incident.OutcomeNotDone && e.RetryAfter > patience && e.RetryAfter < time.Minute:
					later++
				default:
					t.Errorf("error = %+v", e)
				}
			})
		}
		calls.Wait()
		if done != tier2.burst+3 || later != 50-done {
			t.Errorf("%d done, %d handed back", done, later)
		}
	})
}

func TestRetryAfterHoldsTheMethod(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("users.info", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "30")
			w.WriteHeader(429)
		})
		f.on("conversations.members", says(`{"ok":true,"members":["U1"]}`))
		_, first := f.client.Person(t.Context(), "U1")
		pass(t, 5*time.Second)
		_, second := f.client.Person(t.Context(), "U1")
		e, ok := errors.AsType[*incident.CallError](second)
		if !ok || e.Outcome != incident.OutcomeNotDone || e.RetryAfter != 25*time.Second {
			t.Errorf("second call: %#v after %v", second, first)
		}
		if _, err := f.client.Members(t.Context(), "C1"); err != nil {
			t.Errorf("another method is held too: %v", err)
		}
		f.on("users.info", says(`{"ok":true,"user":{"id":"U1"}}`))
		pass(t, 16*time.Second) // 9 s to go: within patience
		if _, err := f.client.Person(t.Context(), "U1"); err != nil {
			t.Error(err)
		}
		calls := f.called("users.info")
		if len(calls) != 2 || calls[1].At.Sub(calls[0].At) < 30*time.Second {
			t.Errorf("calls at %v", calls)
		}
	})
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		p.hold("users.info", 5*time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := p.wait(ctx, "users.info", "")
		if incident.OutcomeOf(err) != incident.OutcomeNotDone || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("wait = %v", err)
		}
	})
}

func TestChannelLimitersAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		for i := range 3 * maxChannels {
			p.reserve("chat.postMessage", fmt.Sprint("C", i))
		}
		if n := len(p.channels); n > maxChannels {
			t.Errorf("%d limiters kept, want at most %d", n, maxChannels)
		}
		pass(t, time.Minute)
		p.reserve("chat.postMessage", "C")
		if n := len(p.channels); n != 1 {
			t.Errorf("%d limiters after a quiet minute, want 1", n)
		}
	})
}
