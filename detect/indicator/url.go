package indicator

import (
	"net/netip"
	"strings"
	"unicode/utf8"

	"firebreak/incident"
)

// schemes by how they are written.
var schemes = map[string]string{
	"http": "http", "hxxp": "http", "htxp": "http", "hxtp": "http", "h**p": "http", "meow": "http",
	"https": "https", "hxxps": "https", "htxps": "https", "hxtps": "https", "h**ps": "https",
	"ftp": "ftp", "fxp": "ftp", "ftps": "ftps", "sftp": "sftp", "fxps": "ftps", "tftp": "tftp",
	"ldap": "ldap", "ldaps": "ldaps", "rmi": "rmi", "ws": "ws", "wss": "wss",
	"tcp": "tcp", "udp": "udp", "ssh": "ssh", "smb": "smb", "telnet": "telnet",
}

// scheme reads the scheme in front of ://.
func (s *scanner) scheme(colon int) (name string, from int) {
	from = colon
	for from > 0 && colon-from < 7 && (letter(s.text.clean[from-1]) || s.text.clean[from-1] == '*') {
		from--
	}
	for ; from < colon; from++ { // *http://… is bold
		if name, ok := schemes[strings.ToLower(s.text.clean[from:colon])]; ok && !letter(s.byteAt(from-1)) {
			return name, from
		}
	}
	return "", colon
}

// url takes the URL whose colon is at i, and gives its end or 0.
func (s *scanner) url(colon int) int {
	if !s.follows(colon, "://") {
		return 0
	}
	return s.urlAs("", colon)
}

// urlAs is url for one whose scheme stands elsewhere, unless that is "".
func (s *scanner) urlAs(typed string, colon int) int {
	scheme, from := s.scheme(colon)
	if scheme == "" {
		return 0
	}
	if typed != "" {
		scheme = typed
	}
	hostFrom, hostEnd := s.authorityEnds(colon + 3)
	host, port, ok := s.authority(hostFrom, hostEnd)
	if !ok {
		return 0
	}
	end := s.urlEnd(hostEnd, s.byteAt(from-1))
	rest := s.text.clean[hostEnd:end]
	if rest == "/" {
		rest = ""
	}
	if slackOwn(host, rest) {
		return end
	}
	if own, _ := s.own(host); own {
		return end
	}
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	if err == nil && !s.somebodys(a.Unmap()) {
		return end
	}
	s.add(incident.IndicatorURL, scheme+"://"+host+port+rest, from, end)
	switch {
	case err == nil:
		s.address(a, -1, hostFrom, hostEnd-len(port))
	case !strings.Contains(host, ".") || !registered(host):
		s.add(incident.IndicatorHost, host, hostFrom, hostEnd-len(port))
	default:
		s.host(hostFrom, hostEnd-len(port), hostInURL)
	}
	s.path(hostEnd, end)
	return end
}

// authorityEnds gives where the host and port of a URL stand whose authority
// begins at i: credentials, and what ends a sentence, are no part of them.
func (s *scanner) authorityEnds(i int) (from, end int) {
	from, end = i, i
	for end < len(s.text.clean) && end-i < maxValue && !endsURL(s.text.clean[end]) && strings.IndexByte("/?#'", s.text.clean[end]) < 0 {
		if s.text.clean[end] == '@' {
			from = end + 1
		}
		end++
	}
	if c := s.byteAt(end); c != '/' && c != '?' && c != '#' {
		for end > from && strings.IndexByte(".,;:!?)*~_", s.text.clean[end-1]) >= 0 {
			end--
		}
	}
	return from, end
}

// endsURL says whether a byte is in no URL.
func endsURL(c byte) bool { return c <= ' ' || strings.IndexByte("<>\"`|\\^{}", c) >= 0 }

// urlEnd is where a URL ends of which more may stand at i. What ends a
// sentence, or closes what was opened before the URL, does not belong to it.
func (s *scanner) urlEnd(i int, opened byte) int {
	end := i
	if c := s.byteAt(i); c != '/' && c != '?' && c != '#' {
		return end
	}
	open := map[byte]int{}
	for end < len(s.text.clean) && end-i < 4*maxValue && !endsURL(s.text.clean[end]) {
		c := s.text.clean[end]
		if c == '\'' && opened == '\'' {
			break
		}
		if strings.IndexByte("()[]", c) >= 0 {
			open[c]++
		}
		end++
	}
	for end > i {
		switch c := s.text.clean[end-1]; {
		case strings.IndexByte(".,;:!?'*~", c) >= 0, c == '_' && opened == '_':
		case c == ')' && open['('] < open[')'], c == ']' && open['['] < open[']']:
			open[c]--
		default:
			return end
		}
		end--
	}
	return end
}

// authority reads host and port; the port with its colon.
func (s *scanner) authority(from, to int) (host, port string, ok bool) {
	written := s.text.clean[from:to]
	if strings.HasPrefix(written, "[") {
		in, after, closed := strings.Cut(written[1:], "]")
		a, err := netip.ParseAddr(in)
		if !closed || err != nil || after != "" && !isPort(after) {
			return "", "", false
		}
		return "[" + a.WithZone("").String() + "]", after, true
	}
	if colon := strings.IndexByte(written, ':'); colon >= 0 {
		if written, port = written[:colon], written[colon:]; !isPort(port) {
			return "", "", false
		}
	}
	if name, ok := canonical(written); ok {
		return name, port, true
	}
	single := len(written) > 1 && len(written) <= 63 && wordLength(written) == len(written) && !strings.ContainsFunc(written, func(r rune) bool { return r >= utf8.RuneSelf })
	return strings.ToLower(written), port, single && !strings.EqualFold(written, "localhost") && letter(written[0])
}

func isPort(s string) bool {
	return len(s) > 1 && len(s) <= 6 && s[0] == ':' && digitsOf(s[1:]) == len(s)-1
}

// slackOwn says whether a URL only leads to a message or a file in Slack.
func slackOwn(host, rest string) bool {
	return strings.HasSuffix(host, ".slack.com") && (strings.HasPrefix(rest, "/archives/") || strings.HasPrefix(rest, "/files/") || strings.HasPrefix(rest, "/files-pri/"))
}

// path finds in the rest of a URL what counts besides it.
func (s *scanner) path(from, to int) {
	for i := from; i < to; {
		if !word(s.text.clean[i]) {
			i++
			continue
		}
		end := i
		for end < to && word(s.text.clean[end]) {
			end++
		}
		if atom := s.text.clean[i:end]; len(atom) >= 13 && hasFold(atom, "cve-") {
			s.ids(atom, i, end)
		}
		s.hashes(i, end, true)
		i = end
	}
}
