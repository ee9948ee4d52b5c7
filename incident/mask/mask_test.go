package mask

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// ready fails the test where the rules cannot be read.
func ready(t testing.TB) {
	t.Helper()
	if _, err := tokenShapes(); err != nil {
		t.Fatal(err)
	}
}

// canaryOf assembles a canary, so that nothing in the tree looks like a secret.
func canaryOf(parts ...string) string { return strings.Join(parts, "") }

// alnum gives n characters that look random and are the same each time.
func alnum(n int) string {
	const letters = "kT7wQz3RmX9bLp2VnY6cHs4JdF8gAe5UoNi1WqZt0BxM"
	var b strings.Builder
	for i := range n {
		b.WriteByte(letters[(i*i+7*i+3)%len(letters)])
	}
	return b.String()
}

func hexa(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteByte("0123456789abcdef"[(i*i*3+5*i+2)%16])
	}
	return b.String()
}

// canaries are secrets by name, each with a text that it stands in.
func canaries() map[string][2]string {
	token := func(prefix, rest string) [2]string {
		s := canaryOf(prefix, rest)
		return [2]string{s, "so I found " + s + ", in the log"}
	}
	in := func(secret, format string) [2]string { return [2]string{secret, fmt.Sprintf(format, secret)} }
	upper := strings.ToUpper(strings.NewReplacer("0", "A", "1", "B", "8", "C", "9", "D").Replace(alnum(16)))
	jwt := canaryOf("ey", "J", alnum(30), ".ey", "J", alnum(40), ".", alnum(43))
	pem := canaryOf("-----BEGIN RSA PRIV", "ATE KEY-----\n", alnum(64), "\n", alnum(64), "\n-----END RSA PRIV", "ATE KEY-----")
	return map[string][2]string{
		"slack bot":         token("xo"+"xb-", "123456789012-123456789012-"+alnum(24)),
		"slack app":         token("xa"+"pp-", "1-A012345-123456789012-"+hexa(64)),
		"slack user":        token("xo"+"xp-", "123456789012-123456789012-123456789012-"+hexa(32)),
		"slack config":      token("xo"+"xe.xo"+"xp-", "1-"+alnum(160)),
		"slack refresh":     token("xo"+"xe-", "1-"+alnum(146)),
		"gitlab dull":       token("gl"+"pat-", strings.Repeat("a", 20)), // too even for gitleaks
		"github dull":       token("gh"+"p_", strings.Repeat("a", 36)),
		"aws dull":          token("AK"+"IA", strings.Repeat("A", 16)),
		"slack dull":        token("xo"+"xb-", "1-1-aaaaaaaa"),
		"slack webhook":     token("T01234567/", "B01234567/"+alnum(24)),
		"gitlab pat":        token("gl"+"pat-", alnum(20)),
		"gitlab routable":   token("gl"+"pat-", alnum(27)+".01."+alnum(9)),
		"gitlab runner":     token("gl"+"rt-", alnum(20)),
		"github":            token("gh"+"p_", alnum(36)),
		"github fine":       token("github"+"_pat_", alnum(82)),
		"aws id":            token("AK"+"IA", upper),
		"aws secret":        in(alnum(40), "aws_secret_access_key = %s"),
		"google":            token("AI"+"za", alnum(35)),
		"stripe":            token("sk"+"_live_", alnum(24)),
		"openai":            token("sk-"+"proj-", alnum(40)),
		"vault":             token("hv"+"s.", alnum(90)),
		"npm":               token("np"+"m_", alnum(36)),
		"sendgrid":          token("S"+"G.", alnum(22)+"."+alnum(43)),
		"jwt":               {jwt, "cookie says " + jwt + ". odd"},
		"pem":               {alnum(64), "leaked:\n" + pem + "\nend"},
		"pem cut":           {alnum(64), "leaked:\n" + canaryOf("-----BEGIN OPENSSH PRIV", "ATE KEY-----\n") + alnum(64)},
		"password is":       in("hunter2!", "the password is %s ok?"),
		"password plain":    in("correcthorse", "root password: %s"),
		"password was":      in("Sommer2024", "Password for root was %s"),
		"password json":     in("s3 cr3t", `{"user":"bob","password":"%s"}`),
		"password env":      in("tr0ub4dor", "PGPASSWORD=%s psql"),
		"password flag":     in("tr0ub4dor", "mysql --password %s"),
		"pwd":               in("tr0ub4dor", "pwd=%s"),
		"pass":              in("tr0ub4dor", "user/pass: %s"),
		"sshpass":           in("tr0ub4dor", "sshpass -p %s ssh root@db-1"),
		"url":               in("tr0ub4dor", "postgres://app:%s@db-1:5432/x"),
		"url with at":       in("tr0ub@4dor", "https://app:%s@db-1/x"),
		"url without user":  in("tr0ub4dor", "redis://:%s@cache:6379"),
		"basic":             in("YXBwOnRyMHViNGRvcg==", "curl -H 'Authorization: Basic %s' https://x"),
		"bearer":            in(alnum(30), "authorization: Bearer %s"),
		"bearer alone":      in(alnum(30), "sent with bearer %s"),
		"cookie":            in(alnum(20), "Cookie: theme=dark; session=%s"),
		"set-cookie":        in(alnum(20), "< Set-Cookie: sid=%s; HttpOnly"),
		"private-token":     in(alnum(20), "curl -H 'PRIVATE-TOKEN: %s'"),
		"api key":           in("abc12345", "api_key=%s"),
		"pagerduty rest":    in("u+"+alnum(18), "Authorization: Token token=%s"),
		"pagerduty rest 2":  in("y_"+alnum(18), "Token token=%s"),
		"pagerduty routing": in(hexa(32), "the PagerDuty routing key is %s"),
		"routing":           in("R0"+strings.ToUpper(alnum(30)), `"routing_key": "%s"`),
		"integration":       in(hexa(32), "integration key %s"),
		"allow":             in(canaryOf("shp", "at_", hexa(32)), "%s gitleaks:allow"), // a shape that only gitleaks knows
	}
}

