package bot

import (
	"fmt"
	"maps"
	"strings"

	"firebreak/incident"
	"firebreak/store"
)

// moveEntries moves entries to another incident that their mover may see and
// command too. Each leaves a trace here and gets the next number there.
func (o *order) moveEntries() (message, error) {
	to, err := o.destination()
	if err != nil {
		return message{}, err
	}
	var numbers []string
	m, err := o.eachEntry("moved to "+to.Number.String(), func(e incident.Entry) (corrected, error) {
		n, err := o.moveEntry(e, to)
		if err != nil {
			return corrected{}, err
		}
		numbers = append(numbers, fmt.Sprint(n))
		return corrected{movedEntryMessage(o.readable(e), to.Number, n, o.slash.Command), true}, nil
	})
	if err == nil && len(numbers) > 1 {
		m = sentence(m.Text + fmt.Sprintf("\nThere they are entries %s.", someOf(numbers)))
	}
	return m, err
}

// destination is where entries are to go. What only the members of a private
// incident know does not go where others read it.
func (o *order) destination() (incident.Incident, error) {
	to, err := o.tx.Incident(o.rights.viewer, o.cmd.Other)
	if err == nil && to.Private {
		o.unsaid = to.Number // here others read what was done
	}
	switch {
	case isNotFound(err):
		return to, refuseField(fieldIncident, "There is no "+o.cmd.Other.String()+" that you can see.")
	case err != nil:
		return to, err
	case to.Number == o.inc.Number:
		return to, refuseField(fieldIncident, "It is in "+to.Number.String()+" already.")
	case o.inc.Private && !to.Private:
		return to, refuseField(fieldIncident, o.inc.Number.String()+" is private and "+to.Number.String()+" is not, so everybody could read it there. Write what may be known as a note: `"+
			o.slash.Command+" "+to.Number.String()+" note TEXT`.")
	}
	return to, o.rights.may(AccessResponder, to)
}

// moveEntry moves one and gives its number there.
func (o *order) moveEntry(e incident.Entry, to incident.Incident) (int, error) {
	if err := o.stands(e); err != nil {
		return 0, err
	}
	if !e.Told() {
		return 0, refuse(fmt.Sprintf("Entry %d is of kind %s and belongs to %s. Only what people or tools said can move.", e.N, e.Kind, e.Incident))
	}
	if e.Dropped {
		return 0, refuse(fmt.Sprintf("Entry %d is off the timeline. Put it back first: `%s restore %d`.", e.N, o.slash.Command, e.N))
	}
	key := fmt.Sprintf("%s:moved:%s", o.key, e.ID)
	made, err := o.tx.Make(key, movedEntry(e, o.inc, to.Number, o.slash.UserID), store.Made{
		Moved: e.Incident, By: o.slash.UserID, At: o.at, Reason: o.cmd.Reason,
	})
	if err != nil {
		return 0, err
	}
	if err := o.asBefore(e, made); err != nil {
		return 0, err
	}
	if fixed, err := o.tx.Corrected(e.ID); err != nil {
		return 0, err
	} else if fixed { // what its author says later stays beneath that, as it does here
		r := incident.Revision{At: o.at, By: o.slash.UserID, Text: made.Text, Reason: withReason("as it was corrected before it was moved", o.cmd.Reason)}
		if err := o.tx.Edit(made.ID, r); err != nil {
			return 0, err
		}
	}
	_, err = o.tx.Alter(e.ID, incident.Alteration{
		At: o.at, By: o.slash.UserID, What: incident.WhatMoved, To: to.Number.String(), Reason: o.cmd.Reason,
	})
	return made.N, err
}

// asBefore has an entry that was made of another stand as that one does: of
// the same phase, and out of the RCA if a responder has put that out.
func (o *order) asBefore(e, made incident.Entry) error {
	for _, a := range []incident.Alteration{{What: incident.WhatPhase, To: string(e.Phase)}, {What: incident.WhatHidden, To: putOut(e)}} {
		a.At, a.By, a.Reason = o.at, o.slash.UserID, o.cmd.Reason
		if _, err := o.tx.Alter(made.ID, a); err != nil {
			return err
		}
	}
	return nil
}

// putOut is incident.Yes when a responder keeps the entry out of the RCA, not
// only a reaction, which is kept by itself.
func putOut(e incident.Entry) (to string) {
	for _, a := range e.Alterations {
		if a.What == incident.WhatHidden && !a.Undone {
			to = a.To
		}
	}
	return to
}

// movedEntry is the entry as it is recorded in another incident: what it says
// now, when it happened, whose it is. A message's identity stays where it was
// sent. Of a private incident only its number is told, nothing that shows how
// much there is.
func movedEntry(e incident.Entry, from incident.Incident, to incident.Number, by string) incident.Entry {
	m := incident.Entry{
		Incident: to, Kind: e.Kind, Lane: e.Lane, OccurredAt: e.OccurredAt, Actor: e.Actor, Text: e.Text, Files: e.Files,
		Source: incident.Source{System: e.Source.System}, Data: maps.Clone(e.Data),
	}
	if m.Data == nil {
		m.Data = map[string]any{}
	}
	for key := range m.Data {
		if strings.HasPrefix(key, "repeat") || key == "rca" || from.Private && key == "message" {
			delete(m.Data, key)
		}
	}
	trace := map[string]any{"from": from.Number.String(), "by": by}
	if !from.Private {
		m.Source.Channel, m.Source.Permalink = e.Source.Channel, e.Source.Permalink
		trace["n"] = e.N
	}
	m.Data["moved"] = trace
	return m
}

func movedEntryMessage(e incident.Entry, to incident.Number, n int, command string) message {
	return sentence(fmt.Sprintf("Entry %d is entry %d of %s now: %s\nIts place here says so. %s takes this back.",
		e.N, n, to, words(e.Text, 300), parser{slash: command}.do("undo")))
}
