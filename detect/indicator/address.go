package indicator

import (
	"net/netip"
	"strings"

	"firebreak/incident"
)

// addresses finds the IPv4 addresses of an atom: one, or two with a dash
// between.
func (s *scanner) addresses(atom string, from, to int) int {
	if !digit(atom[0]) || strings.Trim(atom, "0123456789.-") != "" || !strings.Contains(atom, ".") {
		return 0
	}
	at := from
	next := to
	for part := range strings.SplitSeq(atom, "-") {
		end := at + len(part)
		if n := s.ipv4(part, at, end); n > next {
			next = n
		}
		at = end + 1
	}
	return next
}

// ipv4 takes an address, with the length of its network.
func (s *scanner) ipv4(part string, from, to int) int {
	a, err := netip.ParseAddr(part)
	if err != nil || !a.Is4() || s.version(a, from) {
		return to
	}
	end, bits := s.network(to, 32)
	s.address(a, bits, from, end)
	return end
}

// network reads /24 behind an address; bits is -1 when there is none.
func (s *scanner) network(at, most int) (end, bits int) {
	if s.byteAt(at) != '/' {
		return at, -1
	}
	n := digitsOf(s.text.clean[at+1 : min(len(s.text.clean), at+5)])
	if n == 0 || n > 3 || alnum(s.byteAt(at+1+n)) || s.byteAt(at+1+n) == '/' {
		return at, -1
	}
	bits = 0
	for _, c := range s.text.clean[at+1 : at+1+n] {
		bits = 10*bits + int(c-'0')
	}
	if bits > most {
		return at, -1
	}
	return at + 1 + n, bits
}

// address adds an address or a network, if it can be anybody's.
func (s *scanner) address(a netip.Addr, bits, from, to int) bool {
	a = a.Unmap().WithZone("")
	if !s.somebodys(a) || bits == 0 {
		return false
	}
	value := a.String()
	if bits > 0 && bits < a.BitLen() {
		value = netip.PrefixFrom(a, bits).Masked().String()
	}
	t := incident.IndicatorIPv6
	if a.Is4() {
		t = incident.IndicatorIPv4
	}
	s.add(t, value, from, to)
	return true
}

// somebodys says whether an address tells one machine from others.
func (s *scanner) somebodys(a netip.Addr) bool {
	if a.IsUnspecified() || a.IsLoopback() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
		return false
	}
	return !s.opts.NoPrivate || !a.IsPrivate() && !a.IsLinkLocalUnicast() && !a.IsLinkLocalMulticast()
}

// versionWords stand in front of four numbers that are no address.
var versionWords = set("version", "versions", "ver", "v", "release", "build", "firmware", "section", "chapter", "clause", "oid",
	"nginx", "apache", "openssl", "openssh", "chrome", "firefox", "java", "python", "kernel", "postgres", "postgresql", "mysql", "redis", "tomcat", "php")

// version says whether what looks like an address is a version: the word in
// front says so, or a product and a slash, as in Apache/2.4.58.1.
func (s *scanner) version(a netip.Addr, at int) bool {
	if s.text.defanged(at, min(len(s.text.clean), at+7)) {
		return false
	}
	if versionWords[s.before(at)[0]] && s.byteAt(at-1) != '"' {
		return true
	}
	first := a.As4()[0]
	return s.byteAt(at-1) == '/' && letter(s.byteAt(at-2)) && first < 32 && first != 10
}

const longestColons = 64 // bytes: an IPv6 address has at most 45, with a zone and a port more

// colons takes an IPv6 address that begins at i, or gives 0.
func (s *scanner) colons(i int) int {
	if i < s.failedColons || alnum(s.byteAt(i-1)) || s.byteAt(i-1) == ':' || !hexOrColon(s.byteAt(i)) {
		return 0
	}
	end, count := i, 0
	for end < len(s.text.clean) && end-i < longestColons && (hexOrColon(s.text.clean[end]) || s.text.clean[end] == '.' && count > 1) {
		if s.text.clean[end] == ':' {
			count++
		}
		end++
	}
	if count < 2 {
		return 0
	}
	run := strings.TrimRight(s.text.clean[i:end], ".")
	if strings.HasSuffix(run, ":") && !strings.HasSuffix(run, "::") {
		run = run[:len(run)-1]
	}
	a, err := netip.ParseAddr(run)
	if err != nil || letter(s.byteAt(i+len(run))) || !plausible(run) {
		s.failedColons = end
		return 0
	}
	end, bits := s.network(i+len(run), 128)
	s.address(a, bits, i, end)
	return end
}

// plausible leaves out times, hardware addresses and names such as abc::def,
// which have the form of an address too.
func plausible(run string) bool {
	first, _, _ := strings.Cut(run, ":")
	return strings.ContainsAny(run, "0123456789") &&
		(len(first) >= 3 || first == "" && strings.HasPrefix(run, "::") || strings.HasPrefix(run, "64:ff9b:"))
}

func hexOrColon(c byte) bool { return digit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' || c == ':' }
