package bot

import (
	"testing"

	"firebreak/incident"
)

// TestEveryCommandNamesItsAccess: a new command without one fails here.
func TestEveryCommandNamesItsAccess(t *testing.T) {
	for _, f := range forms {
		if f.access == accessMissing {
			t.Errorf("/inc %s does not say who may give it", f.words)
		}
	}
}

// TestIdentities puts people into the table's rows.
func TestIdentities(t *testing.T) {
	home := func(change func(*incident.Person)) incident.Person {
		p := incident.Person{ID: "U1", TeamID: "T1"}
		change(&p)
		return p
	}
	for _, tt := range []struct {
		person             incident.Person
		isAdmin, responder bool
		want               identity
	}{
		{home(func(*incident.Person) {}), false, false, identityMember},
		{home(func(*incident.Person) {}), false, true, identityResponder},
		{home(func(*incident.Person) {}), true, false, identityAdmin},
		{home(func(p *incident.Person) { p.Guest = true }), true, true, identityGuest},
		{home(func(p *incident.Person) { p.Bot = true }), true, true, identityRobot},
		{home(func(p *incident.Person) { p.Deactivated = true }), true, true, identityDeactivated},
		{home(func(p *incident.Person) { p.TeamID = "T2" }), true, true, identityStranger},
		{home(func(p *incident.Person) { p.Stranger = true }), true, true, identityStranger},
		{incident.Person{}, true, true, identityStranger},
	} {
		if got := identify(tt.person, "T1", tt.isAdmin, tt.responder); got != tt.want {
			t.Errorf("%+v is %q, want %q", tt.person, got, tt.want)
		}
	}
	led := incident.Incident{Commander: "U1"}
	for who, want := range map[identity]identity{identityMember: identityCommander, identityGuest: identityGuest, identityRobot: identityRobot} {
		if got := rightsOf("U1", who).in(led); got != want {
			t.Errorf("a %s with the lead is %q, want %q", who, got, want)
		}
	}
	if got := rightsOf("U2", identityMember).in(led); got != identityMember {
		t.Errorf("somebody else is %q", got)
	}
	if err := (rights{user: "U1"}).may(AccessAnybody, led); err == nil {
		t.Error("somebody nobody has identified may something")
	}
}
