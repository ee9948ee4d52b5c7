package bot

import (
	"fmt"

	"firebreak/incident"
	"firebreak/store"
)

// editor opens the timeline editor for who asks for it, on the form of an
// entry if they name one. A button stands in the answer for when the trigger
// has ended.
func (o *order) editor() (message, error) {
	from := origin{Incident: o.inc.Number, Channel: o.slash.ChannelID, Turn: 1}
	var m modal
	var err error
	if o.cmd.N != 0 {
		m, err = o.b.entryForm(o.tx, from, o.who, o.cmd.N)
	} else {
		m, err = showTimeline(o.tx, from, "")
	}
	if err != nil {
		return message{}, err
	}
	if o.slash.TriggerID != "" {
		if err := planView(o.tx, incident.Inbound{Key: o.key, ReceivedAt: o.at}, o.slash.TriggerID, m); err != nil {
			return message{}, err
		}
	}
	return openingMessage(o.inc.Number), nil
}

func openingMessage(n incident.Number) message {
	text := fmt.Sprintf("The timeline of %s opens. If it does not, use the button.", n)
	var l layout
	l.section(text)
	l.buttons(editorButton(n))
	return l.message(text)
}

// messageForm is the form of the entry that a message is, for the shortcut. Of
// an entry that its reader may not see it says no more than of none.
func (b *Bot) messageForm(tx *store.Tx, i interaction, who incident.Person, r rights) (modal, error) {
	none := refuse("This message is on no timeline that you can see. The shortcut *Add to timeline* puts it on one.")
	e, err := tx.EntryByKey(messageKey(b.home(), i.Channel.ID, i.Message.TS))
	if isNotFound(err) {
		return modal{}, none
	}
	if err != nil {
		return modal{}, err
	}
	inc, err := tx.IncidentByChannel(i.Channel.ID)
	if err != nil || inc.Number != e.Incident {
		inc, err = tx.Incident(r.viewer, e.Incident)
	}
	if isNotFound(err) {
		return modal{}, none
	}
	if err == nil {
		err = r.may(AccessResponder, inc)
	}
	if err != nil {
		return modal{}, err
	}
	return b.entryForm(tx, origin{Incident: e.Incident, Channel: i.Channel.ID, Turn: 1}, who, e.N)
}
