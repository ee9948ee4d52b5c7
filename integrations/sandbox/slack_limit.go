package sandbox

import (
	"maps"
	"math"
	"time"
)

// slackTier is a method's published pace in calls a minute.
type slackTier int

// Documented tiers. Special methods have paces of their own.
const (
	tier2    slackTier = 20
	tier3    slackTier = 50
	tier4    slackTier = 100
	tierWide slackTier = 600 // documented as "hundreds of requests per minute"
	tierPost slackTier = 300 // documented as "several hundred per minute" for a workspace, besides 1/s in each channel
)

// Bursts are assumed: Slack tolerates some above the pace and says not how
// many. Half a minute's worth passes here.
func (t slackTier) burst() int { return max(1, int(t)/2) }

// chat.postMessage in one channel: 1 a second (documented), with a short burst
// (documented without a number; 5 is assumed).
const (
	postPerMinute = 60
	postBurst     = 5
)

// slackBucket is a token bucket; it fills by rate a second up to size.
type slackBucket struct {
	left float64
	at   time.Time
}

// wait takes one token, or says how long until there is one.
func (b *slackBucket) wait(perMinute, size int) time.Duration {
	now, rate := time.Now(), float64(perMinute)/60
	if b.at.IsZero() {
		b.left = float64(size)
	} else {
		b.left = min(float64(size), b.left+rate*now.Sub(b.at).Seconds())
	}
	b.at = now
	if b.left >= 1 {
		b.left--
		return 0
	}
	return time.Duration((1 - b.left) / rate * float64(time.Second))
}

// Distributed apps outside Slack's Marketplace get history and replies once a
// minute and 15 items a page (documented, since May 2025); internal apps, as
// firebreak is, are exempt. SetDistributed turns that on.
const distributedPage = 15

// SetDistributed treats the app as a distributed one outside the Marketplace.
func (s *Slack) SetDistributed(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.distributed = on
}

func (s *Slack) pace(m *slackMethod) (perMinute, burst int) {
	if s.distributed && (m.name == "conversations.history" || m.name == "conversations.replies") {
		return 1, 1
	}
	return int(m.tier), m.tier.burst()
}

// throttle counts a call against its buckets: per method, team and app
// (documented). It returns how long to wait, in whole seconds, or 0.
func (s *Slack) throttle(c *slackCall) time.Duration {
	perMinute, burst := s.pace(c.method)
	wait := s.spend(c.method.name, perMinute, burst)
	if wait == 0 && c.method.name == "chat.postMessage" {
		wait = s.spend("chat.postMessage in "+c.args["channel"], postPerMinute, postBurst)
	}
	if wait > 0 {
		s.refused[c.method.name]++
		return time.Duration(math.Ceil(wait.Seconds())) * time.Second
	}
	return 0
}

func (s *Slack) spend(bucket string, perMinute, size int) time.Duration {
	scaled, limited := s.sb.limit(perMinute)
	if !limited {
		return 0
	}
	if s.buckets[bucket] == nil {
		s.buckets[bucket] = &slackBucket{}
	}
	return s.buckets[bucket].wait(scaled, max(1, size*scaled/perMinute))
}

// RateLimited returns how often each method was refused with 429 for its pace.
func (s *Slack) RateLimited() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.refused)
}
