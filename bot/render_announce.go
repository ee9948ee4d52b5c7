package bot

import (
	"fmt"

	"firebreak/incident"
)

// announcement tells the control channel of a new incident: a private one by
// number and severity only. join adds the button that lets responders in.
func announcement(inc incident.Incident, join bool) message {
	text := fmt.Sprintf("*%s* · %s · a private incident is open.", inc.Number, inc.Severity)
	if !inc.Private {
		text = fmt.Sprintf("*%s* · %s · %s", inc.Number, inc.Severity, words(inc.Title, 500))
		if inc.Channel.ID != "" {
			text += " · " + channelLink(inc.Channel)
		}
	}
	var l layout
	l.section(text)
	if join {
		l.buttons(button{action: actionJoin, label: "Join", value: inc.Number.String()})
	}
	return l.message(text)
}

// nobodyReachable says that an incident's channel has nobody in it. It names
// nothing but number and severity and has no markup: it goes to the control
// channel, or into a PagerDuty note.
func nobodyReachable(inc incident.Incident) message {
	return sentence(fmt.Sprintf("%s (%s): I found nobody to invite to its channel. Nobody is looking at it yet, please pick it up.",
		inc.Number, inc.Severity))
}

// openedMessage answers who opened an incident by hand.
func openedMessage(inc incident.Incident) message {
	where := "its channel is on the way, you will be invited"
	if inc.Channel.ID != "" {
		where = "go to " + channelLink(inc.Channel)
	}
	return sentence(fmt.Sprintf("*%s* · %s is open: %s.", inc.Number, inc.Severity, where))
}

// pageResolvedMessage says that PagerDuty's page is resolved, and that the
// incident is not therefore over.
func pageResolvedMessage(by, command string) message {
	p := parser{slash: command}
	text := "The page was resolved in PagerDuty"
	if by != "" {
		text += " by " + words(by, 80)
	}
	return sentence(text + ". The incident stays open until somebody closes it: " + p.do("close") + ".")
}

// parkedMessage says what could not be done outside, and why. The reason is
// the door's own sentence.
func parkedMessage(a incident.Action, reason, command string) message {
	of, again := "", ""
	if a.Incident != 0 {
		of = " for " + a.Incident.String()
		again = " Once that is put right: " + parser{slash: command}.do(fmt.Sprintf("%s retry %d", a.Incident, a.ID)) + "."
	}
	return sentence(fmt.Sprintf("I could not %s%s: %s. I won't try again by myself; all that does not need it goes on.%s",
		deed(a.Kind), of, words(trimStop(reason), 600), again))
}

// deeds says in plain words what each kind of action does.
var deeds = map[string]string{
	kindCreateChannel: "make the channel",
	kindHeader:        "write the channel's first post",
	kindHeaderUpdate:  "bring the channel's first post up to date",
	kindTopic:         "set the channel's topic",
	kindInvite:        "invite people to the channel",
	kindBookmark:      "add a bookmark to the channel",
	kindPost:          "post a message",
	kindEphemeral:     "answer somebody",
	kindLookUpMessage: "look a message up",
	kindCompare:       "compare the channel with Slack's history",
	kindGapUpdate:     "bring a message about a gap up to date",
	kindLookUpPerson:  "look a person up",
	kindFetchFile:     "keep a copy of a file",
	kindPageAlerts:    "read the page's alerts",
	kindJoin:          "invite somebody to the channel",
	kindArchive:       "archive the channel",
	kindUnarchive:     "open the archived channel again",
	kindPageAck:       "acknowledge the page in PagerDuty",
	kindPageNote:      "write a note into PagerDuty",
	kindPageRaise:     "page through PagerDuty",
	kindCallee:        "find out in PagerDuty whom to call",
	kindPageRequest:   "call somebody through PagerDuty",
	kindPageCreate:    "call somebody through a page of their own in PagerDuty",
	kindInviteCalled:  "invite who was called to the channel",
	kindSelfPage:      "tell PagerDuty how firebreak itself is",
	kindIssueCreate:   "make the GitLab issue of a task",
	kindIssueSync:     "keep a task and its GitLab issue equal",
	kindIssueState:    "keep a task and its GitLab issue equal",
	kindAccountCheck:  "look somebody up in GitLab",
	kindRemind:        "remind somebody of a task",
	kindDigest:        "tell the commander which tasks are open",
	kindRCACreate:     "make the GitLab issue of the RCA",
	kindRCAWrite:      "write the RCA into its GitLab issue",
	kindIssueLink:     "link the RCA's issue with a task's",
	kindViewOpen:      "open a form",
	kindReplace:       "bring an answer up to date",
}

func deed(kind string) string {
	if d, ok := deeds[kind]; ok {
		return d
	}
	return "do something outside (" + words(kind, 80) + ")"
}
