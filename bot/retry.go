package bot

import (
	"fmt"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// unfinished is an action that is not done, and what it waits for.
type unfinished struct {
	incident.Action
	WaitsFor int64 // the first action it needs that is not done; 0: none
}

// actionsShown is how many actions one answer lists: those that need a
// person come first.
const actionsShown = 30

// actions lists what is still to be done outside, and what could not be.
func (o *order) actions() (message, error) {
	open, total, err := o.tx.Unfinished(o.inc.Number, actionsShown)
	if err != nil {
		return message{}, err
	}
	var list []unfinished
	for _, a := range open {
		p, err := unfinishedOf(&o.tx.View, a)
		if err != nil {
			return message{}, err
		}
		list = append(list, p)
	}
	return actionsMessage(o.inc.Number, list, total, o.at, o.slash.Command), nil
}

func unfinishedOf(v *store.View, a incident.Action) (unfinished, error) {
	p := unfinished{Action: a}
	for _, id := range a.Needs {
		need, err := v.Action(id)
		if err != nil {
			return p, err
		}
		if need.State != incident.ActionDone {
			p.WaitsFor = id
			break
		}
	}
	return p, nil
}

// retry has an action tried again that was set aside. What waits for it goes
// on by itself once it is done.
func (o *order) retry() (message, error) {
	a, err := o.tx.Action(int64(o.cmd.N))
	if err != nil && !isNotFound(err) {
		return message{}, err
	}
	if err == nil && a.Incident != o.inc.Number {
		err = o.elsewhere(a)
	}
	if isNotFound(err) {
		return message{}, refuse(fmt.Sprintf("There is no action %d. `%s actions` lists them.", o.cmd.N, o.slash.Command))
	}
	if err != nil {
		return message{}, err
	}
	if a.State != incident.ActionParked && a.State != incident.ActionLost {
		p, err := unfinishedOf(&o.tx.View, a)
		return notRetried(p, o.at, o.slash.Command), err
	}
	if err := o.tx.RetryAction(a.ID, a.Fence, retriedAs(o.b.kinds[a.Kind], a), nowUTC(), ""); err != nil {
		return message{}, err
	}
	text := fmt.Sprintf("action %d is tried again: %s", a.ID, deed(a.Kind))
	_, err = o.entry("retry", incident.KindAction, o.at, text, map[string]any{"action": a.ID, "kind": a.Kind, "type": "retry"})
	return sentence(fmt.Sprintf("Trying again to %s (action %d). If it is refused once more, that is told here.", deed(a.Kind), a.ID)), err
}

// elsewhere answers for an action of another incident: one that the asker
// may not see is not there.
func (o *order) elsewhere(a incident.Action) error {
	if a.Incident == 0 {
		return store.ErrNotFound
	}
	if _, err := o.tx.Incident(o.rights.viewer, a.Incident); err != nil {
		return err
	}
	return refuse(fmt.Sprintf("Action %d belongs to %s: `%s %s retry %d`.", a.ID, a.Incident, o.slash.Command, a.Incident, a.ID))
}

// retriedAs is the state in which a set-aside action goes on. One that can be
// looked up is, before it is repeated: an attempt before the refused one may
// have got through.
func retriedAs(k kind, a incident.Action) incident.ActionState {
	if k.class == findable && !a.FirstSent.IsZero() {
		return incident.ActionUnknown
	}
	return incident.ActionPlanned
}

// nextTry is when an open action runs; false when that is now, or when it is
// waiting for another.
func (p unfinished) nextTry(now time.Time) (time.Time, bool) {
	waits := p.State == incident.ActionPlanned || p.State == incident.ActionUnknown
	return p.NotBefore, waits && p.WaitsFor == 0 && p.NotBefore.After(now)
}
