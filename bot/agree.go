package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"firebreak/incident"
	"firebreak/incident/mask"
	"firebreak/store"
)

// A task and its issue are kept equal field by field, by one kind of action
// that both sides cause: a command here, a look at what changed there. It
// reads the issue, compares three ways (incident.Merge), writes what only we
// have changed, and takes over the rest. All of one incident run in order, so
// no two ever meet over one issue.

// planSync plans to bring a task and its issue together, once per cause.
func (b *Bot) planSync(tx *store.Tx, t incident.Task, cause string) error {
	if b.tracker == nil || !t.Synced() {
		return nil
	}
	return plan(tx, step{
		Key: taskKey(t.Incident, t.N) + ":sync:" + cause, Kind: kindIssueSync, Lane: gitlabLane(t.Incident), Incident: t.Incident,
		Payload: taskRef{N: t.N},
	})
}

// agreed is what a task and its issue agreed on last. What earlier versions
// did not keep is filled in with what they sent.
func (b *Bot) agreed(t incident.Task) incident.Agreed {
	a := maps.Clone(t.Agreed)
	if a == nil {
		a = incident.Agreed{}
	}
	for _, f := range incident.Fields() {
		if _, ok := a[f]; ok {
			continue
		}
		switch f {
		case incident.FieldTitle:
			a[f] = incident.Pair{Here: t.Title, There: b.sent(f, t.Title, incident.Account{})}
		case incident.FieldState:
			a[f] = incident.Pair{Here: string(incident.TaskOpen), There: string(incident.TaskOpen)}
		default:
			a[f] = incident.Pair{}
		}
	}
	return a
}

func hereOf(a incident.Agreed) incident.Values {
	v := incident.Values{}
	for f, p := range a {
		v[f] = p.Here
	}
	return v
}

func thereOf(a incident.Agreed) incident.Values {
	v := incident.Values{}
	for f, p := range a {
		v[f] = p.There
	}
	return v
}

// sent is a task's value as it stands in the issue: what people wrote is
// masked and made inert, a due time becomes its day, an owner the account.
func (b *Bot) sent(f incident.Field, value string, owner incident.Account) string {
	switch f {
	case incident.FieldTitle:
		return incident.GitLabTitle(mask.Text(value))
	case incident.FieldOwner:
		return owner.Username
	case incident.FieldDue:
		day, _, _ := strings.Cut(value, " ")
		return day
	}
	return value
}

// writing keeps what is about to be written into a task's issue, with what was
// agreed on before: an earlier write of ours that was found there is part of it.
func (b *Bot) writing(ctx context.Context, t incident.Task, base, w incident.Agreed) error {
	return b.store.Update(ctx, func(tx *store.Tx) error {
		now, err := tx.Task(t.Incident, t.N)
		if err != nil {
			return err
		}
		now.Agreed, now.Writing = base, w
		return tx.SaveTask(now)
	})
}

// meeting is how a task and its issue were found and what is to be taken over.
type meeting struct {
	Apart    string            `json:",omitempty"` // why there is nothing to keep equal any more
	Locked   bool              `json:",omitempty"`
	Agreed   incident.Agreed   // with what was written
	Seen     incident.Values   // the task as it was compared
	Changes  []incident.Change `json:",omitempty"` // never a push: those are done
	NotTaken []incident.Field  `json:",omitempty"` // written, but GitLab left them
	Owner    string            `json:",omitempty"` // the Slack user that the issue's first assignee is
	ClosedBy string            `json:",omitempty"`
}

// syncIssue reads the issue, writes what only the task has changed, and tells
// what the issue has.
func syncIssue(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	t, _, err := b.taskOf(ctx, a)
	if err != nil || !t.Synced() {
		return meeting{}, err
	}
	issue, apart, err := b.readIssue(ctx, t.Issue.IID)
	if err != nil || apart != "" {
		return meeting{Apart: apart}, err
	}
	own := ownLabels(t.Incident)
	here, base := t.Values(), b.agreed(t).Echo(t.Writing, issue.Values(own))
	var account incident.Account
	if here[incident.FieldOwner] != base[incident.FieldOwner].Here {
		if account, err = b.accountOf(ctx, t.OwnerValue()); err != nil {
			return nil, err
		}
	}
	send := func(f incident.Field, value string) string { return b.sent(f, value, account) }
	changes := incident.Merge(base, here, issue.Values(own), send)
	after, err := b.push(ctx, t, base, issue, changes, account)
	if err != nil {
		return nil, err
	}
	there := after.Values(own)
	m := meeting{Seen: here, Locked: after.Locked, NotTaken: pushed(base, changes, there)}
	m.Agreed, m.Changes = base, incident.Merge(base, here, there, send)
	if after.Closed {
		m.ClosedBy = after.ClosedBy
	}
	if base[incident.FieldOwner].There != there[incident.FieldOwner] {
		m.Owner, err = b.userOf(ctx, first(after.Assignees))
	}
	return m, err
}

