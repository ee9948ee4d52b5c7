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

// messageEntry is the entry that the message of a shortcut is, if it is on a
// timeline that the person may correct. Of one they may not see it says no more
// than of none.
func (b *Bot) messageEntry(tx *store.Tx, i interaction, r rights) (e incident.Entry, known bool, err error) {
	e, err = tx.EntryByKey(messageKey(b.home(), i.Channel.ID, i.Message.TS))
	if isNotFound(err) {
		return e, false, nil
	}
	if err != nil {
		return e, false, err
	}
	inc, err := tx.IncidentByChannel(i.Channel.ID)
	if err != nil || inc.Number != e.Incident {
		inc, err = tx.Incident(r.viewer, e.Incident)
	}
	if isNotFound(err) {
		return e, false, nil
	}
	return e, err == nil && r.may(AccessResponder, inc) == nil && !e.Redacted, err
}

// withCorrection offers to correct the entry that a message is already.
func (m modal) withCorrection(e incident.Entry) modal {
	var l layout
	l.section(fmt.Sprintf("The message is entry %d of %s already%s. What you add is a note beside it.", e.N, e.Incident, stateWords(e)))
	l.buttons(button{actionCorrect + fmt.Sprint(e.N), "Correct entry…", e.Incident.String(), ""})
	m.Blocks = append(l.blocks, m.Blocks...)
	return m
}
