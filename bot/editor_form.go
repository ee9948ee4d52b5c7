package bot

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"firebreak/incident"
	"firebreak/incident/mask"
	"firebreak/store"
)

// fieldKept is whether an entry stays on the timeline.
const fieldKept = "kept"

// What fieldKept can say.
const (
	keptOn     = "on"
	keptHidden = "hidden" // on it, but not in the RCA and exports
	keptOff    = "off"
)

func keptOf(e incident.Entry) string {
	switch {
	case e.Dropped:
		return keptOff
	case e.Hidden:
		return keptHidden
	}
	return keptOn
}

// The fields of what an entry is.
const (
	fieldKind  = "kind"
	fieldPhase = "phase"
)

// historyShown is how many of an entry's revisions its form shows.
const historyShown = 5

// entryForm is the form of the entry with that number.
func (b *Bot) entryForm(tx *store.Tx, o origin, who incident.Person, n int) (modal, error) {
	inc, e, err := formEntry(tx, o, n)
	if err != nil {
		return modal{}, err
	}
	if e.Moved != 0 {
		return historyModal(o, e), nil
	}
	return correctModal(o, inc, e, who, b.cfg.Command), nil
}

// formEntry is the entry that a form is about. The caller has judged that its
// reader may correct the incident.
func formEntry(tx *store.Tx, o origin, n int) (incident.Incident, incident.Entry, error) {
	inc, err := tx.Incident(incident.Operator(), o.Incident)
	if err != nil {
		return inc, incident.Entry{}, err
	}
	e, err := tx.Entry(incident.Operator(), o.Incident, n)
	if isNotFound(err) {
		return inc, e, refuse(o.Incident.String() + " has no entry " + strconv.Itoa(n) + ".")
	}
	if err == nil && e.Redacted {
		return inc, e, refuse("Entry " + strconv.Itoa(n) + " was redacted: nothing of it is left to correct.")
	}
	return inc, e, err
}

// correctModal is a form with an entry as it stands. Its fields are named
// after the entry and its state: Slack keeps what was typed into a field of
// the same name when a modal turns into another.
func correctModal(o origin, inc incident.Incident, e incident.Entry, who incident.Person, command string) modal {
	o.Entry, o.Base = e.N, entryHash(e)
	m := modal{Callback: callbackCorrect, Title: fmt.Sprintf("Entry %d of %s", e.N, o.Incident), Submit: "Save", Origin: o}
	head := fmt.Sprintf("%s *%s* _%s_", stamp(e.OccurredAt, nowUTC()), named(e.Actor), words(string(e.Kind), 40))
	if e.Folded != 0 {
		head += fmt.Sprintf("\nIt is part of entry %d. Put on the timeline, it stands by itself again.", e.Folded)
	}
	m.Blocks = append(m.Blocks, slack.NewSectionBlock(mrkdwn(head), nil, nil))
	if d, fits := draftOf(e.Text); fits {
		m.Blocks = append(m.Blocks, input{name: o.field(fieldText), label: "What happened", value: d.Shown, hint: hintOf(d, e), long: true, optional: e.Text == ""}.block())
	} else {
		p := parser{slash: command}
		m.Blocks = append(m.Blocks, slack.NewSectionBlock(mrkdwn("The text is too long to edit here. "+p.do(fmt.Sprintf("edit %d TEXT", e.N))+" replaces it."), nil, nil))
	}
	m.Blocks = append(m.Blocks,
		input{name: o.field(fieldWhen), label: "When", value: shownMoment(e.OccurredAt, who), hint: "In your own time zone: 14:32, yesterday 23:10, Mon 9:00.", most: shortMax}.block())
	if kinds := incident.KindsFor(e); len(kinds) > 1 {
		m.Blocks = append(m.Blocks, choice(o.field(fieldKind), "Kind", kindOptions(kinds), string(e.Kind)))
	}
	m.Blocks = append(m.Blocks,
		choice(o.field(fieldPhase), "Phase", phaseOptions(inc.PhaseAt(e.OccurredAt)), cmp.Or(string(e.Phase), phaseAuto)),
		choice(o.field(fieldKept), "On the timeline", []*slack.OptionBlockObject{
			option("Yes", keptOn), option("Yes, but not in the RCA and exports", keptHidden), option("No, off the timeline and the RCA", keptOff),
		}, keptOf(e)),
		input{name: o.field(fieldReason), label: "Why it is changed", optional: true, most: titleMax}.block(),
	)
	return m.withHistory(maskedHistory(e)).withEntryButtons(e)
}

