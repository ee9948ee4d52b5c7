package sigma

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"firebreak/detect/event"
)

// said is what was found in an event, for comparing.
func said(all bool, found []foundField) string {
	var b strings.Builder
	fmt.Fprintln(&b, "tells nothing:", all)
	for _, f := range found {
		fmt.Fprintf(&b, "%s %q\n", f.rule.Title, f.fields)
	}
	return b.String()
}

// byReference is what the reference evaluator finds.
func byReference(s *Set, ev *event.Event, given Logsource) string {
	var found []foundField
	matches, all := s.matches(ev, given)
	for _, m := range matches {
		f := foundField{rule: m.rule}
		if m.rule.member {
			f.fields = m.view.texts(m.rule.needs)
		}
		found = append(found, f)
	}
	return said(all, found)
}

// same compares what the reference and the engine find in an event.
func same(t interface{ Fatalf(string, ...any) }, m *matcher, data []byte) (found int) {
	ev, err := event.Decode(data)
	if err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	m.engine.set.Prepare(ev)
	want := byReference(m.engine.set, ev, m.given)
	m.match(ev)
	h := m.hits()
	if got := said(h.all, h.found); got != want {
		t.Fatalf("%s\nreference: %s\nengine: %s", data, want, got)
	}
	if err := m.matchData(data); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	h = m.hits()
	if got := said(h.all, h.found); got != want {
		t.Fatalf("%s\nreference: %s\nengine, of bytes: %s", data, want, got)
	}
	return len(h.found)
}

// TestEngineIsReference tries random rules on random events: what the engine
// finds, before and after it has made its index anew, is what the reference
// evaluator finds.
func TestEngineIsReference(t *testing.T) {
	m, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Extend("test.yml", []byte(randomMapping)); err != nil {
		t.Fatal(err)
	}
	tried, found, decided, remembered := 0, 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		l := NewLoader(m)
		for i := range rapid.IntRange(1, 12).Draw(t, "rules") {
			rule, err := json.Marshal(randomRule(t, i))
			if err != nil {
				t.Fatal(err)
			}
			l.Add("rules.yml", rule)
		}
		l.Add("correlation.yml", []byte(randomCorrelation))
		set := l.Set()
		engine := set.engine()
		engine.samples = rapid.SampledFrom([]int{5, sampleSteps}).Draw(t, "samples")
		matcher := engine.matcher(rapid.SampledFrom([]Logsource{{}, {}, {Product: "windows"}, {Category: "test"}}).Draw(t, "given"))
		if rapid.Bool().Draw(t, "forgetful") {
			matcher.memory = newMemory(3, 16, 4)
		}
		var events [][]byte
		for range 6 {
			events = append(events, randomEvent(t))
		}
		for range 5 {
			for _, data := range events {
				tried++
				found += same(t, matcher, data)
				decided += len(matcher.index.decided)
			}
		}
		for _, r := range matcher.memory.slots {
			remembered += r.raw.size
		}
	})
	t.Logf("%d found in %d events", found, tried)
	if found < tried/20 || decided < tried/20 || remembered < tried/20 {
		t.Errorf("only %d found, %d questions decided and %d bytes remembered in %d events: the test is too tame", found, decided, remembered, tried)
	}
}

const randomMapping = `
routes:
  - {when: {log: one}, is: {product: windows, category: test}}
  - {from: {product: windows}, when: {kind: [a, b*]}, is: {product: windows, service: inner}, fields: {Image: [kind, n], CommandLine: other.x}}
  - {when: {log: two, kind: "*"}, is: {category: test}}
  - {when: {n|gt: 3}, is: {product: linux}}
fields: {Image: [img, "process.x"], kind: [sort]}
lift: [wrap.inner, wrap.more.*]
`

const randomCorrelation = `
title: Two
correlation: {type: event_count, rules: [rule0], group-by: [Image, kind], timespan: 1m, generate: true, condition: {gte: 2}}
`

var (
	randomFields = []string{"kind", "Image", "CommandLine", "n", "log", "other.x", "other", "img", "P_a", "List", "Threat", "sort"}
	randomTexts  = []string{
		"a", "b", "A", "ab", "abc", "abcd", "abcdefgh", "ABCDEFGHIJ", `c:\win\cmd.exe`, `\cmd.exe`, "cmd", "one", "two", "1", "4", "4.0", "4e0",
		"true", "10.0.0.1", "::ffff:10.0.0.2", "-enc x", "/enc", "ſharp K", "kKs", "é", "É", "😀", "", "x y", `"`, `a\b`, "\x01", "ß",
	}
	randomPatterns = []string{
		"*", "?", "a*", "*b", "a*c", "?b?", `*\\cmd.exe`, "*bcd*", "ab?d*", `c:\win*exe`, "*é*", "*", `\*`, "??", "*:*:*", "*ſ*",
	}
	randomRegexps = []string{"^a", "(?i)K", "b.d", "abc|xyz", "(?i)CMD[.]exe$", "a{2,}", "x*", "[0-9]+", "(?i)sharp", "(ab)+c?", "é", "(?i)É", "^$"}
)

