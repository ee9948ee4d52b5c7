package bot

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"firebreak/incident"
	"firebreak/store"
)

// selectShown is how many entries can be chosen from at once, and selectGroup
// how many boxes one field has, which Slack limits to ten.
const (
	selectShown = 50
	selectGroup = 10
)

// fieldDo is what is to be done to the entries chosen, and fieldPick, with a
// number after it, which they are.
const (
	fieldDo   = "do"
	fieldPick = "pick"
)

// severalDeeds are what can be done to several entries.
var severalDeeds = []struct{ verb, label string }{
	{"drop", "Take off the timeline and the RCA"},
	{"restore", "Put back on the timeline"},
	{"hide", "Leave out of the RCA and exports"},
	{"show", "Show in the RCA and exports"},
	{"shift", "Shift in time"},
	{"phase", "Say the phase"},
	{"move", "Move to another incident"},
}

// selectForm shows a page of entries to choose from, and what to do to them
// and to those chosen on other pages.
func (b *Bot) selectForm(tx *store.Tx, o origin, r rights, skip int, kept selecting) (modal, error) {
	p, err := pageOf(tx, o.Incident, o.Chosen, skip, selectShown)
	if err != nil {
		return modal{}, err
	}
	others, err := otherIncidents(tx, r, o.Incident)
	return selectModal(o, p, others, kept), err
}

// selectModal is the form. A box remembers what its entry was: see picks.
func selectModal(o origin, p page, others []*slack.OptionBlockObject, kept selecting) modal {
	elsewhere, here := unpack(o.Picks), 0
	chosen := map[int]bool{}
	for _, e := range p.Entries {
		if _, chosen[e.N] = elsewhere[e.N]; chosen[e.N] {
			delete(elsewhere, e.N)
			here++
		}
	}
	o.Entry, o.Base, o.Page, o.Picks = 0, fmt.Sprintf("t%d", o.Turn), p.Skip, elsewhere.pack()
	m := modal{Callback: callbackSelect, Title: "Select several", Submit: "Do it", Origin: o}
	row := []button{backButton(o)}
	if said := selectedWords(here, elsewhere, kept.left); said != "" {
		m.Blocks = append(m.Blocks, slack.NewSectionBlock(mrkdwn(cutMrkdwn(said, sectionMax)), nil, nil))
		row = append(row, button{actionEditorClear + strconv.Itoa(p.Skip), "Clear selection", o.Incident.String(), ""})
	}
	for i := 0; i < len(p.Entries); i += selectGroup {
		group := p.Entries[i:min(len(p.Entries), i+selectGroup)]
		var boxes, ticked []*slack.OptionBlockObject
		for _, e := range group {
			boxes = append(boxes, entryBox(e))
			if chosen[e.N] {
				ticked = append(ticked, boxes[len(boxes)-1])
			}
		}
		name := o.field(fieldPick + strconv.Itoa(i/selectGroup))
		label := fmt.Sprintf("Entries %d to %d", i+1, i+len(group))
		checks := slack.NewCheckboxGroupsBlockElement(name, boxes...)
		checks.InitialOptions = ticked
		m.Blocks = append(m.Blocks, field(name, label, "", checks, true))
	}
	if len(p.Entries)+len(elsewhere) == 0 {
		m.Submit = ""
		return m.paged(p, selectShown, actionEditorSelect, row...)
	}
	var verbs []*slack.OptionBlockObject
	for _, d := range severalDeeds {
		verbs = append(verbs, option(d.label, d.verb))
	}
	m.Blocks = append(m.Blocks,
		choice(o.field(fieldDo), "Do", verbs, kept.do),
		input{name: o.field(fieldShift), label: "Shift by", value: kept.shift, hint: "Only to shift in time: +1h, -30m, 1h30m.", optional: true, most: shortMax}.block())
	phases := []*slack.OptionBlockObject{option("As the milestones say", phaseAuto)}
	for _, p := range incident.Phases() {
		phases = append(phases, option(capital(string(p)), string(p)))
	}
	m.Blocks = append(m.Blocks, maybe(o.field(fieldPhase), "Phase", "Only to say the phase.", phases, kept.phase))
	if len(others) > 0 {
		m.Blocks = append(m.Blocks, maybe(o.field(fieldIncident), "Other incident", "Only to move.", others, kept.to))
	}
	m.Blocks = append(m.Blocks, input{name: o.field(fieldReason), label: "Why", value: kept.reason, optional: true, most: titleMax}.block())
	return m.paged(p, selectShown, actionEditorSelect, row...)
}

