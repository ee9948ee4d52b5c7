package sandbox

import (
	"math"
	"time"
)

// fixedWindow allows so many calls per window that begins with a first call.
type fixedWindow struct {
	ends time.Time
	used int
}

// take counts a call and says how many are left (negative: refused) and when
// the window ends.
func (f *fixedWindow) take(now time.Time, limit int, window time.Duration) (left int, reset time.Duration) {
	if !now.Before(f.ends) {
		f.ends, f.used = now.Add(window), 0
	}
	if f.used >= limit {
		return -1, f.ends.Sub(now)
	}
	f.used++
	return limit - f.used, f.ends.Sub(now)
}

// slidingWindow allows so many calls in any stretch of one length.
type slidingWindow struct {
	at []time.Time
}

// take counts a call unless that would exceed limit within window; then it
// says how long until the next fits.
func (s *slidingWindow) take(now time.Time, limit int, window time.Duration) (ok bool, wait time.Duration) {
	for len(s.at) > 0 && now.Sub(s.at[0]) >= window {
		s.at = s.at[1:]
	}
	if len(s.at) >= limit {
		return false, s.at[0].Add(window).Sub(now)
	}
	s.at = append(s.at, now)
	return true, 0
}

// seconds rounds up, never below zero.
func seconds(d time.Duration) int { return max(0, int(math.Ceil(d.Seconds()))) }
