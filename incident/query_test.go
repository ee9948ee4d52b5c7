package incident_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
)

func TestParseQuery(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	day := func(d, h, m int) time.Time { return time.Date(2026, 11, d, h, m, 0, 0, paris) }
	terms := func(ts ...string) incident.Query { return incident.Query{Terms: ts} }
	tests := []struct {
		typed string
		want  incident.Query
	}{
		{"", incident.Query{}},
		{"failed  password", terms("failed", "password")},
		{`"failed password" root`, terms("failed password", "root")},
		{`“failed password” root`, terms("failed password", "root")},
		{`a"b c"d`, terms("a", "b c", "d")},
		{`never "closed end`, terms("never", "closed end")},
		{`beacon -drill -"red team"`, incident.Query{Terms: []string{"beacon"}, Without: []string{"drill", "red team"}}},
		{"tar --force - x", terms("tar", "--force", "-", "x")},
		// A colon in ordinary text is text.
		{"2001:db8::1 https://evil.example:8080/in:x text:root foo:bar", terms("2001:db8::1", "https://evil.example:8080/in:x", "text:root", "foo:bar")},
		{`"in:" "kind:note"`, terms("in:", "kind:note")},
		{"in:INC-3 in:inc-4 x", incident.Query{Incidents: []incident.Number{3, 4}, Terms: []string{"x"}}},
		{"IN:#inc-3-vpn in:<#C012|some name> x", incident.Query{Channels: []string{"inc-3-vpn", "C012"}, Terms: []string{"x"}}},
		{`from:@sam from:<@U1|sam o> from:pagerduty from:"Ann Onymous"`, incident.Query{From: []string{"sam", "U1", "pagerduty", "Ann Onymous"}}},
		{"kind:note Kind:RCA sev:1 sev:sev2", incident.Query{Kinds: []incident.Kind{incident.KindNote, incident.KindRCA}, Severities: []incident.Severity{1, 2}}},
		{"lane:adversary LANE:Responder", incident.Query{Lanes: []incident.Lane{incident.LaneAdversary, incident.LaneResponder}}},
		{"pinned: x pinned:yes", incident.Query{Pinned: true, Terms: []string{"x"}}},
		{"sort:relevance x", incident.Query{Relevance: true, Terms: []string{"x"}}},
		{"x page:2", incident.Query{Terms: []string{"x"}, Page: 2}},
		{"after:2026-11-20 x", incident.Query{After: day(20, 0, 0), Terms: []string{"x"}}},
		{"after:2026-11-20 9:30 x", incident.Query{After: day(20, 9, 30), Terms: []string{"x"}}},
		{"before:yesterday 23:10 x", incident.Query{Before: day(21, 23, 10), Terms: []string{"x"}}},
		{`before:"yesterday 23:10"x`, incident.Query{Before: day(21, 23, 10), Terms: []string{"x"}}},
		{"before:today after:14:32", incident.Query{Before: day(22, 0, 0), After: day(21, 14, 32)}},
		{"before:2026-11-20T10:00:00Z", incident.Query{Before: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)}},
		{"after:10m ago x", incident.Query{After: now.Add(-10 * time.Minute), Terms: []string{"x"}}},
		{"before:2026-11-20 before:2026-11-19 after:2026-11-01 after:2026-11-02", incident.Query{Before: day(19, 0, 0), After: day(2, 0, 0)}},
	}
	for _, test := range tests {
		got, err := incident.ParseQuery(test.typed, now, paris)
		if test.want.Page == 0 {
			test.want.Page = 1
		}
		if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
			t.Errorf("%q: %v %s", test.typed, err, diff)
		}
	}
}

func TestAnImpossibleFilterSaysTheRightForm(t *testing.T) {
	tests := map[string]string{
		"x in:vpn":          "in:vpn names no incident: write in:INC-3 or in:#channel",
		"in: x":             "in: needs something right behind the colon: write in:INC-3 or in:#channel",
		"from:@":            "from:@ names nobody: write from:@user or from:name",
		"kind:notes":        "kind:notes is no kind: write kind: with one of page, alert,",
		"sev:9":             "sev:9 is no severity: write sev:1 (worst) to sev:4",
		"lane:fast":         "lane:fast is no lane: write lane:responder or lane:adversary",
		"before:lunch":      "before:lunch is no time I know: write before:2026-11-20, before:14:32 or",
		"after: 14:32":      "after: needs something right behind the colon",
		`after:"14:32 foo"`: "after:14:32 foo is no time I know",
		"pinned:no":         "pinned:no is unknown: write pinned:yes",
		"sort:up":           "sort:up is no order: write sort:newest or sort:relevance",
		"page:0":            "page:0 is no page: write page:2, up to page:50",
		"page:51":           "page:51 is no page",
		"-kind:note":        "-kind:note excludes a filter, but only words can be: write -word or",
	}
	for typed, want := range tests {
		_, err := incident.ParseQuery(typed, time.Now(), nil)
		if e, ok := errors.AsType[*incident.QueryError](err); !ok || !strings.HasPrefix(e.Error(), want) {
			t.Errorf("%q: %v, want %s", typed, err, want)
		}
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	_, err = incident.ParseQuery("before:2026-10-25 02:30", time.Now(), berlin)
	if e, ok := errors.AsType[*incident.UnclearTimeError](err); !ok || e.Text != "2026-10-25 02:30" {
		t.Errorf("a time that happened twice: %v", err)
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, seed := range []string{
		"", `"`, "-", `-"`, "in:", `in:"`, "from:<@U1", "kind:note kind:x", "before:2026-11-20 14:32 x", `before:"`, "after:>", "page:99999999999999999999",
		"sev:-1", "\x00in:INC-1", "a:b:c", "::", "-in:x", "ＩＮ:1", "in:\u00a0x", "before:\u00a014:32", "pinned:\"\"",
	} {
		f.Add(seed)
	}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, typed string) {
		q, err := incident.ParseQuery(typed, now, nil)
		if err != nil {
			_, wrong := errors.AsType[*incident.QueryError](err)
			_, unclear := errors.AsType[*incident.UnclearTimeError](err)
			if !wrong && !unclear {
				t.Errorf("%q: %v", typed, err)
			}
			return
		}
		if q.Page < 1 || q.Page > incident.LastPage {
			t.Errorf("%q: page %d", typed, q.Page)
		}
		for _, term := range append(q.Terms, q.Without...) {
			if !utf8.ValidString(term) || strings.ContainsAny(term, "\"\x00") {
				t.Errorf("%q: term %q", typed, term)
			}
		}
		// In quotes all of it is text.
		whole := `"` + strings.ReplaceAll(typed, `"`, "") + `"`
		if q, err := incident.ParseQuery(strings.Map(plain, whole), now, nil); err != nil || len(q.Terms) != 1 {
			t.Errorf("%q: %v, %q", whole, err, q.Terms)
		}
	})
}

// plain takes out the quotes that phones type.
func plain(r rune) rune {
	if strings.ContainsRune("“”„«»", r) {
		return -1
	}
	return r
}
