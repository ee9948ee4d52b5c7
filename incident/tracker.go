package incident

import "time"

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
	MovedTo      int // ID of the issue that this one was moved to; 0 when it stayed
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
