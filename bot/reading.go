package bot

import (
	"slices"

	"firebreak/incident"
	"firebreak/store"
)

// The commands that only read. Each reads as the asker: what they may not
// see is not there.

func (o *order) status() (message, error) {
	tasks, err := o.tx.Tasks(o.inc.Number)
	if err != nil {
		return message{}, err
	}
	pins, err := o.tx.Entries(incident.Operator(), o.inc.Number, store.Filter{Pinned: true, Newest: true, Limit: 5})
	if err != nil {
		return message{}, err
	}
	slices.Reverse(pins)
	outside, err := o.b.outsidersIn(&o.tx.View, o.inc.Channel.ID)
	if err != nil {
		return message{}, err
	}
	var warnings []string
	if len(outside) > 0 {
		warnings = append(warnings, outsidersLine(outside, o.b.home()))
	}
	return statusMessage(o.inc, tasks, pins, o.at, o.slash.Command, warnings...), nil
}

func (o *order) timeline() (message, error) {
	f := store.Filter{Kinds: o.cmd.Filter.Kinds, From: o.cmd.Filter.From, Pinned: o.cmd.Filter.Pinned}
	for _, w := range o.cmd.Filter.Words {
		f.Words = append(f.Words, incident.DecodeSlack(w))
	}
	entries, err := o.tx.Entries(incident.Operator(), o.inc.Number, f)
	newest := entries[max(0, len(entries)-timelineShown):]
	return timelineMessage(o.inc.Number, newest, len(entries), o.at, o.slash.Command), err
}

func (o *order) listTasks() (message, error) {
	tasks, err := o.tx.Tasks(o.inc.Number)
	return taskListMessage(o.inc.Number, tasks, o.at, o.slash.Command), err
}

func (o *order) search() (message, error) {
	query := incident.DecodeSlack(o.cmd.Text)
	hits, err := o.tx.Search(o.rights.viewer, query, timelineShown)
	var shown []found
	for _, h := range hits {
		shown = append(shown, found{Entry: h.Entry, Snippet: h.Snippet})
	}
	return foundMessage(query, shown, o.at), err
}
