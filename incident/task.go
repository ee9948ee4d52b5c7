package incident

import "time"

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
	State     TaskState
	CreatedBy string
	CreatedAt time.Time
	DoneAt    time.Time
	Issue     Issue
	// Base is the state both sides agreed on last: what a three-way
	// comparison with GitLab starts from.
	Base TaskState
}

// Owned says whether anybody is responsible for it.
func (t Task) Owned() bool { return t.Owner != "" || t.OwnerName != "" }
