package indicator_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"firebreak/detect/indicator"
	"firebreak/incident"
)

func TestWhereItStands(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"c2 is evil[.]com, really", "evil[.]com"},
		{"(hxxps[:]//evil[.]com/a)", "hxxps[:]//evil[.]com/a"},
		{"ev\u200bil.c\u200bom\u200b!", "ev\u200bil.c\u200bom"},
		{"see bücher.de\u202c now", "bücher.de"},
		{"at [2001:db8::1]:22", "2001:db8::1"},
		{"mail boss [at] evil [dot] com today", "boss [at] evil [dot] com"},
	} {
		found := indicator.Extract(tt.text, indicator.Options{})
		if len(found) == 0 {
			t.Errorf("%q: nothing found", tt.text)
			continue
		}
		if got := tt.text[found[0].Start:found[0].End]; got != tt.want {
			t.Errorf("%q: %s stands at %q, want %q", tt.text, found[0].Value, got, tt.want)
		}
	}
}

func TestShownIsTameAndReadBack(t *testing.T) {
	for _, file := range []string{"training.txt", "heldout.txt"} {
		for _, l := range lines(t, file) {
			for _, found := range indicator.Extract(l.text, own) {
				i := found.Indicator
				shown := indicator.Defang(i)
				got, ok := indicator.Parse(shown)
				if i.Type == incident.IndicatorAccount || i.Type == incident.IndicatorHost {
					got, ok = indicator.Parse(string(i.Type) + ":" + shown)
				}
				if !ok || got != i {
					t.Errorf("%s: %s %s is shown as %q, which is read as %v, %v", l.name, i.Type, i.Value, shown, got, ok)
				}
				switch i.Type {
				case incident.IndicatorDomain, incident.IndicatorEmail, incident.IndicatorIPv4:
					if strings.Contains(strings.ReplaceAll(shown, "[.]", ""), ".") {
						t.Errorf("%q is not tame", shown)
					}
				case incident.IndicatorURL:
					if strings.HasPrefix(shown, "http") {
						t.Errorf("%q is not tame", shown)
					}
				}
			}
		}
	}
}

func TestParseRefusesWhatIsNoSingleIndicator(t *testing.T) {
	for _, text := range []string{"", " ", "hello", "evil.com and more", "10.0.0.1 10.0.0.2", "x", "account:", "http://"} {
		if i, ok := indicator.Parse(text); ok {
			t.Errorf("%q is read as %v", text, i)
		}
	}
	for text, want := range map[string]string{
		"<http://evil.com|evil.com>": "evil.com", "`evil[.]com`": "evil.com", "hxxp://evil[.]com/": "http://evil.com",
		"account:ALICE": "alice", "host:Web-01": "web-01", "ipv4:10[.]0.0.1": "10.0.0.1", "<mailto:a@evil.com|a@evil.com>": "a@evil.com",
	} {
		if i, ok := indicator.Parse(text); !ok || i.Value != want {
			t.Errorf("%q is read as %v, %v, want %s", text, i, ok, want)
		}
	}
}

// Slack makes a link of the rest of what somebody tamed by its scheme alone.
func TestASchemeBeforeALinkOfSlacks(t *testing.T) {
	for text, want := range map[string]string{
		"hxxps://<http://evil.com/x|evil.com/x>": "https://evil.com/x",
		"hxxps://<http://evil.com|evil.com>":     "https://evil.com",
		"see:// <http://evil.com|evil.com>":      "evil.com",
	} {
		if found := indicator.Extract(text, own); len(found) == 0 || found[0].Value != want {
			t.Errorf("%q: found %v, want %s", text, found, want)
		}
	}
}

func TestPrivateAddressesCanBeLeftOut(t *testing.T) {
	text := "10.0.0.1 192.168.1.1 172.16.0.1 169.254.169.254 fe80::1 fd00:1::1 203.0.113.5"
	if got := indicator.Extract(text, indicator.Options{}); len(got) != 7 {
		t.Errorf("found %v", got)
	}
	if got := indicator.Extract(text, indicator.Options{NoPrivate: true}); len(got) != 1 || got[0].Value != "203.0.113.5" {
		t.Errorf("found %v", got)
	}
}

