package script_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firebreak/detect/correlate"
	"firebreak/detect/event"
	"firebreak/detect/own"
	"firebreak/detect/script"
)

func load(t *testing.T, text string) *script.Rule {
	t.Helper()
	r, err := script.Load(t.Context(), "rules/x.star", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func events(t testing.TB, lines ...string) []own.Event {
	t.Helper()
	var all []own.Event
	for i, line := range lines {
		ev, err := event.Decode([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, own.Event{Event: ev, Place: correlate.Place{File: "e", Line: int64(i + 1)}})
	}
	return all
}

func TestDetect(t *testing.T) {
	r := load(t, `
rule = {"id": "a-1", "title": "Odd hours", "level": "low", "tags": ["attack.t1078"]}
ADMINS = set(["root", "admin"])

def detect(event):
    if event.get("user") in ADMINS and event["n"] > 1.5:
        return {"user": event["user"], "n": event["n"], "big": event["big"], "none": None, "yes": event["deep"]["list"][0] == 1}
`)
	if h := r.Head(); h.ID != "a-1" || h.Title != "Odd hours" || h.Level != "low" || len(h.Tags) != 1 || h.Correlation {
		t.Errorf("head %+v", h)
	}
	result := r.Examine(t.Context(), events(t,
		`{"user":"alice","n":9}`, `{"user":"root","n":1}`,
		`{"user":"root","n":2.5,"big":12345678901234567890,"deep":{"list":[1,null]}}`))
	if len(result.Found) != 1 || len(result.Troubles) > 0 {
		t.Fatalf("%+v", result)
	}
	want := map[string]string{"user": "root", "n": "2.5", "big": "12345678901234567890", "yes": "true"}
	if diff := cmp.Diff(want, result.Found[0].Group); diff != "" || result.Found[0].Event.Line != 3 {
		t.Error(diff)
	}
	if got := load(t, "def detect(event): return None").Head().Title; got != "x" {
		t.Errorf("the title of a rule without one is %q", got)
	}
}

// TestErrors has scripts that go wrong with an event: it is named, with the
// script's line, and the next event is examined.
func TestErrors(t *testing.T) {
	for name, tt := range map[string]struct{ body, want string }{
		"no key":       {`x = event["absent"]`, `rules/x.star:4: key "absent" not in dict`},
		"in a builtin": {"int(\n            'x')", "rules/x.star:4: int: invalid literal"},
		"fails":        {`fail("no", 1)`, "rules/x.star:4: fail: no 1"},
		"endless":      {"for _ in range(1000): [x for x in range(1000000)]", "more than 1000000 steps"},
		"endless list": {"list(range(1000000000000))", "rules/x.star:4: range: more than 1000000 numbers"},
		"state":        {`SEEN.append(1)`, "rules/x.star:4: append: cannot append to frozen list"},
		"event":        {`event["a"] = 1`, "rules/x.star:4: cannot insert into frozen hash table"},
		"recursion":    {`detect({"bad": True})`, "function detect called recursively"},
		"wrong answer": {`return 1`, "rules/x.star:2:1: detect gave a int, want None or a dict"},
		"wrong key":    {`return {1: "a"}`, "key \"1\", which is no text"},
		"wrong value":  {`return {"a": []}`, `detect gave a list for "a"`},
		"too much":     {`return {str(i): "" for i in range(40)}`, "more than 32 entries"},
	} {
		t.Run(name, func(t *testing.T) {
			r := load(t, "SEEN = []\ndef detect(event):\n    if event.get(\"bad\"):\n        "+tt.body+"\n    return {}\n")
			result := r.Examine(t.Context(), events(t, `{"bad":true}`, `{}`))
			if len(result.Troubles) != 1 || result.Missed != 1 || !strings.Contains(result.Troubles[0].String(), tt.want) {
				t.Errorf("%+v, want a trouble with %q", result, tt.want)
			}
			if len(result.Found) != 1 || result.Found[0].Event.Line != 2 {
				t.Errorf("found %+v", result.Found)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"def detect(event)\n":                                       "rules/x.star:2:1: got newline, want ':'",
		"\nx = y\n":                                                 "rules/x.star:2:5: undefined: y",
		"load('other.star', 'a')\n":                                 "rules/x.star:1: ",
		"open('/etc/passwd')\n":                                     "undefined: open",
		"1/0\ndef detect(event): pass":                              "rules/x.star:1: floating-point division by zero",
		"x = 1\n":                                                   "there is no function detect(event)",
		"detect = 1\n":                                              "there is no function detect(event)",
		"def detect(): pass\n":                                      "rules/x.star:1:1: detect takes one parameter",
		"def detect(*a): pass\n":                                    "detect takes one parameter",
		"rule = 1\ndef detect(e): pass\n":                           "rule is a int, want a dict",
		"rule = {'name': 'x'}\ndef detect(e): pass\n":               `rule has no "name"`,
		"rule = {'title': 1}\ndef detect(e): pass\n":                "the title of rule is no text",
		"rule = {'tags': 'x'}\ndef detect(e): pass\n":               "the tags of rule are no list",
		"rule = {'level': 'x'}\ndef detect(e): pass\n":              `the level "x" is none of`,
		"x = [i for i in range(1000000) for j in range(1000000)]\n": "more than 1000000 steps",
		"x = " + strings.Repeat("(", 60_000):                        "rules/x.star:1",
		"x = 1" + strings.Repeat("\n", 70_000):                      "longer than 65536 bytes",
	} {
		if _, err := script.Load(t.Context(), "rules/x.star", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: error %v, want %q", text, err, want)
		}
	}
}

func TestCancelled(t *testing.T) {
	r := load(t, "def detect(event): return {}")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if result := r.Examine(ctx, events(t, `{}`, `{}`)); result.Missed != 2 || len(result.Found)+len(result.Troubles) > 0 {
		t.Errorf("%+v", result)
	}
}

// FuzzScript loads and runs whatever is no valid script: nothing panics, and
// everything ends.
func FuzzScript(f *testing.F) {
	f.Add("def detect(event): return {'a': event.get('a')}", `{"a":1}`)
	f.Add("rule = {'tags': ['a']}\ndef detect(event):\n  for k in event: return {k: event[k]}", `{"a":[1e400,{}]}`)
	f.Add("def detect(e): return json.decode(json.encode(e))", `{"a":-0}`)
	f.Fuzz(func(t *testing.T, text, line string) {
		if strings.ContainsAny(text, "*+%<") {
			t.Skip("may build something large: memory is not bounded (see doc.go)")
		}
		r, err := script.Load(t.Context(), "x.star", []byte(text))
		ev, wrong := event.Decode([]byte(line))
		if err != nil || wrong != nil {
			return
		}
		result := r.Examine(t.Context(), []own.Event{{Event: ev}})
		if len(result.Found)+len(result.Troubles) > 1 {
			t.Errorf("%+v", result)
		}
	})
}

func BenchmarkDetect(b *testing.B) {
	r, err := script.Load(b.Context(), "x.star", []byte("def detect(event):\n    if event.get('user') == 'root': return {}"))
	if err != nil {
		b.Fatal(err)
	}
	batch := events(b, `{"user":"alice","n":1,"deep":{"a":[1,2,3]}}`)
	for b.Loop() {
		r.Examine(b.Context(), batch)
	}
}
