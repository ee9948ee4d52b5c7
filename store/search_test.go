package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"firebreak/incident"
	"firebreak/store"

	"github.com/google/go-cmp/cmp"
)

func search(t testing.TB, s *store.Store, who incident.Viewer, query string) []store.Hit {
	t.Helper()
	return read(t, s, func(v *store.View) (store.Found, error) { return v.Search(who, asked(t, query), 0) }).Hits
}

// asked is a query as somebody types it at noon in UTC.
func asked(t testing.TB, query string) incident.Query {
	t.Helper()
	q, err := incident.ParseQuery(query, noon, nil)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// said makes an incident in which each text is a message.
func said(t testing.TB, s *store.Store, inc incident.Incident, texts ...string) incident.Incident {
	t.Helper()
	inc = openIncident(t, s, inc)
	for i, text := range texts {
		key, e := message(inc.Number, fmt.Sprintf("%d.%06d", inc.Number, i), text)
		e.OccurredAt = noon.Add(time.Duration(i) * time.Minute)
		update(t, s, func(tx *store.Tx) error { return must2(tx.Record(key, e)) })
	}
	return inc
}

func TestSearchFindsWordsAndPhrases(t *testing.T) {
	s := fresh(t)
	said(t, s, incident.Incident{Title: "x"},
		"failed password for root from 203.0.113.7 port 22",
		"root logged in",
		"password of the café, not a failed one",
		"NEAR AND OR NOT text:root ^caret * (brackets)",
		"CVE-2024-3094 in xz",
	)
	tests := []struct {
		query string
		want  []int // labels, newest first
	}{
		{"root", []int{4, 2, 1}},
		{"ROOT password", []int{1}},
		{"password failed", []int{3, 1}},
		{`"failed password"`, []int{1}},
		{`"password failed"`, nil},
		{`root "logged in`, []int{2}},
		{"“logged in”", []int{2}},
		{"cafe", []int{3}},
		{"203.0.113.7", []int{1}},
		{"203.0.113.8", nil},
		{"113.7", []int{1}},
		{"cve-2024-3094", []int{5}},
		{"near and", []int{4}},
		{"root NOT password", nil},
		{"text:root", []int{4}},
		{"roo*", nil},
		{"", nil},
		{"   ", nil},
		{`"`, nil},
		{`""`, nil},
		{"🔥", nil},
		{"***", nil},
		{"🔥 root 🔥", []int{4, 2, 1}},
	}
	for _, test := range tests {
		got := labels(store.Found{Hits: search(t, s, incident.Operator(), test.query)})
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%q: %s", test.query, diff)
		}
	}
	hit := search(t, s, incident.Operator(), `"port 22"`)[0]
	if !strings.Contains(hit.Snippet, "port 22") || hit.Score <= 0 || hit.Entry.Incident != 1 {
		t.Errorf("hit %+v", hit)
	}
	for page, want := range map[string][]int{"root": {4, 2}, "root page:2": {1}, "root page:3": nil} {
		found := read(t, s, func(v *store.View) (store.Found, error) { return v.Search(incident.Operator(), asked(t, page), 2) })
		if got := labels(found); !slices.Equal(got, want) || found.More != (page == "root") {
			t.Errorf("%s: %v, more %v", page, got, found.More)
		}
	}
}

// labels gives the numbers of the entries found.
func labels(found store.Found) (got []int) {
	for _, h := range found.Hits {
		got = append(got, h.Entry.N)
	}
	return got
}

// The index knows milliseconds. Hits of one of them are in exact order all
// the same, also where a page ends within it.
func TestTheOrderIsExactWithinAMillisecond(t *testing.T) {
	s := fresh(t)
	inc := openIncident(t, s, incident.Incident{Title: "x"})
	for i := range 10 {
		key, e := message(inc.Number, fmt.Sprintf("1.%06d", i), "word")
		e.OccurredAt = noon.Add(time.Duration(i*7%10*50) * time.Microsecond)
		update(t, s, func(tx *store.Tx) error { return must2(tx.Record(key, e)) })
	}
	var got []int64
	for page := 1; page <= 4; page++ {
		for _, h := range read(t, s, func(v *store.View) (store.Found, error) {
			return v.Search(incident.Operator(), asked(t, fmt.Sprintf("word page:%d", page)), 3)
		}).Hits {
			got = append(got, h.Entry.OccurredAt.Sub(noon).Microseconds())
		}
	}
	if want := []int64{450, 400, 350, 300, 250, 200, 150, 100, 50, 0}; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	for i := range 5 {
		key, e := message(inc.Number, fmt.Sprintf("2.%06d", i), "word")
		e.OccurredAt = noon.Add(-time.Hour)
		update(t, s, func(tx *store.Tx) error { return must2(tx.Record(key, e)) })
	}
	found := read(t, s, func(v *store.View) (store.Found, error) {
		return v.Search(incident.Operator(), asked(t, "word before:2026-11-22T12:00:00.000100Z"), 3)
	})
	if !slices.Equal(labels(found), []int{4, 1, 15}) || !found.More {
		t.Errorf("before a time within the millisecond: %v, more %v", labels(found), found.More)
	}
}

