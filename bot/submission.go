package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// viewAnswer is what a modal does when it has been sent back: show errors
// under its fields, become another screen, or, when zero, close.
type viewAnswer struct {
	Errors map[string]string // by field, plain text
	Screen *modal
}

// payload is the answer as Slack wants it in the acknowledgement (Slack docs,
// "Modals": response_action); nil closes the modal.
func (a viewAnswer) payload() ([]byte, error) {
	switch {
	case len(a.Errors) > 0:
		return json.Marshal(map[string]any{"response_action": "errors", "errors": a.Errors})
	case a.Screen != nil:
		return json.Marshal(map[string]any{"response_action": "update", "view": a.Screen.json()})
	}
	return nil, nil
}

// submission is a modal sent back, being obeyed.
type submission struct {
	b      *Bot
	tx     *store.Tx
	i      interaction
	row    incident.Inbound
	from   origin
	who    incident.Person
	rights rights
}

// handleSubmission obeys a modal. It stands for a command and is recorded as
// one, with the rights that its author has now. The same modal sent twice is
// obeyed once.
func (b *Bot) handleSubmission(ctx context.Context, row incident.Inbound, i interaction) error {
	s := i.by(b.cfg.Command)
	who, rights, identified := b.authorise(ctx, s)
	var answer viewAnswer
	err := b.store.Update(ctx, func(tx *store.Tx) (err error) {
		sub := &submission{b: b, tx: tx, i: i, row: row, from: originOf(i.View.Private), who: who, rights: rights}
		if answer, err = sub.obey(identified); err != nil {
			return err
		}
		return tx.HandledInbound(row.ID)
	})
	if err != nil {
		return err
	}
	if b.answers.give(row.Key, reply{View: &answer}) || len(answer.Errors) == 0 && answer.Screen == nil {
		return nil
	}
	return b.tellLate(ctx, row, i, answer)
}

// tellLate says in the channel what the modal, closed by now, should have
// said.
func (b *Bot) tellLate(ctx context.Context, row incident.Inbound, i interaction, a viewAnswer) error {
	m := message{Text: "It was not done."}
	for _, text := range a.Errors {
		m = sentence("That form came too late to be corrected, and nothing was changed by it. " + words(text, 500))
	}
	switch {
	case a.Screen == nil:
	case a.Screen.Submit != "": // it asks something more
		m = sentence("That form has a question left and came too late to ask it, so nothing was changed. Please open it again.")
	default:
		m = message{Text: "Done.", Blocks: a.Screen.Blocks}
	}
	return b.store.Update(ctx, func(tx *store.Tx) error {
		s := &submission{b: b, tx: tx, i: i, row: row, from: originOf(i.View.Private)}
		if s.from.Channel == "" {
			return nil
		}
		return s.whisper(m)
	})
}

func (s *submission) obey(identified error) (viewAnswer, error) {
	if done, err := s.tx.EntryByKey(s.key()); err == nil {
		return s.answer(sentence("That has been done already, in " + done.Incident.String() + "."))
	} else if !isNotFound(err) {
		return viewAnswer{}, err
	}
	switch s.i.View.CallbackID {
	case callbackOpen:
		return s.open(identified)
	case callbackTimeline:
		return s.addToTimeline(identified)
	case callbackTask:
		return s.makeTask(identified)
	case callbackRCA:
		return s.writeRCA(identified)
	case callbackOverride:
		return s.closeAnyway(identified)
	case callbackCorrect:
		return s.correctEntry(identified)
	case callbackSelect:
		return s.correctSeveral(identified)
	case callbackChoose:
		return s.choose(identified)
	case callbackMerge, callbackSplit, callbackMove:
		return s.rearrange(identified)
	case callbackEvidence:
		return s.markEvidence(identified)
	case callbackWhy:
		return s.sayWhy(identified)
	case callbackMute:
		return s.mute(identified)
	}
	return viewAnswer{}, nil
}

// key is what a modal's effects are keyed by: whatever it is asked to do is
// done once for each time it was opened. The timeline editor is one modal for
// many forms: one of an entry in one state is obeyed once.
func (s *submission) key() string {
	key := "view:" + s.i.View.ID
	if s.from.Turn != 0 {
		key += fmt.Sprintf(":turn %d", s.from.Turn)
	}
	if s.from.Entry != 0 {
		key += fmt.Sprintf(":%d:%s", s.from.Entry, s.from.Base)
	}
	return key
}

// value is what a field holds, without white space around it.
func (s *submission) value(field string) string {
	text, _ := s.i.View.text(field)
	return strings.TrimSpace(text)
}

// order is a command that the modal gives; line is how it would be typed.
func (s *submission) order(cmd Command, line string) *order {
	slash := s.i.by(s.b.cfg.Command)
	slash.ChannelID, slash.Text = s.from.Channel, line
	if cmd.Incident != 0 {
		slash.Text = cmd.Incident.String() + " " + line
	}
	return &order{
		b: s.b, tx: s.tx, slash: slash, who: s.who, rights: s.rights, key: s.key(), at: s.row.ReceivedAt,
		given: &cmd, away: true, refusal: s.row.Key, about: s.about(),
	}
}

