package mask

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// secretRule finds secrets that gitleaks misses: tokens that a comma or a full
// stop follows, credentials in addresses, headers and commands, and passwords
// as people tell them to each other.
//
// A shape needs no more than one pass over a text: none of its groups may have
// to be read to the end to find a match that ends before.
type secretRule struct {
	name  string
	needs []string                // one of these words is in every text with such a secret, in lower case
	shape *regexp.Regexp          // each of its groups is a secret
	looks func(value string) bool // nil: every value is one
	long  bool                    // its secrets may have lines or blanks in them, and any length
	from  []opening               // every match begins with one of these, if there are any
	first *regexp.Regexp          // the shape, at the beginning of a text
}

// rule compiles a rule of the tables.
func rule(name, needs, shape string, looks func(string) bool) secretRule {
	return secretRule{name: name, needs: strings.Fields(needs), shape: regexp.MustCompile(shape), looks: looks}
}

// long is a rule for secrets with lines or blanks in them, of any length; it
// needs one word only.
func long(name, needs, shape string, looks func(string) bool) secretRule {
	return secretRule{name: name, needs: []string{needs}, shape: regexp.MustCompile(shape), looks: looks, long: true}
}

// opening is a word, in lower case, that matches of a rule begin with.
type opening struct {
	word  string
	apart bool // no letter, digit or _ may stand before it
}

// openings reads words between commas; one that must stand apart has a | before
// it.
func openings(list string) (from []opening) {
	for word := range strings.SplitSeq(list, ",") {
		word, apart := strings.CutPrefix(word, "|")
		from = append(from, opening{word, apart})
	}
	return from
}

// opened is a rule of which every match begins with one of some words, after
// which the rest of the shape follows: it is tried nowhere else.
func opened(name string, from []opening, rest string, looks func(string) bool) secretRule {
	var words, either []string
	for _, o := range from {
		words = append(words, o.word)
		if o.apart {
			either = append(either, `\b`+o.word)
			continue
		}
		either = append(either, o.word)
	}
	shape := `(?i)(?:` + strings.Join(either, "|") + `)` + rest
	return secretRule{
		name: name, needs: words, shape: regexp.MustCompile(shape), looks: looks,
		from: from, first: regexp.MustCompile(`^` + shape),
	}
}

// secretRules are tried in order; on overlap the longest find names it.
var secretRules = slices.Concat(tokenRules, keyRules, headerRules, codeRules, talkRules)

// secretValue is what stands after a key: quoted, or up to the next blank.
const secretValue = `("[^"\n]+"|'[^'\n]+'|` + "`[^`\n]+`" + `|[^\s"'` + "`" + `]+)`

// spans finds the rule's secrets in s, of which lower is the lower-case form.
func (r secretRule) spans(s, lower string) []secret {
	if parts, few := r.starts(s, lower); few {
		return r.secrets(s, r.first, parts)
	}
	return r.secrets(s, r.shape, r.windows(lower))
}

// secrets gives what a shape finds in parts of a text.
func (r secretRule) secrets(s string, shape *regexp.Regexp, parts []secret) (found []secret) {
	for _, w := range parts {
		for _, m := range shape.FindAllStringSubmatchIndex(s[w.start:w.end], -1) {
			for g := 2; g < len(m); g += 2 {
				start, end := w.start+m[g], w.start+m[g+1]
				if m[g] < 0 || start == end || !r.holds(s, start, end) {
					continue
				}
				found = append(found, secret{start: start, end: end, name: r.name})
			}
		}
	}
	return found
}

// holds says whether what stands between two places is a secret.
func (r secretRule) holds(s string, start, end int) bool {
	text := s[start:end]
	if alreadyMasked.MatchString(text) || harmless(s, start) {
		return false
	}
	value := strings.Trim(text, "\"'`")
	if strings.HasPrefix(value, "arn:") || strings.HasPrefix(value, `\r`) || strings.HasPrefix(value, `\n`) {
		return false
	}
	return !standsFor(value) && (r.looks == nil || r.looks(value))
}

// wordMax is how far back the word is looked for that a value belongs to. ARNs
// may have 2,048 characters; those with a secret's name in them are short.
const wordMax = 256

// harmless says whether what stands before a place tells that no secret does:
// a name that AWS gives, or one of a key that opens nothing.
func harmless(s string, at int) bool {
	before := s[max(0, at-wordMax):at]
	word := before[strings.LastIndexAny(before, " \t\n\"'`<(,")+1:]
	return strings.HasPrefix(word, "arn:") || openNames.MatchString(before[max(0, len(before)-40):])
}

// openNames are keys of what repeats a request, and names a program's author.
var openNames = regexp.MustCompile(`(?i)(?:publickeytoken|client(?:request)?token|(?:next|page|continuation|pagination)_?token|token_?type)["']?\s*[:=]\s*$`)

