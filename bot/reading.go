package bot

import (
	"maps"
	"slices"

	"firebreak/incident"
	"firebreak/store"
)

// The commands that only read. Each reads as the asker: what they may not
// see is not there.

func (o *order) status() (message, error) {
	s, err := standingOf(&o.tx.View, o.inc)
	if err != nil {
		return message{}, err
	}
	outside, err := o.b.outsidersIn(&o.tx.View, o.inc.Channel.ID)
	if len(outside) > 0 {
		s.Warning = outsidersLine(outside, o.b.home())
	}
	if o.leaves() {
		s = s.masked()
	}
	return statusMessage(s, o.at, o.slash.Command), err
}

// standingOf reads where an incident stands, and no more than is shown.
func standingOf(v *store.View, inc incident.Incident) (standing, error) {
	who, n := incident.Operator(), inc.Number
	s := standing{Incident: inc}
	pinned := store.Filter{Pinned: true, Stands: true, Newest: true, Limit: statusPins}
	var err error
	if s.Tasks, err = v.Tasks(n); err != nil {
		return s, err
	}
	if s.Pins, err = v.Entries(who, n, pinned); err != nil {
		return s, err
	}
	if s.Pinned, err = v.CountMatching(who, n, pinned); err != nil {
		return s, err
	}
	if s.Update, err = lastUpdate(v, n); err != nil {
		return s, err
	}
	if s.Roles, err = rolesOf(v, n); err != nil {
		return s, err
	}
	found, err := v.Detections(n)
	if err != nil {
		return s, err
	}
	s.Detections = len(found)
	s.SetAside, err = v.SetAside(n)
	return s, err
}

// holder is who has a role.
type holder struct{ Role, User string }

// rolesOf gives who has which role now, but for the commander's, by role.
func rolesOf(v *store.View, n incident.Number) ([]holder, error) {
	given, err := v.Entries(incident.Operator(), n, store.Filter{Kinds: []incident.Kind{incident.KindRole}})
	if err != nil {
		return nil, err
	}
	last := map[string]string{}
	for _, e := range given {
		role, _ := e.Data["role"].(string)
		user, _ := e.Data["user"].(string)
		if role != "" && role != "commander" && e.Leaves() {
			last[role] = user
		}
	}
	var roles []holder
	for _, role := range slices.Sorted(maps.Keys(last)) {
		roles = append(roles, holder{role, last[role]})
	}
	return roles, nil
}

func (o *order) timeline() (message, error) {
	f := o.cmd.Filter.Stored()
	// The database finds the newest by itself, unless words are looked for.
	if f.Newest = true; len(f.Words) == 0 {
		f.Limit = timelineShown
	}
	entries, err := o.tx.Entries(incident.Operator(), o.inc.Number, f)
	if err != nil {
		return message{}, err
	}
	total := len(entries)
	if f.Limit > 0 {
		if total, err = o.tx.CountMatching(incident.Operator(), o.inc.Number, f); err != nil {
			return message{}, err
		}
	}
	if o.leaves() {
		entries = maskedEntries(entries)
	}
	return timelineMessage(o.inc.Number, entries, total, o.at, o.slash.Command), nil
}

func (o *order) listTasks() (message, error) {
	tasks, err := o.tx.Tasks(o.inc.Number)
	return taskListMessage(o.inc.Number, tasks, o.at, o.slash.Command), err
}
