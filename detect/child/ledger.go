package child

import (
	"fmt"
	"time"
)

// ledger remembers a process's failures and decides when it may be started.
type ledger struct {
	limits Limits
	failed []time.Time // within the window, oldest first
	rests  time.Time   // until when it is in quarantine; zero for not at all
	last   string      // why it failed last
}

// fail takes down a failure and says whether it is the quarantine. The first
// failure of a trial is one at once.
func (l *ledger) fail(now time.Time, reason string) bool {
	trial := !l.rests.IsZero()
	l.expire(now)
	l.failed, l.last = append(l.failed, now), reason
	if trial || len(l.failed) >= l.limits.Failures {
		l.rests = now.Add(l.limits.Rest)
		return true
	}
	return false
}

// succeed ends a trial.
func (l *ledger) succeed() {
	if !l.rests.IsZero() {
		l.release()
	}
}

// release forgets everything.
func (l *ledger) release() { l.failed, l.rests = nil, time.Time{} }

func (l *ledger) expire(now time.Time) {
	for len(l.failed) > 0 && now.Sub(l.failed[0]) >= l.limits.Window {
		l.failed = l.failed[1:]
	}
}

// closed says whether the rule may not be tried now.
func (l *ledger) closed(now time.Time) bool { return now.Before(l.rests) }

// sentence says what the quarantine means.
func (l *ledger) sentence() string {
	since := fmt.Sprintf("%d failures within %s", len(l.failed), l.limits.Window)
	if len(l.failed) < l.limits.Failures {
		since = "a trial that failed"
	}
	return fmt.Sprintf("in quarantine after %s, the last: %s. It is tried again in %s, or when firebreak is started again",
		since, l.last, l.limits.Rest)
}

// pause is how long to wait before the next start: it doubles with each
// failure up to the ceiling, and half of it is left to chance (0 to 1), so
// that rules that failed together do not start together.
func (l *ledger) pause(now time.Time, chance float64) time.Duration {
	l.expire(now)
	if len(l.failed) == 0 {
		return 0
	}
	full := l.limits.Backoff
	for range len(l.failed) - 1 {
		full = min(2*full, l.limits.Ceiling)
	}
	return full/2 + time.Duration(chance*float64(full/2))
}
