package bot

import (
	"errors"
	"sync"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// health is what the bot knows of its own state, for /readyz.
type health struct {
	mu        sync.Mutex
	self      incident.Self
	sockets   int
	detail    string
	listening time.Time // since when everything said should have been heard
	lastEvent time.Time
	unheard   string // what shows that events have stopped; else empty
	pager     service
	gitlab    service
}

// service is one that is asked at intervals.
type service struct {
	answered time.Time // when it last did
	err      error     // of the last round
}

func (h *health) slackKnown(s incident.Self) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.self = s
}

func (h *health) heard() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lastEvent = time.Now()
	h.unheard = ""
}

// listensAnew says that what was said until now may have been missed for a
// known reason: it is no sign of events that have stopped.
func (h *health) listensAnew() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.listening = time.Now()
	h.unheard = ""
}

// quietSince is since when nothing was heard though it should have been;
// false while no socket is up.
func (h *health) quietSince() (time.Time, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	since := h.listening
	if h.lastEvent.After(since) {
		since = h.lastEvent
	}
	return since, h.sockets > 0
}

// missed notes what shows that events have stopped, unless one has come
// after since; "": nothing shows it.
func (h *health) missed(since time.Time, what string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.lastEvent.After(since) && !h.listening.After(since) {
		h.unheard = what
	}
}

func (h *health) polled(err error) { h.round(&h.pager, err) }
func (h *health) synced(err error) { h.round(&h.gitlab, err) }

// round notes how a round of a service ended. Our own disk being full is not
// the service's failure.
func (h *health) round(s *service, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if errors.Is(err, store.ErrFull) {
		err = nil
	}
	s.err = err
	if err == nil {
		s.answered = time.Now()
	}
}

// pagerWasDown says whether the last round failed: what came and went
// meanwhile is only found by a backfill.
func (h *health) pagerWasDown() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.pager.err != nil
}

// Sockets tells the bot how many Socket Mode connections are up. gap says
// that there was a time with none: what was said then is fetched.
func (b *Bot) Sockets(connected int, detail string, gap bool) {
	b.health.mu.Lock()
	anew := b.health.sockets == 0 && connected > 0
	b.health.sockets, b.health.detail = connected, detail
	b.health.mu.Unlock()
	if anew {
		b.health.listensAnew()
	}
	if gap {
		poke(b.gaps)
	}
}

// Vitals are the moments that metrics tell; zero where there was none yet.
type Vitals struct {
	Sockets                       int
	LastEvent, LastPoll, LastSync time.Time
}

// Vitals gives how many Socket Mode connections are up and when each service
// was last heard of.
func (b *Bot) Vitals() Vitals {
	b.health.mu.Lock()
	defer b.health.mu.Unlock()
	h := &b.health
	return Vitals{h.sockets, h.lastEvent, h.pager.answered, h.gitlab.answered}
}
