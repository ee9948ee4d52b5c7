package slack

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"firebreak/incident"
)

// SocketStatus is how the Socket Mode connections stand.
type SocketStatus struct {
	Connected int       // live connections; for moments more than two
	Since     time.Time // when the first of them came up, or the last went down
	LastEvent time.Time // when the last envelope came; zero: none yet
	Detail    string    // a few words for a person

	// Gap is set in the one report after which what Slack tells should be
	// compared with its history: no connection was live since GapSince (zero:
	// since before Run), or a connection broke off that may have been sent
	// something since GapSince, or more came than could be taken in.
	Gap      bool
	GapSince time.Time
}

// SocketCounts counts envelopes since the Client was made.
type SocketCounts struct {
	Received    int64 // envelopes that came, redeliveries included
	Acked       int64 // delivered, and the ack written
	Undelivered int64 // deliver failed: left to be sent again
	Unacked     int64 // delivered, but the connection was gone
	Unreadable  int64 // frames nobody can read
	Overflowed  int64 // more than could wait: left to be sent again
}

type counters struct {
	received, acked, undelivered, unacked, unreadable, overflowed atomic.Int64
}

// SocketCounts gives the counts so far.
func (c *Client) SocketCounts() SocketCounts {
	return SocketCounts{
		Received: c.counts.received.Load(), Acked: c.counts.acked.Load(),
		Undelivered: c.counts.undelivered.Load(), Unacked: c.counts.unacked.Load(),
		Unreadable: c.counts.unreadable.Load(), Overflowed: c.counts.overflowed.Load(),
	}
}

// change changes the status under its lock and reports it. Gap is said once.
func (s *session) change(f func(*SocketStatus)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.status)
	s.report(s.status)
	s.status.Gap = false
}

// joined counts a connection that has said hello.
func (s *session) joined() {
	s.change(func(st *SocketStatus) {
		s.said = ""
		st.Connected++
		st.Detail = "connected"
		if st.Connected > 1 {
			return
		}
		st.Gap = true
		if s.wasUp {
			st.GapSince = st.Since
		}
		s.wasUp = true
		st.Since = time.Now()
	})
}

// left counts a connection out. lost: it ended by itself.
func (s *session) left(c *conn, lost bool) {
	s.change(func(st *SocketStatus) {
		st.Connected--
		if st.Connected == 0 {
			st.Since = time.Unix(0, c.heard.Load())
			st.Detail = "no connection"
			return
		}
		if lost && !closed(c.asked) {
			st.Gap, st.GapSince = true, time.Unix(0, c.heard.Load())
		}
	})
	if lost && !closed(c.asked) {
		s.client.log.Warn("slack socket lost", "err", c.end)
	}
}

// overflowed marks a gap when more came than could be taken in.
func (s *session) overflowed(since time.Time) {
	s.change(func(st *SocketStatus) { st.Gap, st.GapSince = true, since })
}

// heardEvent notes that an envelope came; that alone is no news to report.
func (s *session) heardEvent() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status.LastEvent = time.Now()
}

// complain logs why a connection could not be opened: one line per trouble,
// however often it is tried.
func (s *session) complain(err error) {
	s.mu.Lock()
	news := s.said != sentence(err)
	s.said = sentence(err)
	s.mu.Unlock()
	if news {
		s.client.log.Warn("slack socket not connected; it is tried again", "fix", sentence(err), "err", err)
	}
}

// troubled says why a connection could not be opened.
func (s *session) troubled(err error) {
	s.change(func(st *SocketStatus) {
		what := "another connection"
		if st.Connected == 0 {
			what = "no connection"
		}
		st.Detail = fmt.Sprintf("%s: %s", what, sentence(err))
	})
}

func (s *session) stopped(why string) {
	s.change(func(st *SocketStatus) { st.Detail = why })
}

func sentence(err error) string {
	if e, ok := errors.AsType[*incident.CallError](err); ok && e.Reason != "" {
		return e.Reason
	}
	return err.Error()
}
