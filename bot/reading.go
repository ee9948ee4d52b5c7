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
	update, err := lastUpdate(&o.tx.View, o.inc.Number)
	if err != nil {
		return message{}, err
	}
	aside, err := o.tx.SetAside(o.inc.Number)
	return statusMessage(standing{Incident: o.inc, Tasks: tasks, Pins: pins, Update: update, SetAside: aside}, o.at, o.slash.Command), err
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
