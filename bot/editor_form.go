package bot

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"firebreak/incident"
	"firebreak/store"
)

// fieldKept is whether an entry stays on the timeline.
const fieldKept = "kept"

// What fieldKept can say.
const (
	keptOn  = "on"
	keptOff = "off"
)

// historyShown is how many of an entry's revisions its form shows.
const historyShown = 5

// entryForm is the form of the entry with that number.
func (b *Bot) entryForm(tx *store.Tx, o origin, who incident.Person, n int) (modal, error) {
	e, err := tx.Entry(incident.Operator(), o.Incident, n) // the caller has judged the incident
	if isNotFound(err) {
		return modal{}, refuse(o.Incident.String() + " has no entry " + strconv.Itoa(n) + ".")
	}
	if err != nil {
		return modal{}, err
	}
	if e.Redacted {
		return modal{}, refuse("Entry " + strconv.Itoa(n) + " was redacted: nothing of it is left to correct.")
	}
	return correctModal(o, e, who, b.cfg.Command), nil
}

// correctModal is a form with an entry as it stands. Its fields are named
// after the entry and its state: Slack keeps what was typed into a field of
// the same name when a modal turns into another.
func correctModal(o origin, e incident.Entry, who incident.Person, command string) modal {
	o.Entry, o.Base = e.N, entryHash(e)
	m := modal{Callback: callbackCorrect, Title: fmt.Sprintf("Entry %d of %s", e.N, o.Incident), Submit: "Save", Origin: o}
	head := fmt.Sprintf("%s *%s* _%s_", stamp(e.OccurredAt, nowUTC()), named(e.Actor), words(string(e.Kind), 40))
	m.Blocks = append(m.Blocks, slack.NewSectionBlock(mrkdwn(head), nil, nil))
	if editable(e.Text) {
		m.Blocks = append(m.Blocks, input{name: o.field(fieldText), label: "What happened", value: e.Text, long: true, optional: e.Text == ""}.block())
	} else {
		p := parser{slash: command}
		m.Blocks = append(m.Blocks, slack.NewSectionBlock(mrkdwn("The text is too long to edit here. "+p.do(fmt.Sprintf("edit %d TEXT", e.N))+" replaces it."), nil, nil))
	}
	kept := keptOn
	if e.Dropped {
		kept = keptOff
	}
	m.Blocks = append(m.Blocks,
		input{name: o.field(fieldWhen), label: "When", value: shownMoment(e.OccurredAt, who), hint: "In your own time zone: 14:32, yesterday 23:10, Mon 9:00.", most: shortMax}.block(),
		choice(o.field(fieldKept), "On the timeline", []*slack.OptionBlockObject{option("Yes", keptOn), option("No, off the timeline and the RCA", keptOff)}, kept),
		input{name: o.field(fieldReason), label: "Why it is changed", optional: true, most: titleMax}.block(),
	)
	return m.withHistory(e)
}

// withHistory adds what the entry has been, the newest last.
func (m modal) withHistory(e incident.Entry) modal {
	if len(e.Revisions) == 0 {
		return m
	}
	var l layout
	lines := []string{"What it has been, all of it kept:"}
	for _, r := range e.Revisions[max(0, len(e.Revisions)-historyShown):] {
		by := "somebody"
		if r.By != "" {
			by = who(r.By)
		}
		line := fmt.Sprintf("%s by %s: %s", stamp(r.At, nowUTC()), by, words(r.Text, 150))
		if r.Reason != "" {
			line += " (" + words(r.Reason, 100) + ")"
		}
		lines = append(lines, line)
	}
	l.context(lines...)
	m.Blocks = append(m.Blocks, l.blocks...)
	return m
}

// field is the name of one of the form's fields.
func (o origin) field(name string) string {
	return fmt.Sprintf("%s_%d_%s", name, o.Entry, o.Base)
}

// entryHash tells whether an entry has changed since a form showed it.
func entryHash(e incident.Entry) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %t %s", e.OccurredAt.UnixMicro(), e.Dropped, e.Text))
	return hex.EncodeToString(sum[:6])
}

// correctEntry does what the form of an entry asks for, and shows the
// timeline again.
func (s *submission) correctEntry(identified error) (viewAnswer, error) {
	if identified != nil {
		return s.fieldErrors(identified)
	}
	inc, err := s.tx.Incident(s.rights.viewer, s.from.Incident)
	if isNotFound(err) {
		return s.fieldErrors(refuse("There is no " + s.from.Incident.String() + " that you can see."))
	}
	if err != nil {
		return viewAnswer{}, err
	}
	e, err := s.tx.Entry(incident.Operator(), inc.Number, s.from.Entry)
	if err != nil {
		return viewAnswer{}, err
	}
	var said []string
	for i, o := range s.corrections(e) {
		if i > 0 {
			o.key += ":" + o.cmd.Verb
			o.refusal, o.base = o.key, "" // the first has changed the entry
		}
		m, err := o.obey(nil)
		if err != nil {
			return viewAnswer{}, err
		}
		if o.failed != nil {
			return viewAnswer{Errors: map[string]string{s.from.field(cmp.Or(o.failed.field, fieldWhen)): plainWords(m)}}, nil
		}
		said = append(said, m.Text)
	}
	if len(said) == 0 {
		said = []string{"Nothing was changed."}
	}
	p, err := pageOf(s.tx, inc.Number, s.from.Page)
	list := editorModal(s.from, p, strings.Join(said, "\n"))
	return viewAnswer{Screen: &list}, err
}

// fieldErrors shows a refusal under a field that every form of an entry has.
func (s *submission) fieldErrors(err error) (viewAnswer, error) {
	if refused, shown := refusalOf(err); refused != "" {
		return viewAnswer{Errors: map[string]string{s.from.field(fieldWhen): plainWords(shown)}}, nil
	}
	return viewAnswer{}, err
}

// corrections are the commands that a form stands for: one for text and time,
// one for whether the entry stays on the timeline.
func (s *submission) corrections(e incident.Entry) []*order {
	text, shown := s.i.View.text(s.from.field(fieldText))
	if !shown || sectionHash(text) == sectionHash(e.Text) {
		text = e.Text // as it was, to the last space
	}
	when := s.value(s.from.field(fieldWhen))
	if when == shownMoment(e.OccurredAt, s.who) {
		when = ""
	}
	reason := s.value(s.from.field(fieldReason))
	var orders []*order
	if text != e.Text || when != "" {
		cmd := Command{Verb: "edit", Incident: s.from.Incident, N: e.N, Text: asSent(text), When: when, Reason: reason}
		line := fmt.Sprintf("edit %d %s", e.N, cmd.Text)
		if text == e.Text {
			line = fmt.Sprintf("time %d %s", e.N, when)
		}
		orders = append(orders, s.order(cmd, line))
	}
	if kept := s.value(s.from.field(fieldKept)); kept != "" && (kept == keptOff) != e.Dropped {
		verb := map[bool]string{true: "restore", false: "drop"}[e.Dropped]
		cmd := Command{Verb: verb, Incident: s.from.Incident, N: e.N, Reason: reason}
		orders = append(orders, s.order(cmd, fmt.Sprintf("%s %d", verb, e.N)))
	}
	for _, o := range orders {
		o.base = s.from.Base
	}
	return orders
}
