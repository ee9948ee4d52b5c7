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

// apart says whether an issue, or the error in its place, means that there is
// nothing to keep equal any more. GitLab answers 404 for an issue that is not
// there and for a project that is not: only the first is the issue's end.
func (b *Bot) apart(ctx context.Context, issue incident.TrackerIssue, err error) (why string, gone bool) {
	switch {
	case incident.CodeOf(err) == "404" && b.tracker.Project(ctx) == nil:
		return apartDeleted, true
	case err == nil && issue.MovedTo != 0:
		return apartMoved, true
	}
	return "", false
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