func TestBounds(t *testing.T) {
	many := strings.Builder{}
	for n := range 2000 {
		many.WriteString("evil" + strings.Repeat("x", n%50) + string(rune('a'+n%26)) + ".com ")
	}
	if got := indicator.Extract(many.String(), indicator.Options{}); len(got) > indicator.MaxFound {
		t.Errorf("found %d", len(got))
	}
	far := strings.Repeat("word ", indicator.MaxText/5+1) + "evil.com"
	if got := indicator.Extract(far, indicator.Options{}); len(got) != 0 {
		t.Errorf("found %v beyond the limit", got)
	}
}

// hostile are pieces that make a careless scanner look back or ahead too far.
var hostile = []string{
	"a", ".", "a.", "a@", "@", "[.]", "http://", "http://a", "hxxp", "<", "<http://", "1.", "a:", "::", "1:", "f:f:", "user=", "user=a\\", "A\\", "A\\a\\",
	" dot ", " at a dot ", "(at)", "[at] ", "http://a.com/(", "http://a.com/)", "cve-2024-1", "arn:aws:", "projects/", "ssh a@", "%", "+", "\\", "\\\\", "é.", "é", "。",
	"\u200b", "-", "_", "_.", "1-", "0123456789abcdef", "evil.com", "evil.com/", "x\x00", "\xff", "for ", "user ", "host: ", "\n", "{\"user\":{\"name\":\"",
}

// TestHostileTextTakesLinearTime allows hundreds of times what an ordinary
// text of the size takes: quadratic work would be a thousand times over it.
func TestHostileTextTakesLinearTime(t *testing.T) {
	for _, piece := range hostile {
		text := strings.Repeat(piece, indicator.MaxText/len(piece))
		start := time.Now()
		indicator.Extract(text, own)
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("%q repeated to %d bytes takes %v", piece, len(text), took)
		} else if took > 300*time.Millisecond {
			t.Logf("%q repeated takes %v", piece, took)
		}
	}
}

func FuzzExtract(f *testing.F) {
	for _, l := range append(lines(f, "training.txt"), lines(f, "heldout.txt")...) {
		if len(l.text) < 500 {
			f.Add(l.text)
		}
	}
	for _, piece := range hostile {
		f.Add(strings.Repeat(piece, 5))
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := indicator.Extract(text, own)
		if len(found) > indicator.MaxFound {
			t.Fatalf("found %d", len(found))
		}
		seen := map[incident.Indicator]bool{}
		for _, i := range found {
			if i.Start < 0 || i.Start >= i.End || i.End > len(text) {
				t.Fatalf("%v stands at %d to %d of %d bytes", i.Indicator, i.Start, i.End, len(text))
			}
			if i.Value == "" || !utf8.ValidString(i.Value) || strings.ContainsAny(i.Value, " \n\t<>") || len(i.Value) > 1024 {
				t.Fatalf("%s has the value %q", i.Type, i.Value)
			}
			if seen[i.Indicator] {
				t.Fatalf("%v is found twice", i.Indicator)
			}
			seen[i.Indicator] = true
			i.Shown()
		}
		indicator.Parse(text)
	})
}

func BenchmarkExtract(b *testing.B) {
	for name, text := range map[string]string{
		"chat": "ok the box at 10.1.2.3 talks to evil-updates[.]com every minute, I will block it at the proxy now",
		"log":  "Nov 20 14:32:01 web-01 sshd[123]: Failed password for invalid user oracle from 203.0.113.5 port 51234 ssh2",
		"none": "rolling back to the version from last week, give me ten minutes and then look at the graphs again please",
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				indicator.Extract(text, own)
			}
		})
	}
}
