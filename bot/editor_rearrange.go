package bot

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"firebreak/incident"
	"firebreak/store"
)

// historyScreen shows all that an entry has been.
func (b *Bot) historyScreen(tx *store.Tx, o origin, n int) (modal, error) {
	_, e, err := formEntry(tx, o, n)
	if err != nil {
		return modal{}, err
	}
	return historyModal(o, e), nil
}

func historyModal(o origin, e incident.Entry) modal {
	e = maskedHistory(e)
	o.Entry, o.Base = 0, ""
	m := modal{Callback: callbackEditor, Title: fmt.Sprintf("Entry %d: history", e.N), Origin: o}
	section := func(text string) {
		m.Blocks = append(m.Blocks, slack.NewSectionBlock(mrkdwn(cutMrkdwn(text, sectionMax)), nil, nil))
	}
	section(historyHead(e, nowUTC()))
	lines := historyLines(e, nowUTC(), historyText)
	lines = lines[min(1, len(lines)):]
	if older := len(lines) - historyMax; older > 0 {
		section(fmt.Sprintf("… %s that are older are in `firebreak timeline %s --format jsonl` …", count(older, "change"), e.Incident))
		lines = lines[older:]
	}
	for _, line := range lines {
		section(line)
	}
	if len(lines) == 0 && !e.MovedAway {
		section("Nobody has changed it.")
	}
	row := []button{backButton(o)}
	if e.Moved == 0 && !e.Redacted {
		row = append([]button{{actionCorrect + fmt.Sprint(e.N), "Correct…", e.Incident.String(), ""}}, row...)
	}
	return m.withButtons(row...)
}

// mergeForm asks which entry is to be folded into this one.
func (b *Bot) mergeForm(tx *store.Tx, o origin, n int) (modal, error) {
	_, e, err := formEntry(tx, o, n)
	if err != nil {
		return modal{}, err
	}
	near, err := nearby(tx, e)
	if err != nil {
		return modal{}, err
	}
	if len(near) == 0 {
		return modal{}, refuse(fmt.Sprintf("There is no other entry to merge entry %d with.", n))
	}
	return mergeModal(o, e, near), nil
}

func mergeModal(o origin, e incident.Entry, near []incident.Entry) modal {
	o.Entry, o.Base = e.N, entryHash(e)
	var options []*slack.OptionBlockObject
	for _, other := range near {
		options = append(options, entryBox(other))
	}
	m := modal{Callback: callbackMerge, Title: fmt.Sprintf("Merge into entry %d", e.N), Submit: "Merge", Origin: o, Blocks: []slack.Block{
		slack.NewSectionBlock(mrkdwn(cutMrkdwn("This entry will say what both say, and stand for both:\n"+words(maskedEntry(e).Text, 600), sectionMax)), nil, nil),
		choice(o.field(fieldOther), "The other entry", options, ""),
		input{name: o.field(fieldReason), label: "Why", optional: true, most: titleMax}.block(),
	}}
	return m.withButtons(backButton(o))
}

// nearby are the entries closest in time that one can be merged with: half of
// what a menu holds before it, half after it.
func nearby(tx *store.Tx, e incident.Entry) ([]incident.Entry, error) {
	kinds := []incident.Kind{incident.KindMessage, incident.KindNote, incident.KindUpdate, incident.KindAlert, incident.KindFile}
	before, err := tx.Entries(incident.Operator(), e.Incident, store.Filter{Kinds: kinds, Until: e.OccurredAt, Newest: true, Limit: optionsMax})
	if err != nil {
		return nil, err
	}
	after, err := tx.Entries(incident.Operator(), e.Incident, store.Filter{Kinds: kinds, Since: e.OccurredAt, Limit: optionsMax})
	if err != nil {
		return nil, err
	}
	known := map[int]bool{e.N: true}
	fit := func(list []incident.Entry) (kept []incident.Entry) {
		for _, other := range list {
			if !known[other.N] && !other.Dropped && !other.Redacted {
				known[other.N] = true
				kept = append(kept, other)
			}
		}
		return kept
	}
	before, after = fit(before), fit(after)
	before = before[max(0, len(before)-optionsMax/2):]
	return append(before, after[:min(len(after), optionsMax/2)]...), nil
}

// splitForm asks what the two halves of an entry say.
func (b *Bot) splitForm(tx *store.Tx, o origin, who incident.Person, n int) (modal, error) {
	_, e, err := formEntry(tx, o, n)
	if err != nil {
		return modal{}, err
	}
	if _, fits := draftOf(e.Text); !fits {
		return modal{}, refuse(fmt.Sprintf("The text is too long to split here. `%s split %d at WORDS` does it.", b.cfg.Command, n))
	}
	return splitModal(o, e, who), nil
}

func splitModal(o origin, e incident.Entry, who incident.Person) modal {
	o.Entry, o.Base = e.N, entryHash(e)
	d, _ := draftOf(e.Text)
	m := modal{Callback: callbackSplit, Title: fmt.Sprintf("Split entry %d", e.N), Submit: "Split", Origin: o, Blocks: []slack.Block{
		input{name: o.field(fieldText), label: "What this entry says", value: d.Shown, long: true}.block(),
		input{name: o.field(fieldRest), label: "What the second entry says", hint: "Cut it out above and put it here.", long: true}.block(),
		input{name: o.field(fieldWhen), label: "When the second happened", value: shownMoment(e.OccurredAt, who), hint: "In your own time zone: 14:32, yesterday 23:10, Mon 9:00.", most: shortMax}.block(),
		input{name: o.field(fieldReason), label: "Why", optional: true, most: titleMax}.block(),
	}}
	return m.withButtons(backButton(o))
}

