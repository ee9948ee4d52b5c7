package incident

import (
	"encoding/json"
	"time"
)

// ActionState is where an action stands.
type ActionState string

// The states of an action. Sending is committed before the call is made, so
// an action found in it at start-up has an unknown outcome.
const (
	ActionPlanned ActionState = "planned"
	ActionSending ActionState = "sending"
	ActionUnknown ActionState = "unknown" // to be looked up
	ActionDone    ActionState = "done"
	ActionParked  ActionState = "parked" // refused for good; a person can see and retry it
	ActionLost    ActionState = "lost"   // a once-action whose outcome nobody knows
)

// Open says whether the bot still has to do something about it.
func (s ActionState) Open() bool {
	return s == ActionPlanned || s == ActionSending || s == ActionUnknown
}

// Action is one effect on the outside world: written in the same transaction
// as what caused it, done once, its result recorded.
type Action struct {
	ID        int64
	Key       string // what must happen once, such as "channel:INC-3"
	Kind      string // such as "channel.create"
	Lane      string // actions of one lane run in order, one at a time
	Incident  Number // 0 when it belongs to none
	Rank      Rank
	Severity  Severity // of its incident as it is now; 0 when it belongs to none
	Payload   json.RawMessage
	Needs     []int64 // ids of actions that must be done first
	State     ActionState
	Attempts  int
	NotBefore time.Time
	Fence     int64     // grows with each claim; a late result of an old claim is refused
	Lease     time.Time // the claim holds until then
	FirstSent time.Time // when the first attempt began: what happened before it was not us
	Result    json.RawMessage
	Reason    string // why it is parked or waits, for a person
	CreatedAt time.Time
	DoneAt    time.Time
}

// Turn is its place among those that wait.
func (a Action) Turn() Turn { return Turn{Rank: a.Rank, Severity: a.Severity} }

// Inbound is something the outside told us, kept raw and durable before it
// is acknowledged.
type Inbound struct {
	ID         int64
	Key        string // dedupes for ever: the event id, the envelope id of a command
	Source     string // "events_api", "slash_commands", "interactive", …
	Lane       string // rows of one lane are handled in order
	Payload    json.RawMessage
	ReceivedAt time.Time
	Attempts   int
}