// maybe is a menu of which nothing need be chosen; first is what is chosen
// already, "" nothing.
func maybe(name, label, hint string, options []*slack.OptionBlockObject, first string) slack.Block {
	menu := &slack.SelectBlockElement{Type: slack.OptTypeStatic, ActionID: name, Options: options[:min(len(options), optionsMax)]}
	for _, o := range menu.Options {
		if o.Value == first {
			menu.InitialOption = o
		}
	}
	return field(name, label, hint, menu, true)
}

// entryBox is the box of an entry.
func entryBox(e incident.Entry) *slack.OptionBlockObject {
	text := fmt.Sprintf("%d · %s · %s", e.N, e.OccurredAt.UTC().Format("01-02 15:04"), boxText(e))
	return option(text, fmt.Sprintf("%d:%s", e.N, entryHash(e)))
}

// boxText is what an entry says, in plain text.
func boxText(e incident.Entry) string {
	e = maskedEntry(e)
	switch {
	case e.Redacted:
		return "redacted"
	case e.Moved != 0:
		return "moved to " + e.Whither()
	case e.Folded != 0:
		return fmt.Sprintf("part of entry %d", e.Folded)
	}
	text := oneLine(incident.SlackPlain(cut(strings.ToValidUTF8(e.Text, "\uFFFD"), 300), nil))
	if e.Dropped {
		text = "(off) " + text
	} else if e.Hidden {
		text = "(not in the RCA) " + text
	}
	return cmp.Or(text, string(e.Kind))
}

// otherIncidents are those that somebody may move entries to, the newest
// first. What is private does not go where everybody reads it.
func otherIncidents(tx *store.Tx, r rights, from incident.Number) ([]*slack.OptionBlockObject, error) {
	own, err := tx.Incident(incident.Operator(), from)
	if err != nil {
		return nil, err
	}
	all, err := tx.Incidents(r.viewer)
	if err != nil {
		return nil, err
	}
	var options []*slack.OptionBlockObject
	for _, inc := range slices.Backward(all) {
		if inc.Number != from && (inc.Private || !own.Private) && r.may(AccessResponder, inc) == nil {
			options = append(options, option(inc.Number.String()+" · "+oneLine(maskedIncident(inc).Title), inc.Number.String()))
		}
	}
	return options, nil
}

// correctSeveral does to the entries chosen what the form asks for. Those that
// somebody has changed since they were shown are left.
func (s *submission) correctSeveral(identified error) (viewAnswer, error) {
	if _, answer, err := s.editing(identified, fieldDo); answer != nil || err != nil {
		return *orClosed(answer), err
	}
	bases, left := s.i.View.selected(s.from)
	switch {
	case len(bases) == 0:
		return viewAnswer{Errors: map[string]string{s.from.field(fieldDo): "Choose at least one entry."}}, nil
	case left > 0:
		return viewAnswer{Errors: map[string]string{s.from.field(fieldDo): fmt.Sprintf("%d at once are the most. Take %s out.", mostPicked, countEntries(left))}}, nil
	}
	cmd := Command{Verb: s.value(s.from.field(fieldDo)), Incident: s.from.Incident, Reason: s.value(s.from.field(fieldReason))}
	var typed []string
	for n := range bases {
		cmd.Ns = append(cmd.Ns, n)
	}
	slices.Sort(cmd.Ns)
	for _, n := range cmd.Ns {
		typed = append(typed, strconv.Itoa(n))
	}
	cmd.N = cmd.Ns[0]
	if len(cmd.Ns) == 1 {
		cmd.Ns = nil
	}
	line := cmd.Verb + " " + strings.Join(typed, " ")
	switch cmd.Verb {
	case "shift":
		span := s.value(s.from.field(fieldShift))
		d, ok := incident.ParseShift(span)
		if !ok {
			return viewAnswer{Errors: map[string]string{s.from.field(fieldShift): "Say by how much, such as +1h or -30m."}}, nil
		}
		cmd.Shift, line = d, line+" "+span
	case "move":
		n, err := incident.ParseNumber(s.value(s.from.field(fieldIncident)))
		if err != nil {
			return viewAnswer{Errors: map[string]string{s.from.field(fieldDo): "Choose the other incident, too."}}, nil
		}
		cmd.Other, line = n, line+" "+n.String()
	case "phase":
		said := s.value(s.from.field(fieldPhase))
		phase, err := incident.ParsePhase(said)
		if err != nil && said != phaseAuto {
			return viewAnswer{Errors: map[string]string{s.from.field(fieldDo): "Choose the phase, too."}}, nil
		}
		cmd.Phase, line = phase, line+" "+said
	case "drop", "restore", "hide", "show":
	default:
		return viewAnswer{Errors: map[string]string{s.from.field(fieldDo): "Choose what is to be done."}}, nil
	}
	o := s.order(cmd, line)
	o.bases = bases
	s.from.Picks = "" // once it is done
	return s.obeyed(o, fieldDo, fieldShift)
}
