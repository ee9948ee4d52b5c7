package bot

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"firebreak/incident"
	"firebreak/store"
)

// justSeen is how long after it was first seen a page counts as read just now:
// its incident's first post and the invitations ask at the same time who is on
// call, and PagerDuty has said all else a moment before.
const justSeen = 10 * time.Second

// calledCache keeps who is called by pages that have just been seen.
type calledCache struct {
	asking singleflight.Group
	mu     sync.Mutex
	pages  map[string]calledPeople
}

type calledPeople struct {
	responders []incident.Responder
	until      time.Time
}

// get gives what ask says about a page, asking once while that is fresh.
func (c *calledCache) get(page string, ask func() ([]incident.Responder, error)) ([]incident.Responder, error) {
	got, err, _ := c.asking.Do(page, func() (any, error) {
		now := time.Now()
		c.mu.Lock()
		known, ok := c.pages[page]
		c.mu.Unlock()
		if ok && now.Before(known.until) {
			return known.responders, nil
		}
		responders, err := ask()
		if err != nil {
			return nil, err
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.pages == nil {
			c.pages = map[string]calledPeople{}
		}
		maps.DeleteFunc(c.pages, func(_ string, old calledPeople) bool { return now.After(old.until) })
		c.pages[page] = calledPeople{responders, now.Add(justSeen)}
		return responders, nil
	})
	if err != nil {
		return nil, err
	}
	return got.([]incident.Responder), nil
}

// onCall are the people on call at the page's escalation level and its
// assignees. An unreachable PagerDuty is an error: inviting waits for it.
func (b *Bot) onCall(ctx context.Context, inc incident.Incident) ([]incident.Responder, error) {
	if b.pager == nil || !b.cfg.Poll || inc.Page.ID == "" {
		return nil, nil
	}
	var row store.PageRow
	var seen time.Time
	err := b.store.View(ctx, func(v *store.View) (err error) {
		if row, err = v.Page(inc.Page.ID); err != nil {
			return err
		}
		seen, err = v.PageSeenAt(inc.Page.ID)
		return err
	})
	if err == nil && time.Since(seen) < justSeen {
		return b.paged.get(inc.Page.ID, func() ([]incident.Responder, error) { return b.calledBy(ctx, row.Page) })
	}
	if err != nil && !isNotFound(err) {
		return nil, err
	}
	page, err := b.pager.Page(ctx, inc.Page.ID)
	if err != nil {
		return nil, err
	}
	return b.calledBy(ctx, page)
}

// calledBy are the page's assignees and who is on call at its level.
func (b *Bot) calledBy(ctx context.Context, page incident.Page) ([]incident.Responder, error) {
	level, err := b.onCallNow(ctx, page)
	if err != nil {
		return nil, err
	}
	responders := slices.Concat(page.Assignees, level)
	slices.SortFunc(responders, func(x, y incident.Responder) int { return strings.Compare(x.ID, y.ID) })
	return slices.CompactFunc(responders, func(x, y incident.Responder) bool { return x.ID == y.ID }), nil
}

// levelsTried is how many levels of an escalation policy are asked for.
const levelsTried = 5

// onCallNow gives who is on call at the level the page is at. PagerDuty does
// not name that level; it is the first whose people include an assignee, and
// the first of all while the page has none of them.
func (b *Bot) onCallNow(ctx context.Context, page incident.Page) ([]incident.Responder, error) {
	if page.PolicyID == "" {
		return nil, nil
	}
	assigned := map[string]bool{}
	for _, r := range page.Assignees {
		assigned[r.ID] = true
	}
	var first []incident.Responder
	for level := 1; level <= levelsTried; level++ {
		responders, err := b.pager.OnCall(ctx, page.PolicyID, level)
		if err != nil {
			return nil, err
		}
		if level == 1 {
			first = responders
		}
		if len(responders) == 0 || len(assigned) == 0 {
			break
		}
		if slices.ContainsFunc(responders, func(r incident.Responder) bool { return assigned[r.ID] }) {
			return responders, nil
		}
	}
	return first, nil
}
