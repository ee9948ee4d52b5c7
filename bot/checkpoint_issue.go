package bot

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// One issue in GitLab is kept for checkpoints: its description says where all
// logs ended when it was made, and each checkpoint since is a comment on it.
// It is confidential, whatever else is: it names private incidents.

const (
	checkpointsLane  = "gitlab:checkpoints"
	checkpointsLabel = "firebreak-checkpoints"
	// checkpointsCursor holds the key of the action that made the issue.
	checkpointsCursor = "checkpoints:issue"
	// commentEvery is how often there is a comment at most: what is signed
	// meanwhile, because an incident was closed, is in the next.
	commentEvery = time.Minute
	// againIn is the pause until a comment is tried again that must not be
	// written where others can read it.
	againIn = 10 * time.Minute
)

// signedPoint is a checkpoint to be published: its number, and the key of the
// action that makes the issue.
type signedPoint struct {
	N     int64
	Issue string
}

// planCheckpoint plans to publish a checkpoint in GitLab, where the operator
// wants that.
func (b *Bot) planCheckpoint(tx *store.Tx, key ed25519.PrivateKey, n int64) error {
	if b.tracker == nil || !b.cfg.CheckpointIssue {
		return nil
	}
	sum := sha256.Sum256([]byte(incident.PublicKey(key)))
	return planComment(tx, "checkpoints:"+hex.EncodeToString(sum[:6])+":", "", n)
}

// planComment plans a comment, and an issue for it where there is none whose key
// begins with the prefix, which is of the signing key: another database, and
// another key, have an issue of their own. again ends the keys of a comment that
// is planned another time, as its issue is gone.
func planComment(tx *store.Tx, prefix, again string, n int64) error {
	issue, err := tx.Cursor(checkpointsCursor)
	if err != nil {
		return err
	}
	made, err := tx.ActionByKey(issue)
	switch {
	case isNotFound(err), err == nil && (made.State == incident.ActionParked || !strings.HasPrefix(issue, prefix)):
		issue = fmt.Sprintf("%s%d%s", prefix, n, again)
		id, err := planned(tx, step{Key: issue, Kind: kindCheckpointIssue, Lane: checkpointsLane, Payload: struct{}{}})
		if err != nil {
			return err
		}
		if err := tx.SetCursor(checkpointsCursor, issue); err != nil {
			return err
		}
		made.ID = id
	case err != nil:
		return err
	}
	return plan(tx, step{
		Key: fmt.Sprintf("checkpoint:%d%s", n, again), Kind: kindCheckpoint, Lane: checkpointsLane, Needs: []int64{made.ID},
		Payload: []signedPoint{{N: n, Issue: issue}}, NotBefore: nowUTC().Truncate(commentEvery).Add(commentEvery),
	})
}

// createCheckpointIssue makes the issue, with where all logs end: those that do
// not grow any more are in no checkpoint to come.
func createCheckpointIssue(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	lines, err := b.allHeads(ctx)
	if err != nil {
		return nil, err
	}
	return keptIssue(b.tracker.CreateIssue(ctx, incident.IssueDraft{
		Title: "Checkpoints of firebreak's record",
		Description: "Each comment says, signed, where the logs of incidents ended. `firebreak verify --checkpoint FILE` holds the database against them: " +
			"put this text and the comments into a file.\n\nGitLab keeps no history of comments: who watches this issue gets a copy by mail.\n\n```json\n" +
			strings.Join(lines, "\n") + "\n```",
		Labels: []string{"firebreak", checkpointsLabel}, Confidential: true, Key: a.Key,
	}))
}

// headsMost is how many bytes of checkpoints a new issue has: GitLab takes a
// mebibyte. The oldest incidents are left out of it.
const headsMost = 900 << 10

// allHeads signs where all logs end, in lines that stand alone.
func (b *Bot) allHeads(ctx context.Context) (lines []string, err error) {
	err = b.store.Update(ctx, func(tx *store.Tx) error {
		lines = nil
		key, err := b.checkpointKey(tx)
		if err != nil {
			return err
		}
		for after := incident.Number(0); ; {
			heads, err := tx.LogHeads(after)
			if err != nil || len(heads) == 0 {
				return err
			}
			after = heads[len(heads)-1].Incident
			line, err := incident.Checkpoint{At: nowUTC().Truncate(time.Second), Heads: heads}.Sign(key)
			if err != nil {
				return err
			}
			lines = append(lines, string(line))
		}
	})
	size := 0
	for i := len(lines) - 1; i >= 0; i-- {
		if size += len(lines[i]) + 1; size > headsMost {
			return lines[i+1:], err
		}
	}
	return lines, err
}

