package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// keepDetection keeps a detection of a rule about an account.
func keepDetection(t *testing.T, s *store.Store, id, rule, account string, at time.Time, h incident.Handling) incident.Detection {
	t.Helper()
	d := incident.Detection{
		ID: id, Rule: rule, Title: "t", Level: "high", At: at, Count: 1, Handling: h, Why: "w", DedupKey: "k" + id,
		Group: incident.Entity{Type: incident.EntityAccount, Value: account},
	}
	update(t, s, func(tx *store.Tx) error { return must(tx.SaveDetection(d)) })
	return d
}

// judge keeps a verdict and wants it to be news or not.
func judge(t *testing.T, s *store.Store, v incident.Verdict, news bool) {
	t.Helper()
	update(t, s, func(tx *store.Tx) error {
		got, err := tx.SaveVerdict(v)
		if got != news {
			t.Errorf("%+v: news %t", v, got)
		}
		return err
	})
}

func TestTheNewestVerdictCounts(t *testing.T) {
	s := fresh(t)
	keepDetection(t, s, "d", "r", "ada", noon, incident.HandlingTold)
	get := func(v *store.View) (incident.Verdict, error) { return v.Verdict("d") }
	if err := s.View(t.Context(), func(v *store.View) error { return must(get(v)) }); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nobody has judged: %v", err)
	}
	kim := incident.Verdict{Detection: "d", By: "UKIM", At: noon, Confirmed: true}
	judge(t, s, kim, true)
	judge(t, s, kim, false)
	sam := incident.Verdict{Detection: "d", By: "USAM", At: noon.Add(time.Minute), Reason: "a scanner"}
	judge(t, s, sam, true)
	same(t, s, "newest", sam, get)
	same(t, s, "both", []incident.Verdict{sam, kim}, func(v *store.View) ([]incident.Verdict, error) { return v.Verdicts("d") })
	again := kim
	again.At = noon.Add(time.Hour) // kim insists
	judge(t, s, again, true)
	same(t, s, "kim insists", again, get)
	again.Confirmed, again.At = false, noon.Add(2*time.Hour)
	judge(t, s, again, true)
	same(t, s, "kim's other mind", again, get)
	late := incident.Verdict{Detection: "d", By: "UKIM", At: noon.Add(time.Second), Confirmed: true}
	judge(t, s, late, false) // an older click that is handled later
	same(t, s, "the later word", again, get)
	if err := s.Update(t.Context(), func(tx *store.Tx) error { return must(tx.SaveVerdict(incident.Verdict{Detection: "none", By: "U"})) }); err == nil {
		t.Error("a verdict on nothing was kept")
	}
}

func TestRecordsOfRules(t *testing.T) {
	s := fresh(t)
	for i, h := range []incident.Handling{incident.HandlingTold, incident.HandlingTold, incident.HandlingSuppressed, incident.HandlingHint, incident.HandlingShadow} {
		keepDetection(t, s, fmt.Sprint("a", i), "a", "ada", noon.Add(time.Duration(i)*time.Hour), h)
	}
	keepDetection(t, s, "old", "a", "ada", noon.Add(-time.Hour), incident.HandlingTold)
	b := keepDetection(t, s, "b", "b", "bob", noon, incident.HandlingTold)
	judge(t, s, incident.Verdict{Detection: "a0", By: "U1", At: noon, Confirmed: true}, true)
	judge(t, s, incident.Verdict{Detection: "a0", By: "U2", At: noon.Add(1)}, true)
	last := incident.Verdict{Detection: "a0", By: "U3", At: noon.Add(time.Second), Confirmed: true, Reason: "why"}
	judge(t, s, last, true)
	judge(t, s, incident.Verdict{Detection: "a4", By: "U1", At: noon}, true)
	judge(t, s, incident.Verdict{Detection: "old", By: "U1", At: noon}, true)
	same(t, s, "records", []incident.Record{
		{Rule: "a", Told: 2, Shadow: 1, Suppressed: 1, Hints: 1, Confirmed: 1, False: 1, OnTrial: true},
		{Rule: "b", Told: 1},
	}, func(v *store.View) ([]incident.Record, error) { return v.Records(noon) })
	judged := read(t, s, func(v *store.View) ([]incident.Judged, error) { return v.JudgedDetections("a", noon) })
	if len(judged) != 2 || judged[0].ID != "a4" || judged[0].Handling != incident.HandlingShadow || judged[0].Verdict.Confirmed ||
		judged[1].ID != "a0" || judged[1].Verdict != last || judged[1].Group.Value != "ada" || judged[1].Rule != "a" {
		t.Errorf("judged: %+v", judged)
	}
	same(t, s, "all that was told lately", []incident.Detection{b}, func(v *store.View) ([]incident.Detection, error) {
		list, err := v.DetectionsHandled(noon, 9, incident.HandlingTold)
		return list[len(list)-1:], err
	})
	kept := read(t, s, func(v *store.View) ([]incident.Detection, error) {
		return v.DetectionsHandled(noon, 2, incident.HandlingHint, incident.HandlingSuppressed, incident.HandlingShadow)
	})
	if len(kept) != 2 || kept[0].ID != "a4" || kept[1].ID != "a3" {
		t.Errorf("kept: %+v", kept)
	}
}

