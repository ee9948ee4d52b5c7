package store_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"firebreak/incident"
	"firebreak/store"

	"github.com/google/go-cmp/cmp"
)

// TestRecordGivesWhatIsRead: an entry of which nothing else is known is
// neither read back nor settled. What Record gives, what a read gives, what
// search finds and what a rebuild makes of the log are the same all the same.
func TestRecordGivesWhatIsRead(t *testing.T) {
	user := incident.Actor{ID: "U1", Name: "sam\xff", Kind: incident.ActorUser}
	tests := map[string]incident.Entry{
		"message":     {Kind: incident.KindMessage, Actor: user, Text: "needle in the hay", Source: incident.Source{System: "slack", Channel: "C1", TS: "1.000001"}},
		"known actor": {Kind: incident.KindMessage, Actor: incident.Actor{ID: "U2", Name: "old name", Kind: incident.ActorUser}, Text: "needle"},
		"bot of that id": {
			Kind: incident.KindAlert, Actor: incident.Actor{ID: "U2", Name: "siem", Kind: incident.ActorBot}, Text: "needle from 203.0.113.7",
		},
		"no text":       {Kind: incident.KindStatus, Actor: user},
		"no UTF-8":      {Kind: incident.KindNote, Actor: user, Text: "needle \xff\xfe", Source: incident.Source{Permalink: "https://x/\xff"}},
		"data":          {Kind: incident.KindPage, Text: "needle", Data: map[string]any{"n": math.MaxInt64, "s": "\xff<", "l": []string{"a"}, "m": map[string]int{"x": 1}}},
		"no data":       {Kind: incident.KindPage, Text: "needle", Data: map[string]any{}},
		"search itself": {Kind: incident.KindCommand, Actor: user, Text: "/inc find needle", Data: map[string]any{"verb": "find"}},
		"adversary":     {Kind: incident.KindDetection, Lane: incident.LaneAdversary, Text: "needle"},
		"file":          {Kind: incident.KindMessage, Actor: user, Text: "needle", Files: []incident.File{{ID: "F1", Name: "needle.log"}}},
	}
	for name, e := range tests {
		for _, private := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, private %t", name, private), func(t *testing.T) {
				s := fresh(t)
				inc := openIncident(t, s, incident.Incident{Title: "x", Private: private})
				update(t, s, func(tx *store.Tx) error {
					return tx.SavePerson(incident.Person{ID: "U2", Name: "new name"})
				})
				e.Incident, e.OccurredAt = inc.Number, noon
				var given incident.Entry
				update(t, s, func(tx *store.Tx) (err error) {
					given, _, err = tx.Record("key", e)
					return err
				})
				read, found := readBack(t, s), search(t, s, incident.Operator(), "needle")
				if diff := cmp.Diff(read, given); diff != "" {
					t.Error("what Record gave is not what is read:", diff)
				}
				if err := s.Rebuild(t.Context()); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(readBack(t, s), read); diff != "" {
					t.Error("the log says something else:", diff)
				}
				if diff := cmp.Diff(search(t, s, incident.Operator(), "needle"), found); diff != "" {
					t.Error("search finds something else after a rebuild:", diff)
				}
				if hits := len(found); hits == 0 != (name == "no text" || name == "search itself") {
					t.Errorf("search finds %d", hits)
				}
			})
		}
	}
}

func readBack(t *testing.T, s *store.Store) (e incident.Entry) {
	t.Helper()
	if err := s.View(context.Background(), func(v *store.View) (err error) {
		e, err = v.EntryByKey("key")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return e
}