// push writes what only the task has changed, and our labels where they are
// gone. It gives the issue as it stands afterwards.
func (b *Bot) push(ctx context.Context, t incident.Task, base incident.Agreed, issue incident.TrackerIssue, changes []incident.Change, owner incident.Account) (incident.TrackerIssue, error) {
	edit := incident.IssueEdit{AddLabels: missingLabels(issue, ownLabels(t.Incident))}
	w := incident.Agreed{}
	for _, c := range changes {
		if c.Direction != incident.Push {
			continue
		}
		w[c.Field] = incident.Pair{Here: c.Here, There: c.Send}
		switch c.Field {
		case incident.FieldTitle:
			edit.Title = &c.Send
		case incident.FieldState:
			edit.Closed = new(c.Send == string(incident.TaskDone))
		case incident.FieldOwner:
			edit.AssigneeID = &owner.ID
		case incident.FieldDue:
			edit.DueDate = &c.Send
		}
	}
	if edit.Empty() {
		return issue, nil
	}
	if err := b.writing(ctx, t, base, w); err != nil {
		return issue, err
	}
	return b.tracker.EditIssue(ctx, issue.IID, edit)
}

// pushed takes what was written into the agreement, as the issue has it now,
// and names what GitLab did not take.
func pushed(base incident.Agreed, changes []incident.Change, there incident.Values) (refused []incident.Field) {
	for _, c := range changes {
		if c.Direction != incident.Push {
			continue
		}
		base[c.Field] = incident.Pair{Here: c.Here, There: there[c.Field]}
		if there[c.Field] != c.Send {
			refused = append(refused, c.Field)
		}
	}
	return refused
}

func missingLabels(issue incident.TrackerIssue, own []string) (missing []string) {
	for _, l := range own {
		if !slices.Contains(issue.Labels, l) {
			missing = append(missing, l)
		}
	}
	return missing
}

func first(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// issueSynced takes over what the issue has changed. A field that was changed
// here since it was compared is left for another meeting.
func issueSynced(tx *store.Tx, b *Bot, a incident.Action, result json.RawMessage) error {
	var m meeting
	if err := json.Unmarshal(result, &m); err != nil {
		return fmt.Errorf("read how an issue was found: %w", err)
	}
	p, err := payloadOf[taskRef](a)
	if err != nil {
		return err
	}
	t, err := tx.Task(a.Incident, p.N)
	if err != nil || !t.Synced() {
		return err
	}
	if m.Apart != "" {
		return b.partTask(tx, a, t, m.Apart)
	}
	now := t.Values()
	t.Agreed, t.Writing = m.Agreed, nil
	if err := b.takeOver(tx, a, &t, m, now); err != nil {
		return err
	}
	if err := tx.SaveTask(t); err != nil {
		return err
	}
	if err := b.sayLimits(tx, t, m.NotTaken, m.Locked); err != nil || maps.Equal(now, m.Seen) {
		return err
	}
	return b.planSync(tx, t, "after:"+strconv.FormatInt(a.ID, 10))
}

// takeOver applies the issue's changes to t, records each, and says all of
// them in one message.
func (b *Bot) takeOver(tx *store.Tx, a incident.Action, t *incident.Task, m meeting, now incident.Values) error {
	var told []taken
	for _, c := range m.Changes {
		if now[c.Field] != m.Seen[c.Field] {
			continue
		}
		if c.Direction != incident.Settled {
			was := *t
			if err := b.apply(&tx.View, t, c, m); err != nil {
				return err
			}
			k := taken{Change: c, was: was, now: *t, by: m.ClosedBy}
			if err := recordTaken(tx, a, k); err != nil {
				return err
			}
			told = append(told, k)
		}
		t.Agreed[c.Field] = incident.Pair{Here: t.Values()[c.Field], There: c.There}
	}
	text, ok := takenMessage(told, nowUTC())
	if !ok {
		return nil
	}
	return b.say(tx, t.Incident, "told:"+a.Key, text)
}
