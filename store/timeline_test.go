package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/store"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestRecordIsOncePerKey(t *testing.T) {
	s := fresh(t)
	inc := openIncident(t, s, incident.Incident{Title: "x"})
	e := incident.Entry{
		Incident: inc.Number, Kind: incident.KindPage, OccurredAt: noon.Add(1234 * time.Nanosecond), Text: "page",
		Actor: incident.Actor{ID: "PD", Name: "PagerDuty", Kind: incident.ActorSystem},
		Data:  map[string]any{"page": "P1", "list": []any{"a", 1.5, nil}},
		Files: []incident.File{{ID: "F1", Name: "log.txt", Size: 3}},
	}
	var first, again incident.Entry
	update(t, s, func(tx *store.Tx) (err error) {
		var fresh bool
		if first, fresh, err = tx.Record("pd:1", e); !fresh {
			t.Error("not fresh at first")
		}
		return err
	})
	e.Text = "something else"
	update(t, s, func(tx *store.Tx) (err error) {
		var fresh bool
		if again, fresh, err = tx.Record("pd:1", e); fresh {
			t.Error("fresh again")
		}
		return err
	})
	if diff := cmp.Diff(first, again); diff != "" {
		t.Error(diff)
	}
	want := incident.Entry{
		ID: first.ID, Incident: 1, N: 1, Kind: incident.KindPage, Lane: incident.LaneResponder,
		OccurredAt: noon.Add(time.Microsecond), RecordedAt: first.RecordedAt, Actor: e.Actor, Text: "page", Data: e.Data, Files: e.Files,
	}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Error(diff)
	}
	if len(first.ID) < 20 || first.RecordedAt.IsZero() {
		t.Errorf("id %q, recorded %v", first.ID, first.RecordedAt)
	}
	if err := s.Update(t.Context(), func(tx *store.Tx) error { return must2(tx.Record("x", incident.Entry{Incident: 9})) }); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("entry of no incident: %v", err)
	}
}

func TestLabelsAreNeverReused(t *testing.T) {
	s := fresh(t)
	inc := openIncident(t, s, incident.Incident{Title: "x"})
	record := func(ts string, fail error) error {
		key, e := message(inc.Number, ts, ts)
		return s.Update(t.Context(), func(tx *store.Tx) error {
			if err := must2(tx.Record(key, e)); err != nil {
				return err
			}
			return fail
		})
	}
	for i, fail := range []error{nil, errors.New("undone"), nil} {
		if err := record(fmt.Sprintf("%d.000001", i+1), fail); !errors.Is(err, fail) {
			t.Fatal(err)
		}
	}
	update(t, s, func(tx *store.Tx) error { return must(tx.MarkDeleted(inc.Number, "slack:T1:C1:3.000001", noon, "U1")) })
	if err := record("4.000001", nil); err != nil {
		t.Fatal(err)
	}
	var labels []int
	for _, e := range timeline(t, s, inc.Number) {
		labels = append(labels, e.N)
	}
	if !slices.Equal(labels, []int{1, 2, 3}) {
		t.Errorf("labels %v", labels)
	}
	if n := read(t, s, func(v *store.View) (int, error) { return v.CountEntries(inc.Number) }); n != 3 {
		t.Errorf("count %d", n)
	}
}

// byKey reads the entry of a key.
func byKey(t testing.TB, s *store.Store, key string) incident.Entry {
	t.Helper()
	return read(t, s, func(v *store.View) (incident.Entry, error) { return v.EntryByKey(key) })
}

