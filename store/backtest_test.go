package store_test

import (
	"fmt"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"firebreak/incident"
	"firebreak/store"
)

// TestAlertsPageByPage gives every alert once, in order of time, then ID,
// whatever the size of a page; what is seen later is left out.
func TestAlertsPageByPage(t *testing.T) {
	s := fresh(t)
	start := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	var want []string
	update(t, s, func(tx *store.Tx) error {
		for i := range 20 {
			a := incident.Alert{ID: fmt.Sprintf("a%02d", 19-i), At: start.Add(time.Duration(-(i / 3)) * time.Minute), SeenAt: start, Raw: "über"}
			if _, err := tx.SaveAlert(a); err != nil {
				return err
			}
		}
		_, err := tx.SaveAlert(incident.Alert{ID: "later", At: start, SeenAt: start.Add(time.Second)})
		return err
	})
	for minute := 6; minute >= 0; minute-- {
		for i := 2; i >= 0; i-- {
			if n := 3*minute + i; n < 20 {
				want = append(want, fmt.Sprintf("a%02d", 19-n))
			}
		}
	}
	for _, limit := range []int{1, 3, 7, 100} {
		var got []string
		for last := (incident.Alert{}); ; {
			page := read(t, s, func(v *store.View) ([]incident.Alert, error) { return v.AlertsAfter(last, start, limit) })
			if len(page) == 0 {
				break
			}
			for _, a := range page {
				got = append(got, a.ID)
			}
			last = page[len(page)-1]
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("pages of %d (-want +got):\n%s", limit, diff)
		}
	}
	from := incident.Alert{At: start}
	page := read(t, s, func(v *store.View) ([]incident.Alert, error) { return v.AlertsAfter(from, start, 100) })
	bytes := read(t, s, func(v *store.View) (int64, error) { return v.AlertBytes(start, start) })
	if len(page) != 3 || bytes != 3*5 {
		t.Errorf("%d alerts of the last moment with %d bytes", len(page), bytes)
	}
}

// TestJudgementsAreTheNewest word on each detection.
func TestJudgementsAreTheNewest(t *testing.T) {
	s := fresh(t)
	start := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	update(t, s, func(tx *store.Tx) error {
		for i, id := range []string{"once", "twice", "never", "old"} {
			at := start.Add(time.Duration(-i) * time.Hour)
			if _, err := tx.SaveDetection(incident.Detection{ID: id, Rule: "r", At: at, Evidence: []string{id + "-alert"}}); err != nil {
				return err
			}
		}
		for _, v := range []incident.Verdict{
			{Detection: "once", By: "U1", At: start, Confirmed: true},
			{Detection: "twice", By: "U2", At: start.Add(time.Minute)},
			{Detection: "twice", By: "U1", At: start, Confirmed: true},
			{Detection: "old", By: "U1", At: start, Confirmed: true},
		} {
			if _, err := tx.SaveVerdict(v); err != nil {
				return err
			}
		}
		return nil
	})
	list := read(t, s, func(v *store.View) ([]store.Judgement, error) { return v.Judgements(start.Add(-2*time.Hour), 100) })
	got := map[string]bool{}
	for _, j := range list {
		got[j.ID+" by "+j.Evidence[0]] = j.Confirmed
	}
	if diff := gocmp.Diff(map[string]bool{"once by once-alert": true, "twice by twice-alert": false}, got); diff != "" {
		t.Errorf("judgements (-want +got):\n%s", diff)
	}
}
