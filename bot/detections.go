package bot

import (
	"fmt"
	"slices"
	"time"

	"firebreak/incident"
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
	slices.Reverse(found)
	return detectionsMessage(o.inc.Number, found, o.at, o.slash.Command), nil
}

// detectionsShown is how many detections one answer lists.
const detectionsShown = 20

// detectionsMessage lists detections, in the order given.
func detectionsMessage(n incident.Number, found []incident.Detection, now time.Time, command string) message {
	if len(found) == 0 {
		return sentence("Nothing has been detected for " + n.String() + " so far.")
	}
	head := fmt.Sprintf("%s · %s", n, count(len(found), "detection"))
	shown := found[:min(len(found), detectionsShown)]
	lines := make([]string, len(shown))
	for i, d := range shown {
		lines[i] = bullet(fmt.Sprintf("%s · *%s* · %s · %s", stamp(d.At, now), words(d.Title, 120), words(d.Level, 40), words(d.Why, 300)))
	}
	p := parser{slash: command}
	var l layout
	l.section("*" + head + "*")
	l.list(lines, len(found)-len(shown), func(left int) string {
		return fmt.Sprintf("… and %d earlier. ", left) + p.do("timeline kind:detection") + " has them with their evidence."
	})
	return l.message(head)
}
