package pagerduty

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"firebreak/incident"
)

const (
	// defaultHold is how long a 429 without any header keeps the gate shut.
	// The Events API suggests tries 30 s apart ("Events API v2 Overview").
	defaultHold = 30 * time.Second
	// maxHold bounds what a header may ask for; the quota's window is 60 s.
	maxHold = 5 * time.Minute
)

// gate lets a bounded number of calls through at once and none while
// PagerDuty's rate limit holds.
type gate struct {
	slots chan struct{}

	mu        sync.Mutex
	until     time.Time // shut until then
	remaining int
	limit     int
	resets    time.Time
}

func newGate(calls int) *gate { return &gate{slots: make(chan struct{}, calls)} }

// pass runs one call with its deadline and gives its error as a CallError.
func (g *gate) pass(ctx context.Context, call string, do func(context.Context) error) error {
	select {
	case g.slots <- struct{}{}:
		defer func() { <-g.slots }()
	case <-ctx.Done():
		return notSent(call, ctx.Err())
	}
	if wait := g.held(); wait > 0 {
		return rateLimited(call, wait)
	}
	timed, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	timed, a := withAttempt(timed)
	err := do(timed)
	g.note(a)
	if err == nil {
		return nil
	}
	if a.status == http.StatusTooManyRequests {
		return rateLimited(call, g.held())
	}
	return outcome(timed, call, a, err)
}

// held tells how long the gate stays shut.
func (g *gate) held() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return time.Until(g.until)
}

func (g *gate) budget() (remaining, limit int, resets time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.remaining, g.limit, g.resets
}

// note takes over what an answer tells of the rate limit: the headers
// ratelimit-limit, -remaining and -reset (seconds).
func (g *gate) note(a *attempt) {
	if a.status == 0 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if limit, ok := seconds(a.header, "ratelimit-limit"); ok {
		g.limit = limit
		g.remaining, _ = seconds(a.header, "ratelimit-remaining")
		reset, _ := seconds(a.header, "ratelimit-reset")
		g.resets = now.Add(time.Duration(reset) * time.Second)
	}
	if a.status == http.StatusTooManyRequests {
		g.until = now.Add(holdFor(a.header))
	}
}

func holdFor(h http.Header) time.Duration {
	for _, name := range []string{"Retry-After", "ratelimit-reset"} {
		if n, ok := seconds(h, name); ok {
			return min(max(time.Duration(n)*time.Second, time.Second), maxHold)
		}
	}
	return defaultHold
}

// seconds reads a header that holds a whole number, cut to one day so that it
// cannot overflow a Duration.
func seconds(h http.Header, name string) (int, bool) {
	n, err := strconv.Atoi(h.Get(name))
	if err != nil || n < 0 {
		return 0, false
	}
	return min(n, 24*60*60), true
}

func rateLimited(call string, wait time.Duration) error {
	return &incident.CallError{
		Call: call, Outcome: incident.OutcomeNotDone, Code: "429", RetryAfter: wait,
		Reason: "PagerDuty's rate limit is used up",
	}
}