// hintOf says what marks in a field are.
func hintOf(d mask.Draft, e incident.Entry) string {
	if d.Shown == e.Text {
		return ""
	}
	return "What is masked stays as it is where you leave its mark."
}

func kindOptions(kinds []incident.Kind) []*slack.OptionBlockObject {
	var options []*slack.OptionBlockObject
	for _, k := range kinds {
		options = append(options, option(capital(string(k)), string(k)))
	}
	return options
}

func phaseOptions(auto incident.Phase) []*slack.OptionBlockObject {
	options := []*slack.OptionBlockObject{option("By the milestones: "+string(auto), phaseAuto)}
	for _, p := range incident.Phases() {
		options = append(options, option(capital(string(p)), string(p)))
	}
	return options
}

// withEntryButtons adds what else can be done to an entry, and the way back.
func (m modal) withEntryButtons(e incident.Entry) modal {
	n, value := strconv.Itoa(e.N), e.Incident.String()
	row := []button{{actionEntryHistory + n, "History", value, ""}}
	if e.Told() && !e.Dropped {
		row = append(row, button{actionEntryMerge + n, "Merge…", value, ""})
		if e.Kind != incident.KindAlert && editable(e.Text) {
			row = append(row, button{actionEntrySplit + n, "Split…", value, ""})
		}
		row = append(row, button{actionEntryMove + n, "Move…", value, ""})
	}
	return m.withButtons(append(row, backButton(m.Origin))...)
}

// backButton leads back to the page of the timeline.
func backButton(o origin) button {
	return button{actionEditorPage + strconv.Itoa(o.Page), "Back", o.Incident.String(), ""}
}

