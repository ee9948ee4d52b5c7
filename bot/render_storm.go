package bot

import (
	"fmt"

	"firebreak/incident"
)

// stormNote stands in the first post of a storm's channel.
func stormNote(inc incident.Incident, command string) string {
	if !gathersPages(inc) {
		return "One rule finds more than anybody could look at one by one: its detections are gathered here, and paged once. " +
			parser{slash: command}.do("detect") + " lists them."
	}
	return "Pages of this service come too fast for a channel each: they are gathered here. One that deserves its own: " +
		parser{slash: command}.do("split N") + ", N from " + parser{slash: command}.do("timeline kind:page")
}

// stormPagesMessage names the pages that have come, one line each.
func stormPagesMessage(pages []incident.Page) message {
	head := count(len(pages), "more page") + " in this storm"
	lines := make([]string, len(pages))
	for i, p := range pages {
		number := fmt.Sprintf("PagerDuty #%d", p.Number)
		if len(pages) <= 20 { // beyond, addresses would take the room of titles
			number = link(p.URL, number)
		}
		lines[i] = bullet(number + " · " + words(p.Title, 60))
	}
	var l layout
	l.section("*" + head + "*")
	l.list(lines, 0, func(left int) string { return count(left, "page") + " besides: the timeline has them all" })
	return l.message(head + ": " + words(pages[0].Title, 200))
}

// splitMessage says that a page has an incident of its own now.
func splitMessage(p incident.Page, inc incident.Incident, by string) message {
	return sentence(fmt.Sprintf("%s gave %s an incident of its own: *%s*. %s", who(by),
		link(p.URL, fmt.Sprintf("PagerDuty #%d", p.Number)), inc.Number, words(p.Title, 200)))
}

// stormOver says that nothing of the storm is open in PagerDuty any more.
func stormOver(pages int, command string) message {
	return sentence(fmt.Sprintf("All %d pages gathered here are resolved in PagerDuty. The incident stays open until somebody closes it: %s.",
		pages, parser{slash: command}.do("close")))
}
