package mask

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// secretRule finds secrets that gitleaks misses: passwords as people tell
// them to each other, credentials in addresses and headers, and tokens that a
// comma or a full stop follows.
type secretRule struct {
	name  string
	needs string                  // one of these words is in every text with such a secret, in lower case
	shape *regexp.Regexp          // its first group is the secret
	looks func(value string) bool // nil: every value is one
}

// secretValue is what stands after a key: quoted, or up to the next blank.
const secretValue = `("[^"\n]+"|'[^'\n]+'|` + "`[^`\n]+`" + `|[^\s"'` + "`" + `]+)`

// secretRules are tried in order; on overlap the longest find names it.
var secretRules = []secretRule{
	{"slack-token", "xox xapp- xwfp-", regexp.MustCompile(`\b(xox[a-z](?:\.xox[a-z])?-[\w.-]{8,}|(?:xapp|xwfp)-[\w-]{8,})`), nil},
	{"slack-webhook", "hooks.slack", regexp.MustCompile(`(?i)hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/([\w/-]+)`), nil},
	{"gitlab-token", "gl gr1348941", regexp.MustCompile(`\b(gl(?:pat|dt|rt|rtr|ft|soat|cbt|ptt|agent|imt|oas|ffct|wt)-[\w.-]{10,}|GR1348941[\w-]{10,})`), nil},
	{"github-token", "gh github_pat_", regexp.MustCompile(`\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})`), nil},
	{"aws-access-key", "akia asia abia acca a3t", regexp.MustCompile(`\b((?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16})\b`), nil},
	{"google-key", "aiza ya29. gocspx-", regexp.MustCompile(`\b(AIza[\w-]{35}|ya29\.[\w.-]{20,}|GOCSPX-[\w-]{20,})`), nil},
	{"stripe-key", "k_live_ k_test_ k_prod_ whsec_", regexp.MustCompile(`\b([srp]k_(?:live|test|prod)_\w{10,}|whsec_\w{16,})`), nil},
	{"model-key", "sk-", regexp.MustCompile(`\b(sk-(?:ant-|proj-|svcacct-)?[\w-]{20,})`), hasDigit},
	{"vault-token", "hvs. hvb. hvr.", regexp.MustCompile(`\b(hv[sbr]\.[\w-]{20,})`), nil},
	{"registry-token", "npm_ pypi- dckr_pat_ do", regexp.MustCompile(`\b(npm_[A-Za-z0-9]{30,}|pypi-[\w-]{40,}|dckr_pat_[\w-]{20,}|do[opr]_v1_[a-f0-9]{40,})`), nil},
	{"sendgrid-key", "sg.", regexp.MustCompile(`\b(SG\.[\w-]{16,}\.[\w-]{16,})`), nil},
	{"jwt", "eyj", regexp.MustCompile(`\b(eyJ[\w-]{8,}\.eyJ[\w-]{8,}(?:\.[\w-]*)?)`), nil},
	{"private-key", "private key", regexp.MustCompile(`(-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?s:.*?)(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\z))`), nil},

	{"password", "passw passphrase passcode contraseña passe pwd pw", regexp.MustCompile(`(?i)(?:passw(?:or)?d|passphrase|passcode|passwort|contraseña|mot de passe|\bpwd|\bpw)["']?(?:\s+(?:for|of|to|on|at)(?:\s+the)?\s+\S+(?:\s+\S+)?)?(?:\s*(?:=>|->|[:=])|\s+(?:is|was|ist|es|est))\s*` + secretValue), isPassword},
	{"password", "pass", regexp.MustCompile(`(?i)\b(?:user(?:name)?\s*/\s*)?pass\s*[:=]\s*` + secretValue), isMixed},
	{"password", "-", regexp.MustCompile(`(?i)(?:^|\s)--?(?:password|passwd|passphrase|token|secret|api-?key|client-secret)[= ]\s*` + secretValue), isPassword},
	{"password", "sshpass", regexp.MustCompile(`\bsshpass\s+-p\s*` + secretValue), nil},
	{"credential", "secret token key credential", regexp.MustCompile(`(?i)[\w.-]*(?:secret|token|api[ _-]?key|access[ _-]?key|auth[ _-]?key|private[ _-]?key|credentials?)["']?\s*(?:=>|[:=])\s*` + secretValue), isKey},
	{"url-password", "://", regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.-]*://[^\s/:@]*:([^\s/]+)@`), nil},
	{"authorization", "authorization", regexp.MustCompile(`(?i)\b(?:proxy-)?authorization["']?\s*[:=]\s*["']?([^\r\n"']+)`), isHeader},
	{"bearer-token", "bearer", regexp.MustCompile(`(?i)\bbearer\s+([\w.~+/=-]{16,})`), nil},
	{"cookie", "cookie", regexp.MustCompile(`(?i)\b(?:set-)?cookie["']?\s*:\s*["']?([^\r\n"']*=[^\r\n"']*)`), isHeader},
	{"header-token", "x- private- job- deploy-", regexp.MustCompile(`(?i)\b(?:x|private|job|deploy)-[\w-]*(?:key|token|auth|secret)[\w-]*["']?\s*:\s*` + secretValue), isPassword},
	{"pagerduty-token", "token", regexp.MustCompile(`(?i)\btoken\s+token=["']?([\w+-]{10,})`), nil},
	{"pagerduty-key", "key token", regexp.MustCompile(`(?i)\b(?:pager[ _-]?duty|pd|routing|integration)[\w .-]{0,24}?(?:key|token)["']?(?:\s*[:=]|\s+is)?\s*["'<` + "`" + `]*([a-z0-9+_-]{18,34})\b`), hasDigit},
}

