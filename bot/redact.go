package bot

import (
	"fmt"
	"strconv"
	"strings"

	"firebreak/incident"
	"firebreak/store"
)

// redact erases what an entry says, everywhere here. That it was there, who
// erased it and why stays. There is no way back.
func (o *order) redact() (message, error) {
	e, err := o.entryNumbered(o.cmd.N)
	if err != nil {
		return message{}, err
	}
	if err := o.notHeld(); err != nil {
		return message{}, err
	}
	if e.Kind == incident.KindRedaction {
		return message{}, refuse("Entry " + strconv.Itoa(e.N) + " says that something was redacted. That stays.")
	}
	reason := incident.DecodeSlack(o.cmd.Text)
	said, err := o.tx.QuoteOf(e)
	if err != nil {
		return message{}, err
	}
	if said.In(reason) {
		return message{}, refuse("The reason quotes what is to be redacted, and it stays for ever. Say it in other words.")
	}
	erased, err := o.tx.Redact(e.ID, o.b.me().UserID, store.Redaction{By: o.slash.UserID, Reason: reason, At: o.at})
	if err != nil {
		return message{}, err
	}
	if err := o.b.planErase(o.tx, o.inc.Number, o.key, erased.Unneeded); err != nil {
		return message{}, err
	}
	data := map[string]any{"entry": e.N, "kind": string(e.Kind), "reason": reason}
	var along []int
	for _, other := range erased.Along {
		along = append(along, other.N)
	}
	if len(along) > 0 {
		data["along"] = along
	}
	if _, err := o.entry("redaction", incident.KindRedaction, o.at, fmt.Sprintf("redacted entry %d: %s", e.N, reason), data); err != nil {
		return message{}, err
	}
	left, err := o.afterRedaction(erased)
	if err != nil {
		return message{}, err
	}
	return redactedMessage(e, erased, left, o.slash.Command), nil
}

// afterRedaction brings what firebreak has written into GitLab in line, and
// says what has been there until now.
func (o *order) afterRedaction(erased store.Erased) (issues []string, err error) {
	for _, t := range erased.Tasks {
		if err := o.b.planSync(o.tx, t, o.key); err != nil {
			return nil, err
		}
		if t.Issue.URL != "" {
			issues = append(issues, t.Issue.URL)
		}
	}
	if o.inc.RCA.IID == 0 || o.b.tracker == nil {
		return issues, nil
	}
	return append(issues, o.inc.RCA.URL), o.b.planRCA(o.tx, o.inc, o.key)
}

// redactedMessage says what is gone, and names what is left for people to see
// to: firebreak deletes nothing that people have written elsewhere.
func redactedMessage(e incident.Entry, erased store.Erased, issues []string, command string) message {
	lines := []string{fmt.Sprintf("Entry %d is redacted: its content is gone from here, with its revisions and files. That it was there stays, with your name and reason.", e.N)}
	if len(erased.Along) > 0 {
		lines = append(lines, "Redacted with it, as they only told of it: "+labels(erased.Along)+".")
	}
	if n := len(erased.Tasks); n > 0 {
		lines = append(lines, count(n, "task title")+" said it and now "+plural(n, "reads ", "read ")+code(incident.Gone)+".")
	}
	var left []string
	if e.Source.System == "slack" && e.Source.TS != "" && !e.Deleted {
		left = append(left, "the message itself is still in Slack: delete it there"+linkTo(e.Source.Permalink))
	}
	for _, other := range erased.Along {
		if other.Source.TS != "" && other.Kind == incident.KindMessage && !other.Deleted {
			left = append(left, fmt.Sprintf("my message, entry %d, is still in Slack: delete it there%s", other.N, linkTo(other.Source.Permalink)))
		}
	}
	if len(erased.Quoters) > 0 {
		left = append(left, labels(erased.Quoters)+" "+plural(len(erased.Quoters), "says", "say")+" it too: "+
			code(fmt.Sprintf("%s redact %d REASON", command, erased.Quoters[0].N)))
	}
	if len(erased.Earlier) > 0 {
		left = append(left, labels(erased.Earlier)+" said it before, in a revision, a reason or a file’s name: "+
			code(fmt.Sprintf("%s redact %d REASON", command, erased.Earlier[0].N)))
	}
	if len(erased.Sections) > 0 {
		left = append(left, "the RCA quotes it under "+strings.Join(erased.Sections, ", ")+": "+code(command+" rca set "+erased.Sections[0]+" TEXT"))
	}
	if erased.Title {
		left = append(left, "the incident’s title says it, and so do its channel’s name and its page")
	}
	for _, p := range erased.Pages {
		left = append(left, "PagerDuty’s page #"+strconv.Itoa(p.Number)+" says it in its title: change it there"+linkTo(p.URL))
	}
	if len(erased.Shared) > 0 {
		left = append(left, "another entry has the same "+plural(len(erased.Shared), "file", "files")+", so I kept "+plural(len(erased.Shared), "it", "them"))
	}
	for _, url := range issues {
		left = append(left, "I write "+url+" anew, but GitLab keeps what it said before in its history")
	}
	left = append(left, "backups made until now still hold it")
	lines = append(lines, "*Left to do elsewhere*")
	for _, l := range left {
		lines = append(lines, bullet(l))
	}
	return sentence(strings.Join(lines, "\n"))
}

// labels names entries: "entry 3", "entries 3, 4 and 9".
func labels(entries []incident.Entry) string {
	const most = 12
	var names []string
	for i, e := range entries {
		if i == most {
			names = append(names, fmt.Sprintf("%d more", len(entries)-most))
			break
		}
		names = append(names, strconv.Itoa(e.N))
	}
	if len(names) == 1 {
		return "entry " + names[0]
	}
	last := len(names) - 1
	return "entries " + strings.Join(names[:last], ", ") + " and " + names[last]
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// linkTo is a link in mrkdwn, in brackets; nothing where there is none.
func linkTo(url string) string {
	if url == "" {
		return ""
	}
	return " (" + link(url, "open") + ")"
}

// forget takes messages whose content was redacted out of an event that has
// just been handled: Slack goes on telling of them.
func (b *Bot) forget(tx *store.Tx, row incident.Inbound, e slackEvent) error {
	channel := eventLane(e)
	var gone []string
	for _, ts := range e.messages() {
		erased, err := tx.ErasedMessage(channel, ts)
		if err != nil {
			return err
		}
		if erased {
			gone = append(gone, ts)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return tx.EraseInbound(row.ID, row.Payload, gone)
}

// messages are the ts of the messages that an event may hold.
func (e slackEvent) messages() []string {
	list := []string{e.TS, e.ThreadTS}
	for _, m := range []*slackMessage{e.Message, e.PreviousMessage} {
		if m != nil {
			list = append(list, m.TS, m.ThreadTS)
		}
	}
	return list
}
