package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

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
		if done != tier2.burst+int(patience/(3*time.Second)) || later != 50-done {
			t.Errorf("%d done, %d handed back", done, later)
		}
	})
}

// Who is more urgent goes first, whoever came first; and of the burst one turn
// stays for what cannot wait at all.
func TestTheMoreUrgentGoFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		const method = "conversations.create"
		var mu sync.Mutex
		var order []string
		began := time.Now()
		var calls sync.WaitGroup
		call := func(name string, turn incident.Turn) {
			calls.Go(func() {
				if err := p.wait(incident.WithTurn(t.Context(), turn), method, ""); err != nil {
					t.Error(name, err)
				}
				mu.Lock()
				defer mu.Unlock()
				order = append(order, fmt.Sprint(name, " ", time.Since(began)))
			})
			synctest.Wait()
		}
		minor := incident.Turn{Rank: incident.RankOpen, Severity: incident.SEV3}
		for i := range 5 {
			call(fmt.Sprint("minor ", i), minor)
		}
		call("topic", incident.Turn{Rank: incident.RankLook})
		call("worst", incident.Turn{Rank: incident.RankOpen, Severity: incident.SEV1})
		call("asked", incident.Turn{})
		calls.Wait()
		want := []string{"minor 0 0s", "minor 1 0s", "minor 2 0s", "asked 0s", "worst 6s", "minor 3 9s", "minor 4 12s", "topic 15s"}
		if diff := cmp.Diff(want, order); diff != "" {
			t.Error(diff)
		}
	})
}

// Who waits for a channel of their own is in nobody's way.
func TestABusyChannelHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		const method = "chat.postMessage"
		p.limitTo(method, limit{perMinute: 240, burst: 4})
		ctx := incident.WithTurn(t.Context(), incident.Turn{Rank: incident.RankSay})
		var busy sync.WaitGroup
		for range 8 {
			busy.Go(func() {
				if err := p.wait(ctx, method, "C1"); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		pass(t, 500*time.Millisecond) // two turns come, and C1 may not take them
		began := time.Now()
		if err := p.wait(ctx, method, "C2"); err != nil || time.Since(began) > 0 {
			t.Errorf("a post to a quiet channel waited %v: %v", time.Since(began), err)
		}
		busy.Wait()
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
			p.leave(p.enter(incident.Turn{}, "chat.postMessage", fmt.Sprint("C", i)))
		}
		if n := len(p.channels); n > maxChannels {
			t.Errorf("%d limiters kept, want at most %d", n, maxChannels)
		}
		pass(t, time.Minute)
		p.leave(p.enter(incident.Turn{}, "chat.postMessage", "C"))
		if n := len(p.channels); n != 1 {
			t.Errorf("%d limiters after a quiet minute, want 1", n)
		}
	})
}

// Backfill uses the pace of its methods up, and a live call finds its turn as
// if there were no backfill.
func TestBackfillUsesItsPaceAndStarvesNobody(t *testing.T) {
	const stretch = 20 * time.Minute
	lookUps := func(t *testing.T, f *fake) (slowest time.Duration) {
		for range int(stretch / (10 * time.Second)) {
			for range 2 { // a post is looked for, a message looked up
				asked := time.Now()
				if _, err := f.client.Message(t.Context(), "C1", "5.5", ""); err != nil {
					t.Error(err)
				}
				slowest = max(slowest, time.Since(asked))
			}
			<-time.After(10 * time.Second)
		}
		return slowest
	}
	run := func(t *testing.T, backfill bool) (slowest time.Duration, pages map[string]int) {
		pages = map[string]int{}
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t)
			f.on("conversations.history", says(`{"ok":true,"messages":[]}`))
			f.on("conversations.replies", says(`{"ok":true,"messages":[{"ts":"5.5"}]}`))
			ctx, cancel := context.WithTimeout(t.Context(), stretch)
			defer cancel()
			var hands sync.WaitGroup
			for range 2 {
				hands.Go(func() {
					for backfill && ctx.Err() == nil {
						_, _, _ = f.client.History(ctx, "C1", "", "", "") // ends with ctx
					}
				})
				hands.Go(func() {
					for backfill && ctx.Err() == nil {
						_, _, _ = f.client.Replies(ctx, "C1", "1.1", "", "")
					}
				})
			}
			slowest = lookUps(t, f)
			hands.Wait()
			for _, method := range []string{"conversations.history", "conversations.replies"} {
				pages[method] = len(f.called(method))
			}
		})
		return slowest, pages
	}
	alone, _ := run(t, false)
	slowest, pages := run(t, true)
	if slowest > alone {
		t.Errorf("a look-up took %v beside a backfill, %v without", slowest, alone)
	}
	for method, n := range pages {
		permitted := tier3.perMinute * stretch.Minutes()
		t.Logf("%s: %d calls, %.3f of the permitted %.0f", method, n, float64(n)/permitted, permitted)
		if float64(n) < 0.95*permitted || float64(n) > permitted+float64(tier3.burst)+1 {
			t.Errorf("%s: %d calls in %v, want 95 to 100 %% of %.0f", method, n, stretch, permitted)
		}
	}
}

// A page of exactly 15 with more behind it is Slack's limit for distributed
// apps; a larger page shows that it is gone.
func TestShortPagesAreNoticed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		page := func(n int, next string) string {
			msgs := strings.TrimSuffix(strings.Repeat(`{"ts":"1.1"},`, n), ",")
			return fmt.Sprintf(`{"ok":true,"messages":[%s],"has_more":%t,"response_metadata":{"next_cursor":"%s"}}`, msgs, next != "", next)
		}
		began := time.Now()
		ask := func(n int, next string) {
			t.Helper()
			f.on("conversations.history", says(page(n, next)))
			for {
				_, _, err := f.client.History(t.Context(), "C1", "", "", "")
				late, ok := errors.AsType[*incident.CallError](err)
				if !ok {
					return
				}
				<-time.After(late.RetryAfter)
			}
		}
		for _, page := range []struct {
			n    int
			next string
		}{{15, ""}, {14, "more"}, {0, ""}} {
			if ask(page.n, page.next); f.client.ShortPages() {
				t.Errorf("a page of %d (next %q) counts as short", page.n, page.next)
			}
		}
		if ask(15, "more"); !f.client.ShortPages() {
			t.Error("a short page went unnoticed")
		}
		quick := time.Since(began)
		for range 5 {
			ask(15, "more")
		}
		if d := time.Since(began) - quick; d < 4*time.Minute || d > 6*time.Minute {
			t.Errorf("five short pages took %v, want about one a minute", d)
		}
		if ask(16, ""); f.client.ShortPages() {
			t.Error("a whole page went unnoticed")
		}
	})
}
