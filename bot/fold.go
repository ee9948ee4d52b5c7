package bot

import (
	"fmt"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// mergeEntries makes one entry say what another says too, and has it stand for
// both. The other is kept, folded into it.
func (o *order) mergeEntries() (message, error) {
	stands, err := o.standingEntry(o.cmd.N)
	if err != nil {
		return message{}, err
	}
	folds, err := o.standingEntry(o.cmd.M)
	if err != nil {
		return message{}, err
	}
	for _, e := range []incident.Entry{stands, folds} {
		if !e.Told() {
			return message{}, refuseField(fieldOther, fmt.Sprintf("Entry %d is of kind %s. Only what people or tools said can be merged.", e.N, e.Kind))
		}
		if e.Deleted {
			return message{}, refuseField(fieldOther, fmt.Sprintf("Entry %d was deleted in Slack by its author, so what it said goes nowhere else.", e.N))
		}
		if e.Dropped {
			return message{}, refuseField(fieldOther, fmt.Sprintf("Entry %d is off the timeline. Put it back first: `%s restore %d`.", e.N, o.slash.Command, e.N))
		}
	}
	if putOut(folds) == incident.Yes {
		hide := incident.Alteration{At: o.at, By: o.slash.UserID, What: incident.WhatHidden, To: incident.Yes, Reason: o.cmd.Reason}
		if _, err := o.tx.Alter(stands.ID, hide); err != nil {
			return message{}, err
		}
	}
	both := incident.Revision{
		At: o.at, By: o.slash.UserID, Text: mergedText(stands, folds), OccurredAt: stands.OccurredAt,
		Reason: withReason(fmt.Sprintf("merged with entry %d", folds.N), o.cmd.Reason),
	}
	if err := o.tx.Edit(stands.ID, both); err != nil {
		return message{}, err
	}
	_, err = o.tx.Alter(folds.ID, incident.Alteration{
		At: o.at, By: o.slash.UserID, What: incident.WhatFolded, To: fmt.Sprint(stands.N), Reason: o.cmd.Reason,
	})
	now := stands
	now.Text = both.Text
	return mergedMessage(o.readable(now), folds, o.slash.Command), err
}

func withReason(what, reason string) string {
	if reason == "" {
		return what
	}
	return what + ": " + reason
}

// mergedText is what an entry says that stands for two. Somebody else's words
// keep their name.
func mergedText(stands, folds incident.Entry) string {
	switch {
	case folds.Text == "" || strings.Contains(stands.Text, folds.Text):
		return stands.Text
	case stands.Text == "":
		return folds.Text
	}
	name := folds.Actor.Name
	if folds.Actor.ID == stands.Actor.ID || name == "" {
		return stands.Text + "\n" + folds.Text
	}
	return stands.Text + "\n" + name + ": " + folds.Text
}

func mergedMessage(now, folded incident.Entry, command string) message {
	p := parser{slash: command}
	text := fmt.Sprintf("Entry %d stands for entry %d too: %s\nBoth are kept as they were. %s takes this back.", now.N, folded.N, words(now.Text, 600), p.do("undo"))
	if folded.Hidden && !now.Hidden {
		text += fmt.Sprintf("\nEntry %d was not in the RCA and exports, so entry %d is not either.", folded.N, now.N)
	}
	if len(folded.Files) > 0 {
		text += fmt.Sprintf("\nThe files stay with entry %d.", folded.N)
	}
	return sentence(text)
}

// splitEntry makes two of an entry. What the second says leaves the first; it
// gets a number of its own.
func (o *order) splitEntry() (message, error) {
	e, err := o.standingEntry(o.cmd.N)
	if err != nil {
		return message{}, err
	}
	if !e.Told() || e.Kind == incident.KindAlert {
		return message{}, refuse(fmt.Sprintf("Entry %d is of kind %s. Only what people said can be split.", e.N, e.Kind))
	}
	first, second, err := o.halves(e)
	if err != nil {
		return message{}, err
	}
	at := e.OccurredAt
	if o.cmd.When != "" {
		if at, err = o.correctedTime(e); err != nil {
			return message{}, err
		}
	}
	err = o.tx.Edit(e.ID, incident.Revision{
		At: o.at, By: o.slash.UserID, Text: first, OccurredAt: e.OccurredAt, Reason: withReason("split in two", o.cmd.Reason),
	})
	if err != nil {
		return message{}, err
	}
	made, err := o.tx.Make(o.key+":split", secondHalf(e, second, at), store.Made{
		Folded: e.N, By: o.slash.UserID, At: o.at, Reason: o.cmd.Reason,
	})
	if err == nil {
		err = o.asBefore(e, made)
	}
	if err != nil {
		return message{}, err
	}
	e.Text = first
	return splitEntryMessage(o.readable(e), o.readable(made), o), nil
}

// halves are the two texts: as a form gives them, or divided before the words
// that begin the second.
func (o *order) halves(e incident.Entry) (first, second string, err error) {
	first, second = incident.DecodeSlack(o.cmd.Text), incident.DecodeSlack(o.cmd.Rest)
	if first == "" {
		i := strings.Index(e.Text, second)
		if i < 0 {
			return "", "", refuse(fmt.Sprintf("Entry %d does not say %s. Give the words as they stand there: %s", e.N, code(second), words(o.readable(e).Text, 300)))
		}
		first, second = e.Text[:i], e.Text[i:]
	}
	first, second = strings.TrimSpace(first), strings.TrimSpace(second)
	if first == "" || second == "" {
		return "", "", refuseField(fieldRest, "Both entries need a text.")
	}
	return first, second, nil
}

// secondHalf is the entry that is split off another. It is its author's still,
// but no message of Slack's: a message becomes a note.
func secondHalf(e incident.Entry, text string, at time.Time) incident.Entry {
	kind := incident.KindNote
	if e.Kind == incident.KindUpdate {
		kind = e.Kind
	}
	return incident.Entry{
		Incident: e.Incident, Kind: kind, Lane: e.Lane, OccurredAt: at, Actor: e.Actor, Text: text,
		Source: incident.Source{System: e.Source.System, Channel: e.Source.Channel, Permalink: e.Source.Permalink},
		Data:   map[string]any{"split": map[string]any{"of": e.N}},
	}
}

func splitEntryMessage(first, second incident.Entry, o *order) message {
	return sentence(fmt.Sprintf("Entry %d: %s %s\nEntry %d: %s %s\nThe original is kept. %s takes this back.",
		first.N, stamp(first.OccurredAt, o.at), words(first.Text, 300), second.N, stamp(second.OccurredAt, o.at), words(second.Text, 300),
		parser{slash: o.slash.Command}.do("undo")))
}
