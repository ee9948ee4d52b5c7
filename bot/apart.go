package bot

import (
	"context"
	"strconv"

	"firebreak/incident"
	"firebreak/store"
)

// Why an issue is followed no more.
const (
	apartDeleted = "deleted"
	apartMoved   = "moved"
)

// readIssue reads a task's issue, or says why there is nothing to keep equal
// any more. GitLab answers 404 for an issue that is not there and for a
// project that is not: only the first is the issue's end. The project may have
// come back between the two questions, so the issue is asked for once more.
func (b *Bot) readIssue(ctx context.Context, iid int) (issue incident.TrackerIssue, apart string, err error) {
	issue, err = b.tracker.Issue(ctx, iid)
	if incident.CodeOf(err) == "404" && b.tracker.Project(ctx) == nil {
		issue, err = b.tracker.Issue(ctx, iid)
		if incident.CodeOf(err) == "404" {
			return issue, apartDeleted, nil
		}
	}
	if err == nil && issue.MovedTo != 0 {
		return issue, apartMoved, nil
	}
	return issue, "", err
}

// partTask leaves a task to itself, and says so. That GitLab closes an issue
// it moves does not make the task done.
func (b *Bot) partTask(tx *store.Tx, a incident.Action, t incident.Task, why string) error {
	t.Apart, t.Writing = why, nil
	if err := tx.SaveTask(t); err != nil {
		return err
	}
	text := "task " + strconv.Itoa(t.N) + ": its GitLab issue #" + strconv.Itoa(t.Issue.IID) + " was " + why + "; the task stays here only"
	_, _, err := tx.Record(a.Key+":apart", incident.Entry{
		Incident: t.Incident, Kind: incident.KindTask, Lane: incident.LaneResponder, OccurredAt: nowUTC(),
		Actor: incident.Actor{Name: "GitLab", Kind: incident.ActorSystem}, Text: text,
		Source: incident.Source{System: "gitlab"}, Data: map[string]any{"task": t.N, "issue": t.Issue.URL, "apart": why},
	})
	if err != nil {
		return err
	}
	return b.say(tx, t.Incident, "apart:"+taskKey(t.Incident, t.N), taskApart(t))
}

// sayLimits says, once each, what of a task GitLab does not keep.
func (b *Bot) sayLimits(tx *store.Tx, t incident.Task, refused []incident.Field, locked bool) error {
	key := taskKey(t.Incident, t.N)
	if locked {
		if err := b.say(tx, t.Incident, "locked:"+key, taskLocked(t)); err != nil {
			return err
		}
	}
	p := t.Agreed[incident.FieldOwner]
	if t.Owner != "" && p.Here == t.Owner && p.There == "" {
		if err := b.say(tx, t.Incident, "unmatched:"+t.Incident.String()+":"+t.Owner, ownerStaysHere(t, b.cfg.Command)); err != nil {
			return err
		}
	}
	for _, f := range refused {
		if f == incident.FieldOwner || f == incident.FieldTitle { // said above; a trimmed title is no loss
			continue
		}
		if err := b.say(tx, t.Incident, "refused:"+key+":"+string(f), fieldStaysHere(t, f)); err != nil {
			return err
		}
	}
	return nil
}
