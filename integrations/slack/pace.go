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
const patience = 10 * time.Second

// limit is how often a method is called: perMinute in the long run, burst at
// once.
type limit struct {
	perMinute float64
	burst     int
}

// Slack's tiers (docs.slack.dev, "Rate limits": 20+, 50+ and 100+ per minute,
// per method and workspace, with bursts "tolerated" but not numbered; the
// bursts here are ours and small).
var (
	tier2 = limit{perMinute: 20, burst: 4}
	tier3 = limit{perMinute: 50, burst: 8}
	tier4 = limit{perMinute: 100, burst: 15}
)

// limits holds the methods the package calls; the tier is that of Slack's
// method reference.
var limits = map[string]limit{
	"apps.connections.open":    {perMinute: 20, burst: 6}, // tier 3 in the reference, tier 1 in Slack's Java SDK
	"auth.test":                {perMinute: 120, burst: 10},
	"chat.postMessage":         {perMinute: 240, burst: 10}, // "several hundred" per minute and workspace
	"chat.postEphemeral":       tier4,
	"chat.update":              tier3,
	"conversations.archive":    tier2,
	"conversations.unarchive":  tier2,
	"conversations.create":     tier2,
	"conversations.history":    tier3, // the apps' own workspace; distributed apps have less since 2025
	"conversations.info":       tier3,
	"conversations.invite":     tier3,
	"conversations.members":    tier4,
	"conversations.replies":    tier3,
	"conversations.setPurpose": tier2,
	"conversations.setTopic":   tier2,
	"bookmarks.add":            tier2,
	"bookmarks.list":           tier3,
	"reactions.get":            tier3,
	"users.conversations":      tier3,
	"users.info":               tier4,
	"users.lookupByEmail":      tier3,
	"views.open":               tier4,
	"usergroups.users.list":    tier2,
	downloading:                {perMinute: 300, burst: 10}, // no published limit
	responding:                 {perMinute: 300, burst: 10}, // none but five per address
}

// shortLimit is that of conversations.history and conversations.replies for
// distributed apps outside Slack's Marketplace: "1 request per minute" with at
// most 15 objects (docs.slack.dev, "Rate limits", since May 2025).
var shortLimit = limit{perMinute: 1, burst: 1}

// channelLimit is chat.postMessage's own: "1 per second per channel", short
// bursts tolerated (docs.slack.dev, "Rate limits").
var channelLimit = limit{perMinute: 60, burst: 3}

// maxChannels bounds how many channels' limiters are kept.
const maxChannels = 1024

func (l limit) limiter() *rate.Limiter {
	return rate.NewLimiter(rate.Limit(l.perMinute/60), l.burst)
}

// pace spaces out the calls of each method, and the posts of each channel.
type pace struct {
	mu       sync.Mutex
	methods  map[string]*gate
	channels map[string]*gate
}

// gate is one limiter with what Slack itself has said about it.
type gate struct {
	limiter *rate.Limiter
	until   time.Time // a 429 holds it until then
	used    time.Time
	owed    time.Time // until then the next turn is a live call's that was sent away
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

// wait returns when it is the call's turn. It fails with OutcomeNotDone when
// that is further away than patience, or when ctx ends first.
func (p *pace) wait(ctx context.Context, method, channel string) error {
	if ctx.Value(backfill{}) != nil {
		return p.waitForSpare(ctx, method)
	}
	for {
		delay, cancel := p.reserve(method, channel)
		if delay > patience {
			cancel()
			p.owe(method, delay)
			return notYet(method, delay)
		}
		if err := sleep(ctx, delay); err != nil {
			cancel()
			return stopped(method, err)
		}
		if !p.held(method) { // else Slack has said stop in the meantime
			return nil
		}
	}
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
	missing := float64(g.limiter.Burst()/2+1) - g.limiter.TokensAt(now)
	if missing < 1e-6 { // floats may be a hair off
		g.limiter.ReserveN(now, 1)
		return 0
	}
	return max(time.Millisecond, time.Duration(missing/float64(g.limiter.Limit())*float64(time.Second)))
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

// reserve takes the next free turn and says how far away it is.
func (p *pace) reserve(method, channel string) (time.Duration, func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	g := p.method(method)
	at := now
	if g.until.After(at) {
		at = g.until
	}
	turn := g.limiter.ReserveN(at, 1)
	delay := max(turn.DelayFrom(now), at.Sub(now))
	if channel == "" {
		return delay, turn.Cancel
	}
	own := p.channel(channel, now).limiter.ReserveN(at, 1)
	return max(delay, own.DelayFrom(now)), func() { turn.Cancel(); own.Cancel() }
}

func (p *pace) held(method string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.method(method).until.After(time.Now())
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
