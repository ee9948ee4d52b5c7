package indicator

import (
	"strings"
	"unicode/utf8"

	"firebreak/incident"
)

// scanner walks once through a text, from atom to atom: the runs of letters,
// digits, dots, dashes and underscores that all indicators are made of.
type scanner struct {
	text  refanged
	opts  Options
	found []Indicator
	seen  map[incident.Indicator]bool

	failedColons int // up to there a run of hex digits and colons is no address
}

func (s *scanner) scan() {
	for i := 0; i < len(s.text.clean); {
		i = max(s.step(i), i+1)
	}
}

// step takes up what stands at i and gives where to go on.
func (s *scanner) step(i int) int {
	c := s.text.clean[i]
	switch {
	case c == '<':
		return s.markup(i)
	case c == ':':
		if end := s.url(i); end > 0 {
			return end
		}
		return s.colons(i)
	case atomic(c):
		return s.atom(i)
	}
	return i + 1
}

// atomic says whether a byte can be in an atom.
func atomic(c byte) bool { return word(c) || c == '.' }

// atomEnd is where the atom at i ends.
func (s *scanner) atomEnd(i int) int {
	for i < len(s.text.clean) && atomic(s.text.clean[i]) {
		i++
	}
	return i
}

// byteAt gives a byte, 0 beyond the ends.
func (s *scanner) byteAt(i int) byte {
	if i < 0 || i >= len(s.text.clean) {
		return 0
	}
	return s.text.clean[i]
}

// follows says whether the text goes on with what, in lower case.
func (s *scanner) follows(i int, what string) bool {
	return i >= 0 && i+len(what) <= len(s.text.clean) && strings.EqualFold(s.text.clean[i:i+len(what)], what)
}

// trimmed is an atom without what is no part of a name at its ends. One
// underscore or more at both ends are Slack's slanted type.
func (s *scanner) trimmed(from, to int) (int, int) {
	c := s.text.clean
	for from < to && (c[from] == '.' || c[from] == '-') {
		from++
	}
	for to > from && (c[to-1] == '.' || c[to-1] == '-') {
		to--
	}
	for to-from > 2 && c[from] == '_' && c[to-1] == '_' {
		from, to = from+1, to-1
	}
	return from, to
}

// atom takes up the atom at i and gives where to go on.
func (s *scanner) atom(i int) int {
	end := s.atomEnd(i)
	if next := s.email(i, end); next > 0 {
		return next
	}
	from, to := s.trimmed(i, end)
	if from == to {
		return end
	}
	if next := s.colons(from); next > from {
		return next
	}
	atom := s.text.clean[from:to]
	if next := s.keyed(atom, from, to); next > 0 {
		return next
	}
	next := s.ids(atom, from, to)
	if next == 0 {
		next = s.cloud(atom, from, to)
	}
	if next == 0 {
		next = s.addresses(atom, from, to)
	}
	if next == 0 {
		next = s.names(atom, from, to)
	}
	if next == 0 {
		next = s.windowsAccount(atom, from, to)
	}
	if next > 0 {
		return max(next, end)
	}
	s.hashes(from, to, false)
	s.prose(atom, from, to)
	return end
}

// markup passes over what Slack writes between < and >. Of a link it takes
// the address, and a bare domain where Slack made the link itself.
func (s *scanner) markup(i int) int {
	rest := s.text.clean[i+1:]
	rest = rest[:min(len(rest), 3000)]
	end := strings.IndexAny(rest, "<>\n")
	if end < 0 || rest[end] != '>' {
		return i + 1
	}
	after := i + 1 + end + 1
	switch s.byteAt(i + 1) {
	case '@', '#', '!':
		return after
	}
	if s.follows(i+1, "mailto:") || s.follows(i+1, "tel:") {
		at := i + 1 + strings.IndexByte(rest, ':') + 1
		s.email(at, s.atomEnd(at))
		return after
	}
	link, label, labelled := strings.Cut(rest[:end], "|")
	colon := strings.Index(link, "://")
	if colon < 0 {
		return i + 1
	}
	typed := "" // hxxps://<http://evil.com|evil.com>: Slack made a link of the rest
	if s.follows(i-3, "://") {
		typed, _ = s.scheme(i - 3)
	}
	if host := link[colon+3:]; typed == "" && labelled && strings.EqualFold(host, label) && !strings.ContainsAny(host, "/?#:@") {
		at := i + 1 + colon + 3
		s.host(at, at+len(host), hostShown)
		return after
	}
	if s.urlAs(typed, i+1+colon) > 0 {
		return after
	}
	return i + 1
}

// before gives the words in front of i on its line, nearest first, in lower
// case: at most four within 48 bytes.
func (s *scanner) before(i int) [4]string {
	var words [4]string
	least := max(0, i-48)
	for n := range words {
		for i > least && !letter(s.text.clean[i-1]) && s.text.clean[i-1] != '\n' {
			i--
		}
		end := i
		for i > least && letter(s.text.clean[i-1]) {
			i--
		}
		words[n] = strings.ToLower(s.text.clean[i:end])
		if i == least || words[n] == "" {
			break
		}
	}
	return words
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c >= utf8.RuneSelf }
func digit(c byte) bool  { return '0' <= c && c <= '9' }
func alnum(c byte) bool  { return letter(c) || digit(c) }

func set(words ...string) map[string]bool {
	m := map[string]bool{}
	for _, w := range words {
		m[w] = true
	}
	return m
}
