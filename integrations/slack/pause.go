package slack

import (
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// Between failed attempts to connect a slot waits from shortestPause, doubled
// each time, up to longestPause.
const (
	shortestPause = 200 * time.Millisecond
	longestPause  = 30 * time.Second
)

// pause spaces out the attempts of one slot.
type pause struct {
	tries  int
	least  time.Duration
	random *rand.Rand
}

// newPause is the pause of one slot. Its random part differs between bots, by
// their tokens, and between the slots of one, and is the same each time a bot
// starts, so that a simulated day can be lived again.
func newPause(token string, slot int) *pause {
	h := fnv.New64a()
	h.Write([]byte(token))
	return &pause{random: rand.New(rand.NewPCG(h.Sum64(), uint64(slot)))}
}

// upTo is a random time up to top.
func (p *pause) upTo(top time.Duration) time.Duration {
	return time.Duration(p.random.Int64N(int64(top) + 1))
}

// next gives how long to wait before the next attempt: nothing at first,
// then twice as long each time, half of it random.
func (p *pause) next() time.Duration {
	d := p.least
	if p.tries > 0 {
		top := min(shortestPause<<min(p.tries-1, 16), longestPause)
		d = max(d, top/2+p.upTo(top/2))
	}
	p.tries++
	p.least = 0
	return d
}

// after tells how long the last connection lived: one that held lets the
// next begin at once.
func (p *pause) after(lived time.Duration) {
	if lived >= settled {
		p.tries = 0
	}
}

// atLeast makes the next pause no shorter than d.
func (p *pause) atLeast(d time.Duration) {
	if d > 0 {
		p.least = max(p.least, d+p.upTo(d/2))
	}
}
