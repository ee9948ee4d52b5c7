package mask

import (
	"strings"
	"testing"
)

// TestDraft: what is edited shows no secret and loses none.
func TestDraft(t *testing.T) {
	ready(t)
	key := canaryOf("AK", "IAQ3EGRT5XZ2L7MNOP")
	text := "root password: tr0ub4dor and db password: hunter2! and key " + key + " of ops"
	d, ok := NewDraft(text)
	if !ok || d.Shown != "root password: [masked: password] and db password: [masked: password 2] and key [masked: aws-access-token] of ops" {
		t.Fatalf("shown is %q", d.Shown)
	}
	for name, c := range map[string]struct{ typed, want string }{
		"as it was":        {d.Shown, text},
		"a word more":      {d.Shown + " today", text + " today"},
		"the first is out": {strings.TrimPrefix(d.Shown, "root password: [masked: password] and "), strings.TrimPrefix(text, "root password: tr0ub4dor and ")},
		"twice":            {d.Shown + "; db password: [masked: password 2]", text + "; db password: hunter2!"},
		"none left":        {"it is gone", "it is gone"},
		"a foreign mark":   {"see [masked: jwt]", "see [masked: jwt]"},
		"moved":            {"of ops: [masked: aws-access-token]", "of ops: " + key},
	} {
		if got, ok := d.Text(c.typed); !ok || got != c.want {
			t.Errorf("%s: %q became %q, %t", name, c.typed, got, ok)
		}
	}
	for _, typed := range []string{"the colour is [masked: password]", "[masked: password 2] [masked: password]", "a[masked: password]b"} {
		if got, ok := d.Text(typed); ok {
			t.Errorf("%q shows %q", typed, got)
		}
	}
}

// TestDraftKeepsEveryCanary: each kind of secret comes back to the byte, stays
// masked while words are added, and is in no draft.
func TestDraftKeepsEveryCanary(t *testing.T) {
	ready(t)
	for name, c := range canaries() {
		t.Run(name, func(t *testing.T) {
			if name == "slack webhook" {
				c[1] = canaryOf("https://hooks.sl", "ack.com/services/", c[0])
			}
			text := "so: " + c[1] + "\nend"
			d, ok := NewDraft(text)
			if !ok || strings.Contains(d.Shown, c[0]) {
				t.Fatalf("%q, %t", d.Shown, ok)
			}
			if got, ok := d.Text(d.Shown); !ok || got != text {
				t.Errorf("it came back as %q", got)
			}
			if got, ok := d.Text(d.Shown + "\nand more"); !ok || got != text+"\nand more" {
				t.Errorf("with a line more it is %q, %t", got, ok)
			}
		})
	}
}

// TestDraftOfMasks: what looks like a mask in the text itself stays what it is.
func TestDraftOfMasks(t *testing.T) {
	ready(t)
	text := "the export says [masked: password], password: tr0ub4dor"
	d, ok := NewDraft(text)
	if !ok || d.Shown != "the export says [masked: password], password: [masked: password 2]" {
		t.Fatalf("%q", d.Shown)
	}
	if got, ok := d.Text(d.Shown + "!"); !ok || got != text+"!" {
		t.Errorf("%q, %t", got, ok)
	}
	if _, ok := NewDraft(strings.Repeat("x", maskMax+1)); ok {
		t.Error("a text that cannot be checked is shown")
	}
}

// FuzzDraft: an untouched draft is the text again, and what is masked in a
// draft is what is masked elsewhere.
func FuzzDraft(f *testing.F) {
	f.Add("password: tr0ub4dor and [masked: password] [masked: password 2]", "x")
	f.Add("postgres://app:pw@db-1/x [masked: ", "password: ")
	f.Fuzz(func(t *testing.T, text, more string) {
		d, ok := NewDraft(text)
		if !ok {
			return
		}
		if got, ok := d.Text(d.Shown); !ok || got != text {
			t.Fatalf("%q came back as %q", text, got)
		}
		typed := more + d.Shown
		got, ok := d.Text(typed)
		for _, kept := range d.kept {
			if ok && len(kept) > 8 && !strings.Contains(kept, maskedPrefix) && !strings.Contains(typed, kept) && strings.Contains(Text(got), kept) {
				t.Fatalf("%q shows %q of %q", got, kept, text)
			}
		}
	})
}
