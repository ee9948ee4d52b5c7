package sandbox

import (
	"fmt"
	"slices"
	"time"
)

// Sockets returns how many connections Slack believes alive, ghosts included.
func (s *Slack) Sockets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open()
}

// Down puts the Web API out of order, or back: 503 to every call. Connections
// that are open live on.
func (s *Slack) Down(out bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = out
	s.note(RecordPerson, "down", "", "", "", fmt.Sprint(out))
}

// SetLifetime sets how long connections opened from now on live; at first it
// is 5 h 1 min.
func (s *Slack) SetLifetime(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lifetime = d
}

// Disconnect sends all connections a disconnect frame. After warning each
// lives 10 s more, then gets refresh_requested, then is closed; after
// refresh_requested nothing more is delivered (observed); link_disabled and
// too_many_websockets end the connection at once (documented).
func (s *Slack) Disconnect(reason string) {
	s.each("disconnect", reason, func(c *slackConn) { s.retire(c, reason) })
}

// DropSockets cuts all connections without a word.
func (s *Slack) DropSockets() { s.each("drop_sockets", "", s.hangUp) }

// StopPings ends pings on all connections and on later ones, until StartPings.
func (s *Slack) StopPings() {
	s.each("stop_pings", "", func(c *slackConn) { c.silent = true })
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noPings = true
}

// StartPings undoes StopPings.
func (s *Slack) StartPings() {
	s.each("start_pings", "", func(c *slackConn) { c.silent = false })
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noPings = false
}

// Freeze makes all present connections half open: TCP stays, but nothing comes
// out and acks are not heard. They keep getting their share of envelopes.
func (s *Slack) Freeze() { s.each("freeze", "", func(c *slackConn) { c.frozen = true }) }

// Ghost adds a dead connection, such as a killed process leaves behind: for
// d it counts, takes its share of envelopes and never answers (observed).
func (s *Slack) Ghost(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sequence++
	c := &slackConn{s: s, name: fmt.Sprintf("ghost-%d", s.sequence), wake: make(chan struct{}, 1), gone: make(chan struct{})}
	s.conns = append(s.conns, c)
	s.note(RecordPerson, "ghost", "", "", c.name, d.String())
	c.plan(d, func() { s.hangUp(c) })
}

func (s *Slack) each(verb, text string, do func(*slackConn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.note(RecordPerson, verb, "", "", "", text)
	for _, c := range slices.Clone(s.conns) {
		do(c)
	}
}
