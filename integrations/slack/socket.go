package slack

import (
	"context"
	"errors"
	"sync"
	"time"

	"firebreak/incident"
)

const (
	// connections is how many Run keeps open; Slack allows ten per app.
	connections = 2
	// stagger is the least time between the starts of two connections, so
	// that their lifetimes (about 5 h each) do not end together: one that was
	// refused for too many websockets must be back, 35 s after its end at most,
	// before the other one ends.
	stagger = 50 * time.Second
	// settled is how long a connection must have lived for the next one to be
	// tried at once.
	settled = 30 * time.Second
)

// deliverFunc takes an envelope in; nil error: it is safe to acknowledge.
type deliverFunc func(context.Context, incident.Envelope) (response []byte, err error)

// session is one Run: its slots keep the connections, and it knows how many
// are live.
type session struct {
	client  *Client
	deliver deliverFunc
	report  func(SocketStatus)
	serving sync.WaitGroup // one per connection
	turns   turns

	mu     sync.Mutex // guards what follows and orders the reports
	status SocketStatus
	wasUp  bool   // a connection has been live before
	said   string // the last trouble that was logged; "" once a connection is up
}

// Run receives from Slack until ctx ends (it returns nil then) or Slack
// refuses for good (an *incident.CallError with OutcomeRefused whose Reason
// names the fix). It keeps two connections, replaces one before Slack closes
// it, and waits between attempts, 0.2 to 30 s, when Slack cannot be reached.
//
// deliver is called for every envelope, also of unknown kinds, up to 64 at a
// time and connection; the envelope is acknowledged when it returns without
// an error and left to be redelivered otherwise. Slack expects the
// acknowledgement within 3 s. deliver must obey its context, which outlives
// ctx by 2 s so that what has been received can be finished.
//
// status, if not nil, is called at each change, one call at a time; it must
// not block.
func (c *Client) Run(ctx context.Context, deliver func(context.Context, incident.Envelope) ([]byte, error), status func(SocketStatus)) error {
	if status == nil {
		status = func(SocketStatus) {}
	}
	s := &session{client: c, deliver: deliver, report: status}
	s.status.Since, s.status.Detail = time.Now(), "connecting"

	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	work, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()

	var slots sync.WaitGroup
	for slot := range connections {
		slots.Go(func() {
			if err := s.keep(ctx, work, newPause(c.bot, slot)); err != nil {
				stop(err)
			}
		})
	}
	<-ctx.Done()
	grace := time.AfterFunc(drainLimit, abandon)
	defer grace.Stop()
	slots.Wait()
	s.serving.Wait()
	if e, ok := errors.AsType[*incident.CallError](context.Cause(ctx)); ok {
		s.stopped(e.Reason)
		return e
	}
	s.stopped("stopped")
	return nil
}

// keep keeps one connection open, replacing it before or after its end.
func (s *session) keep(ctx, work context.Context, pause *pause) error {
	for s.turns.take(ctx) {
		c, err := s.open(ctx, work, pause)
		for c != nil && err == nil {
			c, err = s.replace(ctx, work, c, pause)
		}
		if err != nil {
			return err // the turn is kept: nobody is to try again
		}
		s.turns.leave()
	}
	return nil
}

// replace waits until a connection needs a successor. It gives the successor
// when Slack announced the end in time, and nil when the connection is over.
func (s *session) replace(ctx, work context.Context, c *conn, p *pause) (*conn, error) {
	select {
	case <-ctx.Done():
		return nil, nil
	case <-c.gone:
		p.after(time.Since(c.up))
		return nil, s.over(c, p)
	case <-c.asked:
	}
	p.after(time.Since(c.up))
	next, err := s.open(ctx, work, p)
	if next != nil {
		close(c.retired)
	}
	return next, err
}

// over judges why a connection ended by itself.
func (s *session) over(c *conn, p *pause) error {
	if permanent(c.end) {
		return c.end
	}
	if errors.Is(c.end, errTooMany) {
		p.atLeast(longestPause)
	}
	return nil
}

// open connects, however often it takes; nil without an error: ctx ended.
func (s *session) open(ctx, work context.Context, p *pause) (*conn, error) {
	for {
		if sleep(ctx, p.next()) != nil {
			return nil, nil
		}
		c, err := s.connect(ctx)
		switch {
		case err == nil:
			s.joined()
			s.serving.Go(func() { c.serve(ctx, work) })
			return c, nil
		case ctx.Err() != nil:
			return nil, nil
		case permanent(err):
			return nil, err
		}
		if errors.Is(err, errTooMany) {
			p.atLeast(longestPause)
		}
		if e, ok := errors.AsType[*incident.CallError](err); ok {
			p.atLeast(e.RetryAfter)
		}
		s.complain(err)
		s.troubled(err)
	}
}

// permanent says whether an error will not heal by itself.
func permanent(err error) bool {
	if incident.OutcomeOf(err) != incident.OutcomeRefused {
		return false
	}
	switch incident.CodeOf(err) {
	case "invalid_auth", "account_inactive", "token_revoked", "token_expired", "not_authed",
		"missing_scope", "not_allowed_token_type", "no_permission", "link_disabled":
		return true
	}
	return false
}
