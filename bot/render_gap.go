package bot

import (
	"fmt"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// gapText is what a gap's entry says, in UTC like the RCA.
func gapText(g store.Gap) string {
	stretch := clock(g.Since) + " to " + clock(g.Until) + " UTC"
	if g.ClosedAt.IsZero() {
		return "Not compared with Slack's history from " + stretch + " or later: " + g.Why
	}
	return "Compared with Slack's history after all, at " + clock(g.ClosedAt) + " UTC: from " + stretch + " nothing is missing any more. It could not be compared before: " + g.Why
}

// clock is a moment as the RCA writes it, with the day unless it is today's.
func clock(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05") }

// gapMessage tells people of a gap, or that it is closed. control: it stands
// in the control channel, where the incident has to be named.
func gapMessage(inc incident.Incident, g store.Gap, now time.Time, control bool) message {
	where, of := "this channel", ""
	if control {
		where, of = "the channel of "+inc.Number.String(), "*"+inc.Number.String()+"* · "
	}
	if g.ClosedAt.IsZero() && g.Code == causeDeleted.Code {
		return sentence(fmt.Sprintf("*%s*: its channel was deleted in Slack. Its timeline stands; what was said there after %s and reached me by no event is lost. Commands work from elsewhere.",
			inc.Number, stamp(g.Since, now)))
	}
	if g.ClosedAt.IsZero() {
		return sentence(fmt.Sprintf("%sI cannot compare %s with Slack's own history from %s on: %s What was said since may be missing from the timeline. I keep trying.",
			of, where, stamp(g.Since, now), words(trimStop(g.Why), 600)+"."))
	}
	return sentence(fmt.Sprintf("%sNothing is missing any more: %s is compared with Slack's own history from %s to %s. It could not be before: %s",
		of, where, stamp(g.Since, now), stamp(g.Until, now), words(trimStop(g.Why), 600)+"."))
}

// shortPagesNote is what /readyz says where Slack gives 15 messages a minute.
const shortPagesNote = "Slack gives this app only 15 messages of history a minute, as it does to distributed apps: live capture is whole, comparing the past is slow"

// shortPagesMessage tells the operator what that means and what to do.
func shortPagesMessage() message {
	return sentence("Slack gives me only 15 messages of history a minute: it takes this app for one distributed outside its Marketplace (a limit since 2025). " +
		"What is said while I am connected is recorded as always. Comparing a channel after an outage takes long, and what I cannot read back becomes a gap in its timeline. " +
		"To end this, install firebreak as an internal app, made in your own workspace from `firebreak manifest`.")
}

// alertsUnreadMessage tells the operator of an alert channel that cannot be
// read back.
func alertsUnreadMessage(channel string, why cause) message {
	return sentence(fmt.Sprintf("I cannot read the alert channel %s back: %s Alerts posted there while I was away were not examined. I try again each hour.",
		channelLink(incident.Channel{ID: channel}), words(trimStop(why.Why), 600)+"."))
}