func TestMaskHidesEveryCanary(t *testing.T) {
	ready(t)
	for name, c := range canaries() {
		t.Run(name, func(t *testing.T) {
			secret, text := c[0], c[1]
			if name == "slack webhook" {
				text = canaryOf("https://hooks.sl", "ack.com/services/", secret)
			}
			for _, s := range []string{
				text, "(" + text + ")", text + ".", "a\n" + text + "\nb", text + " and once more " + text,
				"é🔥 \xff " + text,
			} {
				got := Text(s)
				if strings.Contains(got, secret) {
					t.Errorf("%q still holds the secret: %q", s, got)
				}
				if !strings.Contains(got, maskedPrefix) {
					t.Errorf("%q has nothing masked: %q", s, got)
				}
				if again := Text(got); again != got {
					t.Errorf("masked twice %q became %q", got, again)
				}
			}
		})
	}
}

func TestMaskLeavesOrdinaryTextAlone(t *testing.T) {
	ready(t)
	for _, s := range []string{
		"",
		"I'm on it. Give me five minutes!",
		"the password is not known yet",
		"The password was changed yesterday, and the token is expired.",
		"password: rotated",
		"reset the password for bob please",
		"is the password policy: strict enough?",
		"root password is the same on all hosts",
		"sha256 " + hexa(64) + " was seen on db-1",
		"commit " + hexa(40) + " and " + hexa(8),
		"event " + hexa(8) + "-" + hexa(4) + "-4" + hexa(3) + "-a" + hexa(3) + "-" + hexa(12),
		"Failed password for root from 203.0.113.7 port 22 ssh2",
		"Failed password for invalid user admin from 203.0.113.7 port 22 ssh2",
		"see https://grafana.example.com:3000/d/abc?orgId=1&from=now-1h@x",
		"mail sam@example.com or ping @sam, INC-3 is at https://acme.slack.com/archives/C012AB3CD/p1700000000000000",
		"the key point: we need a token gesture",
		"pd is quiet, integration tests pass: 12/12",
		"cookie: yum",
		"Q1DLQF0PH8GVC4 is the PagerDuty incident",
		"user=root src=203.0.113.7 host=db-1 action=login-failure count=5",
		"2026-11-22T14:32:00Z db-1 sshd[4711]: Accepted publickey for bob from 203.0.113.7 port 4242 ssh2",
		"The author is Pat. Secret sauce: none.",
		"token: see the runbook",
	} {
		if got := Text(s); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
}

func TestMaskMergesOverlaps(t *testing.T) {
	jwt := canaryOf("ey", "J", alnum(30), ".ey", "J", alnum(40), ".", alnum(43))
	got := Text(`curl -H "Authorization: Bearer ` + jwt + `" https://x`)
	if want := `curl -H "Authorization: ` + maskedPrefix + `authorization]" https://x`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMaskWithholdsWhatItCannotCheck(t *testing.T) {
	if got := Text(strings.Repeat("x", maskMax+1)); got != withheld {
		t.Errorf("a huge text came back with %d bytes", len(got))
	}
	if got := (masker{}).text("a masker that panics"); got != withheld {
		t.Errorf("after a panic: %q", got)
	}
}

func TestMaskFromManyGoroutines(t *testing.T) {
	ready(t)
	secret := canaryOf("gl", "pat-", alnum(20))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if strings.Contains(Text("look: "+secret), secret) {
					t.Error("a secret came through")
				}
			}
		})
	}
	wg.Wait()
}

