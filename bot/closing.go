package bot

import (
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// closeIncident closes the incident with a disposition. Plain close means
// resolved and has to pass the gate; the others need only what the command
// says.
func (o *order) closeIncident() (message, error) {
	if o.inc.Closed() {
		return message{}, refuse(o.inc.Number.String() + " is closed already (" + string(o.inc.Disposition) + ").")
	}
	if o.cmd.Disposition == incident.Resolved {
		list, err := o.checklist()
		if err != nil {
			return message{}, err
		}
		if len(list.Missing) > 0 {
			return message{}, &refusal{reason: "missing: " + strings.Join(list.Missing, " "), answer: list.message(o.slash.Command)}
		}
	}
	if o.cmd.Disposition == incident.Duplicate {
		if err := o.checkDuplicate(); err != nil {
			return message{}, err
		}
	}
	return o.closed()
}

func sectionTexts(v *store.View, n incident.Number) (map[string]string, error) {
	written, err := v.Sections(n)
	texts := map[string]string{}
	for name, s := range written {
		texts[name] = s.Text
	}
	return texts, err
}

func (o *order) checkDuplicate() error {
	if o.cmd.Other == o.inc.Number {
		return refuse("An incident cannot be its own duplicate.")
	}
	_, err := o.tx.Incident(o.rights.viewer, o.cmd.Other)
	if isNotFound(err) {
		return refuse("There is no " + o.cmd.Other.String() + " that you can see.")
	}
	return err
}

func (o *order) closed() (message, error) {
	from := o.inc.Status
	o.inc.Status, o.inc.ClosedAt = incident.StatusClosed, o.at
	o.inc.Disposition, o.inc.Reason, o.inc.DuplicateOf = o.cmd.Disposition, incident.DecodeSlack(o.cmd.Text), o.cmd.Other
	if err := o.b.changedIncident(o.tx, o.inc, o.key); err != nil {
		return message{}, err
	}
	data := map[string]any{"from": string(from), "to": string(incident.StatusClosed), "disposition": string(o.inc.Disposition)}
	if o.inc.Reason != "" {
		data["reason"] = o.inc.Reason
	}
	if o.inc.DuplicateOf != 0 {
		data["duplicate_of"] = o.inc.DuplicateOf.String()
	}
	if _, err := o.entry("status", incident.KindStatus, o.at, closedText(o.inc), data); err != nil {
		return message{}, err
	}
	if err := o.b.planArchive(o.tx, o.inc); err != nil {
		return message{}, err
	}
	if o.inc.RCA.IID != 0 { // a published RCA says how it ended
		if err := o.b.planRCA(o.tx, o.inc, o.key); err != nil {
			return message{}, err
		}
	}
	poke(o.b.sign)
	m := closedMessage(o.inc, o.slash.UserID, o.slash.Command)
	return m, o.tell(m)
}

// closedText is the status entry's sentence.
func closedText(inc incident.Incident) string {
	text := "closed as " + string(inc.Disposition)
	if inc.DuplicateOf != 0 {
		text += " of " + inc.DuplicateOf.String()
	}
	if inc.Reason != "" {
		text += ": " + inc.Reason
	}
	return text
}

func (o *order) reopen() (message, error) {
	if !o.inc.Closed() {
		return message{}, refuse(o.inc.Number.String() + " is not closed.")
	}
	from := o.inc.Status
	o.inc.Status, o.inc.ClosedAt = incident.StatusOpen, time.Time{}
	o.inc.Disposition, o.inc.Reason, o.inc.DuplicateOf = "", "", 0
	if _, contained := o.inc.Milestones[incident.Contained]; contained {
		o.inc.Status = incident.StatusContained
	}
	if err := o.reopenChannel(); err != nil {
		return message{}, err
	}
	if err := o.b.changedIncident(o.tx, o.inc, o.key); err != nil {
		return message{}, err
	}
	if err := o.statusChanged(from); err != nil {
		return message{}, err
	}
	if err := o.tell(reopenedMessage(o.inc, o.slash.UserID)); err != nil || o.inc.ArchivedAt.IsZero() {
		return reopenedMessage(o.inc, o.slash.UserID), err
	}
	return unarchiveMessage(o.inc), nil
}

// reopenChannel keeps the channel open, or has it opened again: before
// anything is said there.
func (o *order) reopenChannel() error {
	if err := o.b.cancelArchive(o.tx, o.inc.Number); err != nil || o.inc.ArchivedAt.IsZero() {
		return err
	}
	return o.b.planUnarchive(o.tx, o.inc, o.at)
}
