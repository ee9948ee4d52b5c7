package incident

import "time"

// PageStatus is PagerDuty's status of a page.
type PageStatus string

// The statuses PagerDuty knows.
const (
	PageTriggered    PageStatus = "triggered"
	PageAcknowledged PageStatus = "acknowledged"
	PageResolved     PageStatus = "resolved"
)

// Page is a call for help: what PagerDuty names an incident.
type Page struct {
	ID         string
	Number     int
	Title      string
	Status     PageStatus
	Urgency    string // "high" or "low"
	Priority   string // name, such as P1; may be empty
	ServiceID  string
	Service    string
	TeamIDs    []string
	PolicyID   string // escalation policy
	URL        string
	Key        string // incident_key; empty for alert-born pages
	CreatedAt  time.Time
	ResolvedAt time.Time
	MergedInto string // id of the page that this one was merged into
	Assignees  []Responder
}

// Responder is a person as PagerDuty knows them, matched to Slack by e-mail.
type Responder struct {
	ID    string
	Name  string
	Email string
}

// PageChange is one entry of PagerDuty's change feed (its log entries).
type PageChange struct {
	ID      string // the log entry's id: what it is recorded under, once
	PageID  string
	Type    string // trigger, acknowledge, resolve, annotate, escalate, assign, …
	At      time.Time
	By      Responder
	ByKind  string // "user", "service", …
	Summary string // PagerDuty's own sentence
	Note    string // text of an annotation
	Channel []byte // the raw channel JSON, for alert bodies
}

// PageAlert is an alert below a page.
type PageAlert struct {
	ID        string
	PageID    string
	Key       string // alert_key: the Events v2 dedup key
	Summary   string
	Severity  string
	CreatedAt time.Time
	Body      []byte // raw JSON
}
