package incident

import "time"

// EntityType says what sort of thing an entity is.
type EntityType string

// The entities that detectors correlate on.
const (
	EntityAddress EntityType = "address" // source IP
	EntityAccount EntityType = "account" // user name
	EntityHost    EntityType = "host"
)

// Entity is something an alert is about.
type Entity struct {
	Type  EntityType
	Value string // normalised: lower case, trimmed
}

// Alert is one raw signal from a tool, normalised.
type Alert struct {
	ID       string // stable: made of where it came from
	Incident Number // the incident it belongs to; 0 while none
	Source   string // log source or tool, such as sshd, okta, winlog
	Action   string // normalised: login-failure, login-success, or the tool's word
	Title    string
	Severity string
	At       time.Time // event time
	SeenAt   time.Time
	Entities []Entity
	Channel  string // Slack channel and message that carried it, if any
	TS       string
	Raw      string // as received

	// Fingerprint is what the alert tells, whatever its times and numbers:
	// repeats share it.
	Fingerprint string
	// Event is what is the same however often and by whatever way the alert
	// comes; empty where nothing in it can tell.
	Event string
	// Attached says that it has come to its incident for its entities alone:
	// neither a page nor a detection brought it there.
	Attached bool
}

// Values gives the alert's entities of one type.
func (a Alert) Values(t EntityType) []string {
	var vs []string
	for _, e := range a.Entities {
		if e.Type == t {
			vs = append(vs, e.Value)
		}
	}
	return vs
}
