package bot

import (
	"slices"

	"firebreak/incident"
	"firebreak/incident/mask"
	"firebreak/store"
)

// update tells the stakeholders how things stand: the channel, and for a
// public incident the control channel, where those look who are in none.
func (o *order) update() (message, error) {
	text := incident.DecodeSlack(o.cmd.Text)
	if _, err := o.entry("update", incident.KindUpdate, o.at, text, nil); err != nil {
		return message{}, err
	}
	m := updateMessage(o.inc, text, o.slash.UserID)
	if !o.inc.Private {
		told := updateMessage(maskedIncident(o.inc), mask.Text(text), o.slash.UserID)
		if err := o.b.tellControl(o.tx, o.key+":update", told); err != nil {
			return message{}, err
		}
	}
	return m, o.tell(m)
}

// updatesRead is how many of the newest entries of kind update are looked at
// first: the RCA's sections are of that kind too.
const updatesRead = 20

// lastUpdate is the newest update for the stakeholders that may still be
// shown; the zero entry when there is none.
func lastUpdate(v *store.View, n incident.Number) (incident.Entry, error) {
	for _, limit := range []int{updatesRead, 0} {
		entries, err := v.Entries(incident.Operator(), n, store.Filter{
			Kinds: []incident.Kind{incident.KindUpdate}, Newest: true, Limit: limit,
		})
		if err != nil {
			return incident.Entry{}, err
		}
		for _, e := range slices.Backward(entries) {
			if e.Data["rca"] == nil && e.Leaves() {
				return e, nil
			}
		}
		if len(entries) < updatesRead {
			break
		}
	}
	return incident.Entry{}, nil
}
