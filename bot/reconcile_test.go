package bot

import (
	"testing"
	"testing/synctest"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// TestWhatComesWithTheComparisonIsNotGone: a message that was recorded in the
// microsecond in which the comparison began is not in the history that was
// read, and has not been deleted.
func TestWhatComesWithTheComparisonIsNotGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := openStore(t)
		b := newBot(t, st)
		pause(t.Context(), 400) // the clock stands within a microsecond
		started := nowUTC()
		write(t, st, func(tx *store.Tx) error {
			inc, err := tx.OpenIncident(incident.Incident{Title: "x", Severity: incident.SEV3, Status: incident.StatusOpen, OpenedAt: time.Now()})
			if err != nil {
				return err
			}
			inc.Channel = incident.Channel{ID: "C1", Name: "inc-1-x"}
			if err := tx.SaveIncident(inc); err != nil {
				return err
			}
			key := messageKey(b.home(), "C1", "946684800.000000")
			_, _, err = tx.Record(key, incident.Entry{
				Incident: inc.Number, Kind: incident.KindMessage, Lane: incident.LaneResponder, OccurredAt: started.Truncate(time.Second),
				Text: "just said", Source: incident.Source{System: "slack", Channel: "C1", TS: "946684800.000000"},
			})
			if err != nil {
				return err
			}
			entries, err := tx.Entries(incident.Operator(), inc.Number, store.Filter{})
			if err != nil {
				return err
			}
			p := &pass{b: b, inc: inc, started: started, whole: true}
			if err := p.inferDeletions(tx, entries, ""); err != nil {
				return err
			}
			e, err := tx.EntryByKey(key)
			if e.Deleted {
				t.Error("a message recorded as the comparison began counts as deleted")
			}
			return err
		})
	})
}
