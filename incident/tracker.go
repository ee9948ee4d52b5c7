package incident

import (
	"slices"
	"strings"
	"time"
)

// IssueDraft is an issue to be created in the tracker.
//
// Title, Description and Block must already be harmless there: no quick
// actions, no mentions, no images.
type IssueDraft struct {
	Title       string
	Description string // Markdown above the block; may be empty
	Block       string // Markdown that firebreak keeps rewriting later; empty for none
	Labels      []string
	// Confidential is decided here and at creation: there is no moment at
	// which the issue can be read by others.
	Confidential bool
	DueDate      time.Time // only its date counts, in its own zone; zero for none
	AssigneeID   int       // the tracker's id of an account; 0 for nobody
	// Key is written, hidden, into the description, so that an issue whose
	// answer was lost can be found again. Letters, digits and . _ : / - only.
	Key string
}

// TrackerIssue is an issue as the tracker tells it.
type TrackerIssue struct {
	ID           int // unique on the server
	IID          int // number within the project
	URL          string
	Title        string
	Description  string
	Key          string // hidden key in the description, "" without one; anyone who may edit the issue can forge it
	Closed       bool
	ClosedBy     string // username
	Confidential bool
	Author       string // username
	AuthorID     int
	Assignees    []string // usernames
	Labels       []string
	DueDate      time.Time // midnight UTC; zero without one
	CreatedAt    time.Time
	UpdatedAt    time.Time
	ClosedAt     time.Time
	MovedTo      int  // ID of the issue that this one was moved to; 0 when it stayed
	Locked       bool // its discussion is: no new comments by outsiders
}

// Values gives the issue's side of the fields shared with a task. Several
// assignees are joined by commas; own labels, firebreak's, are left out.
func (i TrackerIssue) Values(own []string) Values {
	state, due := TaskOpen, ""
	if i.Closed {
		state = TaskDone
	}
	if !i.DueDate.IsZero() {
		due = i.DueDate.Format(time.DateOnly)
	}
	return Values{
		FieldTitle: i.Title, FieldState: string(state), FieldOwner: strings.Join(i.Assignees, ","),
		FieldDue: due, FieldLabels: strings.Join(i.OtherLabels(own), ","),
	}
}

// OtherLabels gives the labels that are not among own, sorted.
func (i TrackerIssue) OtherLabels(own []string) []string {
	others := slices.DeleteFunc(slices.Clone(i.Labels), func(l string) bool { return slices.Contains(own, l) })
	slices.Sort(others)
	return others
}

// IssueEdit is a change of an issue. Nil and empty fields stay as they are.
type IssueEdit struct {
	Title      *string
	Closed     *bool
	AssigneeID *int    // 0: nobody
	DueDate    *string // YYYY-MM-DD; empty: none
	AddLabels  []string
}

// Empty says that nothing is to be changed.
func (e IssueEdit) Empty() bool {
	return e.Title == nil && e.Closed == nil && e.AssigneeID == nil && e.DueDate == nil && len(e.AddLabels) == 0
}

// Account is somebody in the tracker. Email is only what they show publicly.
type Account struct {
	ID       int
	Username string
	Email    string
}

// PageAction is what a PageEvent does to its alert.
type PageAction string

// The actions of PagerDuty's Events API v2.
const (
	PageTrigger     PageAction = "trigger"
	PageAcknowledge PageAction = "acknowledge"
	PageResolve     PageAction = "resolve"
)

// PageEvent asks PagerDuty to call somebody, or to stop calling.
type PageEvent struct {
	Action PageAction
	// DedupKey makes a repeat harmless: events of one key are one alert.
	// Required, at most 255 bytes.
	DedupKey string
	Summary  string
	Source   string // what is affected: a host, an account
	Severity string // critical, error, warning or info
	At       time.Time
	Link     string // web address to read more; optional
	Details  map[string]any
}
