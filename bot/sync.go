package bot

import (
	"context"
	"maps"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// trackerSeen is the cursor of the newest issue change that was applied.
const trackerSeen = "gitlab.updated_seen"

// syncOverlap is how far behind the cursor each reading starts: GitLab's
// updated_at is set before its transaction is visible.
const syncOverlap = 2 * time.Minute

// hintPause is the least pause between two readings, whatever hints come in.
const hintPause = time.Second

// TrackerHint says that GitLab may have news, such as when its webhook came.
// What the news is gets read from GitLab itself.
func (b *Bot) TrackerHint() { poke(b.syncNow) }

// syncTracker reads what changed in GitLab at each interval. Polling is the
// truth; a webhook is only a hint that makes the next one come at once.
func (b *Bot) syncTracker(ctx context.Context) error {
	for {
		wait := b.cfg.SyncInterval
		err := b.pullIssues(ctx)
		b.health.synced(err)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := b.tellTrackerState(ctx, err); err != nil && ctx.Err() == nil {
			b.log.ErrorContext(ctx, "what became of gitlab could not be told", "error", err)
		}
		if err != nil {
			b.log.WarnContext(ctx, "gitlab sync did not succeed", "error", err)
			wait = min(tryAgainAtMost, wait)
		}
		// Hints may come in a burst, our own edits' among them: one reading
		// a second is enough for all.
		if !pause(ctx, min(hintPause, wait)) || !pauseOrPoke(ctx, wait-min(hintPause, wait), b.syncNow) {
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

// pullIssue plans to bring an issue and its task together, when the issue is
// not as both agreed on last. The list that it comes from may be older than
// our own last edit, so the action looks again.
func (b *Bot) pullIssue(ctx context.Context, issue incident.TrackerIssue) error {
	var t incident.Task
	err := b.store.View(ctx, func(v *store.View) (err error) {
		t, err = v.TaskByIssue(issue.IID)
		return err
	})
	if isNotFound(err) || (err == nil && (!t.Synced() || b.asAgreed(t, issue))) {
		return nil
	}
	if err != nil {
		return err
	}
	return b.store.Update(ctx, func(tx *store.Tx) error {
		return b.planSync(tx, t, "seen:"+timeTS(issue.UpdatedAt))
	})
}

// asAgreed says whether nothing about an issue needs looking into.
func (b *Bot) asAgreed(t incident.Task, issue incident.TrackerIssue) bool {
	own := ownLabels(t.Incident)
	return maps.Equal(issue.Values(own), thereOf(b.agreed(t))) && issue.MovedTo == 0 && !issue.Locked && len(missingLabels(issue, own)) == 0
}
