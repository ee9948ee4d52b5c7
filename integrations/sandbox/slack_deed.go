package sandbox

import (
	"fmt"
	"maps"
	"slices"
)

// Deed is what a person does to one element of a message or a view.
type Deed struct {
	BlockID, ActionID string // the block may be left out where the action is the only one of its name
	// Value is what the person chose or typed: an option's value, a date, a
	// user's id or handle, several of them joined by commas; nothing takes
	// away what was there. For a button it is empty, or the button's own.
	Value string
	// State is what the person's client holds of the fields around it, as in
	// state.values: block_id to action_id to entry. A string does for an entry
	// as it does for Value. It may be nil: the sandbox remembers.
	State map[string]map[string]any
}

// Do lets a person use an element of the message ts, or of one that only they
// see, and waits for the app's ack. What is not there to be used is an error.
func (s *Slack) Do(user, channel, ts string, d Deed) (Reply, error) {
	s.mu.Lock()
	on, err := s.surface(user, channel, ts)
	return s.done(on, d, err)
}

// Do lets the person use an element of the view, which must be on top, or of
// the Home tab, and waits for the app's ack.
func (v *View) Do(d Deed) (Reply, error) {
	v.s.mu.Lock()
	on, err := v.surface()
	return v.s.done(on, d, err)
}

// done does d, gives the lock back and waits.
func (s *Slack) done(on *slackSurface, d Deed, err error) (Reply, error) {
	var wait <-chan Reply
	if err == nil {
		wait, err = on.do(d)
	}
	s.mu.Unlock()
	if err != nil {
		return Reply{}, err
	}
	return <-wait, nil
}

// do uses an element. Documented: the app gets block_actions, but for elements
// of an input block only if its dispatch_action is true; it then gets
// trigger_id, and from a message response_url and state.
func (on *slackSurface) do(d Deed) (<-chan Reply, error) {
	if on.who.Deleted {
		return nil, fmt.Errorf("%s's account is deactivated", on.who.Name)
	}
	f, err := on.find(d)
	if err != nil {
		return nil, err
	}
	filled, err := on.take(d.State)
	if err != nil {
		return nil, err
	}
	action, err := on.act(f, d.Value, filled)
	if err != nil {
		return nil, err
	}
	on.held.filled = filled
	on.noteDeed(f, d)
	if f.input && !f.dispatches {
		done := make(chan Reply, 1)
		done <- Reply{}
		return done, nil
	}
	payload := on.s.interaction("block_actions", on.who)
	on.place(payload, f)
	payload["actions"], payload["trigger_id"] = []any{action}, on.s.trigger(on.who)
	if on.view == nil {
		payload["state"] = map[string]any{"values": stateOf(on.fields, filled)}
		original := slackOriginal{message: on.message}
		if on.message == nil {
			original.whisper = on.ts
		}
		payload["response_url"] = on.s.responseURL(on.ch, on.who, original)
	}
	return on.s.interact(payload), nil
}

// act puts the value into filled, where the element holds one, and returns the
// entry of actions.
func (on *slackSurface) act(f slackField, put string, filled map[string]any) (map[string]any, error) {
	switch f.kind() {
	case "button":
		return f.sign(maps.Clone(f.element)), nil
	case "workflow_button", "file_input":
		return nil, fmt.Errorf("%s is a %s, which the sandbox does not emulate", f.action, f.kind())
	}
	value, err := on.chosen(f, put)
	if err != nil {
		return nil, err
	}
	if f.holds() {
		filled[f.key()] = value
		value = f.value(filled)
	}
	if value == nil && (f.kind() == "overflow" || f.kind() == "radio_buttons") {
		return nil, fmt.Errorf("%s takes one of its options", f.action)
	}
	if said := f.complaint(filled); said != "" && f.dispatches && put != "" {
		return nil, fmt.Errorf("%s: %s", f.action, said)
	}
	return f.told(value), nil
}

// told is the entry of actions for what an element now holds (documented for
// each element); observed: it repeats some of the element, but of text inputs
// nothing.
func (f slackField) told(value any) map[string]any {
	slot, initial := f.slot()
	action := map[string]any{"type": f.kind(), slot: value}
	if initial != "initial_value" {
		for _, k := range []string{"placeholder", "confirm", "min_query_length", "timezone", initial} {
			if f.element[k] != nil {
				action[k] = f.element[k]
			}
		}
	}
	return f.sign(action)
}

// sign adds what every action has.
func (f slackField) sign(action map[string]any) map[string]any {
	action["block_id"], action["action_id"], action["action_ts"] = f.block, f.action, timestampNow()
	return action
}

// noteDeed writes down what the person did.
func (on *slackSurface) noteDeed(f slackField, d Deed) {
	verb, text := "click", f.action
	if f.kind() != "button" {
		verb, text = "choose", f.action+" = "+d.Value
	}
	channel, ref := on.where()
	on.s.note(RecordPerson, verb, on.who.ID, channel, ref, text)
}

// click does a deed that cannot fail unless the script is wrong.
func (on *slackSurface) click(d Deed, err error) <-chan Reply {
	var wait <-chan Reply
	if err == nil {
		wait, err = on.do(d)
	}
	if err != nil {
		panic("sandbox: " + err.Error())
	}
	return wait
}

// Click presses the button with actionID under the message ts and waits for
// the app's ack. A value tells which of several.
func (s *Slack) Click(user, channel, ts, actionID, value string) Reply {
	return <-s.click(user, channel, ts, actionID, value)
}

func (s *Slack) click(user, channel, ts, actionID, value string) <-chan Reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	on, err := s.surface(user, channel, ts)
	return on.click(Deed{ActionID: actionID, Value: value}, err)
}

// Click presses a button inside the view and waits for the ack.
func (v *View) Click(actionID string) Reply { return <-v.click(actionID) }

func (v *View) click(actionID string) <-chan Reply {
	v.s.mu.Lock()
	defer v.s.mu.Unlock()
	on, err := v.surface()
	return on.click(Deed{ActionID: actionID}, err)
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
			return on.click(d, nil)
		}
	}
	panic(fmt.Sprintf("sandbox: %s sees no button %q in #%s", user, actionID, ch.name))
}