// spans finds the rule's secrets in s, of which lower is the lower-case form.
func (r secretRule) spans(s, lower string) []secret {
	if !slices.ContainsFunc(strings.Fields(r.needs), func(word string) bool { return strings.Contains(lower, word) }) {
		return nil
	}
	var found []secret
	for _, m := range r.shape.FindAllStringSubmatchIndex(s, -1) {
		start, end := m[2], m[3]
		text := s[start:end]
		if strings.HasPrefix(strings.TrimLeft(text, "\"'`"), "[masked") {
			continue
		}
		if r.looks != nil && !r.looks(strings.Trim(text, "\"'`")) {
			continue
		}
		found = append(found, secret{start: start, end: end, name: r.name})
	}
	return found
}

func hasDigit(s string) bool { return strings.ContainsFunc(s, unicode.IsDigit) }

// isMixed says whether s mixes letters with something else, as passwords do
// and words don't.
func isMixed(s string) bool {
	return len(s) >= 6 && strings.ContainsFunc(s, unicode.IsLetter) &&
		strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !strings.ContainsRune(".,;:!?)", r) })
}

// isKey says whether s, said to be a token or a key, may be one.
func isKey(s string) bool {
	return len(s) >= 8 && hasDigit(s) && strings.ContainsFunc(s, unicode.IsLetter)
}

// isHeader says whether s may be a header's value and not a sentence on one.
func isHeader(s string) bool { return !spoken(s) && len(s) >= 4 }

// isPassword says whether s, said to be a password, may be one: all but the
// words with which people go on talking about a password.
func isPassword(s string) bool { return s != "" && !spoken(s) }

// spoken says whether s begins with a word of ordinary speech.
func spoken(s string) bool {
	first, _, _ := strings.Cut(s, " ")
	word := strings.ToLower(strings.TrimRight(first, ".,;:!?)…"))
	return word == "" || strings.Contains(spokenWords, " "+word+" ")
}

// spokenWords follow "the password is" when no password does.
const spokenWords = " a about again all already also an and any are as at back bad banned because been being blank broken by " +
	"can changed checked compromised correct cracked default different disabled does done empty encrypted enforced " +
	"enough ever exactly expired expiring exposed fine for from gone good guessable guessed hard hashed here him his her " +
	"how i if in incorrect invalid is it its just kept known leaked likely locked long longer lost managed me missing my " +
	"necessary needed never new no none not now null of off ok okay old on only optional or our out probably protected " +
	"public really required requested reset reused revoked right rotated rotating safe salted same secure sent set shared " +
	"short simple so something still stolen stored strong synced that the their there they this to today too true false " +
	"two unchanged under unknown unset until up updated used valid very visible wait was weak well what where which who " +
	"with working wrong yes yet your "
