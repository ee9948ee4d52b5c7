package main

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"
)

func TestVisible(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "öffne das Tor\n\tnow 🔥", "öffne das Tor\n\tnow 🔥"},
		{"colour", "a\x1b[31mb", `a\x1b[31mb`},
		{"bell, carriage return", "a\a\rb", `a\x07\x0db`},
		{"C1 introducer", "a\u009b31mb", `a\x9b31mb`},
		{"title through OSC", "\x1b]0;pwned\a", `\x1b]0;pwned\x07`},
		{"right to left override", "exe\u202egpj", `exe\u202egpj`},
		{"delete", "a\x7f", `a\x7f`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := visible(tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// FuzzVisibleJSON: nothing a terminal obeys is left, and a parser reads what
// was written.
func FuzzVisibleJSON(f *testing.F) {
	f.Add("a\x1b[31m\u009b\u202e\x7f")
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip("JSON cannot hold it")
		}
		line, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		shown := visibleJSON(line)
		if bytes.ContainsFunc(shown, obeyed) {
			t.Errorf("obeyed character in %q", shown)
		}
		var back string
		if err := json.Unmarshal(shown, &back); err != nil || back != text {
			t.Errorf("%q became %q (%v)", text, back, err)
		}
	})
}