func (m modal) withButtons(row ...button) modal {
	var l layout
	l.buttons(row...)
	m.Blocks = append(m.Blocks, l.blocks...)
	return m
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

// hashSize is the length of an entry's hash in bytes.
const hashSize = 6

// entryHash tells whether an entry has changed since a form showed it.
func entryHash(e incident.Entry) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %t %t %d %d %q %q %s", e.OccurredAt.UnixMicro(), e.Dropped, e.Hidden,
		e.Folded, e.Moved, e.Kind, e.Phase, e.Text))
	return hex.EncodeToString(sum[:hashSize])
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
	if entryHash(e) != s.from.Base { // what was typed is compared with what the form showed
		o := s.order(Command{Verb: "edit", Incident: inc.Number, N: e.N, Text: asSent(e.Text)}, fmt.Sprintf("edit %d", e.N))
		o.base = s.from.Base
		return s.obeyed(o, fieldWhen, fieldText)
	}
	if e.Hidden && s.value(s.from.field(fieldKept)) == keptOn { // before anything of the form is done
		if refused, shown := refusalOf(keptOut(s.tx, e)); refused != "" {
			return viewAnswer{Errors: map[string]string{s.from.field(fieldKept): plainWords(shown)}}, nil
		}
	}
	orders, err := s.corrections(e)
	if refused, shown := refusalOf(err); refused != "" {
		return viewAnswer{Errors: map[string]string{s.from.field(fieldText): plainWords(shown)}}, nil
	}
	var said []string
	for i, o := range orders {
		if i > 0 {
			o.key += ":" + o.given.Verb
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
	return s.again(strings.Join(said, "\n"))
}

// fieldErrors shows a refusal under a field that every form of an entry has.
func (s *submission) fieldErrors(err error) (viewAnswer, error) {
	if refused, shown := refusalOf(err); refused != "" {
		return viewAnswer{Errors: map[string]string{s.from.field(fieldWhen): plainWords(shown)}}, nil
	}
	return viewAnswer{}, err
}

// corrections are the commands that a form stands for: one for text and time,
// one for each other thing that an entry is. One undo takes all back.
func (s *submission) corrections(e incident.Entry) ([]*order, error) {
	orders, err := s.textCorrection(e)
	if err != nil {
		return nil, err
	}
	add := func(cmd Command, line string) {
		cmd.Incident, cmd.N = s.from.Incident, e.N
		orders = append(orders, s.order(cmd, line))
	}
	kept := cmp.Or(s.value(s.from.field(fieldKept)), keptOf(e))
	switch {
	case kept == keptOff && !e.Dropped:
		add(Command{Verb: "drop"}, fmt.Sprintf("drop %d", e.N))
	case kept != keptOff && e.Dropped:
		add(Command{Verb: "restore"}, fmt.Sprintf("restore %d", e.N))
	}
	switch {
	case kept == keptHidden && !e.Hidden:
		add(Command{Verb: "hide"}, fmt.Sprintf("hide %d", e.N))
	case kept == keptOn && e.Hidden:
		add(Command{Verb: "show"}, fmt.Sprintf("show %d", e.N))
	}
	if k := s.value(s.from.field(fieldKind)); k != "" && k != string(e.Kind) {
		add(Command{Verb: "kind", Kind: incident.Kind(k)}, fmt.Sprintf("kind %d %s", e.N, k))
	}
	if p := s.value(s.from.field(fieldPhase)); p != "" && p != cmp.Or(string(e.Phase), phaseAuto) {
		phase, _ := incident.ParsePhase(p) // else auto
		add(Command{Verb: "phase", Phase: phase}, fmt.Sprintf("phase %d %s", e.N, p))
	}
	for _, o := range orders {
		o.base, o.deed, o.given.Reason = s.from.Base, s.key(), s.value(s.from.field(fieldReason))
	}
	return orders, nil
}

// textCorrection is the command for what the form says of text and time.
func (s *submission) textCorrection(e incident.Entry) ([]*order, error) {
	text, shown := s.i.View.text(s.from.field(fieldText))
	d, _ := draftOf(e.Text)
	if !shown || sectionHash(text) == sectionHash(d.Shown) {
		text = e.Text // as it was, to the last space
	} else {
		var err error
		if text, err = undrafted(d, text, fieldText); err != nil {
			return nil, err
		}
	}
	when := s.value(s.from.field(fieldWhen))
	if when == shownMoment(e.OccurredAt, s.who) {
		when = ""
	}
	if text == e.Text && when == "" {
		return nil, nil
	}
	cmd := Command{Verb: "edit", Incident: s.from.Incident, N: e.N, Text: asSent(text), When: when}
	line := fmt.Sprintf("edit %d %s", e.N, cmd.Text)
	if text == e.Text {
		line = fmt.Sprintf("time %d %s", e.N, when)
	}
	o := s.order(cmd, line)
	o.typed, _ = s.i.View.text(s.from.field(fieldText))
	return []*order{o}, nil
}

// obeyed obeys an order that a form of the editor gives and shows the timeline
// again. fields are those that the form has; what is wrong with none of them
// is shown under the first.
func (s *submission) obeyed(o *order, fields ...string) (viewAnswer, error) {
	m, err := o.obey(nil)
	if err != nil {
		return viewAnswer{}, err
	}
	if o.failed != nil {
		field := fields[0]
		if slices.Contains(fields, o.failed.field) {
			field = o.failed.field
		}
		return viewAnswer{Errors: map[string]string{s.from.field(field): plainWords(m)}}, nil
	}
	return s.again(m.Text)
}

// again shows the timeline again. If the entry of the form is chosen to be
// corrected with others, it is chosen as it is now.
func (s *submission) again(said string) (viewAnswer, error) {
	o := s.from.next()
	if all := unpack(o.Picks); all[o.Entry] != "" {
		e, err := s.tx.Entry(incident.Operator(), o.Incident, o.Entry)
		if err != nil {
			return viewAnswer{}, err
		}
		all[o.Entry] = entryHash(e)
		o.Picks = all.pack()
	}
	list, err := showTimeline(s.tx, o, said)
	return viewAnswer{Screen: &list}, err
}
