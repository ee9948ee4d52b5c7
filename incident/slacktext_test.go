package incident_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"firebreak/incident"
)

func TestSlackPlain(t *testing.T) {
	names := func(id string) string {
		return map[string]string{"U1": "sam", "C1": "general", "S1": "oncall"}[id]
	}
	for in, want := range map[string]string{
		"hi <@U1>":                     "hi @sam",
		"hi <@U9>":                     "hi @U9",
		"hi <@U9|bob>":                 "hi @bob",
		"in <#C1|x> and <#C1>":         "in #x and #general",
		"<!here> <!channel>":           "@here @channel",
		"<!subteam^S1>":                "@oncall",
		"<!subteam^S2|@db>":            "@db",
		"<!date^1^{date}|one day>":     "one day",
		"<http://a.example>":           "http://a.example",
		"<http://a|b>":                 "b (http://a)",
		"<http://a.example|a.example>": "a.example",
		"<mailto:a@b.c|a@b.c>":         "a@b.c",
		"<http://a?x=1&amp;y=2>":       "http://a?x=1&y=2",
		"1 &lt; 2 &amp;amp; &gt;x":     "1 < 2 &amp; >x",
		"a < b":                        "a < b",
		"<>":                           "<>",
		"<|x>":                         "<|x>",
	} {
		if got := incident.SlackPlain(in, names); got != want {
			t.Errorf("SlackPlain(%q) = %q, want %q", in, got, want)
		}
	}
	if got := incident.SlackPlain("<@U1>", nil); got != "@U1" {
		t.Errorf("without names: %q", got)
	}
}

var broadcast = regexp.MustCompile(`(?i)@(?:here|channel|everyone)`)

func TestSlackTextRoundTripsAndIsInert(t *testing.T) {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{"<!here>", "<!channel>", "@channel", "@HERE", "<@U1>", "<http://a|b>", "&lt;", "&amp;", "<!subteam^S1>"}),
		rapid.String(),
	)
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOf(piece).Draw(t, "pieces"), "")
		out := incident.SlackText(s)
		if strings.ContainsAny(out, "<>") || broadcast.MatchString(out) {
			t.Fatalf("%q: live in %q", s, out)
		}
		clean := strings.NewReplacer("\x00", "", "\u2060", "")
		if got, want := clean.Replace(incident.DecodeSlack(out)), clean.Replace(s); got != want {
			t.Fatalf("reads as %q, want %q", got, want)
		}
	})
}

func FuzzSlackPlain(f *testing.F) {
	f.Add("<@U1|x> <!date^1^x|y> <http://a|b> &amp;lt;")
	f.Fuzz(func(_ *testing.T, s string) { incident.SlackPlain(s, nil) })
}
