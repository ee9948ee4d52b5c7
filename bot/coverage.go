package bot

import (
	"fmt"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// coverage says how much of the channel is known to be in the timeline. A
// message is verified when a finished comparison has seen it in Slack's own
// history or replies; one that was deleted before cannot be.
func coverage(v *store.View, inc incident.Incident, entries []incident.Entry) (string, error) {
	gaps, err := openGaps(v, inc.Number)
	if err != nil {
		return "", err
	}
	checked, err := v.Checked(inc.Channel.ID)
	if err != nil {
		return "", err
	}
	value, err := v.Cursor(verifiedCursor(inc.Channel.ID))
	if err != nil {
		return "", err
	}
	at, err := time.Parse(time.RFC3339Nano, value)
	if value != "" && err != nil {
		return "", fmt.Errorf("read when %s was verified: %w", inc.Channel.ID, err)
	}
	verified, all, later, deleted := 0, 0, 0, 0
	for _, e := range entries {
		switch {
		case e.RecordedAs() != incident.KindMessage || e.Source.System != "slack" || e.Source.Channel != inc.Channel.ID || e.Source.TS == "":
		case checked[e.Source.TS]:
			verified, all = verified+1, all+1
		case e.Deleted:
			deleted++
		case tsTime(e.Source.TS).After(at):
			later++
		default:
			all++
		}
	}
	if value == "" || inc.Channel.ID == "" {
		return fmt.Sprintf("0 of %d messages verified: the channel has not been compared with Slack's own history yet (unverified); gaps: %s.", later+all, gaps), nil
	}
	text := fmt.Sprintf("%d of %d messages verified to %s UTC; gaps: %s. Compared with Slack's own history on %s.",
		verified, all, at.UTC().Format("15:04:05"), gaps, at.UTC().Format("2006-01-02"))
	return text + rest(later, "unverified, said later than that") + rest(deleted, "recorded and then deleted in Slack before it could be compared"), nil
}

// rest is a sentence about messages of another sort, "" when there are none.
func rest(n int, what string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" %s: %s.", capital(count(n, "message")), what)
}

// openGaps lists the stretches that are not compared, or says "none".
func openGaps(v *store.View, n incident.Number) (string, error) {
	gaps, err := v.Gaps(n)
	if err != nil {
		return "", err
	}
	var lines []string
	for _, g := range gaps {
		if g.ClosedAt.IsZero() {
			lines = append(lines, fmt.Sprintf("%s to %s UTC (%s)", clock(g.Since), clock(g.Until), trimStop(g.Why)))
		}
	}
	if len(lines) == 0 {
		return "none", nil
	}
	return strings.Join(lines, "; "), nil
}
