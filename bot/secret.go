package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"firebreak/incident"
	"firebreak/incident/mask"
)

// secretLook is how much of a message, in bytes, is looked at to tell its
// author. What leaves is masked whole.
const secretLook = 16 << 10

// lookForSecrets finds out of which kinds of secrets a message seems to hold
// some. It costs more than recording the message does: it is done beforehand,
// so that nothing else waits for it.
func (m *slackMessage) lookForSecrets() {
	if m == nil || m.looked || m.byApp() {
		return
	}
	text := messageText(*m)
	m.secrets, m.looked = mask.Kinds(text[:min(len(text), secretLook)]), true
}

// byApp says whether no person wrote a message.
func (m slackMessage) byApp() bool {
	return m.User == "" || m.BotID != "" || m.Subtype == "bot_message"
}

// warnOfSecret tells a message's author, and nobody else, that it seems to
// hold a secret: once per message, whatever is edited in it later. It never
// says which.
func (c capture) warnOfSecret(e incident.Entry, m slackMessage) error {
	if e.Kind != incident.KindMessage || m.byApp() || e.Deleted || e.Redacted {
		return nil
	}
	m.lookForSecrets() // as a rule done already
	if len(m.secrets) == 0 {
		return nil
	}
	p := secretMessage("message", e.N, m.secrets, c.b.cfg.Command).post(c.channel, "")
	thread := ""
	if m.inThread() {
		thread = m.ThreadTS
	}
	return plan(c.tx, step{
		Key: "secret:" + c.key(m.TS), Kind: kindEphemeral, Lane: "ephemeral:" + m.User, Incident: c.inc.Number,
		Payload: ephemeral{Channel: c.channel, User: m.User, Text: p.Text, Blocks: p.Blocks, ThreadTS: thread},
	})
}

// warnOfSecret tells the author of a command, or of a form that stands for one,
// that what they typed seems to hold a secret: it is recorded. In an incident's
// channel it is a message of its own, which a form needs; elsewhere, where the
// bot may have no seat, it stands below the answer. recorded is the command's
// entry; what it made, or corrected, is what there is to redact.
func (o *order) warnOfSecret(recorded incident.Entry, answer message) (message, error) {
	typed := o.slash.Text
	if o.typed != "" {
		typed = o.typed
	}
	if lookUp(o.cmd.Verb) || recorded.Redacted {
		return answer, nil
	}
	kinds := mask.Kinds(incident.DecodeSlack(typed[:min(len(typed), secretLook)]))
	if len(kinds) == 0 {
		return answer, nil
	}
	n := recorded.N
	switch {
	case o.made != 0:
		n = o.made
	case o.failed == nil && (o.cmd.Verb == "edit" || o.cmd.Verb == "split entry"):
		n = o.cmd.N
	}
	m := secretMessage("command", n, kinds, o.slash.Command)
	_, err := o.tx.IncidentByChannel(o.slash.ChannelID)
	if isNotFound(err) {
		return answer.and(m), nil
	}
	if err != nil {
		return answer, err
	}
	p := m.post(o.slash.ChannelID, "")
	return answer, plan(o.tx, step{
		Key: "secret:" + o.key, Kind: kindEphemeral, Lane: "ephemeral:" + o.slash.UserID, Incident: o.inc.Number,
		Payload: ephemeral{Channel: o.slash.ChannelID, User: o.slash.UserID, Text: p.Text, Blocks: p.Blocks},
	})
}

// lookUp says whether a verb only looks for what is typed.
func lookUp(verb string) bool { return verb == "find" || verb == "timeline" || verb == "seen" }

// secretsNamed is how many kinds of secrets a warning names.
const secretsNamed = 3

// secretMessage says that what somebody wrote, entry n, seems to hold secrets of
// some kinds, and what to do.
func secretMessage(wrote string, n int, kinds []string, command string) message {
	more := len(kinds) - secretsNamed
	kinds = kinds[:min(len(kinds), secretsNamed)]
	what := strings.Join(kinds, " and ")
	if more > 0 {
		what = strings.Join(kinds, ", ") + " and more"
	}
	it, them := "It is", "it"
	if len(kinds) > 1 {
		it, them = "They are", "them"
	}
	p := parser{slash: command}
	return sentence(fmt.Sprintf(":lock: Your %s seems to hold %s. %s masked wherever the timeline leaves the incident’s channel; rotate %s all the same. %s removes the text from the record.",
		wrote, words(what, 300), it, them, p.do("redact "+strconv.Itoa(n)+" REASON")))
}

// reveal shows who asks the original of an entry that is masked elsewhere. The
// command is recorded as every other is, with its reason, and so is that
// something was shown.
func (o *order) reveal() (message, error) {
	e, err := o.tx.Entry(incident.Operator(), o.inc.Number, o.cmd.N) // allowed has judged the incident
	switch {
	case isNotFound(err):
		return message{}, refuse(o.inc.Number.String() + " has no entry " + strconv.Itoa(o.cmd.N) + ". `" + o.slash.Command + " timeline` shows their numbers.")
	case err != nil:
		return message{}, err
	case e.Redacted:
		return message{}, refuse("Entry " + strconv.Itoa(e.N) + " was redacted: nothing of it is left to show.")
	case mask.Text(e.Text) == e.Text:
		return message{}, refuse("Nothing of entry " + strconv.Itoa(e.N) + " is masked.")
	}
	o.also = map[string]any{"reveal": e.N, "reason": incident.DecodeSlack(o.cmd.Text)}
	return revealedMessage(e, o.inc.Number), nil
}

// revealedMessage shows an entry as it was written, in as many blocks as it
// takes.
func revealedMessage(e incident.Entry, n incident.Number) message {
	var l layout
	summary := fmt.Sprintf("Entry `%d` of *%s* as it was written, for you only; that you looked is on the timeline.", e.N, n)
	l.section(summary)
	var lines []string
	for line := range strings.SplitSeq(e.Text, "\n") {
		for part := range slices.Chunk([]rune(line), revealedLine) {
			lines = append(lines, incident.SlackText(string(part)))
		}
	}
	l.list(lines, 0, func(int) string { return "The rest is too long to be shown here." })
	m := l.message(summary)
	m.original = true
	return m
}

// revealedLine is how many characters of a long line go into one block: when
// each is an entity of five they still fit.
const revealedLine = 500
