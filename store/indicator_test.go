package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// evil finds words that end in .evil, as domains.
func evil(text string) (list []incident.Indicator) {
	if strings.Contains(text, "panic!") {
		panic("no text can be worth that")
	}
	for w := range strings.FieldsSeq(text) {
		if strings.HasSuffix(w, ".evil") {
			list = append(list, incident.Indicator{Type: incident.IndicatorDomain, Value: w})
		}
	}
	return list
}

// watching opens a database that looks for indicators.
func watching(t testing.TB, path string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Config{Path: path, Indicators: evil})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func watched(t testing.TB) *store.Store {
	t.Helper()
	return watching(t, filepath.Join(t.TempDir(), "firebreak.db"))
}

// sighted lists an incident's indicators as "value entry×count", sorted.
func sighted(t testing.TB, s *store.Store, n incident.Number) (list []string) {
	t.Helper()
	for _, i := range read(t, s, func(v *store.View) ([]store.Mention, error) { return v.Indicators(incident.Operator(), n, "UBOT") }) {
		list = append(list, fmt.Sprintf("%s %d×%d", i.Value, i.N, i.Count))
	}
	slices.Sort(list)
	return list
}

func TestIndicatorsComeFromAllThatIsSaid(t *testing.T) {
	s := watched(t)
	inc := said(t, s, incident.Incident{Title: "x"}, "a.evil and b.evil", "a.evil again", "nothing", "panic! a.evil")
	update(t, s, func(tx *store.Tx) error {
		if _, err := tx.AddVersion(inc.Number, "slack:T1:C1:1.000002", store.Version{At: noon.Add(time.Hour), Text: "c.evil now"}); err != nil {
			return err
		}
		// Told before its message.
		if _, err := tx.AddVersion(inc.Number, "slack:T1:C1:5.000000", store.Version{At: noon.Add(time.Hour), Text: "d.evil edited"}); err != nil {
			return err
		}
		key, e := message(inc.Number, "5.000000", "e.evil")
		e.Files = []incident.File{{ID: "F1", Name: "f.evil"}}
		if _, _, err := tx.Record(key, e); err != nil {
			return err
		}
		if err := tx.AttachFile(key, incident.File{ID: "F2", Name: "g.evil"}); err != nil {
			return err
		}
		e = incident.Entry{Incident: inc.Number, Kind: incident.KindAlert, OccurredAt: noon, Text: "alert", Data: map[string]any{"raw": "src h.evil"}}
		if _, _, err := tx.Record("alert:1", e); err != nil {
			return err
		}
		e = incident.Entry{Incident: inc.Number, Kind: incident.KindCommand, OccurredAt: noon, Text: "/inc seen i.evil"}
		if _, _, err := tx.Record("command:1", e); err != nil {
			return err
		}
		key, e = message(inc.Number, "6.000000", "I have seen j.evil and a.evil")
		e.Actor = incident.Actor{ID: "UBOT", Kind: incident.ActorBot}
		return must2(tx.Record(key, e))
	})
	edited, err := entryOf(t, s, inc.Number, 3)
	if err != nil {
		t.Fatal(err)
	}
	update(t, s, func(tx *store.Tx) error {
		return tx.Edit(edited.ID, incident.Revision{At: noon.Add(2 * time.Hour), By: "U2", Text: "k.evil meant"})
	})
	want := []string{"a.evil 1×2", "b.evil 1×1", "c.evil 3×1", "d.evil 5×1", "e.evil 5×1", "f.evil 5×1", "g.evil 5×1", "h.evil 6×1", "k.evil 3×1"}
	for range 2 {
		if got := sighted(t, s, inc.Number); !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
		if err := s.Rebuild(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if fresh := read(t, s, func(v *store.View) ([]store.Learnt, error) { return v.IndicatorsAfter(0, "UBOT", 100) }); len(fresh) != 0 {
		t.Errorf("what was rebuilt counts as news: %v", fresh)
	}
}

func entryOf(t testing.TB, s *store.Store, n incident.Number, label int) (e incident.Entry, err error) {
	t.Helper()
	err = s.View(t.Context(), func(v *store.View) error {
		e, err = v.Entry(incident.Operator(), n, label)
		return err
	})
	return e, err
}

func TestIndicatorsGoWithTheirOnlySource(t *testing.T) {
	s := watched(t)
	inc := said(t, s, incident.Incident{Title: "x"}, "a.evil b.evil", "b.evil")
	update(t, s, func(tx *store.Tx) error { return must(tx.MarkDeleted(inc.Number, "slack:T1:C1:1.000000", noon, "U1")) })
	if got := sighted(t, s, inc.Number); !slices.Equal(got, []string{"b.evil 2×1"}) {
		t.Errorf("got %q", got)
	}
	if got := seen(t, s, incident.Operator(), "a.evil"); len(got) != 0 {
		t.Errorf("what was deleted is still seen: %v", got)
	}
	if got := ioc(t, s, incident.Operator(), "", "a.evil"); len(got) != 0 {
		t.Errorf("what was deleted is still found: %v", got)
	}
}

func seen(t testing.TB, s *store.Store, who incident.Viewer, value string) []store.Mention {
	t.Helper()
	return read(t, s, func(v *store.View) ([]store.Mention, error) {
		return v.Seen(who, incident.Indicator{Type: incident.IndicatorDomain, Value: value}, "UBOT", 50)
	})
}

// ioc searches for the entries with an indicator, and gives their labels.
func ioc(t testing.TB, s *store.Store, who incident.Viewer, query string, values ...string) []string {
	t.Helper()
	q := asked(t, query)
	for _, v := range values {
		q.Indicators = append(q.Indicators, incident.Indicator{Type: incident.IndicatorDomain, Value: v})
	}
	var list []string
	for _, h := range read(t, s, func(v *store.View) (store.Found, error) { return v.Search(who, q, 0) }).Hits {
		list = append(list, fmt.Sprintf("%s:%d", h.Entry.Incident, h.Entry.N))
	}
	return list
}

func TestSightingsAcrossIncidentsAreForWhoMaySeeThem(t *testing.T) {
	s := watched(t)
	said(t, s, incident.Incident{Title: "public", Channel: incident.Channel{ID: "CPUB"}}, "a.evil")
	said(t, s, incident.Incident{Title: "private", Private: true, Channel: incident.Channel{ID: "CPRIV"}}, "a.evil", "word a.evil")
	said(t, s, incident.Incident{Title: "another", Channel: incident.Channel{ID: "CPUB2"}}, "word", "a.evil word b.evil")
	update(t, s, func(tx *store.Tx) error { return tx.SetMembers("CPRIV", []string{"UIN"}) })
	numbers := func(list []store.Mention) (got []int) {
		for _, x := range list {
			got = append(got, int(x.Incident))
		}
		return got
	}
	for _, tt := range []struct {
		name   string
		who    incident.Viewer
		seen   []int
		found  []string
		narrow []string // with a word
	}{
		{"operator", incident.Operator(), []int{3, 2, 1}, []string{"INC-3:2", "INC-2:2", "INC-2:1", "INC-1:1"}, []string{"INC-3:2", "INC-2:2"}},
		{"outsider", incident.Viewer{User: "UOUT", Responder: true}, []int{3, 1}, []string{"INC-3:2", "INC-1:1"}, []string{"INC-3:2"}},
		{"member", incident.Viewer{User: "UIN", Responder: true}, []int{3, 2, 1}, []string{"INC-3:2", "INC-2:2", "INC-2:1", "INC-1:1"}, []string{"INC-3:2", "INC-2:2"}},
		{"guest in the channel", incident.Viewer{User: "UIN"}, []int{2}, []string{"INC-2:2", "INC-2:1"}, []string{"INC-2:2"}},
		{"nobody", incident.Viewer{}, nil, nil, nil},
	} {
		if got := numbers(seen(t, s, tt.who, "a.evil")); !slices.Equal(got, tt.seen) {
			t.Errorf("%s: seen in %v, want %v", tt.name, got, tt.seen)
		}
		if got := ioc(t, s, tt.who, "", "a.evil"); !slices.Equal(got, tt.found) {
			t.Errorf("%s: found %v, want %v", tt.name, got, tt.found)
		}
		if got := ioc(t, s, tt.who, "word", "a.evil"); !slices.Equal(got, tt.narrow) {
			t.Errorf("%s: with a word found %v, want %v", tt.name, got, tt.narrow)
		}
	}
	if got := ioc(t, s, incident.Operator(), "-word", "a.evil", "b.evil"); !slices.Equal(got, []string{"INC-2:1", "INC-1:1"}) {
		t.Errorf("found %v", got)
	}
	if got := ioc(t, s, incident.Operator(), "", "z.evil"); len(got) != 0 {
		t.Errorf("found %v", got)
	}
}

// A database of before gets its indicators little by little, whatever stops
// it on the way, and they are no news.
func TestAnOldDatabaseIsFilledWithIndicators(t *testing.T) {
	dir := t.TempDir()
	now, old := filepath.Join(dir, "now.db"), filepath.Join(dir, "old.db")
	s := open(t, now)
	inc := said(t, s, incident.Incident{Title: "x"}, "a.evil", "b.evil", "nothing", "a.evil", "c.evil")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	olden(t, now, old)
	s = watching(t, old)
	key, e := message(inc.Number, "9.000000", "d.evil is new")
	update(t, s, func(tx *store.Tx) error { return must2(tx.Record(key, e)) })
	if more, err := s.FillIndicators(t.Context(), 2); err != nil || !more {
		t.Fatalf("after the first batch: more %v, %v", more, err)
	}
	if got := sighted(t, s, inc.Number); !slices.Equal(got, []string{"a.evil 4×1", "c.evil 5×1", "d.evil 6×1"}) {
		t.Errorf("after the first batch: %q", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = watching(t, old)
	for rounds := 0; ; rounds++ {
		more, err := s.FillIndicators(t.Context(), 2)
		if err != nil || rounds > 5 {
			t.Fatalf("round %d: %v", rounds, err)
		}
		if !more {
			break
		}
	}
	if got := sighted(t, s, inc.Number); !slices.Equal(got, []string{"a.evil 1×2", "b.evil 2×1", "c.evil 5×1", "d.evil 6×1"}) {
		t.Errorf("in the end: %q", got)
	}
	fresh := read(t, s, func(v *store.View) ([]store.Learnt, error) { return v.IndicatorsAfter(0, "UBOT", 100) })
	if len(fresh) != 1 || fresh[0].Value != "d.evil" {
		t.Errorf("news: %v", fresh)
	}
}

// BenchmarkIndicators compares what an entry costs with and without an
// indicator in it, in one transaction.
func BenchmarkIndicators(b *testing.B) {
	for name, text := range map[string]string{"one": "the box talks to a.evil every minute", "none": "the box talks to somebody every minute"} {
		b.Run(name, func(b *testing.B) {
			s := watched(b)
			inc := openIncident(b, s, incident.Incident{Title: "x"})
			i := 0
			for b.Loop() {
				update(b, s, func(tx *store.Tx) error {
					for range 100 {
						i++
						key, e := message(inc.Number, fmt.Sprintf("1.%06d", i), text)
						if err := must2(tx.Record(key, e)); err != nil {
							return err
						}
					}
					return nil
				})
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(i), "µs/entry")
		})
	}
}

// TestNewsIsWhatTheIncidentHadNot looks at what is worth comparing with
// earlier incidents: what they have, and only when it is said first.
func TestNewsIsWhatTheIncidentHadNot(t *testing.T) {
	s := watched(t)
	said(t, s, incident.Incident{Title: "earlier"}, "a.evil b.evil c.evil")
	inc := said(t, s, incident.Incident{Title: "later"}, "a.evil z.evil", "a.evil b.evil", "b.evil", "c.evil")
	update(t, s, func(tx *store.Tx) error { return must(tx.MarkDeleted(inc.Number, "slack:T1:C1:2.000001", noon, "U1")) })
	var got []string
	for _, l := range read(t, s, func(v *store.View) ([]store.Learnt, error) { return v.IndicatorsAfter(0, "UBOT", 100) }) {
		if l.Known {
			got = append(got, fmt.Sprint(l.Incident, " ", l.Value))
		}
	}
	if want := []string{"INC-2 a.evil", "INC-2 b.evil", "INC-2 c.evil"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
