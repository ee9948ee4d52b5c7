package bot

import (
	"strings"
	"time"
)

// checkNames is how people call the checks.
var checkNames = map[string]string{
	checkSlack: "Slack", checkDatabase: "Database", checkBacklog: "Backlog",
	checkPagerDuty: "PagerDuty", checkGitLab: "GitLab",
}

// troubled says which of the bot's checks fail.
func troubled(list []ailment, now time.Time) message {
	lines := []string{":warning: firebreak is not ready. What it has acknowledged is kept; it goes on with what works."}
	for _, a := range list {
		lines = append(lines, "*"+checkNames[a.check]+"* since "+stamp(a.since, now)+": "+words(a.detail, 300))
	}
	return sentence(strings.Join(lines, "\n"))
}

// recovered says which of them are well again.
func recovered(list []ailment, now time.Time) message {
	var names []string
	for _, a := range list {
		names = append(names, checkNames[a.check]+" since "+stamp(a.since, now))
	}
	return sentence("firebreak is well again: " + strings.Join(names, ", ") + ".")
}
