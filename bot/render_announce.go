package bot

import (
	"fmt"
	"slices"

	"firebreak/incident"
)

// announcement tells the control channel of new incidents: of a private one by
// number and severity only. join adds the buttons that let responders in.
func announcement(list []incident.Incident, join bool) message {
	var l layout
	if len(list) == 1 {
		text := announced(list[0], 500)
		l.section(text)
		if join {
			l.buttons(joinButton(list[0], "Join"))
		}
		return l.message(text)
	}
	head := count(len(list), "incident") + " have begun"
	l.section("*" + head + "*")
	var lines []string
	for _, inc := range list {
		lines = append(lines, bullet(announced(inc, 40)))
	}
	l.list(lines, 0, func(left int) string { return fmt.Sprintf("and %d more", left) })
	for some := range slices.Chunk(list, buttonsInRow) {
		var row []button
		for _, inc := range some {
			row = append(row, joinButton(inc, "Join "+inc.Number.String()))
		}
		if join {
			l.buttons(row...)
		}
	}
	return l.message(head + ": " + announced(list[0], 200))
}

// buttonsInRow is how many buttons one row takes (docs.slack.dev, Block Kit
// reference, actions block: 25 elements).
const buttonsInRow = 25

func announced(inc incident.Incident, title int) string {
	if inc.Private {
		return fmt.Sprintf("*%s* · %s · a private incident is open.", inc.Number, inc.Severity)
	}
	text := fmt.Sprintf("*%s* · %s · %s", inc.Number, inc.Severity, words(inc.Title, title))
	if inc.Channel.ID != "" {
		text += " · " + channelLink(inc.Channel)
	}
	return text
}

func joinButton(inc incident.Incident, label string) button {
	id := actionJoin
	if label != "Join" {
		id += "_" + inc.Number.String() // Slack wants ids that differ within a row
	}
	return button{action: id, label: label, value: inc.Number.String()}
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
		deedOf(a), of, words(trimStop(reason), 600), again))
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
	kindVerdict:       "show a verdict below a detection",
	kindAnnounce:      "announce an incident",
	kindStormPages:    "name the storm's new pages",
	kindStorm:         "tell of a storm",
	kindStormUpdate:   "bring a message about a storm up to date",
	kindEphemeral:     "answer somebody",
	kindLookUpMessage: "look a message up",
	kindCompare:       "compare the channel with Slack's history",
	kindGapUpdate:     "bring a message about a gap up to date",
	kindLookUpPerson:  "look a person up",
	kindFetchFile:     "keep a copy of a file",
	kindEraseContent:  "erase the bytes of a redacted file",
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

	kindCheckpointIssue: "make the GitLab issue for checkpoints",
	kindCheckpoint:      "publish a checkpoint in GitLab",

	kindViewOpen:     "open a form",
	kindViewUpdate:   "show a form",
	kindReplace:      "bring an answer up to date",
	kindExamineFile:  "examine a log file",
	kindHome:         "show somebody's Home tab",
	kindImport:       "import the lines of a file",
	kindBacktest:     "back-test a rule",
	kindExportUpload: "send the exported files to Slack",
	kindExportShare:  "show the exported files in the channel",
	kindEdit:         "bring a message up to date",
}

// deedOf is deed with the file's name, where the action is about one.
func deedOf(a incident.Action) string {
	p, err := payloadOf[fetchFile](a)
	if a.Kind == kindFetchFile && err == nil && p.Name != "" {
		return "keep a copy of *" + words(p.Name, 80) + "*"
	}
	return deed(a.Kind)
}

func deed(kind string) string {
	if d, ok := deeds[kind]; ok {
		return d
	}
	return "do something outside (" + words(kind, 80) + ")"
}
