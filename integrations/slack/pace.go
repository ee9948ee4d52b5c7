package slack

import (
	"context"
	"sync"
	"time"

	"firebreak/incident"

	"golang.org/x/time/rate"
)

// patience is how long a call waits for its turn. A longer wait is handed
// back as not done, so that whoever works the actions can do others first.
const patience = 20 * time.Second

// maxChannels bounds how many channels' limiters are kept.
const maxChannels = 1024

// pace spaces out the calls of each method, and the posts of each channel.
type pace struct {
	mu       sync.Mutex
	methods  map[string]*gate
	channels map[string]*gate
}

func newPace() *pace {
	return &pace{methods: map[string]*gate{}, channels: map[string]*gate{}}
}

// hold lets no call of the method through for d.
func (p *pace) hold(method string, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.method(method)
	if until := time.Now().Add(d); until.After(g.until) {
		g.until = until
	}
}

// limitTo changes how often a method is called from now on.
func (p *pace) limitTo(method string, l limit) {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.method(method)
	g.limiter.SetLimit(rate.Limit(l.perMinute / 60))
	g.limiter.SetBurst(l.burst)
}

// backfill marks the calls of a comparison with history, which have all the
// time in the world: they take only turns that would otherwise be lost.
type backfill struct{}

func withBackfill(ctx context.Context) context.Context {
	return context.WithValue(ctx, backfill{}, true)
}

// wait returns when it is the call's turn: who waits goes by incident.TurnOf,
// then by who came first. It fails with OutcomeNotDone when that is further
// away than patience, or when ctx ends first.
func (p *pace) wait(ctx context.Context, method, channel string) error {
	if ctx.Value(backfill{}) != nil {
		return p.waitForSpare(ctx, method)
	}
	if ctx.Err() != nil {
		return stopped(method, ctx.Err())
	}
	w := p.enter(incident.TurnOf(ctx), method, channel)
	defer p.leave(w)
	for {
		delay := p.try(w)
		if delay == 0 {
			return nil
		}
		if delay > patience {
			p.owe(method, delay)
			return notYet(method, delay)
		}
		if err := sleep(ctx, delay); err != nil {
			return stopped(method, err)
		}
	}
}

func (p *pace) enter(t incident.Turn, method, channel string) *waiter {
	p.mu.Lock()
	defer p.mu.Unlock()
	w := &waiter{turn: t, gate: p.method(method)}
	if channel != "" {
		w.own = p.channel(channel, time.Now())
	}
	w.gate.enter(w)
	return w
}

func (p *pace) leave(w *waiter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w.gate.leave(w)
}

// try takes the turn if it has come (0), or says when to ask again.
func (p *pace) try(w *waiter) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	delay := w.delay(now)
	if delay == 0 {
		w.take(now)
		w.gate.leave(w) // whoever comes next counts it no more
	}
	return delay
}

// waitForSpare waits for a turn beyond those that are kept for live calls: half
// of what may go at once. So a live call need not wait because of backfill,
// and backfill has the whole pace in the long run.
func (p *pace) waitForSpare(ctx context.Context, method string) error {
	for {
		delay := p.spare(method)
		if delay == 0 {
			return nil
		}
		if delay > patience {
			return notYet(method, delay)
		}
		if err := sleep(ctx, delay); err != nil {
			return stopped(method, err)
		}
	}
}

// spare takes a turn of the method if there is one to spare (0), or says when
// to ask again.
func (p *pace) spare(method string) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	g := p.method(method)
	for _, later := range []time.Time{g.until, g.owed} {
		if wait := later.Sub(now); wait > 0 {
			return wait
		}
	}
	wait := lack(g.limiter, now, g.limiter.Burst()/2+1)
	if wait == 0 {
		g.limiter.ReserveN(now, 1)
	}
	return wait
}

// owedFor is how long after its time a live call that was sent away may come
// back for its turn.
const owedFor = 2 * time.Second

// owe keeps the method's next turn for a live call that comes back for it.
func (p *pace) owe(method string, delay time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.method(method)
	if until := time.Now().Add(delay + owedFor); until.After(g.owed) {
		g.owed = until
	}
}

func stopped(method string, err error) error {
	return &incident.CallError{
		Call: "slack " + method, Outcome: incident.OutcomeNotDone, Err: err,
		Reason: "The bot stopped before it was this call's turn.",
	}
}

func notYet(method string, delay time.Duration) error {
	return &incident.CallError{
		Call: "slack " + method, Outcome: incident.OutcomeNotDone, Code: "ratelimited", RetryAfter: delay,
		Reason: "It waits for its turn: Slack limits how often the bot may do this.",
	}
}

// method finds the method's gate; p.mu is held.
func (p *pace) method(name string) *gate {
	g, ok := p.methods[name]
	if !ok {
		l, known := limits[name]
		if !known {
			l = tier2
		}
		g = &gate{limiter: l.limiter()}
		p.methods[name] = g
	}
	return g
}

// channel finds the channel's gate; p.mu is held.
func (p *pace) channel(id string, now time.Time) *gate {
	g, ok := p.channels[id]
	if !ok {
		if len(p.channels) >= maxChannels {
			p.evict(now)
		}
		g = &gate{limiter: channelLimit.limiter()}
		p.channels[id] = g
	}
	g.used = now
	return g
}

// evict forgets the channels whose limiters are full again, which loses
// nothing, and at least the one unused for longest.
func (p *pace) evict(now time.Time) {
	oldest := ""
	for id, g := range p.channels {
		if g.limiter.TokensAt(now) >= float64(channelLimit.burst) {
			delete(p.channels, id)
			continue
		}
		if oldest == "" || g.used.Before(p.channels[oldest].used) {
			oldest = id
		}
	}
	if len(p.channels) >= maxChannels {
		delete(p.channels, oldest)
	}
}

// sleep waits for d, or fails when ctx ends first.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