// standsFor says whether a value only stands for a secret: a variable, a
// placeholder, a call, or an example that AWS has published.
func standsFor(v string) bool {
	v = strings.TrimRight(v, ",;)")
	upper := strings.ToUpper(v)
	return placeholder.MatchString(v) || strings.HasSuffix(upper, "EXAMPLE") || strings.HasSuffix(upper, "EXAMPLEKEY") ||
		v != "" && strings.Trim(v, string(v[0])) == "" && strings.ContainsAny(v[:1], "xX*._-?•")
}

var placeholder = regexp.MustCompile(`(?i)^(?:\$[a-z_({]|\{\{|\{[a-z_.]+\}$|%\(|%[a-z]?%?$|%[a-z_]+%$|<[^>]*>?$|\[[^\]]*\]$|(?:my|your)[_-]|(?:os|process|sys|env|config|settings|self|this|args)[.\[]|env\[|[a-z_][\w.]*\(|[a-z]+\.(?:get|env|password|secret|token)\b|=|redacted|placeholder)`)

func hasDigit(s string) bool  { return strings.ContainsFunc(s, unicode.IsDigit) }
func hasLetter(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }

// isMixed says whether s mixes letters with something else, as passwords do
// and words don't.
func isMixed(s string) bool {
	return len(s) >= 6 && hasLetter(s) && !spoken(s) &&
		strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !strings.ContainsRune(".,;:!?)", r) })
}

// isStrong says whether s, which nothing says to be a password but the word
// before it, looks like one: letters, digits, and no path or address.
func isStrong(s string) bool {
	s = strings.TrimRight(s, ".,;:!?)")
	return len(s) >= 6 && hasDigit(s) && hasLetter(s) && !strings.ContainsAny(s, "/\\=()<>{}")
}

// isRandom says whether s mixes digits and letters of both cases, as what
// machines make up does and names don't.
func isRandom(s string) bool {
	return hasDigit(s) && strings.ContainsFunc(s, unicode.IsUpper) && strings.ContainsFunc(s, unicode.IsLower)
}

// isKey says whether s, said to be a token or a key, may be one.
func isKey(s string) bool {
	return len(s) >= 8 && hasDigit(s) && hasLetter(s) && !strings.Contains(s, "/aws4_request")
}

// isPassword says whether s, said to be a password, may be one: all but the
// words with which people go on talking about a password.
func isPassword(s string) bool { return s != "" && !spoken(s) }

// isHeader says whether s may be a header's value and not a sentence on one,
// nor only the name of a scheme.
func isHeader(s string) bool {
	s = strings.TrimSpace(s)
	return len(s) >= 4 && !spoken(s) && !slices.Contains([]string{"basic", "bearer", "token", "digest", "negotiate", "ntlm"}, strings.ToLower(s))
}

// isSeed says whether s, in Base32, may be the seed of one-time passwords, and
// is none of the ids that AWS gives to users and roles.
func isSeed(s string) bool {
	return !(len(s) == 21 && s[0] == 'A' && s[3] == 'A')
}

// isPair says whether s is a user and a password in Base64.
func isPair(s string) bool {
	b, err := base64.StdEncoding.DecodeString(s)
	return err == nil && strings.Contains(string(b), ":")
}

// isPEM says whether s is the Base64 of a private key in PEM.
func isPEM(s string) bool {
	b, err := base64.StdEncoding.DecodeString(s[:min(len(s), 64)/4*4])
	return err == nil && strings.Contains(string(b), "PRIVATE KEY")
}

// spoken says whether s begins with a word of ordinary speech, or of a
// programming language. Of several words in quotes more must be one.
func spoken(s string) bool {
	first, rest, _ := strings.Cut(s, " ")
	word := strings.ToLower(strings.TrimRight(first, ".,;:!?)]}…"))
	return word == "" || strings.Contains(spokenWords, " "+word+" ") && !(rest != "" && hasDigit(rest) && len(s) < 24)
}

// spokenWords follow "the password is" when no password does.
const spokenWords = " a about again all already also an and any are as at back bad banned because been being blank broken by " +
	"caducada cassée can changed checked compromised correct cracked default different disabled does done empty encrypted enforced " +
	"enough ever exactly expired expiring exposed field fine for from gone good guessable guessed hard hashed here him his her " +
	"how hidden i if in incorrect int invalid is it its just kept known leaked len likely locked long longer lost managed me missing my " +
	"necessary needed never new nil no none not now null of off ok okay old on only optional or our out policy probably prompt protected " +
	"public really required requested reset reused revoked right rotated rotating safe salted same secure see sent set shared " +
	"short simple so something still stolen stored str string strong synced text that the their there they this to today too true false " +
	"two unchanged undefined under unknown unset until up updated used valid vergessen very visible wait was weak well what where which who " +
	"with working wrong yes yet your "
