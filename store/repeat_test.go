package store_test

import (
	"errors"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// An alert that repeats an entry is counted there once, whenever it comes: in
// the log, so that a rebuild knows it too, and without a revision.
func TestRepeatsAreCountedAtTheirEntry(t *testing.T) {
	s := fresh(t)
	alert := func(id string, minute int) incident.Alert {
		return incident.Alert{ID: id, At: noon.Add(time.Duration(minute) * time.Minute), SeenAt: noon, Fingerprint: "f", Incident: 1}
	}
	first := alert("a", 0)
	update(t, s, func(tx *store.Tx) error {
		if _, err := tx.OpenIncident(incident.Incident{Title: "x"}); err != nil {
			return err
		}
		for _, a := range []incident.Alert{first, alert("b", 5), alert("c", 9), alert("d", -3)} {
			if _, err := tx.SaveAlert(a); err != nil {
				return err
			}
		}
		_, _, err := tx.Record("alert:INC-1:a", incident.Entry{Incident: 1, Kind: incident.KindAlert, OccurredAt: noon, Text: "t", Data: map[string]any{"alert": "a"}})
		return err
	})
	update(t, s, func(tx *store.Tx) error {
		for _, a := range []incident.Alert{alert("c", 9), alert("b", 5), alert("c", 9), alert("d", -3)} {
			told, err := tx.AlertTold(1, a, time.Hour)
			if err != nil || told.ID != "a" {
				t.Errorf("%s repeats %q, %v", a.ID, told.ID, err)
			}
			if _, err := tx.Repeat(1, "alert:INC-1:"+told.ID, a); err != nil {
				return err
			}
		}
		if _, err := tx.AlertTold(1, alert("b", 61), time.Hour); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("61 minutes later: %v", err)
		}
		return nil
	})
	want := map[string]any{
		"alert": "a", "repeats": 3, "repeated_until": "2026-11-22T12:09:00.000000Z", "repeated_since": "2026-11-22T11:57:00.000000Z",
	}
	data := func(v *store.View) (map[string]any, error) {
		e, err := v.EntryByKey("alert:INC-1:a")
		if len(e.Revisions) > 0 || !e.OccurredAt.Equal(noon) {
			t.Errorf("the entry: %+v", e)
		}
		return e.Data, err
	}
	same(t, s, "data", want, data)
	if err := s.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	same(t, s, "data after a rebuild", want, data)
}

// The same event told twice is kept twice and found once.
func TestCopiesOfAlertsAreNotFound(t *testing.T) {
	s := fresh(t)
	host := incident.Entity{Type: incident.EntityHost, Value: "h"}
	first := incident.Alert{ID: "slack#0", At: noon, SeenAt: noon, Event: "e", Entities: []incident.Entity{host}}
	again := first
	again.ID = "sent#0"
	for _, a := range []incident.Alert{first, again, first, again} {
		update(t, s, func(tx *store.Tx) error { return must(tx.SaveAlert(a)) })
	}
	same(t, s, "alerts", []incident.Alert{first}, func(v *store.View) ([]incident.Alert, error) { return v.AlertsWith(host, noon, noon) })
	same(t, s, "copy", again, func(v *store.View) (incident.Alert, error) { return v.Alert("sent#0") })
	same(t, s, "original", first, func(v *store.View) (incident.Alert, error) { return v.OriginalAlert(again) })
}

// What an incident is about leads to it for a day before and after; closed
// ones are left out.
func TestOpenIncidentsAboutAnEntity(t *testing.T) {
	s := fresh(t)
	host := incident.Entity{Type: incident.EntityHost, Value: "h"}
	update(t, s, func(tx *store.Tx) error {
		for n := incident.Number(1); n <= 3; n++ {
			inc, err := tx.OpenIncident(incident.Incident{Title: "x"})
			if err != nil {
				return err
			}
			a := incident.Alert{ID: inc.Number.String(), Incident: n, At: noon.Add(time.Duration(n) * time.Hour), Entities: []incident.Entity{host}, Attached: true}
			if _, err := tx.SaveAlert(a); err != nil {
				return err
			}
			for _, want := range []int{1, 0} {
				if news, err := tx.SaveAbout(n, a); err != nil || len(news) != want {
					t.Errorf("news %v, %v; want %d", news, err, want)
				}
			}
			if a, err = tx.Alert(a.ID); err != nil || a.Attached {
				t.Errorf("%+v, %v", a, err)
			}
			if n == 2 {
				inc.Status = incident.StatusClosed
				if err := tx.SaveIncident(inc); err != nil {
					return err
				}
			}
		}
		return nil
	})
	about := func(hours, limit int, want ...incident.Number) {
		t.Helper()
		same(t, s, "about", want, func(v *store.View) ([]incident.Number, error) {
			return v.OpenAbout(host, noon.Add(time.Duration(hours)*time.Hour), 24*time.Hour, limit)
		})
	}
	about(4, 5, 3, 1)
	about(4, 1, 3)
	about(26, 5, 3)
	about(-22, 5, 1)
	about(-24, 5)
	same(t, s, "days", 1, func(v *store.View) (int, error) { return v.DaysWith(host, noon.Add(40*time.Hour), 14, 9) })
}
