package sandbox

import (
	"fmt"
	"slices"
)

// Click presses the button with actionID under the message ts and waits for
// the app's ack. A value tells which of several.
func (s *Slack) Click(user, channel, ts, actionID, value string) Reply {
	return <-sure(s.do(user, channel, ts, Deed{ActionID: actionID, Value: value}))
}

// Click presses a button; see [Slack.Click].
func (in SlackChannel) Click(user, ts, actionID, value string) Reply {
	return in.s.Click(user, in.id, ts, actionID, value)
}

// Click presses a button inside the view and waits for the ack.
func (v *View) Click(actionID string) Reply { return <-sure(v.do(Deed{ActionID: actionID})) }

// sure is for deeds that cannot fail unless the script is wrong.
func sure(wait <-chan Reply, err error) <-chan Reply {
	if err != nil {
		panic("sandbox: " + err.Error())
	}
	return wait
}

// Press clicks a button of the newest message in this channel that only the
// person sees and that has it; see [Slack.Click].
func (in SlackChannel) Press(user, actionID string) Reply { return <-in.press(user, actionID) }

func (in SlackChannel) press(user, actionID string) <-chan Reply {
	ch, u, done := in.act(user, "press a button")
	defer done()
	for _, e := range slices.Backward(in.s.whispers) {
		if e.User != u.ID || e.Channel != ch.id || e.Gone {
			continue
		}
		on, d := in.s.whisperSurface(u, ch, e), Deed{ActionID: actionID}
		if _, err := on.find(d); err == nil {
			return sure(on.do(d))
		}
	}
	panic(fmt.Sprintf("sandbox: %s sees no button %q in #%s", user, actionID, ch.name))
}
