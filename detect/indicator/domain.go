package indicator

import (
	"net/netip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"firebreak/incident"
)

// hostUse says where a host name stands.
type hostUse int

const (
	hostBare  hostUse = iota // in the open, where it may be a file or a field
	hostShown                // somebody made it a link, or tamed it
	hostInURL                // in a URL or behind an @: no doubt that it is a name
)

// names finds the domain or the host that an atom is.
func (s *scanner) names(atom string, from, to int) int {
	if !strings.Contains(atom, ".") {
		return 0
	}
	if last := atom[len(atom)-1]; !letter(last) && !digit(last) {
		return 0
	}
	use := hostBare
	if s.text.defanged(from, to) {
		use = hostShown
	}
	if s.byteAt(from-1) == '/' && use == hostBare && alnum(s.byteAt(from-2)) && !unmistakable(atom) {
		return 0 // within a path
	}
	if s.host(from, to, use) {
		return to
	}
	if from2, to2 := s.ascii(from, to); to2-from2 < to-from && s.host(from2, to2, use) {
		return to
	}
	return 0
}

// ascii is the first stretch of ASCII with a dot in it: scripts that put no
// blanks between words leave none around a name.
func (s *scanner) ascii(from, to int) (int, int) {
	for i := from; i < to; i++ {
		if s.text.clean[i] >= utf8.RuneSelf {
			continue
		}
		end := i
		for end < to && s.text.clean[end] < utf8.RuneSelf {
			end++
		}
		if strings.IndexByte(s.text.clean[i:end], '.') > 0 {
			return s.trimmed(i, end)
		}
		i = end
	}
	return from, from
}

// unmistakable says whether an atom ends as hardly anything but a domain
// does.
func unmistakable(atom string) bool {
	suffix, _ := publicsuffix.PublicSuffix(strings.ToLower(atom))
	return strings.Contains(suffix, ".") || suffix == "com" || suffix == "net" || suffix == "org"
}

// host adds what stands from from to to as a domain or one of our hosts, if
// it is one or the other.
func (s *scanner) host(from, to int, use hostUse) bool {
	written := s.text.clean[from:to]
	name, ok := canonical(written)
	if !ok {
		return false
	}
	if a, err := netip.ParseAddr(name); err == nil {
		return s.address(a, -1, from, to)
	}
	if internal(name) {
		s.add(incident.IndicatorHost, name, from, to)
		return true
	}
	if !registered(name) || use == hostBare && doubtful(written, name) {
		return false
	}
	if own, below := s.own(name); own {
		if below && use != hostInURL {
			s.add(incident.IndicatorHost, name, from, to)
		}
		return true
	}
	s.add(incident.IndicatorDomain, name, from, to)
	return true
}

// own says whether a name is one of the operator's own domains or stands
// below one; www is the domain itself.
func (s *scanner) own(name string) (own, below bool) {
	for _, d := range s.opts.OwnDomains {
		if name == d || name == "www."+d {
			return true, false
		}
		if strings.HasSuffix(name, "."+d) {
			return true, true
		}
	}
	return false, false
}

// profile writes names as the DNS has them, lower case and Punycode.
var profile = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))

// canonical writes a name as the DNS has it; ok is false for what cannot be
// one.
func canonical(written string) (name string, ok bool) {
	if len(written) > 253 {
		return "", false
	}
	name = strings.TrimSuffix(written, ".")
	if strings.IndexFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
		var err error
		if name, err = profile.ToASCII(name); err != nil || len(name) > 253 {
			return "", false
		}
	}
	name = strings.ToLower(name)
	labels := strings.Split(name, ".")
	if len(labels) < 2 {
		return "", false
	}
	for i, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' || i >= len(labels)-2 && strings.Contains(l, "_") {
			return "", false
		}
	}
	return name, true
}

// internalEnds are suffixes that the public DNS does not have and networks
// use for their own machines.
var internalEnds = []string{".local", ".internal", ".lan", ".corp", ".intra", ".intranet", ".localdomain", ".home.arpa"}

func internal(name string) bool {
	return slices.ContainsFunc(internalEnds, func(end string) bool { return strings.HasSuffix(name, end) })
}

// registered says whether somebody can have the name: it stands below a
// public suffix that exists.
func registered(name string) bool {
	if strings.HasSuffix(name, ".onion") {
		return true
	}
	suffix, icann := publicsuffix.PublicSuffix(name)
	if len(suffix) == len(name) { // a machine of somebody's that hosts others, such as ec2-…
		return !icann && strings.Count(name, ".") >= 3
	}
	return icann || strings.Contains(suffix, ".")
}

// fileEnds are top-level domains that, in the open, are far more often the
// end of a file's name or of a field's.
var fileEnds = set("zip", "mov", "md", "py", "rs", "sh", "so", "ps", "name", "id", "is", "foo", "bar", "app")

// products are names that look like domains and are none in chatter.
var products = set("asp.net", "vb.net", "ado.net", "socket.io", "kubernetes.io", "k8s.io")

// doubtful says whether a name in the open is rather a file, a field of code
// or a product, or two sentences without a blank between.
func doubtful(written, name string) bool {
	dot := strings.LastIndexByte(name, '.')
	end := name[dot+1:]
	if products[name] {
		return true
	}
	if fileEnds[end] {
		suffix, _ := publicsuffix.PublicSuffix(name)
		if !strings.Contains(suffix, ".") {
			return end != "app" || strings.ToLower(written) != written
		}
	}
	last := written[strings.LastIndexByte(strings.TrimSuffix(written, "."), '.')+1:]
	if strings.IndexFunc(last, unicode.IsUpper) < 0 {
		return false
	}
	// Evil.Com is one, yes.No and System.IO are not.
	return strings.ToUpper(written) != written && !(titled(written) && (end == "com" || end == "net" || end == "org"))
}

// titled says whether each label begins with a capital and goes on small.
func titled(written string) bool {
	for label := range strings.SplitSeq(written, ".") {
		if label == "" || !unicode.IsUpper(rune(label[0])) || strings.ToLower(label[1:]) != label[1:] {
			return false
		}
	}
	return true
}
