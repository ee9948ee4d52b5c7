package incident

import (
	"strings"
	"time"
)

// TaskState says whether a task is still to be done.
type TaskState string

// The two states of a task.
const (
	TaskOpen TaskState = "open"
	TaskDone TaskState = "done"
)

// Task is something to do during the incident. It is mirrored into exactly
// one GitLab issue.
type Task struct {
	Incident  Number
	N         int // counted from 1 in each incident
	Title     string
	Owner     string // Slack user id, or empty
	OwnerName string // GitLab username of an owner without a Slack counterpart
	Due       time.Time
	DueDay    string   // the day it is due for whoever said so, YYYY-MM-DD: GitLab keeps no times
	Labels    []string // GitLab's, without firebreak's own; sorted
	State     TaskState
	CreatedBy string
	CreatedAt time.Time
	DoneAt    time.Time
	Issue     Issue
	Since     time.Time // this owner and due time are the ones; what was to be reminded of before is not
	Said      string    // key of the action that announced it, "" where none is known
	// Agreed is what both sides agreed on last: what a three-way comparison
	// with GitLab starts from. Nil until there is an issue.
	Agreed Agreed
	// Writing is what is on its way to GitLab. It is kept before it is sent:
	// when the answer is lost, it tells our own edit from somebody else's.
	Writing Agreed
	// Apart says why the issue is no longer followed, such as "deleted"; empty
	// while it is.
	Apart string
}

// Synced says whether there is an issue to keep equal.
func (t Task) Synced() bool { return t.Issue.IID != 0 && t.Apart == "" }

// OwnerValue is the owner as a field: a Slack id, a GitLab username after an
// @, or nothing.
func (t Task) OwnerValue() string {
	if t.Owner == "" && t.OwnerName != "" {
		return "@" + t.OwnerName
	}
	return t.Owner
}

// DueValue is the due time as a field: its day and its instant.
func (t Task) DueValue() string {
	if t.Due.IsZero() {
		return ""
	}
	day := t.DueDay
	if day == "" {
		day = t.Due.UTC().Format(time.DateOnly)
	}
	return day + " " + t.Due.UTC().Format(time.RFC3339)
}

// Values gives the task's side of the shared fields.
func (t Task) Values() Values {
	return Values{
		FieldTitle: t.Title, FieldState: string(t.State), FieldOwner: t.OwnerValue(),
		FieldDue: t.DueValue(), FieldLabels: strings.Join(t.Labels, ","),
	}
}

// Owned says whether anybody is responsible for it.
func (t Task) Owned() bool { return t.Owner != "" || t.OwnerName != "" }
