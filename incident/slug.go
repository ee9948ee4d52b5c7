package incident

import (
	"fmt"
	"strings"
	"unicode"
)

// channelNameMax is the longest name of a Slack channel in characters
// (docs.slack.dev, conversations.create: at most 80, lower-case letters,
// digits, hyphens and underscores).
const channelNameMax = 80

// ChannelName gives the name of an incident's channel, inc-N-SLUG: what is
// left of the title when only lower-case letters, digits and single hyphens
// may stand in it. A title of which nothing is left gives inc-N.
func ChannelName(n Number, title string) string {
	name := fmt.Sprintf("inc-%d", n)
	if slug := slug(title); slug != "" {
		name += "-" + slug
	}
	if len(name) > channelNameMax {
		name = name[:channelNameMax]
	}
	return strings.TrimRight(name, "-")
}

// accented are letters with a usual spelling in ASCII.
var accented = []struct{ plain, letters string }{
	{"a", "àáâãåāăą"},
	{"ae", "äæ"},
	{"c", "çćčĉċ"},
	{"d", "ďđð"},
	{"e", "èéêëēĕėęě"},
	{"g", "ĝğġģ"},
	{"h", "ĥħ"},
	{"i", "ìíîïĩīĭįı"},
	{"j", "ĵ"},
	{"k", "ķ"},
	{"l", "ĺļľł"},
	{"n", "ñńņňŋ"},
	{"o", "òóôõøōŏő"},
	{"oe", "öœ"},
	{"r", "ŕŗř"},
	{"s", "śŝşšș"},
	{"ss", "ß"},
	{"t", "ţťŧț"},
	{"th", "þ"},
	{"u", "ùúûũūŭůűų"},
	{"ue", "ü"},
	{"w", "ŵ"},
	{"y", "ýÿŷ"},
	{"z", "źżž"},
}

func slug(title string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(title) {
		letters := plainLetters(r)
		if letters == "" {
			gap = gap || !unicode.Is(unicode.Mn, r) && r != '\'' && r != '’'
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('-')
		}
		gap = false
		b.WriteString(letters)
	}
	return b.String()
}

// plainLetters writes a lower-case letter or digit in ASCII, "" when there is
// no usual way to.
func plainLetters(r rune) string {
	if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
		return string(r)
	}
	for _, l := range accented {
		if strings.ContainsRune(l.letters, r) {
			return l.plain
		}
	}
	return ""
}
