package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"firebreak/incident"
	"firebreak/store"
)

// alter changes what an entry is, beside text and time, and says so. Whoever
// changed the same before is named.
func (o *order) alter(e incident.Entry, w incident.What, to string) (corrected, error) {
	if err := o.stands(e); err != nil {
		return corrected{}, err
	}
	other := lastOther(e, w, o.slash.UserID)
	changed, err := o.tx.Alter(e.ID, incident.Alteration{At: o.at, By: o.slash.UserID, What: w, To: to, Reason: o.cmd.Reason})
	if err != nil {
		return corrected{}, err
	}
	if !changed {
		return corrected{said: sentence("Entry " + strconv.Itoa(e.N) + " is that already.")}, nil
	}
	now, err := o.tx.Entry(incident.Operator(), e.Incident, e.N)
	return corrected{alteredMessage(e, o.readable(now), w, o.inc, other, o.slash.Command), true}, err
}

// lastOther is who else made the entry what it is, in one respect; empty:
// nobody, or the user themselves.
func lastOther(e incident.Entry, w incident.What, user string) string {
	for _, a := range slices.Backward(e.Alterations) {
		if a.What == w && !a.Undone {
			if a.By == user {
				return ""
			}
			return a.By
		}
	}
	return ""
}

// name is what the command's corrections are taken back under.
func (o *order) name() string {
	if o.deed != "" {
		return o.deed
	}
	return o.key
}

// hide leaves entries out of the RCA and the exports.
func (o *order) hide() (message, error) {
	return o.eachEntry("not in the RCA and exports", func(e incident.Entry) (corrected, error) {
		return o.alter(e, incident.WhatHidden, incident.Yes)
	})
}

// unhide lets them in again. What a reaction keeps out stays out until that is
// taken off: it is on the message for all to see.
func (o *order) unhide() (message, error) {
	return o.eachEntry("in the RCA and exports again", func(e incident.Entry) (corrected, error) {
		if err := keptOut(o.tx, e); err != nil {
			return corrected{}, err
		}
		return o.alter(e, incident.WhatHidden, "")
	})
}

// keptOut refuses to let an entry in that a reaction keeps out.
func keptOut(tx *store.Tx, e incident.Entry) error {
	key, err := tx.EntryKeyOf(e.ID)
	if err != nil {
		return err
	}
	out, err := tx.HidesOf(key)
	if err != nil || len(out) == 0 {
		return err
	}
	return refuseField(fieldKept, fmt.Sprintf("Entry %d is kept out by the reaction :no_entry: of %s on its message. Once that is taken off, it is in again.", e.N, who(out[0].By)))
}

// setKind makes a note, an update or a message of an entry.
func (o *order) setKind() (message, error) {
	e, err := o.standingEntry(o.cmd.N)
	if err != nil {
		return message{}, err
	}
	if !slices.Contains(incident.KindsFor(e), o.cmd.Kind) {
		return message{}, refuse(noKind(e, o.cmd.Kind))
	}
	c, err := o.alter(e, incident.WhatKind, string(o.cmd.Kind))
	return c.said, err
}

// noKind says why an entry cannot be of a kind.
func noKind(e incident.Entry, k incident.Kind) string {
	can := incident.KindsFor(e)
	if len(can) == 0 {
		return fmt.Sprintf("Entry %d is of kind %s, which follows from what happened, so it stays that. `phase`, `hide` and `edit` change it otherwise.", e.N, e.Kind)
	}
	return fmt.Sprintf("Entry %d was not written in the channel, so it cannot be a %s.", e.N, k)
}

// setPhase says which phase entries belong to.
func (o *order) setPhase() (message, error) {
	did := "of the phase that the milestones say"
	if o.cmd.Phase != "" {
		did = "of the phase " + string(o.cmd.Phase)
	}
	return o.eachEntry(did, func(e incident.Entry) (corrected, error) {
		return o.alter(e, incident.WhatPhase, string(o.cmd.Phase))
	})
}

// alteredMessage tells an entry's corrector what it is now and was before.
func alteredMessage(was, now incident.Entry, w incident.What, inc incident.Incident, other, command string) message {
	is, before := "", ""
	switch w {
	case incident.WhatKind:
		is, before = "of kind *"+words(string(now.Kind), 40)+"* now", "It was of kind "+words(string(was.Kind), 40)
	case incident.WhatPhase:
		is, before = "of the phase *"+words(string(inc.PhaseOf(now)), 40)+"* now", "It was of the phase "+words(string(inc.PhaseOf(was)), 40)
		if now.Phase == "" {
			is += ", as the milestones say"
		}
	case incident.WhatHidden:
		is, before = "in the RCA and exports again", "It was left out"
		if now.Hidden {
			is, before = "left out of the RCA and exports", "It stays on the timeline"
		}
	}
	if other != "" {
		before = "This replaces what " + who(other) + " said: " + strings.ToLower(before[:1]) + before[1:]
	}
	return sentence(fmt.Sprintf("Entry %d is %s: %s\n%s. %s takes this back.", now.N, is, words(now.Text, 300), before, parser{slash: command}.do("undo")))
}

// stateWords says what is special about how an entry stands.
func stateWords(e incident.Entry) string {
	var list []string
	switch {
	case e.Moved != 0:
		list = append(list, "moved to "+e.Whither())
	case e.Folded != 0:
		list = append(list, fmt.Sprintf("part of entry %d", e.Folded))
	case e.Dropped:
		list = append(list, "off the timeline")
	}
	if e.Hidden {
		list = append(list, "not in the RCA")
	}
	if e.FirstKind != "" {
		list = append(list, "of kind "+words(string(e.Kind), 40))
	}
	if e.Phase != "" {
		list = append(list, "of the phase "+words(string(e.Phase), 40))
	}
	if len(list) == 0 {
		return ""
	}
	return " (" + strings.Join(list, ", ") + ")"
}
