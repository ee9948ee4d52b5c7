package store_test

import (
	"fmt"
	"testing"

	"firebreak/incident"
	"firebreak/store"

	gocmp "github.com/google/go-cmp/cmp"
)

// A severity that many incidents have is looked for among the newest entries
// of any, and, should none of those be of it, by incident.
func TestSeverityOfManyIncidents(t *testing.T) {
	for _, test := range []struct {
		name   string
		newer  int // entries of another severity after all those of the one asked for
		shared int // of one after each of those
	}{{"among others", 0, 2}, {"far behind others", 2100, 0}} {
		t.Run(test.name, func(t *testing.T) {
			s := fresh(t)
			update(t, s, func(tx *store.Tx) error {
				other, err := tx.OpenIncident(incident.Incident{Title: "other", Severity: incident.SEV2})
				if err != nil {
					return err
				}
				ts := 0
				say := func(n incident.Number, times int) error {
					for range times {
						ts++
						key, e := message(n, fmt.Sprintf("%d.000001", 1000+ts), "the gateway again")
						if _, _, err := tx.Record(key, e); err != nil {
							return err
						}
					}
					return nil
				}
				for range 40 {
					inc, err := tx.OpenIncident(incident.Incident{Title: "x", Severity: incident.SEV1, Private: ts%2 == 1})
					if err == nil {
						err = say(inc.Number, 3)
					}
					if err == nil {
						err = say(other.Number, test.shared)
					}
					if err != nil {
						return err
					}
				}
				return say(other.Number, test.newer)
			})
			for _, text := range []string{"gateway sev:1", "sev:1", "gateway sev:1 sev:2", "nothing sev:1"} {
				for _, who := range viewers {
					q := asked(t, text)
					want := read(t, s, func(v *store.View) ([]string, error) { return scan(v, who, q) })
					got := read(t, s, func(v *store.View) ([]string, error) { return leafed(v, who, q, 20) })
					if diff := gocmp.Diff(want, got); diff != "" {
						t.Errorf("%s by %+v: %s", text, who, diff)
					}
				}
			}
		})
	}
}
