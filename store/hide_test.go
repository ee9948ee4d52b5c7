package store_test

import (
	"testing"

	"firebreak/incident"
	"firebreak/store"
)

// TestHide: no_entry keeps a message out while anybody's stands there, whether
// it comes before the message or after it and in whatever order, and a rebuild
// makes the same of the log.
func TestHide(t *testing.T) {
	type op struct {
		by, order string
		on        bool
		changed   bool
	}
	for name, test := range map[string]struct {
		ops  []op
		want bool
	}{
		"on":                    {[]op{{"U1", "1.000001", true, true}}, true},
		"on, off":               {[]op{{"U1", "1.000001", true, true}, {"U1", "2.000001", false, true}}, false},
		"off told first":        {[]op{{"U1", "2.000001", false, false}, {"U1", "1.000001", true, false}}, false},
		"told twice":            {[]op{{"U1", "1.000001", true, true}, {"U1", "1.000001", true, false}}, true},
		"one of two taken back": {[]op{{"U1", "1.000001", true, true}, {"U2", "2.000001", true, true}, {"U1", "3.000001", false, true}}, true},
		"of one order on wins":  {[]op{{"U1", "1.000001", false, false}, {"U1", "1.000001", true, true}}, true},
	} {
		for _, first := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				s := fresh(t)
				inc := openIncident(t, s, incident.Incident{Title: "x"})
				key, e := message(inc.Number, "1.000001", "text")
				record := func() { update(t, s, func(tx *store.Tx) error { return must2(tx.Record(key, e)) }) }
				if first {
					record()
				}
				for i, o := range test.ops {
					update(t, s, func(tx *store.Tx) error {
						changed, err := tx.SetHide(inc.Number, key, incident.Pin{By: o.by, At: noon, Emoji: "no_entry"}, o.on, o.order)
						if changed != o.changed {
							t.Errorf("%d changed %t", i, changed)
						}
						return err
					})
				}
				if !first {
					record()
				}
				check := func() {
					t.Helper()
					if got := byKey(t, s, key); got.Hidden != test.want || got.Pinned() {
						t.Errorf("hidden %t, pinned %t", got.Hidden, got.Pinned())
					}
					if got := read(t, s, func(v *store.View) ([]incident.Pin, error) { return v.HidesOf(key) }); len(got) > 0 != test.want {
						t.Errorf("kept out by %v", got)
					}
				}
				check()
				if err := s.Rebuild(t.Context()); err != nil {
					t.Fatal(err)
				}
				check()
			})
		}
	}
}
