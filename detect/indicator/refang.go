package indicator

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// refanged is a text with what was defanged or hidden in it put right.
type refanged struct {
	clean string
	at    []int32 // of each byte of clean and its end, where it was; nil: the same
	tamed []bool  // whether a byte of clean was defanged; nil: none
}

// origin gives where a byte of the clean text was.
func (r refanged) origin(i int) int {
	if r.at == nil {
		return i
	}
	return int(r.at[i])
}

// originEnd gives where what ends before byte i of the clean text ended.
func (r refanged) originEnd(i int) int {
	if r.at == nil || i == 0 {
		return i
	}
	// What was left out right behind does not belong to it.
	last := int(r.at[i-1])
	next := int(r.at[i])
	if r.tamed[i-1] || r.clean[i-1] >= utf8.RuneSelf {
		return next
	}
	return min(next, last+1)
}

// defanged says whether any byte between was defanged.
func (r refanged) defanged(from, to int) bool {
	if r.tamed == nil {
		return false
	}
	for _, t := range r.tamed[from:to] {
		if t {
			return true
		}
	}
	return false
}

// refanger makes a refanged text.
type refanger struct {
	clean []byte
	at    []int32
	tamed []bool
}

// token is a way to defang and what it stands for.
type token struct{ written, means string }

// tokens by the byte they begin with, longest first, in lower case.
var tokens = [utf8.RuneSelf][]token{
	'[': {
		{"[://]", "://"},
		{"[:]//", "://"},
		{"[dot]", "."},
		{"[at]", "@"},
		{"[.]", "."},
		{"[,]", "."},
		{"[:]", ":"},
		{"[@]", "@"},
		{"[/]", "/"},
		{"[.", "."},
	},
	'(':  {{"(dot)", "."}, {"(at)", "@"}, {"(.)", "."}, {"(@)", "@"}},
	'{':  {{"{dot}", "."}, {"{at}", "@"}, {"{.}", "."}, {"{@}", "@"}},
	'.':  {{".]", "."}},
	'\\': {{`\.`, "."}, {`\\`, `\`}},
}

// refang undoes defanging and drops what cannot be seen. The text must be no
// longer than an int32 counts.
func refang(text string) refanged {
	if !hides(text) {
		return refanged{clean: text}
	}
	r := refanger{clean: make([]byte, 0, len(text)), at: make([]int32, 0, len(text)+1), tamed: make([]bool, 0, len(text))}
	for i := 0; i < len(text); {
		n := r.step(text, i)
		i += n
	}
	return refanged{clean: string(r.clean), at: append(r.at, int32(len(text))), tamed: r.tamed}
}

// hides says whether anything in the text may need to be put right.
func hides(text string) bool {
	for i := range len(text) {
		switch c := text[i]; {
		case c >= utf8.RuneSelf, c == '[', c == '(', c == '{', c == '\\', c == ']':
			return true
		case c == ' ' && i+3 < len(text) && text[i+3]|0x20 == 't' && text[i+2]|0x20 == 'o' && text[i+1]|0x20 == 'd':
			return true
		}
	}
	return false
}

// put appends what a stretch of the text means.
func (r *refanger) put(means string, at int, tamed bool) {
	for j := range len(means) {
		r.clean = append(r.clean, means[j])
		r.at = append(r.at, int32(at))
		r.tamed = append(r.tamed, tamed)
	}
}

// step takes up what stands at byte i and gives its length.
func (r *refanger) step(text string, i int) int {
	c := text[i]
	if c >= utf8.RuneSelf {
		return r.wide(text, i)
	}
	for _, t := range tokens[c] { // none but for five bytes
		if !hasFold(text[i:], t.written) || !r.takes(text, i, t) {
			continue
		}
		n := len(t.written)
		if t.spaced() && r.endsBlank() && i+n+1 < len(text) && text[i+n] == ' ' && word(text[i+n+1]) {
			last := len(r.clean) - 1
			r.clean, r.at, r.tamed = r.clean[:last], r.at[:last], r.tamed[:last]
			n++
		}
		r.put(t.means, i, true)
		return n
	}
	if c == ' ' {
		if means, n := spelt(text, i); n > 0 && len(r.clean) > 0 && word(r.clean[len(r.clean)-1]) {
			r.put(means, i, true)
			return n
		}
	}
	r.put(text[i:i+1], i, false)
	return 1
}

// takes says whether a token stands where it can mean what it says. The half
// brackets do only within a name.
func (r *refanger) takes(text string, i int, t token) bool {
	if t.written == "[." || t.written == ".]" {
		next := i + len(t.written)
		return next < len(text) && word(text[next]) && len(r.clean) > 0 && word(r.clean[len(r.clean)-1])
	}
	if t.written == `\.` {
		return len(r.clean) > 0 && word(r.clean[len(r.clean)-1])
	}
	return true
}

// spaced says whether blanks around the token belong to it, as in "a (at) b".
func (t token) spaced() bool {
	return len(t.written) >= 3 && (t.means == "." || t.means == "@")
}

// endsBlank says whether what is clean ends with a word and a blank.
func (r *refanger) endsBlank() bool {
	n := len(r.clean)
	return n > 1 && r.clean[n-1] == ' ' && word(r.clean[n-2])
}

// spelt reads " dot " within a name, and " at " before one with a " dot ".
func spelt(text string, i int) (means string, length int) {
	rest := text[i:]
	switch {
	case hasFold(rest, " dot ") && endsName(rest[5:]):
		return ".", 5
	case hasFold(rest, " at "):
		label := rest[4:min(len(rest), 4+64)]
		if n := wordLength(label); n > 0 && hasFold(label[n:], " dot ") && endsName(rest[4+n+5:]) {
			return "@", 4
		}
	}
	return "", 0
}

// endsName says whether what follows a spelt dot is the end of a name: a
// label at the end of a sentence or one that is hardly ever a word.
func endsName(rest string) bool {
	rest = rest[:min(len(rest), 80)]
	n := wordLength(rest)
	if n == 0 {
		return false
	}
	switch strings.ToLower(rest[:n]) {
	case "com", "net", "org", "ru", "io", "biz", "xyz", "cn", "info":
		return true
	}
	after := rest[n:]
	return hasFold(after, " dot ") || after == "" || strings.ContainsRune(",;:!?.)\"'/\n", rune(after[0]))
}

func wordLength(s string) int {
	n := 0
	for n < len(s) && word(s[n]) {
		n++
	}
	return n
}

// word says whether a byte can be in a name.
func word(c byte) bool {
	return c == '-' || c == '_' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || c >= utf8.RuneSelf
}

// wide takes up a character beyond ASCII.
func (r *refanger) wide(text string, i int) int {
	c, n := utf8.DecodeRuneInString(text[i:])
	switch {
	case c == '。' || c == '．' || c == '｡':
		r.put(".", i, true)
	case '\u2010' <= c && c <= '\u2015' || c == '\u2212':
		r.put("-", i, true)
	case c == '：':
		r.put(":", i, true)
	case c == '＠':
		r.put("@", i, true)
	case unicode.Is(unicode.Cf, c), c == '\u034f': // formatting, such as U+200B and U+202E
	case unicode.IsSpace(c):
		r.put(" ", i, false)
	case c == utf8.RuneError:
		r.put(" ", i, false)
	default:
		r.put(text[i:i+n], i, false)
	}
	return n
}

// hasFold says whether s begins with prefix, which is in lower case.
func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
