package web

import (
	"context"
	"fmt"
	"time"

	"firebreak/integrations/sandbox"
)

// Limits of a storm of pages.
const (
	maxStorm       = 500
	usualStormTime = 60.0 // seconds
	maxStormTime   = 600.0
)

// raiseStorm lets many pages come, at once or over some time.
func (s *Server) raiseStorm(d pagerDeed) (any, error) {
	if d.Count < 1 || d.Count > maxStorm {
		return nil, bad(fmt.Sprintf("a storm has 1 to %d pages: count", maxStorm))
	}
	services := d.Services
	if len(services) == 0 {
		for _, service := range s.sb.PagerDuty.Services() {
			services = append(services, service.Name)
		}
	}
	for _, name := range services {
		s.sb.PagerDuty.ServiceID(name) // or nothing happens at all
	}
	seconds := usualStormTime
	if d.Seconds != nil {
		seconds = *d.Seconds
	}
	if seconds < 0 || seconds > maxStormTime {
		return nil, bad("a storm takes up to 600 seconds")
	}
	st := storm{pages: s.sb.PagerDuty, count: d.Count, services: services, gap: time.Duration(seconds / float64(d.Count) * float64(time.Second))}
	if seconds == 0 {
		st.rage(context.Background())
		return done{true}, nil
	}
	return done{true}, s.begin(st)
}

// begin lets a storm rage in the background, one at a time.
func (s *Server) begin(st storm) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.storming {
		return refused("a storm is under way already")
	}
	if s.life == nil || s.life.Err() != nil || s.ended {
		return refused("nothing goes on in the background here")
	}
	s.storming = true
	life := s.life
	s.working.Go(func() {
		st.rage(life)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.storming = false
	})
	return nil
}

type storm struct {
	pages    *sandbox.PagerDuty
	count    int
	services []string
	gap      time.Duration
}

// rage opens page after page until all came or ctx ends.
func (st storm) rage(ctx context.Context) {
	for i := range st.count {
		if ctx.Err() != nil {
			return
		}
		service := st.services[i%len(st.services)]
		_ = sandbox.Try(func() { // a service cannot go
			st.pages.Trigger(sandbox.Trigger{Title: stormTitle(service, i), Service: service})
		})
		if st.gap > 0 && !rest(ctx, st.gap) {
			return
		}
	}
}

// stormTitle names a page of a storm as monitors do.
func stormTitle(service string, i int) string {
	hosts := []string{"edge", "auth", "db", "pay", "web"}
	what := []string{"does not answer", "error rate above 5 %", "p99 above 2 s", "disk is 95 % full", "too many failed logins"}
	return fmt.Sprintf("%s: %s-%d %s", service, hosts[i%len(hosts)], i/len(hosts)+1, what[i/2%len(what)])
}

// rest waits for d; false: ctx ended first.
func rest(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
