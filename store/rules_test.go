package store_test

import (
	"fmt"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"firebreak/incident"
	"firebreak/store"
)

// TestUnexaminedKeepsItsPlaces: places are never given twice, also once the
// queue has been empty.
func TestUnexaminedKeepsItsPlaces(t *testing.T) {
	s := fresh(t)
	queue := func(id string) {
		update(t, s, func(tx *store.Tx) error {
			if _, err := tx.SaveAlert(incident.Alert{ID: id, Raw: "raw " + id}); err != nil {
				return err
			}
			return tx.QueueAlert(id)
		})
	}
	for i := range 3 {
		queue(fmt.Sprintf("a%d", i))
	}
	after := func(place int64, limit int) (found []string) {
		list := read(t, s, func(v *store.View) ([]store.Unexamined, error) { return v.Unexamined(place, limit) })
		for _, u := range list {
			found = append(found, fmt.Sprintf("%d %s %s", u.Place, u.Alert.ID, u.Alert.Raw))
		}
		return found
	}
	if diff := gocmp.Diff([]string{"2 a1 raw a1"}, after(1, 1)); diff != "" {
		t.Errorf("behind 1 (-want +got):\n%s", diff)
	}
	update(t, s, func(tx *store.Tx) error { return tx.DropQueued(3) })
	queue("a3")
	if diff := gocmp.Diff([]string{"4 a3 raw a3"}, after(0, 10)); diff != "" {
		t.Errorf("after the queue was empty (-want +got):\n%s", diff)
	}
	if last := read(t, s, (*store.View).LastQueued); last != 4 {
		t.Errorf("the last place is %d", last)
	}
	if n := read(t, s, func(v *store.View) (int, error) { return v.Queued(3) }); n != 1 {
		t.Errorf("%d wait", n)
	}
}

// TestSightings are taken in order of time, then alert, once they are due, and
// forgotten by age and number once they were taken.
func TestSightings(t *testing.T) {
	s := fresh(t)
	noon := time.Date(2026, 9, 7, 12, 0, 0, 0, time.UTC)
	update(t, s, func(tx *store.Tx) error {
		for i, at := range []int{30, 10, 20, 10, 40} {
			id := fmt.Sprintf("a%d", i)
			if _, err := tx.SaveAlert(incident.Alert{ID: id}); err != nil {
				return err
			}
			x := store.Sighting{At: noon.Add(time.Duration(at) * time.Second), Alert: id, SeenAt: noon.Add(time.Duration(i) * time.Minute), Found: "[]"}
			for range 2 { // once is enough
				if err := tx.SaveSighting(x); err != nil {
					return err
				}
			}
		}
		return nil
	})
	due := read(t, s, func(v *store.View) (time.Time, error) { return v.SightingsDue(noon.Add(2 * time.Minute)) })
	if want := noon.Add(30 * time.Second); !due.Equal(want) {
		t.Errorf("due up to %s, want %s", due, want)
	}
	names := func(list []store.Sighting) (names []string) {
		for _, x := range list {
			names = append(names, x.Alert)
		}
		return names
	}
	waiting := read(t, s, func(v *store.View) ([]store.Sighting, error) { return v.WaitingSightings(due, 3) })
	if diff := gocmp.Diff([]string{"a1", "a3", "a2"}, names(waiting)); diff != "" {
		t.Errorf("waiting (-want +got):\n%s", diff)
	}
	between := read(t, s, func(v *store.View) ([]store.Sighting, error) {
		return v.Sightings(waiting[0], store.Sighting{At: due, Alert: "a0"}, 10)
	})
	if diff := gocmp.Diff([]string{"a3", "a2", "a0"}, names(between)); diff != "" {
		t.Errorf("between (-want +got):\n%s", diff)
	}
	var forgotten int
	update(t, s, func(tx *store.Tx) error {
		for _, x := range waiting {
			if err := tx.SettleSighting(x); err != nil {
				return err
			}
		}
		var err error
		forgotten, err = tx.ForgetSightings(noon.Add(15*time.Second), 2)
		return err
	})
	left := read(t, s, func(v *store.View) ([]store.Sighting, error) {
		return v.Sightings(store.Sighting{}, store.Sighting{At: noon.Add(time.Hour)}, 10)
	})
	if diff := gocmp.Diff([]string{"a0", "a4"}, names(left)); diff != "" || forgotten != 1 {
		t.Errorf("%d forgotten for room, left (-want +got):\n%s", forgotten, diff)
	}
}
