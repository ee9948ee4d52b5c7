package incident

// CalleeKind says what sort of target a call has.
type CalleeKind string

// Whom PagerDuty can call: one user, or whoever is on call for an escalation
// policy.
const (
	CalleeUser   CalleeKind = "user"
	CalleePolicy CalleeKind = "escalation policy"
)

// Callee is somebody to call through PagerDuty.
type Callee struct {
	Kind     CalleeKind
	ID       string // PagerDuty's
	Name     string
	Email    string   // of a user
	Services []string // of a policy: the ids of the services that use it
	Slack    string   // Slack user id, where it is known from a mention
}

// PageDraft is a page to be made by hand.
type PageDraft struct {
	Title string
	Key   string // incident_key: what it is found by, and made once under
	To    Callee
}
