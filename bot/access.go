package bot

import (
	"firebreak/incident"
)

// Access is what a command asks of whoever gives it. Each form of the grammar
// names one; none, the zero value, is an oversight that the tests find.
type Access int

// The accesses, each of which includes those before it.
const (
	accessMissing   Access = iota
	AccessAnybody          // it shows nothing but what its author may see anyway
	AccessViewer           // it shows an incident
	AccessResponder        // it changes something
	AccessLead             // it shows what is masked for everybody else
)

// identity is who somebody is to an incident.
type identity string

// The identities. Whether somebody may see an incident is another question,
// which every read of the store asks: a private one is for its channel's
// members and for admins.
const (
	identityRobot       identity = "bot"
	identityDeactivated identity = "deactivated"
	identityStranger    identity = "other workspace"
	identityGuest       identity = "guest"
	identityMember      identity = "member"
	identityCommander   identity = "commander"
	identityResponder   identity = "responder"
	identityAdmin       identity = "admin"
)

// entitlement is what an identity may do at most: the one table of rights, from
// which checks, tests and docs/guide/access.md follow.
type entitlement struct {
	identity identity
	is       string // who that is, for the guide
	may      Access
	why      string // what they are told when it is too little
}

const (
	onlyFullMembers = "Only full members of this workspace may command firebreak; guests, bots and other workspaces may not."
	onlyResponders  = "Only responders may do that."
	onlyLead        = "Only who has the lead of the incident, and admins, may do that."
)

// entitlements lists every identity.
var entitlements = []entitlement{
	{identityRobot, "an app or a workflow", AccessAnybody, onlyFullMembers},
	{identityDeactivated, "somebody whose account was switched off", AccessAnybody, onlyFullMembers},
	{identityStranger, "somebody of another workspace or organisation, in a shared channel", AccessViewer, onlyFullMembers},
	{identityGuest, "a single- or multi-channel guest", AccessViewer, onlyFullMembers},
	{identityMember, "a full member of the home workspace whom `FIREBREAK_SLACK_RESPONDERS` does not name", AccessViewer, onlyResponders},
	{identityCommander, "a member or responder who has been given the lead, in that incident", AccessLead, ""},
	{identityResponder, "whom `FIREBREAK_SLACK_RESPONDERS` names; every full member when it is empty", AccessResponder, onlyLead},
	{identityAdmin, "whom `FIREBREAK_SLACK_ADMINS` names", AccessLead, ""},
}

// entitlementOf finds an identity's row. One without a row may nothing.
func entitlementOf(who identity) entitlement {
	for _, s := range entitlements {
		if s.identity == who {
			return s
		}
	}
	return entitlement{identity: who, why: onlyFullMembers}
}

// identify says who a person is to firebreak, incidents aside.
func identify(p incident.Person, home string, isAdmin, isResponder bool) identity {
	switch {
	case p.Deactivated:
		return identityDeactivated
	case p.Bot:
		return identityRobot
	case p.Guest:
		return identityGuest
	case !p.FullMember(home):
		return identityStranger
	case isAdmin:
		return identityAdmin
	case isResponder:
		return identityResponder
	}
	return identityMember
}

// rights is what somebody may do.
type rights struct {
	user     string
	identity identity
	viewer   incident.Viewer
}

// rightsOf gives somebody's rights. Apps and closed accounts see nothing,
// whatever channel Slack still lists them in.
func rightsOf(user string, who identity) rights {
	r := rights{user: user, identity: who}
	if entitlementOf(who).may >= AccessViewer {
		r.viewer = incident.Viewer{User: user, Responder: who == identityResponder || who == identityAdmin, Admin: who == identityAdmin}
	}
	return r
}

// in says who they are to one incident: whoever has its lead may run it.
func (r rights) in(inc incident.Incident) identity {
	if (r.identity == identityMember || r.identity == identityResponder) && inc.Commander == r.user {
		return identityCommander
	}
	return r.identity
}

// may is the refusal for who may not do what asks for that access, about inc
// (zero when it concerns no incident).
func (r rights) may(a Access, inc incident.Incident) error {
	if s := entitlementOf(r.in(inc)); s.may < a || a == accessMissing {
		return refuse(s.why)
	}
	return nil
}
