package incident

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Number is firebreak's own number of an incident, counted from 1.
type Number int64

// String gives the number as people write it: INC-3.
func (n Number) String() string { return "INC-" + strconv.FormatInt(int64(n), 10) }

// ParseNumber reads INC-3 in any letter case.
func ParseNumber(s string) (Number, error) {
	digits, ok := strings.CutPrefix(strings.ToUpper(strings.TrimSpace(s)), "INC-")
	if !ok {
		return 0, fmt.Errorf("%q is not an incident number such as INC-3", s)
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%q is not an incident number such as INC-3", s)
	}
	return Number(n), nil
}

// Severity is SEV1 (worst) to SEV4.
type Severity int

// The four severities, worst first.
const (
	SEV1 Severity = iota + 1
	SEV2
	SEV3
	SEV4
)

// String gives SEV2.
func (s Severity) String() string { return "SEV" + strconv.Itoa(int(s)) }

// Valid says whether s is one of the four.
func (s Severity) Valid() bool { return s >= SEV1 && s <= SEV4 }

// ParseSeverity reads 2, sev2 or SEV2.
func ParseSeverity(text string) (Severity, error) {
	digits := strings.TrimPrefix(strings.ToLower(strings.TrimSpace(text)), "sev")
	n, err := strconv.Atoi(digits)
	if err != nil || !Severity(n).Valid() {
		return 0, fmt.Errorf("%q is not a severity: use 1 (worst) to 4", text)
	}
	return Severity(n), nil
}

// Status is where an incident stands.
type Status string

// The life of an incident. Contained and Resolved follow from milestones
// (contained, recovered); Closed is a person's decision.
const (
	StatusOpen      Status = "open"
	StatusContained Status = "contained"
	StatusResolved  Status = "resolved"
	StatusClosed    Status = "closed"
)

// Disposition says why an incident was closed.
type Disposition string

// The dispositions of a closed incident.
const (
	Resolved      Disposition = "resolved"
	FalsePositive Disposition = "false-positive"
	Duplicate     Disposition = "duplicate"
	Drill         Disposition = "drill"
	Override      Disposition = "override"
)

// Milestone is a named moment of the response, from which the durations
// (time to acknowledge, to contain, to recover) are computed.
type Milestone string

// The milestones in the order in which they normally come.
const (
	Detected     Milestone = "detected"
	Acknowledged Milestone = "acknowledged"
	Contained    Milestone = "contained"
	Eradicated   Milestone = "eradicated"
	Recovered    Milestone = "recovered"
)

// Milestones lists all of them in their usual order.
func Milestones() []Milestone {
	return []Milestone{Detected, Acknowledged, Contained, Eradicated, Recovered}
}

// ParseMilestone reads a milestone's name in any letter case.
func ParseMilestone(s string) (Milestone, error) {
	for _, m := range Milestones() {
		if strings.EqualFold(s, string(m)) {
			return m, nil
		}
	}
	return "", fmt.Errorf("%q is not a milestone: use detected, acknowledged, contained, eradicated or recovered", s)
}

// Channel is a Slack channel, known by ID; the name is for people only and
// may change at any time.
type Channel struct {
	ID   string
	Name string
}

// PageRef is the PagerDuty page that an incident answers.
type PageRef struct {
	ID     string // PagerDuty's id, "PXXXX"
	Number int    // PagerDuty's incident number, for people
	URL    string
}

// Incident is firebreak's record of one response.
//
// Each page has exactly one incident and each incident one channel.
type Incident struct {
	Number    Number
	Title     string
	Severity  Severity
	Status    Status
	Private   bool // visible to the channel's members and admins only
	OpenedAt  time.Time
	OpenedBy  string // Slack user id; empty when a page or a detection opened it
	ClosedAt  time.Time
	Channel   Channel // ID empty until the channel exists
	HeaderTS  string  // ts of the header message, empty until posted
	Page      PageRef // zero when no page is behind it
	DedupKey  string  // Events v2 dedup key of the page that firebreak itself raised
	Storm     string  // id of the service whose storm of pages it gathers; empty: one page's own
	Service   string  // name of the PagerDuty service, if any
	Urgency   string
	Commander string // Slack user id

	AcknowledgedBy Actor     // who has acknowledged the page; zero while nobody has
	ArchivedAt     time.Time // when the channel was archived; zero while it is not

	Disposition Disposition
	Reason      string // of the disposition, in the closer's words
	DuplicateOf Number

	Milestones map[Milestone]time.Time
	RCA        Issue // the published RCA, zero before
}

// Closed says whether the incident has been closed.
func (i Incident) Closed() bool { return i.Status == StatusClosed }

// Issue is the GitLab issue behind a task or an RCA.
type Issue struct {
	IID int    // number within the project; 0 means none yet
	URL string // web address
}
