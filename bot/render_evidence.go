package bot

import (
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"firebreak/incident"
)

// shortHash is how many characters of a SHA-256 a list shows: enough to tell
// files apart by eye. All of it stands with the piece.
const shortHash = 12

// evidenceMessage lists pieces of evidence. waiting is how many files are still
// to be fetched.
func evidenceMessage(n incident.Number, list []incident.Evidence, waiting int, now time.Time, command string) message {
	p := parser{slash: command}
	if len(list) == 0 && waiting == 0 {
		return sentence(n.String() + " has no evidence yet. Drop a file here and I keep it, with its hash.")
	}
	head := fmt.Sprintf("%s: %s of evidence", n, count(len(list), "piece"))
	lines := make([]string, len(list))
	for i, e := range list {
		lines[i] = pieceLine(e, now)
	}
	var l layout
	l.section("*" + head + "*")
	l.list(lines, 0, func(left int) string {
		return fmt.Sprintf("… and %d more: %s shows one.", left, p.do("evidence N"))
	})
	if waiting > 0 {
		l.context(capital(count(waiting, "file")) + " still to be fetched.")
	}
	l.context(p.do("evidence N") + " shows the custody of one, " + p.do("evidence mark N") + ", " + p.do("evidence give N @user") + " and " + p.do("evidence seal N") + " add to it.")
	return l.message(head)
}

// pieceLine is a piece on two lines: number and name, then how it stands.
func pieceLine(e incident.Evidence, now time.Time) string {
	facts := []string{}
	switch {
	case e.Redacted:
	case e.Message():
		facts = append(facts, "message")
	case e.File.SHA256 != "":
		facts = append(facts, bytesText(e.File.Size), "`"+e.File.SHA256[:min(shortHash, len(e.File.SHA256))]+"`")
	default:
		facts = append(facts, bytesText(e.File.Size), "not kept")
	}
	facts = append(facts, named(e.By), stamp(e.At, now), pieceState(e))
	return fmt.Sprintf("`%d` *%s*\n%s", e.N, pieceName(e), strings.Join(facts, " · "))
}

// pieceName is a file by name, a message by its first words.
func pieceName(e incident.Evidence) string {
	switch {
	case e.Redacted:
		return "redacted"
	case e.Away:
		return fmt.Sprintf("entry %d, moved to another incident", e.Entry)
	case e.Message():
		return words(orElse(strings.TrimSpace(e.Text), fmt.Sprintf("entry %d", e.Entry)), 80)
	}
	return words(orElse(e.File.Name, "unnamed"), 80)
}

// pieceState is how a piece stands now, in a few words of mrkdwn.
func pieceState(e incident.Evidence) string {
	holder, given := e.Holder()
	with := ""
	if given {
		with = " with " + who(holder.To)
	}
	if seal, sealed := e.Seal(); sealed {
		return ":lock: sealed" + with + " by " + who(seal.By)
	}
	switch {
	case given:
		return "with " + who(holder.To)
	case e.Marked():
		return "marked"
	case e.Redacted:
		return "erased"
	case e.File.SHA256 == "" && e.Missed() != "":
		return words(e.Missed(), 120)
	case e.File.SHA256 == "":
		return "still to be fetched"
	}
	return "collected"
}

// pieceMessage shows a piece with all that is known of it.
func pieceMessage(e incident.Evidence, now time.Time) message {
	head := fmt.Sprintf("%s, evidence %d: %s", e.Incident, e.N, pieceName(e))
	facts := []string{"*" + head + "*", fmt.Sprintf("Entry `%d`, by %s %s. Now: %s.", e.Entry, named(e.By), stamp(e.At, now), pieceState(e))}
	if e.File.SHA256 != "" {
		facts = append(facts, fmt.Sprintf("%s, SHA-256 `%s`", bytesText(e.File.Size), e.File.SHA256))
	}
	var l layout
	l.section(facts...)
	lines := make([]string, len(e.Custody))
	for i, c := range e.Custody {
		lines[i] = bullet(custodyLine(c, now))
	}
	l.list(lines, 0, func(left int) string { return fmt.Sprintf("… and %d later.", left) })
	return l.message(head)
}

func custodyLine(c incident.Custody, now time.Time) string {
	by := "firebreak"
	if c.By != "" {
		by = who(c.By)
	}
	what := string(c.Move)
	switch c.Move {
	case "":
		what = "redacted"
	case incident.MoveGiven:
		what = "given to " + who(c.To)
	case incident.MoveMissed:
		what = "not kept"
	}
	line := fmt.Sprintf("%s *%s* by %s", stamp(c.At, now), what, by)
	if c.Note != "" {
		line += ": " + words(c.Note, 300)
	}
	return line
}

// movedMessage tells the channel of a move.
func movedMessage(e incident.Evidence, m incident.Move, by, to, note string) message {
	what := map[incident.Move]string{
		incident.MoveGiven:    "was handed over to " + who(to) + " by " + who(by),
		incident.MoveSealed:   "was sealed by " + who(by) + ": nothing may be done with it until somebody unseals it",
		incident.MoveUnsealed: "was unsealed by " + who(by),
	}[m]
	text := fmt.Sprintf("Evidence `%d` (%s) %s.", e.N, pieceName(e), what)
	if note != "" {
		text += "\n" + words(note, 500)
	}
	return sentence(text)
}

// markedMessage answers who has marked a message.
func markedMessage(marked, sealed int, e incident.Entry, command string) message {
	p := parser{slash: command}
	text := fmt.Sprintf("%s of entry `%d` marked as evidence.", capital(count(marked, "piece")), e.N)
	if marked == 0 {
		text = fmt.Sprintf("Nothing of entry `%d` was marked.", e.N)
	}
	if sealed > 0 {
		text += " " + capital(count(sealed, "piece")) + " already sealed, left as it is."
	}
	return sentence(text + " " + p.do("evidence") + " lists what there is.")
}

// evidenceModal asks what there is to say about a message that is to be marked.
func evidenceModal(o origin, m slackMessage) modal {
	what := "This message becomes a piece of evidence of " + o.Incident.String() + ". Its text is kept already."
	if n := len(m.Files); n > 0 {
		what = fmt.Sprintf("This message and its %s become evidence of %s. Files are kept with their hash.", count(n, "file"), o.Incident)
	}
	return modal{
		Callback: callbackEvidence, Title: "Mark as evidence", Submit: "Mark", Origin: o,
		Blocks: []slack.Block{
			slack.NewSectionBlock(mrkdwn(what), nil, nil),
			input{name: fieldText, label: "Note", hint: "It stands in the custody, for whoever reads it later.", long: true, optional: true, most: longestNote}.block(),
		},
	}
}
