package bot

import (
	"time"

	"firebreak/incident"
)

// Command is a slash command as understood. Fields that its form does not
// have are zero.
//
// Text, Role and the filter's words are as Slack sent them: &, < and > are
// entities, mentions and channels are tokens such as <@U1|sam>. Whoever
// stores them decodes them with incident.DecodeSlack.
type Command struct {
	Verb        string          // such as "task add"
	Incident    incident.Number // named in front; 0: the channel implies it
	Severity    incident.Severity
	User        string // Slack user id: the lead, the role's holder, the task's owner
	Role        string
	Text        string // note and rca set: byte for byte as sent; titles: one line
	When        string // a time as typed, for incident.ParseWhen or, with a task, ParseDue
	Zone        string // of times that name none
	N           int
	Ns          []int         // several numbers, ascending, where a form takes them; N is the first then
	M           int           // merge entries: the one that is folded
	Kind        incident.Kind // kind
	Phase       incident.Phase
	Shift       time.Duration // shift
	Rest        string        // split entry: what the second one says, or begins with where Text is empty
	Reason      string        // of a correction, as typed into its form
	Section     string
	Milestone   incident.Milestone
	Disposition incident.Disposition
	Other       incident.Number
	Declined    bool // handover: it is the answer to one
	Filter      Filter

	Public bool   // its effect is shown to the channel
	Access Access // what it asks of its author
}
