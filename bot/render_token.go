package bot

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"firebreak/incident"
)

var (
	userID    = regexp.MustCompile(`^[UW][A-Z0-9]+$`)
	channelID = regexp.MustCompile(`^[CG][A-Z0-9]+$`)
)

// who writes a Slack user by id so that Slack shows the name. What is no id
// stays text.
func who(user string) string {
	switch {
	case user == "":
		return "nobody"
	case userID.MatchString(user):
		return "<@" + user + ">"
	}
	return words(user, 80)
}

// named is a person or tool by name, else by id.
func named(a incident.Actor) string {
	switch {
	case a.Name != "":
		return words(a.Name, 80)
	case a.ID != "":
		return who(a.ID)
	}
	return "firebreak"
}

// longestLink is how many bytes an address may have and still leave its line
// short.
const longestLink = 500

// link writes a link, or the label alone when the address is not one that
// can be trusted to stay inside the token.
func link(address, label string) string {
	label = strings.NewReplacer("|", "/", "\n", " ").Replace(label)
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil ||
		len(address) > longestLink || strings.ContainsAny(address, "<>|^\"` \t\r\n") {
		return label
	}
	// An @ is written as it may be in any path, since "@here" calls everybody
	// where Slack looks for names itself.
	return "<" + strings.NewReplacer("&", "&amp;", "@", "%40").Replace(address) + "|" + label + ">"
}

// recent is how long ago a time may be and still be shown without its date.
const recent = 12 * time.Hour

// stamp shows a time in each reader's own zone, in UTC where tokens are not
// understood, and with its date unless it is close to now.
func stamp(at, now time.Time) string {
	if d := now.Sub(at); d < recent && d > -recent {
		return token(at, "{time}", "15:04 UTC")
	}
	return token(at, "{date_short_pretty} {time}", "2006-01-02 15:04 UTC")
}

// token is a date as Slack formats it (docs.slack.dev, Formatting message
// text: date formatting).
func token(at time.Time, format, fallback string) string {
	return fmt.Sprintf("<!date^%d^%s|%s>", at.Unix(), format, at.UTC().Format(fallback))
}

// channelLink shows a channel by its id, so that it survives being renamed.
func channelLink(c incident.Channel) string {
	if channelID.MatchString(c.ID) {
		return "<#" + c.ID + ">"
	}
	return words(c.Name, 80)
}

// bullet puts a line into a list.
func bullet(s string) string { return "• " + s }
