package sigma_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"firebreak/detect/correlate"
	"firebreak/detect/event"
	"firebreak/detect/sigma"
)

func loaded(t testing.TB, rules string) *sigma.Set {
	t.Helper()
	l := sigma.NewLoader(builtin(t))
	l.Add("rule.yml", []byte(rules))
	return l.Set()
}

const minimal = "title: t\nlogsource: {category: test}\ndetection:\n  sel: {%s}\n  condition: sel\n"

// TestTooMuchIsRefused gives each limit just more than it allows.
func TestTooMuchIsRefused(t *testing.T) {
	tests := []struct{ name, rules, want string }{
		{"document", "title: " + strings.Repeat("x", 1<<20), "rule.yml:1: the document is longer than 1048576 bytes"},
		{"values", fmt.Sprintf(minimal, "f: ["+strings.Repeat("a,", 100_000)+"]"), "more than 100000 values"},
		{"value", fmt.Sprintf(minimal, "f: "+strings.Repeat("x", 64<<10+1)), `rule.yml:4: rule "t": the value is longer than 65536 bytes`},
		{"wildcards", fmt.Sprintf(minimal, "f: '"+strings.Repeat("*a", 1001)+"'"), `rule.yml:4: rule "t": the value has more than 1000 wildcards`},
		{"regular expression", fmt.Sprintf(minimal, "f|re: "+strings.Repeat("x", 8<<10+1)), "cannot be used: error parsing regexp: expression too large"},
		{"variants", fmt.Sprintf(minimal, "f|windash: ["+strings.Repeat("'-a -b -c -d -e -f -g',", 2)+"]"), "more than 100000 values, each variant counted"},
		{"field", fmt.Sprintf(minimal, strings.Repeat("f", 513)+": x"), `rule.yml:4: rule "t": the field's name is longer than 512 bytes`},
		{"other field", fmt.Sprintf(minimal, "f|fieldref: "+strings.Repeat("f", 513)), `rule.yml:4: rule "t": the field's name is longer than 512 bytes`},
		{"title", "detection: x\ntitle: " + strings.Repeat("x", 1025), "the title is no text of at most 1024 bytes"},
		{"tags", "title: t\ntags: [" + strings.Repeat("a,", 201) + "]\ndetection: x", "the tags are no list of at most 200 texts"},
		{"members", "title: t\ncorrelation: {type: temporal, timespan: 1m, rules: [" + strings.Repeat("a,", 65) + "]}", "refers to more than 64 rules"},
		{"UTF-8", "title: \xff\nlogsource: x", "rule.yml:1: the document is not UTF-8"},
		{"UTF-16", "\xff\xfet\x00", "rule.yml:1: the document is not UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			refused := loaded(t, tt.rules).Refused()
			if len(refused) != 1 || !strings.Contains(refused[0].String(), tt.want) {
				t.Errorf("got %v, want one with %q", refused, tt.want)
			}
		})
	}
}

func TestByteOrderMark(t *testing.T) {
	if set := loaded(t, "\ufeff"+fmt.Sprintf(minimal, "f: x")); len(set.Rules()) != 1 {
		t.Errorf("refused: %v", set.Refused())
	}
}

func TestMappingErrors(t *testing.T) {
	tests := []struct{ mapping, want string }{
		{"a: b", `mapping m.yml: line 1: "a" is none of time, lift, messages, fields, routes and placeholders`},
		{"- a", "mapping m.yml: line 1: want a mapping with time"},
		{"fields: [a]", "line 1: fields are no mapping"},
		{"fields:\n  a: {b: c}", "line 2: want a text or a list of texts"},
		{"placeholders: 5", "line 1: placeholders are no mapping"},
		{"placeholders: {a: [[b]]}", "line 1: want a text"},
		{"routes:\n- when: {a: b}", "line 2: a route needs when and is"},
		{"routes:\n- {is: {product: x}, when: {a|nope: b}}", `line 2: the modifier "nope" is unknown`},
		{"routes: [x]", "line 1: a route is no mapping"},
		{"routes:\n- {is: {product: x}, when: {a: b}, then: c}", `line 2: "then" is none of from, when, is and fields`},
		{"routes: {", "no YAML"},
	}
	for _, tt := range tests {
		err := builtin(t).Extend("m.yml", []byte(tt.mapping))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.mapping, err, tt.want)
		}
	}
}

func TestParseLogsource(t *testing.T) {
	got, err := sigma.ParseLogsource("product=Linux, service=sshd")
	if want := (sigma.Logsource{Product: "linux", Service: "sshd"}); got != want || err != nil {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, s := range []string{"", "linux", "product=", "host=x", "product=a,"} {
		if _, err := sigma.ParseLogsource(s); err == nil {
			t.Errorf("%q is a logsource", s)
		}
	}
}

// TestGivenLogsource says of events that tell nothing where they are from.
func TestGivenLogsource(t *testing.T) {
	set := loaded(t, "title: t\nlogsource: {product: linux, service: sshd}\ndetection: {keywords: [needle], condition: keywords}\n")
	for given, want := range map[sigma.Logsource]int{
		{}:                                  0,
		{Product: "linux", Service: "sshd"}: 1,
		{Product: "linux"}:                  0,
		{Product: "windows"}:                0,
	} {
		ev, err := event.Decode([]byte(`{"text":"a needle"}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(set.NewRun(given).Event(ev, correlate.Place{})); got != want {
			t.Errorf("given %+v: %d found, want %d", given, got, want)
		}
	}
}

// FuzzRules loads whatever it is given and tries it on an event: nothing may
// panic, refusals name lines of the file, and what is found must be JSON.
func FuzzRules(f *testing.F) {
	f.Add(fmt.Appendf(nil, minimal, "f|contains|all: [a, '-b']"), []byte(`{"f":"a"}`))
	f.Add(fmt.Appendf(nil, minimal, "f|wide|base64offset|contains: a*b, g|re|i: x, h|cidr: 10.0.0.0/8"), []byte(`{"f":["a"]}`))
	f.Add([]byte("title: t\nname: n\nlogsource: {product: x}\ndetection: {k: ['a', 1], timeframe: 1m, condition: k | count(f) by g > 1}\n"), []byte(`{"message":"a","time":"2026-11-22T14:00:00Z"}`))
	f.Add([]byte("title: t\ncorrelation: {type: temporal, rules: [a], timespan: 1m, condition: a}\n---\ntitle: f\nlogsource: {product: x}\nfilter: {rules: any, s: {a: b}, condition: not s}\n"), []byte(`{}`))
	f.Add([]byte("a: &a [*a]\n---\n- x\n...\n%YAML 1.1\n---\n"), []byte(`{"a":{"b":1}}`))
	m := builtin(f)
	f.Fuzz(func(t *testing.T, rules, data []byte) {
		l := sigma.NewLoader(m)
		l.Add("fuzz.yml", rules)
		set := l.Set()
		lines := 2 // YAML counts other breaks as well
		for _, br := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} {
			lines += strings.Count(string(rules), br)
		}
		for _, r := range append(set.Refused(), set.Notes()...) {
			if r.Line < 1 || r.Line > lines || r.Reason == "" {
				t.Errorf("a refusal of a line that is not there: %+v", r)
			}
		}
		ev, err := event.Decode(data)
		if err != nil {
			return
		}
		run := set.NewRun(sigma.Logsource{})
		for _, d := range append(run.Event(ev, correlate.Place{File: "-", Line: 1}), run.Finish()...) {
			if _, err := json.Marshal(d); err != nil {
				t.Error(err)
			}
		}
	})
}
