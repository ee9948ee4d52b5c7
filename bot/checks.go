package bot

import (
	"context"
	"errors"
	"time"

	"firebreak/store"
)

// Check is one line of /readyz.
type Check struct {
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

// The checks, by the name they have in /readyz.
const (
	checkSlack     = "slack"
	checkDatabase  = "database"
	checkBacklog   = "backlog"
	checkPagerDuty = "pagerduty"
	checkGitLab    = "gitlab"
)

const (
	// backlogBound is how old the oldest unhandled row may be before the bot
	// calls itself not ready.
	backlogBound = 30 * time.Second
	// failedPolls is how many intervals without an answer are trouble.
	failedPolls = 3
	// checkWithin bounds what a check waits for the database.
	checkWithin = 5 * time.Second
)

// Checks is what /readyz tells: each check with a sentence. What is not
// configured is not checked. With write set, the database is written to;
// otherwise the last commit tells how that would end.
func (b *Bot) Checks(ctx context.Context, write bool) map[string]Check {
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	checks := b.health.checks(b.pager != nil && b.cfg.Poll, b.tracker != nil, b.chat != nil && b.chat.ShortPages(), b.cfg)
	checks[checkDatabase] = b.databaseCheck(ctx, write)
	checks[checkBacklog] = b.backlogCheck(ctx)
	return checks
}

func (b *Bot) databaseCheck(ctx context.Context, write bool) Check {
	err := b.store.Refused()
	if write {
		err = b.store.Health(ctx)
	}
	switch {
	case err == nil:
		return Check{OK: true, Detail: "writable"}
	case errors.Is(err, store.ErrFull):
		return Check{Detail: "the disk is full: make room, nothing else is needed"}
	case errors.Is(err, context.DeadlineExceeded):
		return Check{Detail: "the database did not take a write within " + checkWithin.String()}
	case !errors.Is(err, store.ErrClosed):
		b.log.ErrorContext(ctx, "database is not healthy", "error", err)
	}
	return Check{Detail: "the database cannot be written; the log says why"}
}

func (b *Bot) backlogCheck(ctx context.Context) Check {
	var waiting int
	var oldest time.Time
	err := b.store.View(ctx, func(v *store.View) (err error) {
		waiting, oldest, err = v.InboundBacklog()
		return err
	})
	if err != nil {
		return Check{Detail: "unknown: the database did not answer"}
	}
	if waiting == 0 {
		return Check{OK: true, Detail: "nothing waits"}
	}
	age := time.Since(oldest).Round(time.Second)
	return Check{OK: age <= backlogBound, Detail: "the oldest of " + count(waiting, "event") + " waits for " + age.String()}
}

// checks are those that the bot knows without asking anybody.
func (h *health) checks(polls, syncs, short bool, cfg Config) map[string]Check {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := map[string]Check{
		checkSlack: {OK: h.self.UserID != "" && h.sockets > 0 && h.unheard == "", Detail: h.slackDetail()},
	}
	if short {
		slack := all[checkSlack]
		slack.Detail += "; " + shortPagesNote
		all[checkSlack] = slack
	}
	if polls {
		all[checkPagerDuty] = h.pager.check(failedPolls * cfg.PollInterval)
	}
	if syncs {
		all[checkGitLab] = h.gitlab.check(failedPolls * cfg.SyncInterval)
	}
	return all
}

func (h *health) slackDetail() string {
	switch {
	case h.self.UserID == "":
		return "Slack has not answered yet"
	case h.sockets > 0 && h.unheard != "":
		return h.unheard
	case h.detail != "":
		return h.detail
	case h.sockets == 0:
		return "no connection"
	}
	return "connected"
}

// check judges a service that is asked at intervals: failing once it has not
// answered for as long as patience. One that answers nothing at all, not even
// with an error, is given a minute more: that is how long a round may take.
func (s service) check(patience time.Duration) Check {
	quiet := time.Since(s.answered)
	switch {
	case s.answered.IsZero() && s.err == nil:
		return Check{OK: true, Detail: "starting"}
	case s.err == nil && quiet > patience+time.Minute:
		return Check{Detail: "no answer since " + s.answered.UTC().Format(time.RFC3339)}
	case s.err == nil:
		return Check{OK: true, Detail: "last answer " + s.answered.UTC().Format(time.RFC3339)}
	}
	return Check{OK: !s.answered.IsZero() && quiet < patience, Detail: reasonOf(s.err)}
}
