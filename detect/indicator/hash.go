package indicator

import (
	"strings"

	"firebreak/incident"
)

// hashTypes by how many hex digits they have.
var hashTypes = map[int]incident.IndicatorType{
	32: incident.IndicatorMD5, 40: incident.IndicatorSHA1, 64: incident.IndicatorSHA256, 128: incident.IndicatorSHA512,
}

// hashesOfNothing are those of an empty file, which every log has.
var hashesOfNothing = set(
	"d41d8cd98f00b204e9800998ecf8427e",
	"da39a3ee5e6b4b0d3255bfef95601890afd80709",
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
)

// hashes finds hashes among the parts of an atom, or of a URL's path.
func (s *scanner) hashes(from, to int, path bool) {
	if to-from < 32 {
		return
	}
	for i := from; i < to; {
		if !alnum(s.text.clean[i]) {
			i++
			continue
		}
		end := i
		for end < to && alnum(s.text.clean[end]) {
			end++
		}
		if end-i < 32 {
			i = end
			continue
		}
		t, fits := hashTypes[end-i]
		if fits && (end == to || s.text.clean[end] != '-' || path) {
			s.hash(t, i, end)
		}
		i = end
	}
}

func (s *scanner) hash(t incident.IndicatorType, from, to int) {
	value := strings.ToLower(s.text.clean[from:to])
	digits, letters := 0, 0
	for i := range len(value) {
		switch c := value[i]; {
		case digit(c):
			digits++
		case 'a' <= c && c <= 'f':
			letters++
		default:
			return
		}
	}
	if digits == 0 || letters == 0 || hashesOfNothing[value] || s.numbersSomething(t, from) {
		return
	}
	s.add(t, value, from, to)
}

// Words in front of what looks like a hash and is none: names of commits
// and numbers of requests.
var (
	commitWords  = set("commit", "commits", "revert", "reverts", "merge", "cherry", "pick", "rev", "revision", "head", "rebase", "checkout", "parent", "tree", "git", "gitsha")
	requestWords = []string{"trace", "span", "request", "correlation", "session", "transaction", "build"}
)

func (s *scanner) numbersSomething(t incident.IndicatorType, at int) bool {
	if t != incident.IndicatorMD5 && t != incident.IndicatorSHA1 {
		return false
	}
	words := s.before(at)
	for _, w := range words {
		if t == incident.IndicatorSHA1 && commitWords[w] {
			return true
		}
	}
	for n, w := range words[:2] {
		for _, r := range requestWords {
			if w == r || n == 0 && strings.HasPrefix(w, r) && strings.HasSuffix(w, "id") {
				return true
			}
		}
	}
	return false
}

// ids finds what has the form of a CVE or ATT&CK id, or of an AWS key's.
func (s *scanner) ids(atom string, from, to int) int {
	if len(atom) >= 13 && hasFold(atom, "cve-") {
		if n := cveLength(atom); n > 0 {
			s.add(incident.IndicatorCVE, strings.ToUpper(atom[:n]), from, from+n)
			return to
		}
	}
	if rest := strings.TrimPrefix(atom, "attack."); technique(rest) {
		s.add(incident.IndicatorTechnique, strings.ToUpper(rest), to-len(rest), to)
		return to
	}
	if len(atom) == 20 && (strings.HasPrefix(atom, "AKIA") || strings.HasPrefix(atom, "ASIA")) && strings.Trim(atom, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == "" {
		s.add(incident.IndicatorAWSKey, atom, from, to)
		return to
	}
	return 0
}

// cveLength is how long the CVE id is that an atom begins with: CVE, a year
// and four to seven digits (cve.org, CVE ID syntax).
func cveLength(atom string) int {
	year := digitsOf(atom[4:])
	if year != 4 || atom[8] != '-' {
		return 0
	}
	n := digitsOf(atom[9:])
	end := 9 + n
	if n < 4 || n > 7 || end < len(atom) && alnum(atom[end]) {
		return 0
	}
	return end
}

func digitsOf(s string) int {
	n := 0
	for n < len(s) && digit(s[n]) {
		n++
	}
	return n
}

// technique says whether an atom is T1110, T1110.003 or TA0006
// (attack.mitre.org).
func technique(atom string) bool {
	if len(atom) < 5 || atom[0]|0x20 != 't' {
		return false
	}
	if len(atom) == 6 && atom[1]|0x20 == 'a' {
		return strings.HasPrefix(atom[2:], "00") && digitsOf(atom[2:]) == 4
	}
	if atom[1] != '1' || digitsOf(atom[1:]) != 4 || atom[1:5] == "1000" {
		return false
	}
	return len(atom) == 5 || len(atom) == 9 && atom[5] == '.' && digitsOf(atom[6:]) == 3
}
