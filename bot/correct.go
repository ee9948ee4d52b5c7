package bot

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// entryNumbered is an entry of the incident, as its corrector saw it.
func (o *order) entryNumbered(n int) (incident.Entry, error) {
	e, err := o.tx.Entry(incident.Operator(), o.inc.Number, n) // allowed has judged the incident
	if isNotFound(err) {
		return e, refuse(o.inc.Number.String() + " has no entry " + strconv.Itoa(n) + ". `" + o.slash.Command + " timeline` shows their numbers.")
	}
	if err == nil && e.Redacted {
		return e, refuse("Entry " + strconv.Itoa(e.N) + " was redacted: nothing of it is left to correct.")
	}
	base := o.bases[n]
	if n == o.cmd.N && base == "" {
		base = o.base
	}
	if err == nil && base != "" && entryHash(e) != base {
		return e, o.changedMeanwhile(e)
	}
	return e, err
}

// standingEntry is entryNumbered for what can only be done to an entry that
// stands by itself.
func (o *order) standingEntry(n int) (incident.Entry, error) {
	e, err := o.entryNumbered(n)
	p := parser{slash: o.slash.Command}
	switch {
	case err != nil:
	case e.Moved != 0:
		err = refuse(fmt.Sprintf("Entry %d was moved to %s: correct it there.", e.N, e.Whither()))
	case e.Folded != 0:
		err = refuse(fmt.Sprintf("Entry %d is part of entry %d: correct that one. %s lets it stand by itself again.", e.N, e.Folded, p.do(fmt.Sprintf("restore %d", e.N))))
	}
	return e, err
}

// changedMeanwhile refuses to change an entry that somebody has changed since
// its form was opened.
func (o *order) changedMeanwhile(e incident.Entry) error {
	last, err := o.tx.LastCorrectionOf(e.ID)
	if err != nil && !isNotFound(err) {
		return err
	}
	by := "Its author" // in Slack
	if n := len(e.Revisions); n > 0 && e.Revisions[n-1].Via == "slack" && e.Revisions[n-1].At.After(last.At) {
		by = o.nameOf(e.Revisions[n-1].By)
	} else if last.By != "" {
		by = o.nameOf(last.By)
	}
	return refuseField(fieldWhen, by+" changed this entry while you were writing, so yours is not saved. Copy your text, close this and open it again. It now says: "+words(maskedEntry(e).Text, 300)+stateWords(e))
}

// edit corrects what an entry says.
func (o *order) edit() (message, error) {
	e, err := o.standingEntry(o.cmd.N)
	if err != nil {
		return message{}, err
	}
	after := e
	after.Text = incident.DecodeSlack(o.cmd.Text)
	if o.cmd.When != "" {
		if after.OccurredAt, err = o.correctedTime(e); err != nil {
			return message{}, err
		}
	}
	if after.Text == e.Text && after.OccurredAt.Equal(e.OccurredAt) {
		return sentence("Entry " + strconv.Itoa(e.N) + " says that already."), nil
	}
	return o.correct(e, after)
}

// correctTime corrects when something happened.
func (o *order) correctTime() (message, error) {
	e, err := o.standingEntry(o.cmd.N)
	if err != nil {
		return message{}, err
	}
	after := e
	if after.OccurredAt, err = o.correctedTime(e); err != nil {
		return message{}, err
	}
	if after.OccurredAt.Equal(e.OccurredAt) {
		return sentence("Entry " + strconv.Itoa(e.N) + " stands at that time already."), nil
	}
	return o.correct(e, after)
}

// correctedTime is the time that the command names for an entry.
func (o *order) correctedTime(e incident.Entry) (time.Time, error) {
	at, err := incident.ParseCorrection(o.cmd.When, e.OccurredAt, o.at, o.zone())
	if unclear, ok := errors.AsType[*incident.UnclearTimeError](err); ok {
		return at, &refusal{reason: "unclear time", answer: unclearTimeMessage(unclear), field: fieldWhen}
	}
	if err != nil {
		return at, refuseField(fieldWhen, "I could not read the time "+code(o.cmd.When)+". Try `14:32`, `10m ago` or `2026-11-20 23:10`.")
	}
	if at.After(o.at.Add(incident.ClockSkew)) {
		return at, refuseField(fieldWhen, code(o.cmd.When)+" is still to come. An entry tells of what has happened.")
	}
	return at.UTC(), nil
}

// correct lays a correction over an entry. What it said stays a revision, and
// whoever corrected it last is named, so that no change is lost unseen.
func (o *order) correct(was, now incident.Entry) (message, error) {
	last, err := o.tx.LastCorrectionOf(was.ID)
	if err != nil && !isNotFound(err) {
		return message{}, err
	}
	err = o.tx.Edit(was.ID, incident.Revision{At: o.at, By: o.slash.UserID, Text: now.Text, OccurredAt: now.OccurredAt, Reason: o.cmd.Reason})
	if err != nil {
		return message{}, err
	}
	if err := o.milestoneMoved(was, now.OccurredAt); err != nil {
		return message{}, err
	}
	return correctedMessage(o.readable(was), o.readable(now), o.overwritten(last), o.at, o.slash.Command), nil
}

// overwritten is who else corrected the entry before; empty: nobody.
func (o *order) overwritten(last store.Correction) string {
	if last.By == o.slash.UserID {
		return ""
	}
	return last.By
}

// milestoneMoved moves the incident's milestone with the entry that told of
// it, unless it was set anew since.
func (o *order) milestoneMoved(e incident.Entry, at time.Time) error {
	name, _ := e.Data["milestone"].(string)
	m := incident.Milestone(name)
	if e.Kind != incident.KindMilestone || !o.inc.Milestones[m].Equal(e.OccurredAt) || at.Equal(e.OccurredAt) {
		return nil
	}
	o.inc.Milestones[m] = at
	return o.b.changedIncident(o.tx, o.inc, o.key)
}

// correctedMessage tells an entry's corrector how it stands now and what it
// said before.
func correctedMessage(was, now incident.Entry, other string, at time.Time, command string) message {
	p := parser{slash: command}
	lines := []string{fmt.Sprintf("Entry %d: %s %s", now.N, stamp(now.OccurredAt, at), words(now.Text, 300))}
	before := words(was.Text, 300)
	if was.Text == now.Text {
		before = stamp(was.OccurredAt, at)
	}
	replaced := "It was: "
	if other != "" {
		replaced = "This replaces what " + who(other) + " made of it: "
	}
	lines = append(lines, replaced+before, "The original is kept. "+p.do("undo")+" takes this back.")
	return sentence(strings.Join(lines, "\n"))
}