// hostile are queries that are syntax to somebody.
var hostile = []string{
	"", `"`, `""`, `"""`, `'`, `a"b`, `"a" "`, "AND", "OR NOT", "NEAR(", "a NEAR/2 b", "-a", "+a", "a*", "^a", "{a b}: c", "text : a",
	"a\x00b", "\x00", "\xff\xfe", "\\", ";", "--", "/*", "%_", "🔥", "a\u202eb", "\ue000", "ǅ", "a\u0301", "\u0301", "１２", "²", "Ⅷ", "(a", "a)",
	strings.Repeat("a", 10_000), strings.Repeat("a ", 10_000), strings.Repeat(`"`, 10_000), strings.Repeat(`"a" `, 10_000), `"` + strings.Repeat("a ", 5_000), strings.Repeat("a.", 5_000), strings.Repeat("(", 10_000),
}

func TestNoQueryIsAnError(t *testing.T) {
	s := fresh(t)
	said(t, s, incident.Incident{Title: "x"}, hostile...)
	for _, query := range hostile {
		err := s.View(t.Context(), func(v *store.View) error { return must(v.Search(incident.Operator(), asked(t, query), 5)) })
		if err != nil {
			t.Errorf("%.40q: %v", query, err)
		}
	}
}

func FuzzSearch(f *testing.F) {
	s := fresh(f)
	said(f, s, incident.Incident{Title: "x"}, hostile...)
	for _, query := range hostile {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		err := s.View(t.Context(), func(v *store.View) error {
			q, err := incident.ParseQuery(query, noon, nil)
			if err != nil {
				return nil //nolint:nilerr // a filter that says so
			}
			found, err := v.Search(incident.Operator(), q, 5)
			for _, h := range found.Hits {
				if !utf8.ValidString(h.Snippet) {
					t.Errorf("snippet %q", h.Snippet)
				}
			}
			return err
		})
		if err != nil {
			t.Errorf("%q: %v", query, err)
		}
	})
}

