package bot

import (
	"fmt"
	"slices"
	"time"

	"firebreak/incident"
	"firebreak/incident/mask"
	"firebreak/store"
)

// detections lists what detectors have found for the incident. In a channel
// that another organisation reads too it is for those who may command alone.
func (o *order) detections() (message, error) {
	state, err := o.tx.ChannelState(o.inc.Channel.ID)
	if err != nil {
		return message{}, err
	}
	if state.Shared {
		if err := o.rights.may(AccessResponder, o.inc); err != nil {
			return message{}, err
		}
	}
	found, err := o.tx.Detections(o.inc.Number)
	if err != nil {
		return message{}, err
	}
	listed, err := withVerdicts(&o.tx.View, found)
	if err != nil {
		return message{}, err
	}
	for i := range listed {
		listed[i].n = i + 1
	}
	slices.Reverse(listed)
	return detectionsMessage(o.inc.Number, listed, o.at, o.slash.Command), nil
}

// listed is a detection with its place in a list, and its verdict if it has
// one.
type listed struct {
	incident.Detection
	n       int
	verdict *incident.Verdict
}

func withVerdicts(v *store.View, found []incident.Detection) ([]listed, error) {
	list := make([]listed, 0, len(found))
	for _, d := range found {
		l := listed{Detection: d}
		verdict, err := v.Verdict(d.ID)
		switch {
		case err == nil:
			l.verdict = &verdict
		case !isNotFound(err):
			return nil, err
		}
		list = append(list, l)
	}
	return list, nil
}

// detectionsShown is how many detections one answer lists.
const detectionsShown = 20

// detectionsMessage lists detections, in the order given.
func detectionsMessage(n incident.Number, found []listed, now time.Time, command string) message {
	if len(found) == 0 {
		return sentence("Nothing has been detected for " + n.String() + " so far.")
	}
	head := fmt.Sprintf("%s · %s", n, count(len(found), "detection"))
	shown := found[:min(len(found), detectionsShown)]
	lines := make([]string, len(shown))
	for i, d := range shown {
		lines[i] = fmt.Sprintf("`%d` %s · *%s* · %s · %s%s", d.n, stamp(d.At, now), words(mask.Text(d.Title), 120), words(d.Level, 40), words(mask.Text(d.Why), 300), verdictMark(d.verdict))
	}
	p := parser{slash: command}
	var l layout
	l.section("*" + head + "*")
	l.list(lines, len(found)-len(shown), func(left int) string {
		return fmt.Sprintf("… and %d earlier. ", left) + p.do("timeline kind:detection") + " has them with their evidence."
	})
	return l.message(head)
}
