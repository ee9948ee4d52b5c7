package web

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/util"
)

// link is a link if it may be followed, else what it says.
func link(to string, inner []node) []node {
	if to = destination(to); to == "" {
		return inner
	}
	return []node{{T: "a", Href: to, C: inner}}
}

// destination is an address that a browser may be sent to, else empty.
func destination(to string) string {
	to = strings.TrimSpace(string(util.URLEscape([]byte(to), true)))
	if strings.HasPrefix(to, "#") {
		return to
	}
	u, err := url.Parse(to)
	switch {
	case err != nil:
		return ""
	case (u.Scheme == "http" || u.Scheme == "https") && u.Host != "":
		return to
	case u.Scheme == "mailto" && u.Opaque != "":
		return to
	}
	return ""
}

// pictureAt is where a picture is: one that was uploaded to the project is
// served here, another one is elsewhere.
func (md *markdown) pictureAt(to string) string {
	if at, ok := md.known[to]; ok && strings.HasPrefix(to, "/uploads/") {
		return at
	}
	return destination(to)
}

// reference is what GitLab links by itself (observed in its patterns).
var reference = regexp.MustCompile(`(^|[^\w&/@#.])(@[A-Za-z0-9_](?:[\w.-]*\w)?|#\d+)`)

// references links what leads somewhere.
func (md *markdown) references(s string) []node {
	var out []node
	from := 0
	for _, at := range reference.FindAllStringSubmatchIndex(s, -1) {
		mark := s[at[4]:at[5]]
		to, ok := md.known[mark]
		if !ok || at[4] < from {
			continue
		}
		out = append(out, keep(s[from:at[4]])...)
		out = append(out, node{T: "a", Href: to, C: []node{{T: "text", S: mark}}})
		from = at[5]
	}
	return append(out, keep(s[from:])...)
}
