package slack

import (
	"testing"
	"testing/synctest"

	"firebreak/incident"

	"github.com/google/go-cmp/cmp"
)

func TestPerson(t *testing.T) {
	for _, c := range []struct {
		user string
		want incident.Person
	}{
		{
			`{"id":"U1","team_id":"T1","name":"sam","real_name":"Sam Vimes","tz":"Europe/Paris","profile":{"display_name":"vimes","email":"sam@example.com","fields":[]}}`,
			incident.Person{ID: "U1", TeamID: "T1", Name: "vimes", Email: "sam@example.com", TZ: "Europe/Paris"},
		},
		{
			`{"id":"U2","name":"old","deleted":true,"profile":{"display_name":"","real_name":"Old Hand"}}`,
			incident.Person{ID: "U2", Name: "Old Hand", Deactivated: true},
		},
		{`{"id":"U3","name":"g","is_ultra_restricted":true,"is_stranger":true}`, incident.Person{ID: "U3", Name: "g", Guest: true, Stranger: true}},
		{`{"id":"U4","name":"b","is_bot":true,"is_restricted":true}`, incident.Person{ID: "U4", Name: "b", Bot: true, Guest: true}},
		{`{"id":"USLACKBOT","name":"slackbot","is_bot":false}`, incident.Person{ID: "USLACKBOT", Name: "slackbot", Bot: true}},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t)
			f.on("users.info", says(`{"ok":true,"user":`+c.user+`}`))
			got, err := f.client.Person(t.Context(), c.want.ID)
			if d := cmp.Diff(c.want, got); d != "" || err != nil {
				t.Errorf("Person: %v (-want +got):\n%s", err, d)
			}
		})
	}
}

func TestNobodyWithThisEmail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("users.lookupByEmail", says(`{"ok":false,"error":"users_not_found"}`))
		_, err := f.client.PersonByEmail(t.Context(), "x@example.com")
		if incident.CodeOf(err) != "users_not_found" || incident.OutcomeOf(err) != incident.OutcomeRefused {
			t.Errorf("PersonByEmail = %v", err)
		}
	})
}

func TestGroupMembers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("usergroups.users.list", says(`{"ok":true,"users":["U1","U2"]}`))
		got, err := f.client.GroupMembers(t.Context(), "S1")
		if d := cmp.Diff([]string{"U1", "U2"}, got); d != "" || err != nil {
			t.Errorf("GroupMembers: %v (-want +got):\n%s", err, d)
		}
	})
}
