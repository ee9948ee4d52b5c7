package bot

import (
	"context"
	"fmt"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// trackerSeen is the cursor of the newest issue change that was applied.
const trackerSeen = "gitlab.updated_seen"

// syncOverlap is how far behind the cursor each reading starts: GitLab's
// updated_at is set before its transaction is visible.
const syncOverlap = 2 * time.Minute

// syncTracker reads what changed in GitLab at each interval. Polling is the
// truth; a webhook would only be a hint.
func (b *Bot) syncTracker(ctx context.Context) error {
	for {
		wait := b.cfg.SyncInterval
		err := b.pullIssues(ctx)
		b.health.synced(err)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			b.log.WarnContext(ctx, "gitlab sync did not succeed", "error", err)
			wait = min(tryAgainAtMost, wait)
		}
		if !pause(ctx, wait) {
			return ctx.Err()
		}
	}
}

func (b *Bot) pullIssues(ctx context.Context) error {
	seen, err := b.cursorTime(ctx, trackerSeen, time.Now().Add(-24*time.Hour))
	if err != nil {
		return err
	}
	issues, err := b.tracker.UpdatedSince(ctx, seen.Add(-syncOverlap))
	if err != nil {
		return err
	}
	newest := seen
	for _, issue := range issues {
		if err := b.pullIssue(ctx, issue); err != nil {
			return err
		}
		if issue.UpdatedAt.After(newest) {
			newest = issue.UpdatedAt
		}
	}
	return b.moveCursor(ctx, trackerSeen, seen, newest)
}

// pullIssue compares an issue with its task and the state both agreed on
// last. Only GitLab has changed: the task follows. Only the task has: an
// action is on its way already. Both have: GitLab wins.
func (b *Bot) pullIssue(ctx context.Context, issue incident.TrackerIssue) error {
	remote := incident.TaskOpen
	if issue.Closed {
		remote = incident.TaskDone
	}
	differs := func(t incident.Task) bool { return t.Base != "" && remote != t.Base && remote != t.State }
	var t incident.Task
	err := b.store.View(ctx, func(v *store.View) (err error) {
		t, err = v.TaskByIssue(issue.IID)
		return err
	})
	if isNotFound(err) || (err == nil && t.Base == remote) {
		return nil
	}
	if err != nil {
		return err
	}
	return b.store.Update(ctx, func(tx *store.Tx) error {
		t, err := tx.Task(t.Incident, t.N)
		if err != nil {
			return err
		}
		if !differs(t) {
			if t.Base != "" && t.Base != remote { // both sides went the same way
				t.Base = remote
				return tx.SaveTask(t)
			}
			return nil
		}
		by := incident.Actor{Name: "GitLab", Kind: incident.ActorSystem}
		if issue.Closed && issue.ClosedBy != "" {
			by = incident.Actor{Name: issue.ClosedBy, Kind: incident.ActorUser}
		}
		key := fmt.Sprintf("gitlab:%d:%s:%s", issue.IID, remote, timeTS(issue.UpdatedAt))
		if err := b.setTask(tx, t, remote, by, key, true); err != nil {
			return err
		}
		t.State = remote
		return b.say(tx, t.Incident, key, taskChangedOutside(t, by.Name))
	})
}
