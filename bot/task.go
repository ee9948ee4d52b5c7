package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
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

// ownLabels are the labels that firebreak puts on an issue and keeps there.
// All others are people's.
func ownLabels(n incident.Number) []string { return []string{"firebreak", issueLabel(n)} }

// taskRef names a task in an action's payload.
type taskRef struct{ N int }

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

// createIssue makes the issue. What it will say is kept with the task first:
// when the answer is lost, it is what both sides agreed on at the beginning.
func createIssue(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	t, _, err := b.taskOf(ctx, a)
	if err != nil {
		return nil, err
	}
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return nil, err
	}
	account, err := b.accountOf(ctx, t.OwnerValue())
	if err != nil {
		return nil, err
	}
	here := t.Values()
	here[incident.FieldState], here[incident.FieldLabels] = string(incident.TaskOpen), "" // as every issue begins
	writing := incident.Agreed{}
	for f, v := range here {
		writing[f] = incident.Pair{Here: v, There: b.sent(f, v, account)}
	}
	if err := b.writing(ctx, t, nil, writing); err != nil {
		return nil, err
	}
	issue, err := b.tracker.CreateIssue(ctx, b.taskDraft(inc, t, account))
	made, err := keptIssue(issue, err)
	made.Answered = err == nil
	return made, err
}

// madeIssue is an issue that was created, and what about it is not as it was
// meant to be. Answered says that this is the answer to its creation: what it
// differs in, GitLab did not take, rather than somebody having changed it.
type madeIssue struct {
	incident.TrackerIssue
	Warning  string `json:",omitempty"`
	Answered bool   `json:",omitempty"`
}

// keptIssue keeps an issue that exists although something about it is wrong, such
// as GitLab having altered its text: making another one would double it.
func keptIssue(issue incident.TrackerIssue, err error) (madeIssue, error) {
	if err != nil && issue.IID != 0 && incident.OutcomeOf(err) == incident.OutcomeRefused {
		return madeIssue{TrackerIssue: issue, Warning: reasonOf(err)}, nil
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
func (b *Bot) taskDraft(inc incident.Incident, t incident.Task, owner incident.Account) incident.IssueDraft {
	lines := []string{
		"Task " + strconv.Itoa(t.N) + " of " + inc.Number.String() + ", " + inc.Severity.String() + ".",
		"",
		"Made by firebreak from the incident's Slack channel. Close it here or there: both follow.",
	}
	return incident.IssueDraft{
		Title:        b.sent(incident.FieldTitle, t.Title, owner),
		Description:  strings.Join(lines, "\n"),
		Labels:       ownLabels(inc.Number),
		Confidential: b.cfg.Confidential,
		DueDate:      dueDate(t),
		AssigneeID:   owner.ID,
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
	t.Issue, t.Agreed, t.Writing = incident.Issue{IID: made.IID, URL: made.URL}, t.Writing, nil
	t.Agreed = b.agreed(t)
	there := made.Values(ownLabels(t.Incident))
	var refused []incident.Field
	if made.Answered {
		refused = asAnswered(t.Agreed, there)
	}
	if err := tx.SaveTask(t); err != nil {
		return err
	}
	if err := b.sayLimits(tx, t, refused, false); err != nil {
		return err
	}
	// Either side may have moved on before the issue was there.
	if !maps.Equal(t.Values(), hereOf(t.Agreed)) || !maps.Equal(there, thereOf(t.Agreed)) {
		if err := b.planSync(tx, t, "made"); err != nil {
			return err
		}
	}
	return b.recordAction(tx, a, fmt.Sprintf("GitLab issue #%d for task %d", made.IID, t.N),
		map[string]any{"issue": made.URL, "iid": made.IID, "task": t.N})
}

// asAnswered takes what a new issue says into the agreement, and names what
// GitLab did not take of it.
func asAnswered(a incident.Agreed, there incident.Values) (refused []incident.Field) {
	for f, p := range a {
		if p.There != there[f] {
			a[f] = incident.Pair{Here: p.Here, There: there[f]}
			refused = append(refused, f)
		}
	}
	return refused
}

// dueDate is a task's day as a date.
func dueDate(t incident.Task) time.Time {
	day, _, _ := strings.Cut(t.DueValue(), " ")
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return time.Time{} // it is due on no day
	}
	return at
}

// setTask sets a task's state on behalf of by and records it.
func (b *Bot) setTask(tx *store.Tx, t incident.Task, s incident.TaskState, by incident.Actor, key string) error {
	t.State, t.DoneAt = s, time.Time{}
	if s == incident.TaskDone {
		t.DoneAt = nowUTC()
	}
	if err := tx.SaveTask(t); err != nil {
		return err
	}
	_, _, err := tx.Record(key, incident.Entry{
		Incident: t.Incident, Kind: incident.KindTask, Lane: incident.LaneResponder, OccurredAt: nowUTC(),
		Actor: by, Text: stateText(t),
		Source: incident.Source{System: "slack"},
		Data:   map[string]any{"task": t.N, "state": string(s), "issue": t.Issue.URL},
	})
	if err != nil {
		return err
	}
	return b.planSync(tx, t, key)
}

// stateText is the entry of a task's new state.
func stateText(t incident.Task) string {
	verb := "reopened"
	if t.State == incident.TaskDone {
		verb = "done"
	}
	return fmt.Sprintf("task %d %s: %s", t.N, verb, t.Title)
}
