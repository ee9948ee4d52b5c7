package incident

// Person is a Slack user as far as firebreak needs one: to name, to invite
// and to authorise.
type Person struct {
	ID          string
	TeamID      string
	Name        string // display name, else real name
	Email       string
	TZ          string // IANA name, such as Europe/Paris
	Bot         bool
	Deactivated bool
	Guest       bool // restricted or ultra-restricted
	Stranger    bool // from another workspace
}

// FullMember says whether the person belongs to the home workspace with all
// rights: no guest, no bot, nobody from elsewhere, not deactivated.
func (p Person) FullMember(homeTeam string) bool {
	return p.ID != "" && p.TeamID == homeTeam && !p.Bot && !p.Deactivated && !p.Guest && !p.Stranger
}

// Viewer is who reads. Every read of the store takes one.
//
// The zero Viewer sees nothing.
type Viewer struct {
	User      string // Slack user id
	Responder bool   // may see public incidents
	Admin     bool   // may see every incident
}

// Operator is the viewer of the machine's owner and of firebreak itself:
// whoever can read the file sees everything.
func Operator() Viewer { return Viewer{Admin: true} }