// about is the message that the modal was opened on.
func (s *submission) about() about {
	if s.from.TS == "" {
		return about{}
	}
	return about{
		Channel: s.from.Channel, TS: s.from.TS, ThreadTS: s.from.Thread,
		Permalink: permalink(s.b.me().URL, s.from.Channel, s.from.TS, s.from.Thread),
	}
}

// give obeys an order and answers its author.
func (s *submission) give(o *order, identified error, field string) (viewAnswer, error) {
	m, err := o.obey(identified)
	if err != nil {
		return viewAnswer{}, err
	}
	if o.failed != nil {
		return viewAnswer{Errors: map[string]string{cmp.Or(o.failed.field, field): plainWords(m)}}, nil
	}
	if err := s.b.wantPerson(s.tx, s.i.User.ID); err != nil {
		return viewAnswer{}, err
	}
	return s.answer(m)
}

// answer tells the author where they are: in the incident's channel as a
// message only they see; elsewhere, where the bot may have no seat, on the
// modal's own screen.
func (s *submission) answer(m message) (viewAnswer, error) {
	_, err := s.tx.IncidentByChannel(s.from.Channel)
	if isNotFound(err) {
		screen := saying("firebreak", m)
		return viewAnswer{Screen: &screen}, nil
	}
	if err != nil {
		return viewAnswer{}, err
	}
	return viewAnswer{}, s.whisper(m)
}

// whisper shows a message to the author alone, in the place of the one they
// clicked on if there was one.
func (s *submission) whisper(m message) error {
	p := m.post(s.from.Channel, "")
	return replace(s.tx, s.row.Key+":answer", s.from.Answer, s.from.Until,
		ephemeral{Channel: s.from.Channel, User: s.i.User.ID, Text: p.Text, Blocks: p.Blocks, ThreadTS: s.from.Thread})
}

// open opens an incident as the command does, with a first note.
func (s *submission) open(identified error) (viewAnswer, error) {
	sev, err := incident.ParseSeverity(s.value(fieldSeverity))
	if err != nil {
		return viewAnswer{Errors: map[string]string{fieldSeverity: "Choose one of the four."}}, nil
	}
	title := oneLine(s.value(fieldTitle))
	if title == "" {
		return viewAnswer{Errors: map[string]string{fieldTitle: "It needs a title."}}, nil
	}
	title = asSent(title)
	o := s.order(Command{Verb: "open", Severity: sev, Text: title}, "open "+strings.ToLower(sev.String())+" "+title)
	answer, err := s.give(o, identified, fieldTitle)
	text := s.value(fieldText)
	if err != nil || o.failed != nil || text == "" {
		return answer, err
	}
	o.cmd = Command{Verb: "note", Text: asSent(text)}
	_, err = o.note()
	return answer, err
}

// chosen is the incident that the modal is about.
func (s *submission) chosen() incident.Number {
	if s.from.Incident != 0 {
		return s.from.Incident
	}
	n, _ := incident.ParseNumber(s.value(fieldIncident)) // none: the order refuses it
	return n
}

// addToTimeline makes a note of a message.
func (s *submission) addToTimeline(identified error) (viewAnswer, error) {
	text, when := s.value(fieldText), s.value(fieldWhen)
	if text == "" {
		return viewAnswer{Errors: map[string]string{fieldText: "It needs a text."}}, nil
	}
	if at := tsTime(s.from.TS); when == shownMoment(at, s.who) {
		when = at.Format(time.RFC3339Nano) // as it was shown: to the microsecond, and no question of the clocks
	}
	if when == "" {
		return viewAnswer{Errors: map[string]string{fieldWhen: "It needs a time, such as 14:32 or 10m ago."}}, nil
	}
	text = asSent(text)
	o := s.order(Command{Verb: "note", Incident: s.chosen(), When: when, Text: text}, "note at "+when+" "+text)
	return s.give(o, identified, fieldText)
}

// makeTask adds a task as the command does.
func (s *submission) makeTask(identified error) (viewAnswer, error) {
	title := oneLine(s.value(fieldTitle))
	if title == "" {
		return viewAnswer{Errors: map[string]string{fieldTitle: "It needs a title."}}, nil
	}
	owner, due := s.value(fieldOwner), oneLine(s.value(fieldDue))
	if owner != "" && !userID.MatchString(owner) {
		return viewAnswer{Errors: map[string]string{fieldOwner: "Choose a person."}}, nil
	}
	title = asSent(title)
	line := "task add " + title
	if owner != "" {
		line += " <@" + owner + ">"
	}
	if due != "" {
		line += " due " + asSent(due)
	}
	o := s.order(Command{Verb: "task add", Incident: s.chosen(), Text: title, User: owner, When: due}, line)
	return s.give(o, identified, fieldTitle)
}

// asSent writes what was typed into a field as a slash command would have
// brought it: with &, < and > as entities.
func asSent(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}
