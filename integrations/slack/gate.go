package slack

import (
	"slices"
	"time"

	"firebreak/incident"

	"golang.org/x/time/rate"
)

// gate is one limiter, who waits before it, and what Slack itself has said
// about it.
type gate struct {
	limiter *rate.Limiter
	waiting []*waiter // in the order in which they go
	until   time.Time // a 429 holds it until then
	used    time.Time
	owed    time.Time // until then the next turn is a live call's that was sent away
}

// waiter is a call before its method's gate, and its channel's where that has
// one of its own.
type waiter struct {
	turn incident.Turn
	gate *gate
	own  *gate // nil: no limit per channel
}

// enter puts w behind all that go before it, and behind its equals.
func (g *gate) enter(w *waiter) {
	at := len(g.waiting)
	for at > 0 && w.turn.Compare(g.waiting[at-1].turn) < 0 {
		at--
	}
	g.waiting = slices.Insert(g.waiting, at, w)
}

func (g *gate) leave(w *waiter) {
	g.waiting = slices.DeleteFunc(g.waiting, func(other *waiter) bool { return other == w })
}

// delay says how long it is until w's turn.
func (w *waiter) delay(now time.Time) time.Duration {
	if held := w.gate.until.Sub(now); held > 0 {
		return held
	}
	before, inChannel := w.ahead(now)
	d := lack(w.gate.limiter, now, before+w.kept()+1)
	if w.own != nil {
		d = max(d, lack(w.own.limiter, now, inChannel+1))
	}
	return d
}

// ahead counts who goes before w, and who of them posts to the same channel.
// Who waits for a channel of their own is in nobody's way.
func (w *waiter) ahead(now time.Time) (before, inChannel int) {
	for _, other := range w.gate.waiting {
		switch {
		case other == w:
			return before, inChannel
		case w.own != nil && other.own == w.own:
			inChannel++
			before++
		case other.own == nil || lack(other.own.limiter, now, 1) == 0:
			before++
		}
	}
	return before, inChannel
}

// kept is how much of the burst stays for what cannot wait at all.
func (w *waiter) kept() int {
	if w.turn.Rank == incident.RankAsked || w.gate.limiter.Burst() < 4 {
		return 0
	}
	return 1
}

// take uses up a turn that has come.
func (w *waiter) take(now time.Time) {
	w.gate.limiter.ReserveN(now, 1)
	if w.own != nil {
		w.own.limiter.ReserveN(now, 1)
	}
}

// lack says how long it is until the limiter allows n calls at once, were its
// burst not bounded.
func lack(l *rate.Limiter, now time.Time, n int) time.Duration {
	missing := float64(n) - l.TokensAt(now)
	if missing < 1e-6 { // floats may be a hair off
		return 0
	}
	return max(time.Millisecond, time.Duration(missing/float64(l.Limit())*float64(time.Second)))
}
