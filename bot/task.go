package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// taskKey is the hidden key of a task's issue: what must exist once.
func taskKey(n incident.Number, label int) string {
	return "task:" + n.String() + ":" + strconv.Itoa(label)
}

// issueLabel groups everything of one incident in GitLab; it is also how an
// issue whose answer was lost is found again.
func issueLabel(n incident.Number) string { return "firebreak-" + strings.ToLower(n.String()) }

// taskRef names a task in an action's payload.
type taskRef struct {
	N     int
	State incident.TaskState `json:",omitempty"`
}

// planIssue plans the task's one GitLab issue. Where there is no project for
// it, each incident is told once.
func (b *Bot) planIssue(tx *store.Tx, t incident.Task) error {
	if b.tracker == nil {
		return b.say(tx, t.Incident, "local:"+t.Incident.String(), tasksStayHere())
	}
	return plan(tx, step{
		Key: taskKey(t.Incident, t.N), Kind: kindIssueCreate, Lane: gitlabLane(t.Incident), Incident: t.Incident,
		Payload: taskRef{N: t.N},
	})
}

// taskOf reads the task an action is about, as it stands now.
func (b *Bot) taskOf(ctx context.Context, a incident.Action) (t incident.Task, p taskRef, err error) {
	if p, err = payloadOf[taskRef](a); err != nil {
		return t, p, err
	}
	err = b.store.View(ctx, func(v *store.View) (err error) {
		t, err = v.Task(a.Incident, p.N)
		return err
	})
	return t, p, err
}

func createIssue(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	t, _, err := b.taskOf(ctx, a)
	if err != nil {
		return nil, err
	}
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return nil, err
	}
	return keptIssue(b.tracker.CreateIssue(ctx, b.taskDraft(inc, t)))
}

// madeIssue is an issue that was created, and what about it is not as it was
// meant to be.
type madeIssue struct {
	incident.TrackerIssue
	Warning string `json:",omitempty"`
}

// keptIssue keeps an issue that exists although something about it is wrong, such
// as GitLab having altered its text: making another one would double it.
func keptIssue(issue incident.TrackerIssue, err error) (any, error) {
	if err != nil && issue.IID != 0 && incident.OutcomeOf(err) == incident.OutcomeRefused {
		return madeIssue{issue, reasonOf(err)}, nil
	}
	return madeIssue{TrackerIssue: issue}, err
}

// warnIssue tells the channel when an issue is not as it was meant to be.
func (b *Bot) warnIssue(tx *store.Tx, a incident.Action, issue madeIssue) error {
	if issue.Warning == "" {
		return nil
	}
	return b.say(tx, a.Incident, "warning:"+a.Key, sentence("GitLab #"+strconv.Itoa(issue.IID)+" is not as it should be: "+words(issue.Warning, 300)))
}

// taskDraft is the issue of a task. Everything people wrote is masked and
// made inert before it leaves Slack.
func (b *Bot) taskDraft(inc incident.Incident, t incident.Task) incident.IssueDraft {
	lines := []string{
		"Task " + strconv.Itoa(t.N) + " of " + inc.Number.String() + ", " + inc.Severity.String() + ".",
		"",
		"Made by firebreak from the incident's Slack channel. Close it here or there: both follow.",
	}
	return incident.IssueDraft{
		Title:        incident.GitLabTitle(b.mask.Mask(t.Title)),
		Description:  strings.Join(lines, "\n"),
		Labels:       []string{"firebreak", issueLabel(inc.Number)},
		Confidential: b.cfg.Confidential,
		Key:          taskKey(t.Incident, t.N),
	}
}

func findIssue(ctx context.Context, b *Bot, a incident.Action) (any, bool, error) {
	found, ok, err := b.tracker.FindIssue(ctx, issueLabel(a.Incident), a.Key)
	return found, ok, err
}

func issueCreated(tx *store.Tx, b *Bot, a incident.Action, result json.RawMessage) error {
	var made madeIssue
	if err := json.Unmarshal(result, &made); err != nil {
		return fmt.Errorf("read created issue: %w", err)
	}
	if err := b.warnIssue(tx, a, made); err != nil {
		return err
	}
	p, err := payloadOf[taskRef](a)
	if err != nil {
		return err
	}
	t, err := tx.Task(a.Incident, p.N)
	if err != nil {
		return err
	}
	t.Issue = incident.Issue{IID: made.IID, URL: made.URL}
	t.Base = incident.TaskOpen
	if err := tx.SaveTask(t); err != nil {
		return err
	}
	if t.State == incident.TaskDone { // done before its issue was there
		if err := b.planIssueState(tx, t); err != nil {
			return err
		}
	}
	return b.recordAction(tx, a, fmt.Sprintf("GitLab issue #%d for task %d", made.IID, t.N),
		map[string]any{"issue": made.URL, "iid": made.IID, "task": t.N})
}

// planIssueState plans to bring the issue's state to the task's.
func (b *Bot) planIssueState(tx *store.Tx, t incident.Task) error {
	if b.tracker == nil || t.Issue.IID == 0 {
		return nil
	}
	key := taskKey(t.Incident, t.N) + ":" + string(t.State) + ":" + timeTS(time.Now())
	return plan(tx, step{
		Key: key, Kind: kindIssueState, Lane: gitlabLane(t.Incident), Incident: t.Incident,
		Payload: taskRef{N: t.N, State: t.State},
	})
}

func setIssueState(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	t, p, err := b.taskOf(ctx, a)
	if err != nil {
		return nil, err
	}
	if t.State != p.State {
		return nil, nil // changed again since; a later action has the last word
	}
	if p.State == incident.TaskDone {
		return nil, b.tracker.CloseIssue(ctx, t.Issue.IID)
	}
	return nil, b.tracker.ReopenIssue(ctx, t.Issue.IID)
}

func issueStateSet(tx *store.Tx, _ *Bot, a incident.Action, _ json.RawMessage) error {
	p, err := payloadOf[taskRef](a)
	if err != nil {
		return err
	}
	t, err := tx.Task(a.Incident, p.N)
	if err != nil || t.State != p.State {
		return err
	}
	t.Base = p.State
	return tx.SaveTask(t)
}

// finishTask sets a task's state on behalf of by and records it. remote says
// that GitLab has that state already.
func (b *Bot) setTask(tx *store.Tx, t incident.Task, s incident.TaskState, by incident.Actor, key string, remote bool) error {
	now := time.Now().UTC()
	t.State, t.DoneAt = s, time.Time{}
	verb := "reopened"
	if s == incident.TaskDone {
		verb, t.DoneAt = "done", now
	}
	if remote {
		t.Base = s
	}
	if err := tx.SaveTask(t); err != nil {
		return err
	}
	_, _, err := tx.Record(key, incident.Entry{
		Incident: t.Incident, Kind: incident.KindTask, Lane: incident.LaneResponder, OccurredAt: now,
		Actor: by, Text: fmt.Sprintf("task %d %s: %s", t.N, verb, t.Title),
		Source: incident.Source{System: systemOf(remote)},
		Data:   map[string]any{"task": t.N, "state": string(s), "issue": t.Issue.URL},
	})
	if err != nil || remote {
		return err
	}
	return b.planIssueState(tx, t)
}

func systemOf(remote bool) string {
	if remote {
		return "gitlab"
	}
	return "slack"
}