func findCheckpointIssue(ctx context.Context, b *Bot, a incident.Action) (any, bool, error) {
	found, ok, err := b.tracker.FindIssue(ctx, checkpointsLabel, a.Key)
	return found, ok, err
}

// checkpointIssue is the number of the issue that an action has made.
func (b *Bot) checkpointIssue(ctx context.Context, key string) (iid int, err error) {
	var made madeIssue
	err = b.store.View(ctx, func(v *store.View) error {
		a, err := v.ActionByKey(key)
		if err != nil {
			return err
		}
		return json.Unmarshal(a.Result, &made)
	})
	return made.IID, err
}

// publishedPoint is what came of a comment. Gone says that its issue was deleted.
type publishedPoint struct{ Gone bool }

// commentCheckpoints publishes checkpoints as one comment.
func commentCheckpoints(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	points, err := payloadOf[[]signedPoint](a)
	if err != nil {
		return nil, err
	}
	iid, err := b.checkpointIssue(ctx, points[0].Issue)
	if err != nil {
		return nil, err
	}
	var text string
	err = b.store.View(ctx, func(v *store.View) (err error) {
		text, err = checkpointComment(v, points)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := b.keptFromOthers(ctx, points[0].Issue, iid); err != nil {
		return nil, err
	}
	return publishedPoint{}, b.tracker.AddComment(ctx, iid, text, a.Key)
}

// publishCheckpoint is commentCheckpoints for an issue that may have been
// deleted.
func publishCheckpoint(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	result, err := onTracker(commentCheckpoints)(ctx, b, a)
	if unseen(err) {
		return publishedPoint{Gone: true}, nil
	}
	return result, err
}

// keptFromOthers says whether the issue is confidential still. Where somebody
// has opened it to all, checkpoints wait, and the control channel is told.
func (b *Bot) keptFromOthers(ctx context.Context, key string, iid int) error {
	issue, err := b.tracker.Issue(ctx, iid)
	if err != nil || issue.Confidential {
		return err
	}
	err = b.store.Update(ctx, func(tx *store.Tx) error {
		return b.tellControl(tx, "open:"+key, openCheckpointsMessage(issue))
	})
	return errors.Join(err, &incident.CallError{
		Call: kindCheckpoint, Outcome: incident.OutcomeNotDone, Code: "not_confidential", Reason: "the issue for checkpoints is not confidential any more", RetryAfter: againIn,
	})
}

func checkpointComment(v *store.View, points []signedPoint) (string, error) {
	var text strings.Builder
	text.WriteString("```json\n")
	for _, p := range points {
		line, err := v.CheckpointLine(p.N)
		if err != nil {
			return "", err
		}
		text.WriteString(string(line) + "\n")
	}
	return text.String() + "```", nil
}

func findCheckpoint(ctx context.Context, b *Bot, a incident.Action) (any, bool, error) {
	points, err := payloadOf[[]signedPoint](a)
	if err != nil {
		return nil, false, err
	}
	iid, err := b.checkpointIssue(ctx, points[0].Issue)
	if err != nil {
		return nil, false, err
	}
	found, err := b.tracker.FindComment(ctx, iid, a.Key, a.FirstSent)
	if unseen(err) {
		return nil, false, nil // publishing it finds out what is gone
	}
	return publishedPoint{}, found, err
}

// checkpointPublished begins another issue where the old one was deleted.
func checkpointPublished(tx *store.Tx, _ *Bot, a incident.Action, result json.RawMessage) error {
	var done publishedPoint
	if err := json.Unmarshal(result, &done); err != nil {
		return fmt.Errorf("read what came of a checkpoint: %w", err)
	}
	points, err := payloadOf[[]signedPoint](a)
	if err != nil || !done.Gone {
		return err
	}
	if now, err := tx.Cursor(checkpointsCursor); err != nil {
		return err
	} else if now == points[0].Issue { // else another comment has begun one already
		if err := tx.SetCursor(checkpointsCursor, ""); err != nil {
			return err
		}
	}
	prefix := points[0].Issue[:strings.LastIndexByte(points[0].Issue, ':')+1]
	for _, p := range points {
		if err := planComment(tx, prefix, fmt.Sprintf("-%d", a.ID), p.N); err != nil {
			return err
		}
	}
	return nil
}

// checkpointParked says once for each reason that checkpoints do not get into
// GitLab. The next one tries with another issue, if that is what is missing.
func checkpointParked(tx *store.Tx, b *Bot, a incident.Action, reason string) error {
	sum := sha256.Sum256([]byte(a.Kind + reason))
	b.log.Warn("checkpoint not published in gitlab", "action", a.ID, "kind", a.Kind, "reason", reason)
	return b.tellControl(tx, "parked:checkpoints:"+hex.EncodeToString(sum[:6]), parkedMessage(a, reason, b.cfg.Command))
}