// moveForm asks which incident an entry is to go to.
func (b *Bot) moveForm(tx *store.Tx, o origin, r rights, n int) (modal, error) {
	_, e, err := formEntry(tx, o, n)
	if err != nil {
		return modal{}, err
	}
	others, err := otherIncidents(tx, r, o.Incident)
	if err != nil {
		return modal{}, err
	}
	if len(others) == 0 {
		return modal{}, refuse("There is no other incident that you may move it to.")
	}
	return moveModal(o, e, others), nil
}

func moveModal(o origin, e incident.Entry, others []*slack.OptionBlockObject) modal {
	o.Entry, o.Base = e.N, entryHash(e)
	m := modal{Callback: callbackMove, Title: fmt.Sprintf("Move entry %d", e.N), Submit: "Move", Origin: o, Blocks: []slack.Block{
		slack.NewSectionBlock(mrkdwn(cutMrkdwn("It gets a number there, and its place here says where it went:\n"+words(maskedEntry(e).Text, 600), sectionMax)), nil, nil),
		choice(o.field(fieldIncident), "To which incident", others, ""),
		input{name: o.field(fieldReason), label: "Why", optional: true, most: titleMax}.block(),
	}}
	return m.withButtons(backButton(o))
}

// halves are the two texts that the form of a split gives.
func (s *submission) halves() (first, rest string, err error) {
	e, err := s.tx.Entry(incident.Operator(), s.from.Incident, s.from.Entry)
	if err != nil {
		return "", "", err
	}
	first, rest = s.value(s.from.field(fieldText)), s.value(s.from.field(fieldRest))
	if first == "" || rest == "" {
		return "", "", refuse("Both entries need a text.")
	}
	d, _ := draftOf(e.Text)
	if entryHash(e) != s.from.Base { // it was another text, and is refused for that
		return first, rest, nil
	}
	if first, err = undrafted(d, first, fieldText); err == nil {
		rest, err = undrafted(d, rest, fieldRest)
	}
	return first, rest, err
}

// rearrange merges, splits or moves the entry of a form.
func (s *submission) rearrange(identified error) (viewAnswer, error) {
	cmd := Command{Incident: s.from.Incident, N: s.from.Entry, Reason: s.value(s.from.field(fieldReason))}
	fields := map[string][]string{
		callbackMerge: {fieldOther}, callbackSplit: {fieldRest, fieldText, fieldWhen}, callbackMove: {fieldIncident},
	}[s.i.View.CallbackID]
	_, answer, err := s.editing(identified, fields[0])
	if answer != nil || err != nil {
		return *orClosed(answer), err
	}
	line, bases := "", map[int]string{cmd.N: s.from.Base}
	switch s.i.View.CallbackID {
	case callbackMerge:
		label, base, _ := strings.Cut(s.value(s.from.field(fieldOther)), ":")
		cmd.Verb, cmd.M = "merge entries", numbered(label)
		line, bases[cmd.M] = fmt.Sprintf("merge %d %d", cmd.N, cmd.M), base
	case callbackSplit:
		cmd.Verb = "split entry"
		if cmd.When, err = s.otherMoment(cmd.N); err != nil {
			return viewAnswer{}, err
		}
		first, rest, err := s.halves()
		if refused, shown := refusalOf(err); refused != "" {
			return viewAnswer{Errors: map[string]string{s.from.field(fieldOf(err, fieldRest)): plainWords(shown)}}, nil
		}
		if err != nil {
			return viewAnswer{}, err
		}
		cmd.Text, cmd.Rest = asSent(first), asSent(rest)
		line = fmt.Sprintf("split %d at %s", cmd.N, cmd.Rest)
	case callbackMove:
		n, err := incident.ParseNumber(s.value(s.from.field(fieldIncident)))
		if err != nil {
			return viewAnswer{Errors: map[string]string{s.from.field(fieldIncident): "Choose one."}}, nil
		}
		cmd.Verb, cmd.Other = "move", n
		line = fmt.Sprintf("move %d %s", cmd.N, n)
	}
	o := s.order(cmd, line)
	o.bases = bases
	o.typed = s.value(s.from.field(fieldText)) + "\n" + s.value(s.from.field(fieldRest)) + "\n" + cmd.Reason
	return s.obeyed(o, fields...)
}

// otherMoment is the time in the form of an entry, unless it is still the
// entry's own, which is finer than what a field shows and may be a local time
// that came twice.
func (s *submission) otherMoment(n int) (string, error) {
	when := s.value(s.from.field(fieldWhen))
	e, err := s.tx.Entry(incident.Operator(), s.from.Incident, n)
	if err == nil && when == shownMoment(e.OccurredAt, s.who) || isNotFound(err) {
		return "", nil
	}
	return when, err
}
