package incident

import "time"

// Detection is a detector's finding with the alerts that justify it.
type Detection struct {
	ID         string // stable: rule, group and the window's first alert
	Rule       string
	Title      string
	Level      string // low, medium, high, critical
	At         time.Time
	Group      Entity
	Count      int
	Why        string   // one sentence a tired person understands
	Techniques []string // ATT&CK, such as T1110.003
	Evidence   []string // alert ids, oldest first
	Incident   Number   // 0 while it belongs to none
	DedupKey   string   // deterministic key of the page it may raise
	Handling   Handling
}

// Handling is what became of a detection. Whatever it is, the detection is
// kept: how a rule does is judged by all that it finds.
type Handling string

// What can become of a detection. Only one that was told has an incident.
const (
	HandlingTold       Handling = ""           // it belongs to an incident, whose channel was told
	HandlingShadow     Handling = "shadow"     // its rule is on trial, so nobody was told
	HandlingSuppressed Handling = "suppressed" // somebody has muted it
	HandlingHint       Handling = "hint"       // not worth an incident of its own
)

// Verdict is what one person says about a detection. The newest of a
// detection is the one that counts.
type Verdict struct {
	Detection string
	By        string // user id
	At        time.Time
	Confirmed bool // a true positive; else a false one
	Reason    string
}

// Suppression keeps a rule silent about a group, or about everything, until
// it expires.
type Suppression struct {
	ID        int64
	Rule      string
	Group     Entity // the zero Entity: whatever the rule finds
	Detection string // id of the one it was made on
	Owner     string // user id of who answers for it
	Reason    string
	CreatedAt time.Time
	ExpiresAt time.Time
	LiftedAt  time.Time // zero while nobody took it back
	LiftedBy  string
}

// Covers says whether the suppression keeps a detection silent at a moment.
func (s Suppression) Covers(d Detection, now time.Time) bool {
	return s.Rule == d.Rule && s.About(d.Group) && s.Holds(now)
}

// About says whether a group is one that the suppression is about.
func (s Suppression) About(group Entity) bool { return s.Group == Entity{} || s.Group == group }

// Holds says whether the suppression is in force at a moment.
func (s Suppression) Holds(now time.Time) bool {
	return s.LiftedAt.IsZero() && !now.Before(s.CreatedAt) && now.Before(s.ExpiresAt)
}