// randomRule is a rule as JSON, which is YAML.
func randomRule(t *rapid.T, i int) map[string]any {
	selections := map[string]any{}
	names := []string{"s1", "s2", "t1"}[:rapid.IntRange(1, 3).Draw(t, "selections")]
	for _, name := range names {
		selections[name] = randomSelection(t)
	}
	selections["condition"] = randomCondition(t, names, 3)
	return map[string]any{
		"title": fmt.Sprint("rule", i), "name": fmt.Sprint("rule", i), "detection": selections,
		"logsource": rapid.SampledFrom([]map[string]any{
			{"product": "windows"}, {"category": "test"}, {"product": "windows", "service": "inner"}, {"product": "linux"}, {"product": "aws"},
		}).Draw(t, "logsource"),
	}
}

func randomSelection(t *rapid.T) any {
	switch rapid.IntRange(0, 9).Draw(t, "shape") {
	case 0:
		return rapid.SliceOfN(rapid.SampledFrom([]string{"abc", "cmd", "b", "*é*", "x y", "1", "a?c"}), 1, 3).Draw(t, "keywords")
	case 1:
		return []any{randomItems(t), randomItems(t)}
	}
	return randomItems(t)
}

func randomItems(t *rapid.T) map[string]any {
	items := map[string]any{}
	for range rapid.IntRange(1, 3).Draw(t, "items") {
		key, value := randomItem(t)
		items[rapid.SampledFrom(randomFields).Draw(t, "field")+key] = value
	}
	return items
}

func randomItem(t *rapid.T) (modifiers string, value any) {
	text := rapid.SampledFrom(randomTexts)
	texts := rapid.SliceOfN(rapid.OneOf(text, rapid.SampledFrom(randomPatterns)), 1, 4)
	switch rapid.IntRange(0, 13).Draw(t, "modifier") {
	case 0:
		return "|contains", texts.Draw(t, "values")
	case 1:
		return "|startswith", texts.Draw(t, "values")
	case 2:
		return "|endswith", texts.Draw(t, "values")
	case 3:
		return "|contains|all", texts.Draw(t, "values")
	case 4:
		return "|re", rapid.SampledFrom(randomRegexps).Draw(t, "re")
	case 5:
		return "|re|i", rapid.SampledFrom(randomRegexps).Draw(t, "re")
	case 6:
		return "|cidr", "10.0.0.0/8"
	case 7:
		return "|exists", rapid.Bool().Draw(t, "exists")
	case 8:
		return rapid.SampledFrom([]string{"|gt", "|lte", ""}).Draw(t, "compare"), rapid.SampledFrom([]float64{4, 3.5, 1, 0}).Draw(t, "number")
	case 9:
		return rapid.SampledFrom([]string{"|fieldref", "|fieldref|contains", "|fieldref|endswith"}).Draw(t, "ref"), rapid.SampledFrom(randomFields).Draw(t, "other")
	case 10:
		return "|cased", texts.Draw(t, "values")
	case 11:
		return "", nil
	case 12:
		return "|windash|contains", "-enc"
	}
	return rapid.SampledFrom([]string{"", "", "|neq"}).Draw(t, "neq"), texts.Draw(t, "values")
}

func randomCondition(t *rapid.T, names []string, depth int) string {
	if depth == 0 || rapid.IntRange(0, 3).Draw(t, "leaf") == 0 {
		return rapid.SampledFrom(append([]string{"1 of them", "all of them", "1 of s*", "not 1 of s*"}, names...)).Draw(t, "term")
	}
	a := randomCondition(t, names, depth-1)
	switch rapid.IntRange(0, 3).Draw(t, "op") {
	case 0:
		return "not (" + a + ")"
	case 1:
		return "(" + a + " or " + randomCondition(t, names, depth-1) + ")"
	}
	return "(" + a + " and " + randomCondition(t, names, depth-1) + ")"
}

// randomEvent is an event with the fields that rules ask for, some of them in
// other places.
func randomEvent(t *rapid.T) []byte {
	b, err := json.Marshal(randomObject(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func randomObject(t *rapid.T, depth int) map[string]any {
	object := map[string]any{}
	keys := append([]string{"wrap", "inner", "more", "x", "process", "P", "#attributes", "a", "@a", "#text", "Threat Name", "other.x"}, randomFields...)
	for range rapid.IntRange(0, 7).Draw(t, "members") {
		object[rapid.SampledFrom(keys).Draw(t, "key")] = randomValue(t, depth-1)
	}
	return object
}

func randomValue(t *rapid.T, depth int) any {
	kind := rapid.IntRange(0, 11).Draw(t, "kind")
	if depth <= 0 {
		kind %= 8
	}
	switch kind {
	case 0:
		return nil
	case 1:
		return rapid.SampledFrom([]any{true, 4, 4.5, 1e3, 1, -2}).Draw(t, "scalar")
	case 2:
		return rapid.SampledFrom(randomTexts).Draw(t, "text") + rapid.SampledFrom(randomTexts).Draw(t, "text")
	case 8, 9:
		return randomObject(t, depth)
	case 10:
		var list []any
		for range rapid.IntRange(0, 3).Draw(t, "elements") {
			list = append(list, randomValue(t, depth-1))
		}
		return list
	}
	return rapid.SampledFrom(randomTexts).Draw(t, "text")
}
