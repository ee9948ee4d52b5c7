package bot

import (
	"sync"
	"time"

	"firebreak/incident"
)

// health is what the bot knows of its own state, for /readyz.
type health struct {
	mu        sync.Mutex
	self      incident.Self
	sockets   int
	detail    string
	lastEvent time.Time
	pagerOK   time.Time
	pagerErr  error
	gitlabOK  time.Time
	gitlabErr error
}

// Check is one line of /readyz.
type Check struct {
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
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
}

func (h *health) polled(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pagerErr = err
	if err == nil {
		h.pagerOK = time.Now()
	}
}

// pagerWasDown says whether the last round failed: what came and went
// meanwhile is only found by a backfill.
func (h *health) pagerWasDown() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.pagerErr != nil
}

func (h *health) synced(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gitlabErr = err
	if err == nil {
		h.gitlabOK = time.Now()
	}
}

// Sockets tells the bot how many Socket Mode connections are up. gap says
// that there was a time with none: what was said then is fetched.
func (b *Bot) Sockets(connected int, detail string, gap bool) {
	b.health.mu.Lock()
	b.health.sockets, b.health.detail = connected, detail
	b.health.mu.Unlock()
	if gap {
		poke(b.gaps)
	}
}

// Checks is the bot's part of /readyz. PagerDuty counts as failing once
// three polls in a row have not worked.
func (b *Bot) Checks() map[string]Check {
	b.health.mu.Lock()
	defer b.health.mu.Unlock()
	h := &b.health
	checks := map[string]Check{
		"slack": {OK: h.self.UserID != "" && h.sockets > 0, Detail: slackDetail(h)},
	}
	if b.chat != nil && b.chat.ShortPages() {
		slack := checks["slack"]
		slack.Detail += "; " + shortPagesNote
		checks["slack"] = slack
	}
	if b.pager != nil && b.cfg.Poll {
		checks["pagerduty"] = serviceCheck(h.pagerOK, h.pagerErr, 3*b.cfg.PollInterval)
	}
	if b.tracker != nil {
		checks["gitlab"] = serviceCheck(h.gitlabOK, h.gitlabErr, 3*b.cfg.SyncInterval)
	}
	return checks
}

func slackDetail(h *health) string {
	switch {
	case h.self.UserID == "":
		return "Slack has not answered yet"
	case h.detail != "":
		return h.detail
	case h.sockets == 0:
		return "no connection"
	}
	return "connected"
}

func serviceCheck(last time.Time, err error, patience time.Duration) Check {
	switch {
	case last.IsZero() && err == nil:
		return Check{OK: true, Detail: "starting"}
	case err == nil:
		return Check{OK: true, Detail: "last answer " + last.UTC().Format(time.RFC3339)}
	}
	return Check{OK: !last.IsZero() && time.Since(last) < patience, Detail: reasonOf(err)}
}

// Connected is how many Socket Mode connections are up, and LastEvent when
// Slack last delivered something.
func (b *Bot) Connected() (sockets int, lastEvent time.Time) {
	b.health.mu.Lock()
	defer b.health.mu.Unlock()
	return b.health.sockets, b.health.lastEvent
}
