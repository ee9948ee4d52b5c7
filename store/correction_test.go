package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
	"firebreak/store"
)

// corrected is an entry with what its reader sees of corrections.
type corrected struct {
	Text    string
	At      time.Duration // since noon
	Dropped bool
	Found   bool // by its first word
	Edits   int  // revisions of responders
}

func TestCorrectionsAreTakenBackInTurn(t *testing.T) {
	s := fresh(t)
	inc := openIncident(t, s, incident.Incident{Title: "x"})
	key, e := message(inc.Number, "1.000001", "alpha said")
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	var rec incident.Entry
	update(t, s, func(tx *store.Tx) (err error) {
		rec, _, err = tx.Record(key, e)
		return err
	})
	edit := func(by, text string, occurred time.Time, when int) func(*store.Tx) error {
		return func(tx *store.Tx) error {
			return tx.Edit(rec.ID, incident.Revision{At: at(when), By: by, Text: text, OccurredAt: occurred})
		}
	}
	drop := func(by string, dropped bool, when int) func(*store.Tx) error {
		return func(tx *store.Tx) error { return must(tx.Drop(rec.ID, dropped, by, "noise", at(when))) }
	}
	undo := func(by string, when int) func(*store.Tx) error {
		return func(tx *store.Tx) error {
			c, err := tx.LastCorrection(inc.Number, by)
			if err != nil {
				return err
			}
			return tx.Undo(c, by, at(when))
		}
	}
	for _, step := range []struct {
		name string
		do   func(*store.Tx) error
		want corrected
	}{
		{"edited", edit("U1", "alpha meant", at(-10), 1), corrected{"alpha meant", -10 * time.Minute, false, true, 1}},
		{"edited again", edit("U1", "alpha really meant", at(-5), 2), corrected{"alpha really meant", -5 * time.Minute, false, true, 2}},
		{"dropped by another", drop("U2", true, 3), corrected{"alpha really meant", -5 * time.Minute, true, false, 2}},
		{"taken back the second", undo("U1", 4), corrected{"alpha meant", -10 * time.Minute, true, false, 3}},
		{"put back", undo("U2", 5), corrected{"alpha meant", -10 * time.Minute, false, true, 3}},
		{"edited in Slack beneath", func(tx *store.Tx) error {
			return must(tx.AddVersion(inc.Number, key, store.Version{At: at(6), By: "U1", Text: "alpha rewrote"}))
		}, corrected{"alpha meant", -10 * time.Minute, false, true, 3}},
		{"taken back the first", undo("U1", 7), corrected{"alpha rewrote", 0, false, true, 4}},
		{"dropped", drop("U1", true, 8), corrected{"alpha rewrote", 0, true, false, 4}},
		{"put back by hand", drop("U2", false, 9), corrected{"alpha rewrote", 0, false, true, 4}},
	} {
		update(t, s, step.do)
		for _, again := range []string{"", " rebuilt"} {
			if again != "" {
				if err := s.Rebuild(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			got := byKey(t, s, key)
			is := corrected{Text: got.Text, At: got.OccurredAt.Sub(noon), Dropped: got.Dropped, Found: len(search(t, s, incident.Operator(), "alpha")) == 1}
			for _, r := range got.Revisions {
				if r.Via == "responder" {
					is.Edits++
				}
			}
			if diff := cmp.Diff(step.want, is); diff != "" {
				t.Errorf("%s%s (-want +got):\n%s", step.name, again, diff)
			}
		}
	}
	for _, by := range []string{"U3"} {
		if err := s.Update(t.Context(), undo(by, 10)); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s has nothing to take back: %v", by, err)
		}
	}
	// What was dropped already is not dropped again.
	update(t, s, func(tx *store.Tx) error {
		changed, err := tx.Drop(rec.ID, false, "U2", "", at(11))
		if changed {
			t.Error("it was back already")
		}
		return err
	})
}
