package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// undo takes the author's own newest correction back, and what was corrected
// together with it. What somebody else has changed since is left: their change
// would go with it. Of a merge, a split or a move, all or nothing is taken back.
func (o *order) undo() (message, error) {
	c, err := o.tx.LastCorrection(o.inc.Number, o.slash.UserID)
	if isNotFound(err) {
		return message{}, refuse("There is no change of yours to take back in " + o.inc.Number.String() + ".")
	}
	if err != nil {
		return message{}, err
	}
	tied, err := o.tx.Tied(c)
	if err != nil {
		return message{}, err
	}
	free, changed, err := o.untouchedSince(tied)
	if err != nil {
		return message{}, err
	}
	if len(free) == 0 || len(changed) > 0 && slices.ContainsFunc(tied, structural) {
		first := changed[0]
		return message{}, o.changedAfter(first)
	}
	return o.takeBack(free, changed)
}

// changedAfter refuses to take back what somebody else has changed since. In
// another incident that is, the timeline of this one does not say.
func (o *order) changedAfter(c store.Correction) error {
	if c.Incident == o.inc.Number {
		return refuse(fmt.Sprintf("%s has changed entry %d after you, so I left it. `%s edit %d TEXT` changes it again.", who(c.By), c.N, o.slash.Command, c.N))
	}
	return &refusal{
		reason: "somebody has changed it after you in another incident, so I left it",
		answer: sentence(fmt.Sprintf("%s has changed it after you: it is entry %d of %s now, so I left it. `%s %s edit %d TEXT` changes it again.",
			who(c.By), c.N, c.Incident, o.slash.Command, c.Incident, c.N)),
	}
}

// structural says whether a correction changed what belongs to which entry.
func structural(c store.Correction) bool {
	return c.What == incident.WhatFolded || c.What == incident.WhatMoved
}

// untouchedSince divides corrections into those that are their entry's newest
// and those after which somebody else changed the entry; of these it gives the
// newest.
func (o *order) untouchedSince(tied []store.Correction) (free, changed []store.Correction, err error) {
	for _, c := range tied {
		if c.Incident != o.inc.Number {
			inc, err := o.tx.Incident(o.rights.viewer, c.Incident)
			if isNotFound(err) {
				return nil, nil, refuse("Part of it is in an incident that you can no longer see, so I left it.")
			}
			if err != nil {
				return nil, nil, err
			}
			if err := o.rights.may(AccessResponder, inc); err != nil {
				return nil, nil, err
			}
		}
		last, err := o.tx.LastCorrectionOf(c.Entry)
		if err != nil {
			return nil, nil, err
		}
		if last.By == c.By {
			free = append(free, c)
		} else if !slices.ContainsFunc(changed, func(o store.Correction) bool { return o.Entry == last.Entry }) {
			changed = append(changed, last)
		}
	}
	return free, changed, nil
}

// takeBack takes corrections back, the newest first.
func (o *order) takeBack(free, left []store.Correction) (message, error) {
	var back []string
	var now incident.Entry
	for _, c := range free {
		was, err := o.tx.Entry(incident.Operator(), c.Incident, c.N)
		if err != nil {
			return message{}, err
		}
		if err := o.tx.Undo(c, o.slash.UserID, o.at); err != nil {
			return message{}, err
		}
		is, err := o.tx.Entry(incident.Operator(), c.Incident, c.N)
		if err != nil {
			return message{}, err
		}
		if c.Incident != o.inc.Number {
			continue
		}
		if err := o.milestoneMoved(was, is.OccurredAt); err != nil {
			return message{}, err
		}
		if now = is; !slices.Contains(back, strconv.Itoa(c.N)) {
			back = append(back, strconv.Itoa(c.N))
		}
	}
	if len(back) == 1 && len(left) == 0 {
		return undoneMessage(o.readable(now), o.at), nil
	}
	lines := []string{fmt.Sprintf("Taken back for %s: %s.", countEntries(len(back)), someOf(back))}
	for _, c := range left[:min(len(left), reasonsShown)] {
		lines = append(lines, fmt.Sprintf("%s has changed entry %d after you, so I left that.", who(c.By), c.N))
	}
	if more := len(left) - reasonsShown; more > 0 {
		lines = append(lines, fmt.Sprintf("… and %d more.", more))
	}
	return sentence(strings.Join(lines, "\n")), nil
}

func undoneMessage(e incident.Entry, at time.Time) message {
	if e.Dropped {
		return sentence(fmt.Sprintf("Taken back: entry %d is off the timeline again.", e.N))
	}
	return sentence(fmt.Sprintf("Taken back. Entry %d: %s %s", e.N, stamp(e.OccurredAt, at), words(e.Text, 300)))
}
