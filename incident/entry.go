package incident

import (
	"strings"
	"time"
)

// Kind says what a timeline entry tells of.
type Kind string

// The kinds of entries. Readers must ignore kinds they don't know.
const (
	KindPage       Kind = "page"
	KindAlert      Kind = "alert"
	KindDetection  Kind = "detection"
	KindMessage    Kind = "message"
	KindCommand    Kind = "command"
	KindNote       Kind = "note"
	KindReaction   Kind = "reaction"
	KindStatus     Kind = "status"
	KindSeverity   Kind = "severity"
	KindRole       Kind = "role"
	KindMilestone  Kind = "milestone"
	KindTask       Kind = "task"
	KindUpdate     Kind = "update"
	KindFile       Kind = "file"
	KindMembership Kind = "membership"
	KindChannel    Kind = "channel"
	KindAction     Kind = "action"
	KindRedaction  Kind = "redaction"
	KindGap        Kind = "gap"
)

// KindRCA is what a search calls a section of the RCA. No entry has it.
const KindRCA Kind = "rca"

// Kinds lists all that an entry can have.
func Kinds() []Kind {
	return []Kind{
		KindPage, KindAlert, KindDetection, KindMessage, KindCommand, KindNote, KindReaction, KindStatus,
		KindSeverity, KindRole, KindMilestone, KindTask, KindUpdate, KindFile, KindMembership, KindChannel,
		KindAction, KindRedaction, KindGap,
	}
}

// Lane separates what responders did from what the adversary did.
type Lane string

// The two lanes of a timeline.
const (
	LaneResponder Lane = "responder"
	LaneAdversary Lane = "adversary"
)

// ParseLane reads a lane in any letter case.
func ParseLane(s string) (Lane, bool) {
	lane := Lane(strings.ToLower(s))
	return lane, lane == LaneResponder || lane == LaneAdversary
}

// ActorKind says who acted.
type ActorKind string

// The kinds of actors: a person, any bot (ours included), or firebreak and
// the services it watches.
const (
	ActorUser   ActorKind = "user"
	ActorBot    ActorKind = "bot"
	ActorSystem ActorKind = "system"
)

// Actor is who did what an entry tells of.
type Actor struct {
	ID   string
	Name string
	Kind ActorKind
}

// Source is where an entry comes from. For a Slack message it is the
// message's identity: the channel and the ts, never an event id.
type Source struct {
	System    string // "slack", "pagerduty", "gitlab", "firebreak"
	Channel   string
	TS        string
	ThreadTS  string
	Permalink string
}

// Pin marks an entry for the RCA.
type Pin struct {
	By    string
	At    time.Time
	Emoji string
}

// Revision is one state of an entry's text and time. Revision 1 is the
// original.
type Revision struct {
	Rev        int
	At         time.Time
	By         string
	Via        string // "slack" or "responder"
	Text       string
	OccurredAt time.Time
	Reason     string
	Followed   bool // with Via "slack": what an edit in Slack made of a responder's text
}

// File is a file shared with an entry. SHA256 is empty until its bytes have
// been fetched and hashed.
type File struct {
	ID     string
	Name   string
	SHA256 string // lower-case hex
	Size   int64  // bytes
}

// Entry is one line of a timeline.
type Entry struct {
	ID         string // stable for ever
	Incident   Number
	N          int // label within the incident, given once when recorded
	Kind       Kind
	Lane       Lane
	OccurredAt time.Time
	RecordedAt time.Time
	Actor      Actor
	Text       string
	Pins       []Pin
	Deleted    bool
	Dropped    bool // off the timeline, for whatever reason
	Redacted   bool
	Source     Source
	Revisions  []Revision
	Files      []File
	Data       map[string]any

	// What responders made of it, beside Text and OccurredAt.
	FirstKind   Kind         // what it was recorded as, where Kind is another one now
	Phase       Phase        // as somebody said; "": see Incident.PhaseOf
	Hidden      bool         // not in the RCA and the exports
	Folded      int          // N of the entry that stands for it; then it is Dropped too
	Moved       Number       // the incident it was moved to; then it is Dropped too
	MovedAway   bool         // that incident is private: what it says is for those who see that one
	Alterations []Alteration // in the order in which they were made
}

// Pinned says whether anybody has it pinned.
func (e Entry) Pinned() bool { return len(e.Pins) > 0 }

// LateAfter is how long after it happened an entry must have been recorded
// to count as late. Live capture takes well under a second; a minute leaves
// room for Slack's first redelivery.
const LateAfter = time.Minute

// Late says whether the entry was recorded notably after it happened.
func (e Entry) Late() bool { return e.RecordedAt.Sub(e.OccurredAt) > LateAfter }

// Whither names the incident that the entry was moved to, unless that is
// private: whoever reads the entry may not know of it.
func (e Entry) Whither() string {
	if e.MovedAway {
		return "another incident"
	}
	return e.Moved.String()
}

// Leaves says whether the entry's text may leave through search, the RCA or
// a mirror: deleted, dropped and redacted text never does.
func (e Entry) Leaves() bool { return !e.Deleted && !e.Dropped && !e.Redacted }

// Repeats says how many alerts the entry stands for beside its own, and when
// the last of them was.
func (e Entry) Repeats() (times int, until time.Time) {
	times, _ = e.Data["repeats"].(int)
	at, _ := e.Data["repeated_until"].(string)
	until, _ = time.Parse(time.RFC3339, at) // the zero time where there are none
	return times, until
}

// Asks says whether the entry only asks the bot to search. It would find
// itself, and push what is looked for off the page.
func (e Entry) Asks() bool { return e.Kind == KindCommand && e.Data["verb"] == "find" }
