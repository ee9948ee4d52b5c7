package incident

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestQuoteIn(t *testing.T) {
	q := NewQuote(nil, "The root <pw> is: hunter2\nkangaroo", "done", "!!--??!!--", strings.Repeat("long story ", 40))
	for text, want := range map[string]bool{
		"the root &lt;pw&gt; is: hunter2 kangaroo":           true,
		"> *The* root `<pw>` is:  hunter2_kangaroo, he said": true,
		"the root <pw> is: hunter2":                          false,
		"well done, done":                                    false,
		"so !!--??!!-- it is":                                true,
		"cut " + strings.Repeat("long story ", 14) + "…":     true,
		"a long story":                                       false,
		"":                                                   false,
	} {
		if got := q.In(text); got != want {
			t.Errorf("%q: %t, want %t", text, got, want)
		}
	}
	if NewQuote(nil).In("anything") {
		t.Error("nothing is quoted")
	}
}

// TestQuoteOfSecrets: a secret is known by itself, but nothing is that could be
// a word or a number, nor within another word.
func TestQuoteOfSecrets(t *testing.T) {
	const long = "Zx9KLm4Np/Rt5Vw8Yb+Q2"
	q := NewQuote(nil, "the root password of the database is x").AndSecrets("Emu8Zx,", "banana", "tr0ub4dor&amp;3", "20261122", "a1", long, "correcthorsebattery")
	for text, want := range map[string]bool{
		"I tried Emu8Zx, it works": true, "(Emu8Zx)": true, "emu8zx": false, "Emu8Zx9": false, "aEmu8Zx": false, "Emu8Zx9 or Emu8Zx": true,
		"a banana": false, "on 20261122": false, "a1": false, "it was tr0ub4dor&3": true, "it was tr0ub4dor&amp;3!": true,
		"it was zx9klm4np Rt5Vw8Yb Q2": true, "CorrectHorseBattery": true, "nothing": false,
	} {
		if got := q.In(text); got != want {
			t.Errorf("%q: %t, want %t", text, got, want)
		}
	}
	if left, found := q.Erase([]byte(`{"text":"use Emu8Zx","n":1}`)); !found || string(left) != `{"n":1,"text":"[redacted]"}` {
		t.Errorf("%s, %t", left, found)
	}
}

func TestQuoteErase(t *testing.T) {
	q := NewQuote([]string{"1.5"}, "C:\\new\\hunter2", "\u00fcber <hunter3>")
	for payload, want := range map[string]string{
		`{"a":"say C:\\new\\hunter2 now","b":12345678901234567890}`:              `{"a":"[redacted]","b":12345678901234567890}`,
		`{"meta":"{\"x\":\"C:\\\\new\\\\hunter2\",\"y\":1}"}`:                    `{"meta":"{\"x\":\"[redacted]\",\"y\":1}"}`,
		`{"a":["\u00fcber \u003chunter3\u003e"],"c":"über &lt;hunter3&gt;"}`:     `{"a":["[redacted]"],"c":"[redacted]"}`,
		`{"message":{"ts":"1.5","text":"x"},"item":{"ts":"1.5"},"thread":"1.5"}`: `{"item":{"ts":"1.5"},"message":{"redacted":true,"ts":"1.5"},"thread":"1.5"}`,
		`{"command":"/inc","text":"INC-3 find new hunter2"}`:                     `{"command":"/inc","text":"[redacted]"}`,
		`{"command":"/inc","text":"note new hunter2"}`:                           "",
		`{"C:\\new\\hunter2":1}`:                                                 `{}`,
		`no JSON: C:\new\hunter2`:                                                `{}`,
		`["C:\\new","\\hunter2"]`:                                                `{}`, // in pieces
		`{"a":"hunter2"}`:                                                        "",
		``:                                                                       "",
	} {
		left, found := q.Erase([]byte(payload))
		if found != (want != "") || found && string(left) != want || !found && string(left) != payload {
			t.Errorf("%s: %s, %t, want %s", payload, left, found, want)
		}
	}
}

// FuzzQuoteErase: what is left of JSON is JSON and does not quote it.
func FuzzQuoteErase(f *testing.F) {
	f.Add("hunter2kangaroo", `{"a":"x hunter2 kangaroo y","m":{"ts":"1.5","text":"z"}}`)
	f.Add("C:\\new\\hunter2", `{"meta":"{\"x\":\"C:\\\\new\\\\hunter2\"}"}`)
	f.Add("ünïcödé only", `["\u00fcn\u00efc\u00f6d\u00e9 only"]`)
	f.Fuzz(func(t *testing.T, text, payload string) {
		q := NewQuote([]string{"1.5"}, text)
		left, found := q.Erase([]byte(payload))
		if !found {
			if string(left) != payload {
				t.Errorf("changed, but not found: %s", left)
			}
			return
		}
		if !json.Valid(left) {
			t.Errorf("no JSON: %s", left)
		}
		if string(left) != "{}" && q.In(string(left)) {
			t.Errorf("it still quotes %q: %s", text, left)
		}
	})
}
