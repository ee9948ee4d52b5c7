package bot

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/slack-go/slack"

	"firebreak/incident"
	"firebreak/store"
)

// chosen is what of a timeline the editor shows. What is zero does not choose.
type chosen struct {
	Words string        `json:"w,omitempty"`
	Kind  incident.Kind `json:"k,omitempty"`
	Lane  incident.Lane `json:"l,omitempty"`
	State string        `json:"s,omitempty"`
	Until time.Time     `json:"u,omitzero"`
}

// What chosen.State can be.
const (
	statePinned = "pinned"
	stateOff    = "off the timeline"
	stateHidden = "not in the RCA"
)

// The fields of the form that chooses, besides some of the commands'.
const (
	fieldLane  = "lane"
	fieldState = "state"
	fieldUntil = "until"
)

// chosenWordsMax is how many characters the words may have: they are kept in
// private_metadata.
const chosenWordsMax = 150

// graphic leaves out what nobody sees, and what JSON would write as an escape.
func graphic(text string) string {
	return strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsGraphic(r) {
			return ' '
		}
		return r
	}, text)
}

func (c chosen) words() []string { return strings.Fields(c.Words) }

// String says what is shown, in mrkdwn.
func (c chosen) String() string {
	var list []string
	for _, word := range []string{string(c.Kind), string(c.Lane), c.State} {
		if word != "" {
			list = append(list, "*"+words(word, 40)+"*")
		}
	}
	if c.Words != "" {
		list = append(list, code(c.Words))
	}
	if !c.Until.IsZero() {
		list = append(list, "up to "+stamp(c.Until, nowUTC()))
	}
	return strings.Join(list, ", ")
}

func (c chosen) filter() store.Filter {
	f := store.Filter{
		Kinds: editableKinds(), Lane: c.Lane, Until: c.Until,
		Pinned: c.State == statePinned, Off: c.State == stateOff, Hidden: c.State == stateHidden,
	}
	if c.Kind != "" {
		f.Kinds = []incident.Kind{c.Kind}
	}
	return f
}

// anyOption is what a menu holds that does not choose.
const anyOption = "any"

// chooseForm asks what of the timeline is to be shown.
func chooseForm(o origin, who incident.Person) modal {
	c := o.Chosen
	o.Entry, o.Base = 0, ""
	menu := func(field, label, first string, values ...string) slack.Block {
		options := []*slack.OptionBlockObject{option("Any", anyOption)}
		for _, v := range values {
			options = append(options, option(capital(v), v))
		}
		if first == "" {
			first = anyOption
		}
		return choice(o.field(field), label, options, first)
	}
	var kinds []string
	for _, k := range editableKinds() {
		kinds = append(kinds, string(k))
	}
	m := modal{Callback: callbackChoose, Title: "Show of " + o.Incident.String(), Submit: "Show", Origin: o, Blocks: []slack.Block{
		input{name: o.field(fieldText), label: "Words", value: c.Words, hint: "All of them are in the text.", optional: true, most: chosenWordsMax}.block(),
		menu(fieldKind, "Kind", string(c.Kind), kinds...),
		menu(fieldLane, "Lane", string(c.Lane), string(incident.LaneResponder), string(incident.LaneAdversary)),
		menu(fieldState, "State", c.State, statePinned, stateOff, stateHidden),
		input{name: o.field(fieldUntil), label: "Up to when", value: shownMoment(c.Until, who), hint: "In your own time zone: 14:32, yesterday 23:10. The newest before it come first.", optional: true, most: shortMax}.block(),
	}}
	return m.withButtons(backButton(o))
}

// choose shows the first page of what is asked for.
func (s *submission) choose(identified error) (viewAnswer, error) {
	if _, answer, err := s.editing(identified, fieldText); answer != nil || err != nil {
		return *orClosed(answer), err
	}
	o := s.from
	pick := func(field string, known ...string) string {
		v := s.value(o.field(field))
		if !slices.Contains(known, v) {
			return ""
		}
		return v
	}
	var kinds []string
	for _, k := range editableKinds() {
		kinds = append(kinds, string(k))
	}
	o.Chosen = chosen{
		Words: cut(graphic(s.value(o.field(fieldText))), chosenWordsMax),
		Kind:  incident.Kind(pick(fieldKind, kinds...)),
		Lane:  incident.Lane(pick(fieldLane, string(incident.LaneResponder), string(incident.LaneAdversary))),
		State: pick(fieldState, statePinned, stateOff, stateHidden),
	}
	if when := s.value(o.field(fieldUntil)); when != "" {
		at, rest, err := incident.ParseWhen(when, s.row.ReceivedAt, zoneOf(s.who))
		if unclear, ok := errors.AsType[*incident.UnclearTimeError](err); ok {
			at, rest, err = unclear.Candidates[1], "", nil // the later one shows both
		}
		if err != nil || !blank(rest) {
			return viewAnswer{Errors: map[string]string{o.field(fieldUntil): "I could not read the time. Try 14:32, 10m ago or 2026-11-20 23:10."}}, nil
		}
		o.Chosen.Until = at.UTC()
	}
	o.Page = 0
	list, err := showTimeline(s.tx, o.next(), "")
	return viewAnswer{Screen: &list}, err
}

// editing is the incident whose timeline is being edited, as long as its
// editor may. The answer is what to show them otherwise, under a field that the
// form has.
func (s *submission) editing(identified error, field string) (incident.Incident, *viewAnswer, error) {
	err := identified
	var inc incident.Incident
	if err == nil {
		inc, err = s.tx.Incident(s.rights.viewer, s.from.Incident)
	}
	if isNotFound(err) {
		err = refuse("There is no " + s.from.Incident.String() + " that you can see.")
	}
	if err == nil {
		err = s.rights.may(AccessResponder, inc)
	}
	if refused, shown := refusalOf(err); refused != "" {
		return inc, &viewAnswer{Errors: map[string]string{s.from.field(field): plainWords(shown)}}, nil
	}
	return inc, nil, err
}

func orClosed(a *viewAnswer) *viewAnswer {
	if a == nil {
		return &viewAnswer{}
	}
	return a
}
