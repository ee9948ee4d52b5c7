package slack

import (
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
	tries int
	least time.Duration
}

// next gives how long to wait before the next attempt: nothing at first,
// then twice as long each time, half of it random.
func (p *pause) next() time.Duration {
	d := p.least
	if p.tries > 0 {
		top := min(shortestPause<<min(p.tries-1, 16), longestPause)
		d = max(d, top/2+rand.N(top/2+1))
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
		p.least = max(p.least, d+rand.N(d/2+1))
	}
}