func TestAResponderEditLiesOverTheSource(t *testing.T) {
	s := fresh(t)
	inc := openIncident(t, s, incident.Incident{Title: "x"})
	key, e := message(inc.Number, "1.000001", "first")
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	var rec incident.Entry
	update(t, s, func(tx *store.Tx) (err error) {
		rec, _, err = tx.Record(key, e)
		return err
	})
	if rec.Revisions != nil {
		t.Errorf("an unedited entry has revisions: %v", rec.Revisions)
	}
	update(t, s, func(tx *store.Tx) error {
		return tx.Edit(rec.ID, incident.Revision{At: at(2), By: "U2", Text: "corrected", OccurredAt: at(-60), Reason: "clock"})
	})
	update(t, s, func(tx *store.Tx) error {
		return must(tx.AddVersion(inc.Number, key, store.Version{At: at(3), Order: "300.000000", By: "U1", Text: "third"}))
	})
	update(t, s, func(tx *store.Tx) error {
		return must(tx.AddVersion(inc.Number, key, store.Version{At: at(1), By: "U1", Text: "second"}))
	})
	got := byKey(t, s, key)
	want := []incident.Revision{
		{Rev: 1, At: noon, By: "U1", Via: "slack", Text: "first", OccurredAt: noon},
		{Rev: 2, At: at(1), By: "U1", Via: "slack", Text: "second", OccurredAt: noon},
		{Rev: 3, At: at(2), By: "U2", Via: "responder", Text: "corrected", OccurredAt: at(-60), Reason: "clock"},
		{Rev: 4, At: at(3), By: "U1", Via: "slack", Text: "third", OccurredAt: noon},
	}
	if diff := cmp.Diff(want, got.Revisions); diff != "" {
		t.Error(diff)
	}
	if got.Text != "corrected" || !got.OccurredAt.Equal(at(-60)) {
		t.Errorf("says %q at %v", got.Text, got.OccurredAt)
	}
	for query, hits := range map[string]int{"first": 1, "third": 1, "corrected": 1} {
		if got := search(t, s, incident.Operator(), query); len(got) != hits || (got[0].Older == 0) != (query == "corrected") {
			t.Errorf("%q finds %+v, want %d", query, got, hits)
		}
	}
	update(t, s, func(tx *store.Tx) error {
		return tx.Edit(rec.ID, incident.Revision{At: at(4), By: "U2", Text: "again"})
	})
	if got := byKey(t, s, key); got.Text != "again" || !got.OccurredAt.Equal(at(-60)) {
		t.Errorf("says %q at %v", got.Text, got.OccurredAt)
	}
	if err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.Edit("nothing", incident.Revision{}) }); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("edit of nothing: %v", err)
	}
}

func TestThePinThatWasSetLastWins(t *testing.T) {
	type op struct {
		on      bool
		order   string
		changed bool
	}
	tests := []struct {
		name string
		ops  []op
		want bool
	}{
		{"on", []op{{true, "1.000001", true}}, true},
		{"on, off", []op{{true, "1.000001", true}, {false, "2.000001", true}}, false},
		{"off told first", []op{{false, "2.000001", false}, {true, "1.000001", false}}, false},
		{"repeated", []op{{true, "1.000001", true}, {true, "1.000001", false}}, true},
		{"digits that a float would lose", []op{{true, "1732276800.000002", true}, {false, "1732276800.000001", false}}, true},
		{"longer is later", []op{{true, "9.000001", true}, {false, "10.000001", true}}, false},
		{"of one order on wins", []op{{true, "1.000001", true}, {false, "1.000001", false}}, true},
		{"of one order on wins, told last", []op{{false, "1.000001", false}, {true, "1.000001", true}}, true},
		{"any order beats none", []op{{true, "", true}, {false, "0.000001", true}, {true, "", false}}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := fresh(t)
			inc := openIncident(t, s, incident.Incident{Title: "x"})
			key, e := message(inc.Number, "1.000001", "text")
			for i, op := range test.ops {
				update(t, s, func(tx *store.Tx) error {
					changed, err := tx.SetPin(inc.Number, key, incident.Pin{By: "U1", At: noon, Emoji: "pushpin"}, op.on, op.order)
					if changed != op.changed {
						t.Errorf("op %d changed %t, want %t", i, changed, op.changed)
					}
					return err
				})
			}
			update(t, s, func(tx *store.Tx) error { return must2(tx.Record(key, e)) })
			if got := byKey(t, s, key); got.Pinned() != test.want {
				t.Errorf("pinned %t", got.Pinned())
			}
			if got := read(t, s, func(v *store.View) ([]incident.Pin, error) { return v.PinsOf(key) }); len(got) > 0 != test.want {
				t.Errorf("pins %v", got)
			}
		})
	}
	s := fresh(t)
	inc := openIncident(t, s, incident.Incident{Title: "x"})
	for _, order := range []string{"yesterday", "-1.0", ".5", "1e9", "99999999999999999999.0"} {
		if err := s.Update(t.Context(), func(tx *store.Tx) error {
			return must(tx.SetPin(inc.Number, "k", incident.Pin{By: "U1"}, true, order))
		}); err == nil {
			t.Errorf("order %q was taken", order)
		}
	}
}

