package incident

import (
	"regexp"
	"strings"
)

// SlackText makes untrusted text inert in a Slack message: no broadcast, no
// mention, no link with a label of its own. Slack asks for exactly these three
// characters to be escaped (docs.slack.dev, Formatting message text); the
// broadcast words get a joiner as well, for clients that read @here in plain
// text.
func SlackText(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD")
	s = broadcasts.ReplaceAllString(s, "@"+joiner+"$1")
	return slackEscapes.Replace(s)
}

// DecodeSlack undoes Slack's escaping of &, < and >, once.
func DecodeSlack(s string) string { return slackEntities.Replace(s) }

var (
	broadcasts    = regexp.MustCompile(`(?i)@(channel|here|everyone|group)`)
	slackEscapes  = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	slackEntities = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")
	slackTokens   = regexp.MustCompile(`<([^<>\n]*)>`)
)

// SlackPlain turns the text of a Slack message into what a reader saw:
// mentions as @name, channels as #name, links as their address with the label
// before it if it says something else, dates as their fallback. names gives
// the name of a user, channel or user group by id, "" when it knows none; it
// may be nil.
func SlackPlain(s string, names func(id string) string) string {
	var b strings.Builder
	end := 0
	for _, m := range slackTokens.FindAllStringSubmatchIndex(s, -1) {
		b.WriteString(DecodeSlack(s[end:m[0]]))
		b.WriteString(slackToken(s[m[2]:m[3]], names))
		end = m[1]
	}
	b.WriteString(DecodeSlack(s[end:]))
	return b.String()
}

// slackToken reads what stands between angle brackets.
func slackToken(token string, names func(id string) string) string {
	what, label, _ := strings.Cut(token, "|")
	label = DecodeSlack(label)
	switch {
	case token == "":
		return "<>"
	case what == "" || strings.HasPrefix(token, " "):
		return "<" + DecodeSlack(token) + ">"
	case what[0] == '@':
		return "@" + firstOf(nameOf(names, what[1:]), strings.TrimPrefix(label, "@"), what[1:])
	case what[0] == '#':
		return "#" + firstOf(label, nameOf(names, what[1:]), what[1:])
	case what[0] == '!':
		return slackSpecial(what[1:], label, names)
	}
	return slackLink(DecodeSlack(what), label)
}

// slackSpecial reads a broadcast, a user group or a date.
func slackSpecial(what, label string, names func(id string) string) string {
	kind, rest, _ := strings.Cut(what, "^")
	switch kind {
	case "subteam":
		return "@" + firstOf(strings.TrimPrefix(label, "@"), nameOf(names, rest), rest)
	case "date":
		return firstOf(label, rest)
	}
	return "@" + kind
}

func slackLink(address, label string) string {
	bare := strings.TrimPrefix(strings.TrimPrefix(address, "mailto:"), "tel:")
	switch {
	case bare != address:
		return firstOf(label, bare)
	case label == "":
		return address
	case label == address, "http://"+label == address, "https://"+label == address:
		return label
	}
	return label + " (" + address + ")"
}

func nameOf(names func(id string) string, id string) string {
	if names == nil {
		return ""
	}
	return names(id)
}

// firstOf gives the first string that is not empty.
func firstOf(ss ...string) string {
	for _, s := range ss {
		if s != "" {
			return s
		}
	}
	return ""
}