func TestSearchNeverGivesWhatWasDeleted(t *testing.T) {
	s := fresh(t)
	inc := said(t, s, incident.Incident{Title: "x"}, "hunter2", "hunter2 again")
	update(t, s, func(tx *store.Tx) error { return must(tx.MarkDeleted(inc.Number, "slack:T1:C1:1.000000", noon, "U1")) })
	update(t, s, func(tx *store.Tx) error { // a late edit must not bring it back
		return must(tx.AddVersion(inc.Number, "slack:T1:C1:1.000000", store.Version{At: noon.Add(time.Hour), Text: "hunter2 edited"}))
	})
	update(t, s, func(tx *store.Tx) error { // deleted before it is told
		return must(tx.MarkDeleted(inc.Number, "slack:T1:C1:9.000009", noon, "U1"))
	})
	key, e := message(inc.Number, "9.000009", "hunter2 too")
	update(t, s, func(tx *store.Tx) error { return must2(tx.Record(key, e)) })
	for range 2 {
		if got := search(t, s, incident.Operator(), "hunter2"); len(got) != 1 || got[0].Entry.N != 2 {
			t.Errorf("found %v", got)
		}
		if got := timeline(t, s, inc.Number); len(got) != 3 || !got[0].Deleted || got[0].Text != "hunter2 edited" {
			t.Errorf("timeline %v", got)
		}
		if err := s.Rebuild(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEditedTextIsFoundAsItReadsNow(t *testing.T) {
	s := fresh(t)
	inc := said(t, s, incident.Incident{Title: "x"}, "alpha")
	update(t, s, func(tx *store.Tx) error {
		return must(tx.AddVersion(inc.Number, "slack:T1:C1:1.000000", store.Version{At: noon.Add(time.Hour), Text: "beta"}))
	})
	if got := search(t, s, incident.Operator(), "beta"); len(got) != 1 || got[0].Older != 0 {
		t.Errorf("found %v", got)
	}
	if got := search(t, s, incident.Operator(), "alpha"); len(got) != 1 || got[0].Older != 1 || got[0].Snippet != "alpha" || got[0].Entry.Text != "beta" {
		t.Errorf("what it said before is found as %+v", got)
	}
	if got := search(t, s, incident.Operator(), "beta -alpha"); len(got) != 1 {
		t.Errorf("what it said before excludes it: %v", got)
	}
}

// A text that was edited away is found, once, and as the revision it was; a
// phrase does not reach from one text into the next; what is deleted is gone.
func TestOlderRevisionsAreFoundAsSuch(t *testing.T) {
	s := fresh(t)
	inc := said(t, s, incident.Incident{Title: "x"}, "beacon to 198.51.100.7 from web")
	const key = "slack:T1:C1:1.000000"
	e := byKey(t, s, key)
	for i, text := range []string{"beacon to 203.0.113.9", "no beacon at all"} {
		update(t, s, func(tx *store.Tx) error {
			return tx.Edit(e.ID, incident.Revision{At: noon.Add(time.Duration(i+1) * time.Hour), By: "U1", Text: text})
		})
	}
	for query, older := range map[string]int{
		"198.51.100.7": 1, "203.0.113.9": 2, "beacon": 0, `"beacon at"`: 0, `"from web"`: 1, "203.0.113.9 beacon": 2,
		`"web beacon"`: -1, `"203.0.113.9 no"`: -1, "nothing": -1,
	} {
		got := search(t, s, incident.Operator(), query)
		switch {
		case older < 0 && len(got) != 0, older >= 0 && len(got) != 1:
			t.Errorf("%s finds %d", query, len(got))
		case older >= 0 && got[0].Older != older:
			t.Errorf("%s is in revision %d, want %d", query, got[0].Older, older)
		}
	}
	update(t, s, func(tx *store.Tx) error { return must(tx.MarkDeleted(inc.Number, key, noon, "U1")) })
	if got := search(t, s, incident.Operator(), "198.51.100.7"); len(got) != 0 {
		t.Errorf("a deleted message's first text is found: %v", got)
	}
}

// A message that is edited without end costs no more than its bound.
func TestTextsOfBeforeAreBounded(t *testing.T) {
	s := fresh(t)
	inc := said(t, s, incident.Incident{Title: "x"}, "first")
	filler := strings.Repeat("filler ", 1000)
	for i := range 30 {
		update(t, s, func(tx *store.Tx) error {
			return must(tx.AddVersion(inc.Number, "slack:T1:C1:1.000000", store.Version{At: noon.Add(time.Duration(i+1) * time.Hour), Text: fmt.Sprintf("word%d %s", i, filler)}))
		})
	}
	for query, hits := range map[string]int{"first": 1, "word29": 1, "word28": 1, "word2": 0} {
		if got := search(t, s, incident.Operator(), query); len(got) != hits {
			t.Errorf("%s finds %d, want %d", query, len(got), hits)
		}
	}
}

// A detection is found by its rule, its techniques, what it is about and the
// lines it rests on; the lanes are told apart.
func TestDetectionsAreFoundByWhatTheyRestOn(t *testing.T) {
	s := fresh(t)
	inc := said(t, s, incident.Incident{Title: "x"}, "password spraying?")
	update(t, s, func(tx *store.Tx) error {
		return must2(tx.Record("detection:1", incident.Entry{
			Incident: inc.Number, Kind: incident.KindDetection, Lane: incident.LaneAdversary, OccurredAt: noon, Text: "Password guessing: 12 failed logins",
			Data: map[string]any{
				"rule": "0d0b9a4c-54ff", "level": "high", "techniques": []string{"T1110.001"}, "group": map[string]string{"address": "203.0.113.7"},
				"evidence": []map[string]any{{"alert": "a", "text": "sshd[812]: Failed password for root"}},
			},
		}))
	})
	check := func() {
		t.Helper()
		for query, want := range map[string][]int{
			"T1110.001": {2}, "0d0b9a4c-54ff": {2}, "203.0.113.7": {2}, `"failed password for root"`: {2}, "guessing": {2},
			"password": {1, 2}, "password lane:adversary": {2}, "password lane:responder": {1}, "lane:adversary": {2},
			"lane:responder lane:adversary": {1, 2},
		} {
			got := labels(store.Found{Hits: search(t, s, incident.Operator(), query)})
			if slices.Sort(got); !slices.Equal(got, want) {
				t.Errorf("%s finds %v, want %v", query, got, want)
			}
		}
	}
	check()
	if hit := search(t, s, incident.Operator(), "sshd")[0]; !strings.Contains(hit.Snippet, "sshd[812]: Failed") {
		t.Errorf("snippet %q", hit.Snippet)
	}
	if hit := search(t, s, incident.Operator(), "lane:adversary")[0]; hit.Snippet != "Password guessing: 12 failed logins" {
		t.Errorf("snippet %q", hit.Snippet)
	}
	if err := s.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	check()
	got := read(t, s, func(v *store.View) ([]incident.Entry, error) {
		return v.Entries(incident.Operator(), inc.Number, store.Filter{Lane: incident.LaneResponder})
	})
	if len(got) != 1 || got[0].N != 1 {
		t.Errorf("the responders' lane: %v", got)
	}
}

func TestVisibility(t *testing.T) {
	s := fresh(t)
	public := said(t, s, incident.Incident{Title: "public", Channel: incident.Channel{ID: "CPUB"}}, "word")
	private := said(t, s, incident.Incident{Title: "private", Private: true, Channel: incident.Channel{ID: "CPRIV"}}, "word")
	homeless := said(t, s, incident.Incident{Title: "private, channel to come", Private: true}, "word")
	update(t, s, func(tx *store.Tx) error {
		if err := tx.SetMembers("CPRIV", []string{"UIN", "ULEFT"}); err != nil {
			return err
		}
		if err := tx.Join("CPUB", "UIN"); err != nil {
			return err
		}
		return tx.Leave("CPRIV", "ULEFT")
	})
	none := []incident.Number{}
	tests := []struct {
		name string
		who  incident.Viewer
		want []incident.Number
	}{
		{"nobody", incident.Viewer{}, none},
		{"operator", incident.Operator(), []incident.Number{public.Number, private.Number, homeless.Number}},
		{"responder", incident.Viewer{User: "UOUT", Responder: true}, []incident.Number{public.Number}},
		{"responder without a name", incident.Viewer{Responder: true}, []incident.Number{public.Number}},
		{"member and responder", incident.Viewer{User: "UIN", Responder: true}, []incident.Number{public.Number, private.Number}},
		{"member", incident.Viewer{User: "UIN"}, []incident.Number{private.Number}},
		{"who left", incident.Viewer{User: "ULEFT", Responder: true}, []incident.Number{public.Number}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			listed, found, single := none, none, none
			err := s.View(t.Context(), func(v *store.View) error {
				list, err := v.Incidents(test.who)
				if err != nil {
					return err
				}
				for _, i := range list {
					listed = append(listed, i.Number)
				}
				hits, err := v.Search(test.who, asked(t, "word"), 0)
				if err != nil {
					return err
				}
				for _, h := range hits.Hits {
					found = append(found, h.Entry.Incident)
				}
				for n := public.Number; n <= homeless.Number; n++ {
					_, err := v.Incident(test.who, n)
					_, err2 := v.Entries(test.who, n, store.Filter{})
					_, err3 := v.Entry(test.who, n, 1)
					if err == nil && err2 == nil && err3 == nil {
						single = append(single, n)
						continue
					}
					sameAsMissing(t, v, test.who, n, err, err2, err3)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, listed); diff != "" {
				t.Errorf("listed: %s", diff)
			}
			slices.Sort(found)
			if diff := cmp.Diff(test.want, found); diff != "" {
				t.Errorf("found: %s", diff)
			}
			if diff := cmp.Diff(test.want, single); diff != "" {
				t.Errorf("one by one: %s", diff)
			}
		})
	}
}

// sameAsMissing checks that what is hidden answers as what does not exist,
// but for the number asked for.
func sameAsMissing(t *testing.T, v *store.View, who incident.Viewer, n incident.Number, hidden ...error) {
	t.Helper()
	const nowhere incident.Number = 77
	_, err := v.Incident(who, nowhere)
	_, err2 := v.Entries(who, nowhere, store.Filter{})
	_, err3 := v.Entry(who, nowhere, 1)
	for i, missing := range []error{err, err2, err3} {
		if !errors.Is(hidden[i], store.ErrNotFound) {
			t.Errorf("got %v", hidden[i])
			continue
		}
		if want := strings.ReplaceAll(missing.Error(), nowhere.String(), n.String()); hidden[i].Error() != want {
			t.Errorf("hidden answers %q, missing %q", hidden[i], want)
		}
	}
}

// Ids keep milliseconds only: what lies outside of the asked time within one
// must not be taken for the end of a page.
func TestPagesGoOnWhereAMillisecondIsCut(t *testing.T) {
	s := fresh(t)
	update(t, s, func(tx *store.Tx) error {
		if err := opened(tx, 1); err != nil {
			return err
		}
		for i, at := range []time.Time{noon.Add(-3 * time.Hour), noon.Add(-2 * time.Hour), noon.Add(-time.Hour), noon.Add(-time.Minute), noon.Add(700 * time.Microsecond)} {
			key, e := message(1, fmt.Sprintf("1.%06d", i), "beta")
			e.OccurredAt = at
			if err := must2(tx.Record(key, e)); err != nil {
				return err
			}
		}
		return nil
	})
	q := asked(t, "beta before:12:00")
	got := read(t, s, func(v *store.View) ([]string, error) { return leafed(v, incident.Operator(), q, 3) })
	if len(got) != 4 {
		t.Errorf("the pages hold %d entries, want the four before noon", len(got))
	}
}
