package bot

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"firebreak/incident"
)

// corrected is what came of correcting one of several entries. Unless changed,
// it was so already.
type corrected struct {
	said    message
	changed bool
}

// eachEntry corrects the entries that the command names. Of several, those
// that cannot be corrected are left, each with the reason; did says of the
// others what they are now, such as "off the timeline".
func (o *order) eachEntry(did string, correct func(incident.Entry) (corrected, error)) (message, error) {
	if len(o.cmd.Ns) == 0 {
		e, err := o.entryNumbered(o.cmd.N)
		if err != nil {
			return message{}, err
		}
		c, err := correct(e)
		return c.said, err
	}
	var done, already, left []string
	for _, n := range o.cmd.Ns {
		e, err := o.entryNumbered(n)
		var c corrected
		if err == nil {
			c, err = correct(e)
		}
		refused, answer := refusalOf(err)
		switch {
		case refused != "":
			left = append(left, fmt.Sprintf("%d: %s", n, answer.Text))
		case err != nil:
			return message{}, err
		case c.changed:
			done = append(done, strconv.Itoa(n))
		default:
			already = append(already, strconv.Itoa(n))
		}
	}
	m := eachMessage(did, done, already, left, o.slash.Command)
	if len(done)+len(already) == 0 {
		return message{}, &refusal{reason: "none of them", answer: m}
	}
	return m, nil
}

// reasonsShown is how many reasons for leaving an entry an answer has.
const reasonsShown = 5

// eachMessage says what was done to several entries.
func eachMessage(did string, done, already, left []string, command string) message {
	p := parser{slash: command}
	var lines []string
	if len(done) > 0 {
		lines = append(lines, fmt.Sprintf("%s %s: %s. %s takes this back.", countEntries(len(done)), did, someOf(done), p.do("undo")))
	}
	if len(already) > 0 {
		lines = append(lines, fmt.Sprintf("Already so: %s.", someOf(already)))
	}
	if len(left) > 0 {
		lines = append(lines, fmt.Sprintf("%s left as %s:", countEntries(len(left)), map[bool]string{true: "it is", false: "they are"}[len(left) == 1]))
		lines = append(lines, left[:min(len(left), reasonsShown)]...)
		if more := len(left) - reasonsShown; more > 0 {
			lines = append(lines, fmt.Sprintf("… and %d more.", more))
		}
	}
	return sentence(strings.Join(lines, "\n"))
}

func countEntries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

// someOf joins numbers as far as a phone shows them.
func someOf(ns []string) string {
	const most = 30
	if len(ns) <= most {
		return strings.Join(ns, ", ")
	}
	return strings.Join(ns[:most], ", ") + fmt.Sprintf(" and %d more", len(ns)-most)
}

// stands refuses to correct what is part of another entry, or gone to another
// incident.
func (o *order) stands(e incident.Entry) error {
	_, err := o.standingEntry(e.N)
	return err
}

// drop takes entries off the timeline.
func (o *order) drop() (message, error) {
	return o.eachEntry("off the timeline and out of the RCA", func(e incident.Entry) (corrected, error) {
		if err := o.stands(e); err != nil {
			return corrected{}, err
		}
		changed, err := o.tx.Drop(e.ID, true, o.slash.UserID, o.cmd.Reason, o.at)
		if err != nil || !changed {
			return corrected{said: sentence("Entry " + strconv.Itoa(e.N) + " is off the timeline already.")}, err
		}
		return corrected{droppedMessage(o.readable(e), o.at, o.slash.Command), true}, nil
	})
}

// restore puts back what was taken off, or folded into another entry.
func (o *order) restore() (message, error) {
	return o.eachEntry("on the timeline again", func(e incident.Entry) (corrected, error) {
		if e.Moved != 0 {
			return corrected{}, refuse(fmt.Sprintf("Entry %d was moved to %s. Moved back from there, it comes under a number of its own.", e.N, e.Whither()))
		}
		unfolded, err := o.tx.Alter(e.ID, incident.Alteration{At: o.at, By: o.slash.UserID, What: incident.WhatFolded, Reason: o.cmd.Reason})
		if err != nil {
			return corrected{}, err
		}
		changed, err := o.tx.Drop(e.ID, false, o.slash.UserID, o.cmd.Reason, o.at)
		if err != nil {
			return corrected{}, err
		}
		if !changed && !unfolded {
			return corrected{said: sentence("Entry " + strconv.Itoa(e.N) + " is on the timeline already.")}, nil
		}
		text := fmt.Sprintf("Entry %d is on the timeline again: %s %s", e.N, stamp(e.OccurredAt, o.at), words(o.readable(e).Text, 300))
		if unfolded {
			text += fmt.Sprintf("\nEntry %d still says it too: %s corrects that.", e.Folded, parser{slash: o.slash.Command}.do(fmt.Sprintf("edit %d", e.Folded)))
		}
		return corrected{sentence(text), true}, nil
	})
}

// shift moves entries in time by the same span.
func (o *order) shift() (message, error) {
	by := incident.FormatDuration(o.cmd.Shift.Abs()) + map[bool]string{true: " earlier", false: " later"}[o.cmd.Shift < 0]
	return o.eachEntry(by, func(e incident.Entry) (corrected, error) {
		if err := o.stands(e); err != nil {
			return corrected{}, err
		}
		after := e
		after.OccurredAt = e.OccurredAt.Add(o.cmd.Shift)
		if after.OccurredAt.After(o.at.Add(incident.ClockSkew)) {
			return corrected{}, refuseField(fieldShift, fmt.Sprintf("Entry %d would be still to come.", e.N))
		}
		if after.OccurredAt.Year() < 1970 {
			return corrected{}, refuseField(fieldShift, fmt.Sprintf("Entry %d would be before 1970.", e.N))
		}
		m, err := o.correct(e, after)
		return corrected{m, true}, err
	})
}

func droppedMessage(e incident.Entry, at time.Time, command string) message {
	p := parser{slash: command}
	return sentence(fmt.Sprintf("Entry %d is off the timeline and out of the RCA: %s %s\nIt is kept. %s puts it back.",
		e.N, stamp(e.OccurredAt, at), words(e.Text, 300), p.do("undo")))
}
