package bot

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"firebreak/incident"
)

// The buttons' action ids. Their value is the incident's number, as INC-3.
const (
	actionAck      = "firebreak_ack"
	actionLead     = "firebreak_lead"
	actionSeverity = "firebreak_severity"
	actionJoin     = "firebreak_join"

	// actionSetSeverity is followed by the severity, 1 to 4.
	actionSetSeverity = "firebreak_set_severity_"
)

// headerMessage is the first post of a channel. page is zero when none is
// behind the incident; onCall are names.
func headerMessage(inc incident.Incident, page incident.Page, onCall []string, command string) message {
	var l layout
	l.header(inc.Number.String() + " · " + cmp.Or(inc.Title, page.Title))
	facts := []string{fmt.Sprintf("*%s* · %s · commander: %s", inc.Severity, inc.Status, commander(inc))}
	about := pageFacts(inc, page)
	facts = append(facts, about...)
	if len(onCall) > 0 {
		facts = append(facts, "On call: "+nameList(onCall))
	}
	if by := inc.AcknowledgedBy; by != (incident.Actor{}) {
		facts = append(facts, "Acknowledged by "+personOf(by))
	}
	l.section(facts...)
	if inc.Storm != "" {
		l.section(stormNote(inc, command))
	}
	if !inc.Closed() {
		l.section(nextSteps(command)...)
		value := inc.Number.String()
		l.buttons(
			button{action: actionAck, label: "Acknowledge", value: value},
			button{action: actionLead, label: "Take lead", value: value, style: slack.StylePrimary},
			button{action: actionSeverity, label: "Severity", value: value},
		)
	}
	fallback := []string{inc.Number.String(), inc.Severity.String()}
	if title := words(inc.Title, 500); title != about[0] {
		fallback = append(fallback, title)
	}
	return l.message(strings.Join(append(fallback, about...), " · "))
}

// personOf names somebody by Slack id, else as PagerDuty does.
func personOf(a incident.Actor) string {
	if userID.MatchString(a.ID) {
		return who(a.ID)
	}
	return named(a)
}

func commander(inc incident.Incident) string {
	if inc.Commander == "" {
		return "nobody yet"
	}
	return who(inc.Commander)
}

// pageFacts names the page: title, number, id, service, urgency and link.
func pageFacts(inc incident.Incident, page incident.Page) []string {
	id := cmp.Or(inc.Page.ID, page.ID)
	if id == "" {
		return []string{"Opened by hand" + byWhom(inc.OpenedBy)}
	}
	label := fmt.Sprintf("PagerDuty #%d", cmp.Or(inc.Page.Number, page.Number))
	facts := []string{
		words(cmp.Or(page.Title, inc.Title), 500),
		link(cmp.Or(inc.Page.URL, page.URL), label) + " (" + words(id, 40) + ")",
	}
	about := "Service: " + words(cmp.Or(inc.Service, page.Service, "unknown"), 100) +
		" · urgency: " + words(cmp.Or(inc.Urgency, page.Urgency, "unknown"), 40)
	if page.Priority != "" {
		about += " · priority: " + words(page.Priority, 40)
	}
	return append(facts, about)
}

func byWhom(user string) string {
	if user == "" {
		return ""
	}
	return " by " + who(user)
}

// namesShown is how many names stand in a row before the rest is counted.
const namesShown = 12

func nameList(names []string) string {
	var shown []string
	for _, name := range names[:min(len(names), namesShown)] {
		shown = append(shown, words(name, 60))
	}
	if more := len(names) - namesShown; more > 0 {
		shown = append(shown, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(shown, ", ")
}

func nextSteps(command string) []string {
	p := parser{slash: command}
	return []string{
		"*Next*",
		"1. Somebody takes the lead: the button, or " + p.do("lead @user"),
		"2. Talk here. All of it goes on the timeline; a :pushpin: marks what the RCA needs",
		"3. Hand out work: " + p.do("task add TITLE @owner"),
		"4. Stopped it? " + p.do("milestone contained") + " · All else: " + p.do("help"),
	}
}

// channelTopic is one line about the incident for the top of its channel, at
// most 250 characters (Slack docs, conversations.setTopic).
func channelTopic(inc incident.Incident) string {
	topic := fmt.Sprintf("%s · %s · %s · lead: %s", inc.Number, inc.Severity, inc.Status, commander(inc))
	if inc.Page.Number != 0 {
		topic += fmt.Sprintf(" · PagerDuty #%d", inc.Page.Number)
	}
	room := topicMax - utf8.RuneCountInString(topic) - len(" · ") - 1
	return topic + " · " + words(inc.Title, room)
}

// severityChoice asks which severity it shall be.
func severityChoice(inc incident.Incident) message {
	var l layout
	l.section(fmt.Sprintf("%s is %s. What is it?", inc.Number, inc.Severity))
	var bs []button
	for s := incident.SEV1; s <= incident.SEV4; s++ {
		bs = append(bs, button{action: fmt.Sprintf("%s%d", actionSetSeverity, s), label: s.String(), value: inc.Number.String()})
	}
	l.buttons(bs...)
	return l.message("Which severity?")
}