func TestSuppressionsHoldUntilTheyEnd(t *testing.T) {
	s := fresh(t)
	d := keepDetection(t, s, "d", "r", "ada", noon, incident.HandlingSuppressed)
	mute := incident.Suppression{
		Rule: "r", Group: d.Group, Detection: "d", Owner: "UKIM", Reason: "a scanner", CreatedAt: noon, ExpiresAt: noon.Add(time.Hour),
	}
	all := mute
	all.Group, all.ExpiresAt = incident.Entity{}, noon.Add(2*time.Hour)
	for _, m := range []*incident.Suppression{&mute, &all} {
		update(t, s, func(tx *store.Tx) (err error) { *m, err = tx.AddSuppression(*m); return err })
	}
	if mute.ID != 1 || all.ID != 2 {
		t.Errorf("numbers %d and %d", mute.ID, all.ID)
	}
	same(t, s, "one", mute, func(v *store.View) (incident.Suppression, error) { return v.Suppression(1) })
	at := func(d time.Duration) func(v *store.View) ([]incident.Suppression, error) {
		return func(v *store.View) ([]incident.Suppression, error) { return v.SuppressionsOf("r", noon.Add(d)) }
	}
	same(t, s, "before", nil, at(-time.Second))
	same(t, s, "during", []incident.Suppression{mute, all}, at(0))
	same(t, s, "after the first", []incident.Suppression{all}, at(time.Hour))
	same(t, s, "of another rule", nil, func(v *store.View) ([]incident.Suppression, error) { return v.SuppressionsOf("q", noon) })
	ended := func(v *store.View) ([]incident.Suppression, error) {
		return v.SuppressionsEnded(noon, noon.Add(3*time.Hour))
	}
	same(t, s, "ended", []incident.Suppression{mute, all}, ended)
	lift := func(want bool) {
		update(t, s, func(tx *store.Tx) error {
			done, err := tx.LiftSuppression(2, "USAM", noon.Add(time.Minute))
			if done != want {
				t.Errorf("lifted %t", done)
			}
			return err
		})
	}
	lift(true)
	lift(false)
	all.LiftedAt, all.LiftedBy = noon.Add(time.Minute), "USAM"
	same(t, s, "lifted", all, func(v *store.View) (incident.Suppression, error) { return v.Suppression(2) })
	same(t, s, "in force", []incident.Suppression{mute}, func(v *store.View) ([]incident.Suppression, error) { return v.Suppressions(noon.Add(time.Minute)) })
	same(t, s, "ended by themselves", []incident.Suppression{mute}, ended)

	keepDetection(t, s, "e", "r", "ada", noon, incident.HandlingSuppressed)
	update(t, s, func(tx *store.Tx) error {
		return errors.Join(tx.Hide("d", 1, noon), tx.Hide("e", 1, noon.Add(time.Second)), tx.Hide("e", 2, noon.Add(time.Minute)))
	})
	err := s.View(t.Context(), func(v *store.View) error {
		for id, want := range map[int64]int{1: 2, 2: 0} {
			n, last, err := v.Hidden(id)
			if err != nil || n != want || (n == 2 && !last.Equal(noon.Add(time.Second))) {
				t.Errorf("suppression %d hid %d until %s, %v", id, n, last, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestWhoSeesADetection: what has no incident of its own is hidden from who
// may not see an incident of its evidence.
func TestWhoSeesADetection(t *testing.T) {
	s := fresh(t)
	secret := openIncident(t, s, incident.Incident{Title: "x", Private: true, Channel: incident.Channel{ID: "C1", Name: "inc-1"}})
	public := openIncident(t, s, incident.Incident{Title: "y"})
	update(t, s, func(tx *store.Tx) error { return tx.SetMembers("C1", []string{"USAM"}) })
	for id, n := range map[string]incident.Number{"loose": 0, "public": public.Number, "secret": secret.Number} {
		update(t, s, func(tx *store.Tx) error { return must(tx.SaveAlert(incident.Alert{ID: id, Incident: n, At: noon})) })
	}
	sam, kim := incident.Viewer{User: "USAM", Responder: true}, incident.Viewer{User: "UKIM", Responder: true}
	for _, tt := range []struct {
		d        incident.Detection
		sam, kim bool
	}{
		{incident.Detection{}, true, true},
		{incident.Detection{Evidence: []string{"loose", "public", "gone"}}, true, true},
		{incident.Detection{Evidence: []string{"loose", "secret"}}, true, false},
		{incident.Detection{Incident: secret.Number}, true, false},
		{incident.Detection{Incident: public.Number, Evidence: []string{"secret"}}, true, true},
	} {
		for who, want := range map[incident.Viewer]bool{sam: tt.sam, kim: tt.kim, incident.Operator(): true} {
			if got := read(t, s, func(v *store.View) (bool, error) { return v.Sees(who, tt.d) }); got != want {
				t.Errorf("%+v of %+v: %t", who, tt.d, got)
			}
		}
	}
}