func TestTheLastOfSeveralPinsUnpins(t *testing.T) {
	s := fresh(t)
	inc := openIncident(t, s, incident.Incident{Title: "x"})
	key, e := message(inc.Number, "1.000001", "text")
	update(t, s, func(tx *store.Tx) error { return must2(tx.Record(key, e)) })
	pins := []incident.Pin{{By: "U1", Emoji: "pushpin", At: noon}, {By: "U1", Emoji: "round_pushpin", At: noon}, {By: "U2", Emoji: "pushpin", At: noon}}
	for i, p := range pins {
		update(t, s, func(tx *store.Tx) error {
			return must(tx.SetPin(inc.Number, key, p, true, fmt.Sprintf("%d.000000", i+1)))
		})
	}
	for i, p := range pins {
		if got := byKey(t, s, key).Pins; len(got) != len(pins)-i {
			t.Errorf("pins %v", got)
		}
		update(t, s, func(tx *store.Tx) error { return must(tx.SetPin(inc.Number, key, p, false, "9.000000")) })
	}
	if got := byKey(t, s, key); got.Pinned() {
		t.Errorf("pins %v", got.Pins)
	}
}

func TestFilesLearnTheirHash(t *testing.T) {
	s := fresh(t)
	inc := openIncident(t, s, incident.Incident{Title: "x"})
	key, e := message(inc.Number, "1.000001", "text")
	e.Files = []incident.File{{ID: "F1", Name: "a", Size: 5}}
	update(t, s, func(tx *store.Tx) error { return must2(tx.Record(key, e)) })
	hashed := incident.File{ID: "F1", Name: "a", Size: 4, SHA256: "abcd"}
	for range 2 {
		update(t, s, func(tx *store.Tx) error { return tx.AttachFile(key, hashed) })
		e.Files = append(e.Files, incident.File{ID: "F2", Name: "b", Size: 1})
		update(t, s, func(tx *store.Tx) error { return must2(tx.Record(key, e)) })
	}
	want := []incident.File{hashed, {ID: "F2", Name: "b", Size: 1}}
	if diff := cmp.Diff(want, byKey(t, s, key).Files); diff != "" {
		t.Error(diff)
	}
	if err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.AttachFile("nothing", hashed) }); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestEntriesAreFilteredAndOrdered(t *testing.T) {
	s := fresh(t)
	inc := openIncident(t, s, incident.Incident{Title: "x"})
	add := func(ts string, minute int, kind incident.Kind, by, text string) {
		key, e := message(inc.Number, ts, text)
		e.Kind, e.Actor.ID, e.OccurredAt = kind, by, noon.Add(time.Duration(minute)*time.Minute)
		update(t, s, func(tx *store.Tx) error { return must2(tx.Record(key, e)) })
	}
	add("1.000001", 5, incident.KindMessage, "U1", "Ünknown login")
	add("2.000001", 3, incident.KindNote, "U2", "a note about the LOGIN")
	add("3.000001", 3, incident.KindMessage, "U2", "nothing")
	add("4.000001", 1, incident.KindTask, "U1", "a task")
	update(t, s, func(tx *store.Tx) error {
		if err := tx.SavePerson(incident.Person{ID: "U2", Name: "Sam"}); err != nil {
			return err
		}
		return must(tx.SetPin(inc.Number, "slack:T1:C1:4.000001", incident.Pin{By: "U1", At: noon}, true, ""))
	})
	tests := []struct {
		name   string
		filter store.Filter
		want   []int
	}{
		{"all", store.Filter{}, []int{4, 2, 3, 1}},
		{"first two", store.Filter{Limit: 2}, []int{4, 2}},
		{"last two", store.Filter{Limit: 2, Newest: true}, []int{3, 1}},
		{"kinds", store.Filter{Kinds: []incident.Kind{incident.KindNote, incident.KindTask}}, []int{4, 2}},
		{"from id", store.Filter{From: "U2"}, []int{2, 3}},
		{"from name", store.Filter{From: "@sam"}, []int{2, 3}},
		{"pinned", store.Filter{Pinned: true}, []int{4}},
		{"words", store.Filter{Words: []string{"login"}}, []int{2, 1}},
		{"last of words", store.Filter{Words: []string{"login"}, Limit: 1, Newest: true}, []int{1}},
		{"all words", store.Filter{Words: []string{"ünk", "login"}}, []int{1}},
		{"everything at once", store.Filter{Words: []string{"note"}, From: "U2", Kinds: []incident.Kind{incident.KindNote}, Limit: 5}, []int{2}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []int
			for _, e := range read(t, s, func(v *store.View) ([]incident.Entry, error) {
				return v.Entries(incident.Operator(), inc.Number, test.filter)
			}) {
				got = append(got, e.N)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
	if got := timeline(t, s, inc.Number)[1].Actor.Name; got != "Sam" {
		t.Errorf("name %q", got)
	}
}

// op is something told about one of an incident's few messages.
type op struct {
	name string
	do   func(tx *store.Tx, n incident.Number) error
}

// messageOf gives each incident messages of its own.
func messageOf(n incident.Number, ts string) (string, incident.Entry) {
	key, e := message(n, ts, "original "+ts)
	return fmt.Sprintf("%s of %s", key, n), e
}

// anyOp draws one: consistent with what a vendor can tell, not with any
// order of telling it.
func anyOp(rt *rapid.T) op {
	ts := rapid.SampledFrom([]string{"1.000001", "2.000001", "3.000001"}).Draw(rt, "ts")
	version := rapid.Custom(func(rt *rapid.T) store.Version {
		return store.Version{
			At:    noon.Add(time.Duration(rapid.IntRange(0, 2).Draw(rt, "at")) * time.Second),
			Order: rapid.SampledFrom([]string{"", "5.000000", "10.000000"}).Draw(rt, "order"),
			By:    rapid.SampledFrom([]string{"U1", "U2"}).Draw(rt, "by"),
			Text:  rapid.SampledFrom([]string{"original " + ts, "a", "b"}).Draw(rt, "text"),
		}
	})
	kind := rapid.SampledFrom([]string{"record", "record", "history", "edit", "delete", "pin", "pin", "hide"}).Draw(rt, "kind")
	switch kind {
	case "record":
		return op{"record " + ts, func(tx *store.Tx, n incident.Number) error {
			return must2(tx.Record(messageOf(n, ts)))
		}}
	case "history":
		vs := rapid.SliceOfN(version, 0, 2).Draw(rt, "versions")
		return op{fmt.Sprint("history ", ts, vs), func(tx *store.Tx, n incident.Number) error {
			key, e := messageOf(n, ts)
			return must2(tx.RecordVersions(key, e, vs...))
		}}
	case "edit":
		v := version.Draw(rt, "version")
		return op{fmt.Sprint("edit ", ts, v), func(tx *store.Tx, n incident.Number) error {
			key, _ := messageOf(n, ts)
			return must(tx.AddVersion(n, key, v))
		}}
	case "delete":
		return op{"delete " + ts, func(tx *store.Tx, n incident.Number) error {
			key, _ := messageOf(n, ts)
			return must(tx.MarkDeleted(n, key, noon, "U1"))
		}}
	default:
		p := incident.Pin{
			By:    rapid.SampledFrom([]string{"U1", "U2"}).Draw(rt, "by"),
			Emoji: "pushpin", At: noon.Add(time.Duration(rapid.IntRange(0, 2).Draw(rt, "at")) * time.Second),
		}
		on := rapid.Bool().Draw(rt, "on")
		order := rapid.SampledFrom([]string{"", "5.000000", "10.000000", "10.000001"}).Draw(rt, "order")
		if kind == "hide" {
			return op{fmt.Sprint("hide ", ts, p, on, order), func(tx *store.Tx, n incident.Number) error {
				key, _ := messageOf(n, ts)
				return must(tx.SetHide(n, key, p, on, order))
			}}
		}
		return op{fmt.Sprint("pin ", ts, p, on, order), func(tx *store.Tx, n incident.Number) error {
			key, _ := messageOf(n, ts)
			return must(tx.SetPin(n, key, p, on, order))
		}}
	}
}

// told opens an incident and tells ops about it.
func told(t testing.TB, s *store.Store, ops []op) (n incident.Number) {
	update(t, s, func(tx *store.Tx) error {
		inc, err := tx.OpenIncident(incident.Incident{Title: "x"})
		for _, o := range ops {
			if err == nil {
				err = o.do(tx, inc.Number)
			}
		}
		n = inc.Number
		return err
	})
	return n
}

func TestAnyOrderOfDeliveryEndsInTheSameTimeline(t *testing.T) {
	s := fresh(t)
	var before [][]incident.Entry // of each incident
	rapid.Check(t, func(rt *rapid.T) {
		ops := rapid.SliceOfN(rapid.Custom(anyOp), 1, 12).Draw(rt, "ops")
		mixed := append(slices.Clone(ops), rapid.SliceOfN(rapid.SampledFrom(ops), 0, 6).Draw(rt, "repeated")...)
		mixed = rapid.Permutation(mixed).Draw(rt, "mixed")
		want := timeline(t, s, told(t, s, ops))
		got := timeline(t, s, told(t, s, mixed))
		before = append(before, want, got)
		if diff := cmp.Diff(byTS(want), byTS(got), ignoreRecorded()); diff != "" {
			for _, o := range mixed {
				rt.Log(o.name)
			}
			rt.Error(diff)
		}
	})
	if err := s.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, want := range before {
		if diff := cmp.Diff(want, timeline(t, s, incident.Number(i+1))); diff != "" {
			t.Fatalf("rebuilt: %s", diff)
		}
	}
}

// ignoreRecorded leaves out what an entry got when it was recorded.
func ignoreRecorded() cmp.Option {
	return cmp.Transformer("unrecorded", func(e incident.Entry) map[string]any {
		return map[string]any{
			"kind": e.Kind, "at": e.OccurredAt, "actor": e.Actor, "text": e.Text, "pins": e.Pins, "deleted": e.Deleted,
			"source": e.Source, "revisions": e.Revisions, "files": e.Files,
		}
	})
}

// byTS sorts entries of one time by message, since their labels differ.
func byTS(list []incident.Entry) []incident.Entry {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b incident.Entry) int {
		if c := a.OccurredAt.Compare(b.OccurredAt); c != 0 {
			return c
		}
		return slices.Compare([]string{a.Source.TS}, []string{b.Source.TS})
	})
	return list
}

// TestNewestAreReadAlone: a limit reads what belongs to the entries it leaves,
// and the rest is counted.
func TestNewestAreReadAlone(t *testing.T) {
	s := fresh(t)
	n := openIncident(t, s, incident.Incident{Title: "x"}).Number
	update(t, s, func(tx *store.Tx) error {
		for i := range 50 {
			e := incident.Entry{
				Incident: n, Kind: incident.KindMessage, OccurredAt: time.Unix(int64(1000+i), 0).UTC(),
				Actor: incident.Actor{ID: "U1", Kind: incident.ActorUser}, Text: fmt.Sprintf("message %d", i),
				Files: []incident.File{{ID: fmt.Sprintf("F%d", i), Name: "a.txt"}},
			}
			if _, _, err := tx.Record(fmt.Sprintf("k%d", i), e); err != nil {
				return err
			}
		}
		return nil
	})
	err := s.View(t.Context(), func(v *store.View) error {
		f := store.Filter{Kinds: []incident.Kind{incident.KindMessage}, Newest: true, Limit: 3}
		got, err := v.Entries(incident.Operator(), n, f)
		if err != nil {
			return err
		}
		if len(got) != 3 || got[2].Text != "message 49" || len(got[0].Files) != 1 || got[0].Files[0].ID != "F47" {
			t.Errorf("got %+v", got)
		}
		total, err := v.CountMatching(incident.Operator(), n, f)
		if total != 50 {
			t.Errorf("counted %d", total)
		}
		if _, err := v.CountMatching(incident.Viewer{User: "U9"}, n, f); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a stranger counts: %v", err)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
