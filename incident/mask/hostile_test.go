package mask

import (
	"strings"
	"testing"
	"time"
)

// hostile are texts made to cost time: what begins like a secret, again and
// again, and what makes many of them.
func hostile(size int) map[string]string {
	of := func(unit string) string { return strings.Repeat(unit, size/len(unit)) }
	distinct := func(prefix string) string {
		var b strings.Builder
		for i := 0; b.Len() < size; i++ {
			b.WriteString(prefix + strings.Repeat(string(rune('a'+i%26)), 8) + hexa(24+i%9) + alnum(i%40) + " ")
		}
		return b.String()
	}
	return map[string]string{
		"one word":         of("a"),
		"passwords":        of("password is "),
		"password for":     of("password for "),
		"keys":             of("key: "),
		"begun keys":       of("-----BEGIN RSA PRIV" + "ATE KEY-----"),
		"addresses":        of("a://b:"),
		"quotes":           of(`password="`),
		"headers":          of("Authorization: "),
		"cookies":          of("Cookie: a="),
		"tokens":           distinct("token="),
		"gitlab tokens":    distinct("gl" + "pat-"),
		"github tokens":    distinct("gh" + "p_"),
		"aws keys":         of("AK" + "IAABCDEFGHIJKLMNOP "),
		"jwts":             of("ey" + "Jabcdefgh.ey" + "Jabcdefgh "),
		"commands":         of("mysql curl docker login -u "),
		"seeds":            of("seed phrase: word "),
		"seed words":       "mnemonic: " + of("word "),
		"codes":            "backup codes: " + of("1234-5678 "),
		"digits":           of("4"),
		"cards":            of("4111 "),
		"python":           of(".py a/b:c "),
		"net use":          of("net use x /user:a "),
		"pagerduty":        of("pd key "),
		"passwords set to": of("password changed to x1 "),
		"blanks":           of(" "),
		"bytes":            of("\xff\xfe"),
	}
}

// TestHostileTextIsQuick masks texts of each kind, and some four times as long,
// which may take some four times as long: with the square it would be sixteen.
func TestHostileTextIsQuick(t *testing.T) {
	ready(t)
	took := func(s string) time.Duration {
		start := time.Now()
		Text(s)
		return time.Since(start)
	}
	long := hostile(16_000)
	for name, text := range hostile(4_000) {
		t.Run(name, func(t *testing.T) {
			var short, longer time.Duration
			for range 3 { // the machine may have had other things to do
				short, longer = took(text), took(long[name])
				if longer < 10*short || longer < 300*time.Millisecond {
					return
				}
			}
			t.Errorf("4,000 bytes took %v, 16,000 %v", short, longer)
		})
	}
}

// BenchmarkText is what a text costs.
func BenchmarkText(b *testing.B) {
	ready(b)
	for name, text := range map[string]string{
		"chat":   "I'm on it: moved the traffic to db-2, the error rate is falling. Give me five minutes!",
		"log":    "2026-11-22T14:32:00Z db-1 sshd[4711]: Failed password for root from 203.0.113.7 port 4242 ssh2 " + strings.Repeat("request_id=8f14e45fceea167a5a36dedd4bea2543 status=200 ", 30),
		"secret": "the deploy bot's token is " + "gl" + "pat-" + alnum(20) + ", please revoke",
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				Text(text)
			}
		})
	}
}