func TestMergeSecrets(t *testing.T) {
	got := mergeSecrets([]secret{{8, 20, "long"}, {0, 10, "short"}, {30, 31, "far"}, {2, 4, "inner"}})
	want := []secret{{0, 20, "long"}, {30, 31, "far"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// FuzzMask puts a secret between two texts: it never comes through, whatever
// stands around it, and what has been masked stays as it is.
func FuzzMask(f *testing.F) {
	ready(f)
	secret := canaryOf("gl", "pat-", alnum(20))
	f.Add("password: ", " end")
	for _, file := range []string{"tuning.txt", "heldout.txt"} {
		for i, s := range labelled(f, file) {
			if i%5 == 0 { // each costs as much as the whole of a message
				f.Add(s.text, s.text)
			}
		}
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		got := Text(before + " " + secret + " " + after)
		if strings.Contains(got, secret) {
			t.Errorf("a secret came through: %q", got)
		}
		if again := Text(got); again != got {
			t.Errorf("masked twice, %q became %q", got, again)
		}
		if most := 40 * (len(before) + len(after) + 100); len(got) > most {
			t.Errorf("%d bytes became %d", len(before)+len(after), len(got))
		}
	})
}

// TestMaskedWhole: what a rule found in a text stands nowhere in what is given
// back.
func TestMaskedWhole(t *testing.T) {
	for _, file := range []string{"tuning.txt", "heldout.txt"} {
		for _, s := range labelled(t, file) {
			found, _ := masker{tokens: tokenShapes}.find(s.text)
			got := Text(s.text)
			for _, f := range found {
				if held := s.text[f.start:f.end]; len(held) > 8 && strings.Contains(got, held) {
					t.Errorf("%q still holds %q", got, held)
				}
			}
		}
	}
}

func TestKinds(t *testing.T) {
	key := canaryOf("AK", "IA", strings.Repeat("A", 16))
	for text, want := range map[string][]string{
		"nothing here":                       nil,
		"key " + key + " and again " + key:   {"an AWS key"},
		"password: hunter2, key " + key:      {"a password", "an AWS key"},
		"psql postgres://app:tr0ub4dor@db-1": {"a password in an address"},
		canaryOf("shp", "at_", hexa(32)):     {"a secret (shopify-access-token)"},
		strings.Repeat("x", maskMax+1):       nil,
	} {
		if got := Kinds(text); !slices.Equal(got, want) {
			t.Errorf("%.60q holds %q, want %q", text, got, want)
		}
		if Holds(text) != (len(want) > 0) {
			t.Errorf("%.60q: Holds differs", text)
		}
	}
}

// TestMaskSeesThroughTheUnseen: what no reader sees hides no secret.
func TestMaskSeesThroughTheUnseen(t *testing.T) {
	ready(t)
	key := canaryOf("AK", "IAQ3EGRT5XZ2L7MNOP")
	for _, unseen := range []string{"\u200b", "\u00ad", "\u2066", "\x1b", "\ufe0f"} {
		got := Text("ü " + key[:9] + unseen + key[9:] + " and p" + unseen + "assword: hunter2! é")
		if bare, _ := visible(got); strings.Contains(bare, key[9:]) || strings.Contains(bare, "hunter2") || !strings.HasPrefix(got, "ü [masked: ") || !strings.HasSuffix(got, " é") {
			t.Errorf("%q: %q", unseen, got)
		}
	}
}
