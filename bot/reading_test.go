package bot

import (
	"fmt"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// TestLateNewsIsNews: what was told while somebody was away is in their
// catch-up, however long ago it happened and however much has happened since.
func TestLateNewsIsNews(t *testing.T) {
	st := openStore(t)
	note := func(tx *store.Tx, key string, at time.Time) (incident.Entry, error) {
		e, _, err := tx.Record(key, incident.Entry{Incident: 1, Kind: incident.KindNote, OccurredAt: at, Text: key, Actor: incident.Actor{ID: "U0ANN", Kind: incident.ActorUser}})
		return e, err
	}
	var away time.Time
	var dropped incident.Entry
	write(t, st, func(tx *store.Tx) error {
		if _, err := tx.OpenIncident(incident.Incident{Title: "long"}); err != nil {
			return err
		}
		for i := range 20 * catchupShown {
			e, err := note(tx, fmt.Sprintf("note %d", i), renderThen.Add(time.Duration(i)*time.Minute))
			if err != nil {
				return err
			}
			away = e.RecordedAt
		}
		return nil
	})
	write(t, st, func(tx *store.Tx) (err error) {
		if _, err = note(tx, "how they came in", renderThen.Add(-time.Hour)); err != nil {
			return err
		}
		dropped, err = note(tx, "lunch", renderThen)
		if err != nil {
			return err
		}
		_, err = tx.Drop(dropped.ID, true, "U0ANN", "", renderThen)
		return err
	})
	write(t, st, func(tx *store.Tx) error {
		told, err := toldSince(&tx.View, 1, away)
		if err == nil && (len(told) != 1 || told[0].Text != "how they came in") {
			t.Errorf("told of %+v", told)
		}
		return err
	})
}

// TestPinsThatStand: what was taken off the timeline takes no place among the
// last pins, and does not count.
func TestPinsThatStand(t *testing.T) {
	st := openStore(t)
	write(t, st, func(tx *store.Tx) error {
		inc, err := tx.OpenIncident(incident.Incident{Title: "pinned"})
		if err != nil {
			return err
		}
		for i := range 2 * statusPins {
			key := fmt.Sprintf("test:%d", i)
			e, _, err := tx.Record(key, incident.Entry{Incident: 1, Kind: incident.KindNote, OccurredAt: renderThen.Add(time.Duration(i) * time.Minute), Text: key})
			if err != nil {
				return err
			}
			if _, err := tx.SetPin(1, key, incident.Pin{By: "U0ANN", At: renderThen, Emoji: "pushpin"}, true, ""); err != nil {
				return err
			}
			if i > 0 {
				if _, err := tx.Drop(e.ID, true, "U0ANN", "", renderThen); err != nil {
					return err
				}
			}
		}
		s, err := standingOf(&tx.View, inc)
		if err == nil && (len(s.Pins) != 1 || s.Pins[0].Text != "test:0" || s.Pinned != 1) {
			t.Errorf("%d pins: %+v", s.Pinned, s.Pins)
		}
		return err
	})
}
