package sandbox

import (
	"fmt"
	"maps"
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
	return awaited(s.do(user, channel, ts, d))
}

func (s *Slack) do(user, channel, ts string, d Deed) (<-chan Reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	on, err := s.surface(user, channel, ts)
	if err != nil {
		return nil, err
	}
	return on.do(d)
}

// Do lets the person use an element of the view, which must be on top, or of
// the Home tab, and waits for the app's ack.
func (v *View) Do(d Deed) (Reply, error) { return awaited(v.do(d)) }

func (v *View) do(d Deed) (<-chan Reply, error) {
	v.s.mu.Lock()
	defer v.s.mu.Unlock()
	on, err := v.surface()
	if err != nil {
		return nil, err
	}
	return on.do(d)
}

func awaited(wait <-chan Reply, err error) (Reply, error) {
	if err != nil {
		return Reply{}, err
	}
	return <-wait, nil
}

// do uses an element. Documented: the app hears of it by block_actions, but of
// elements in an input block only if its dispatch_action is true.
func (on *slackSurface) do(d Deed) (<-chan Reply, error) {
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
	return on.s.interact(on.blockActions(f, action)), nil
}

// blockActions is the payload about an action. Documented: a message's has
// state and response_url, a view has its state within and no response_url.
func (on *slackSurface) blockActions(f slackField, action map[string]any) map[string]any {
	payload := on.s.interaction("block_actions", on.who)
	on.place(payload, f)
	payload["actions"], payload["trigger_id"] = []any{action}, on.s.trigger(on.who)
	if on.view != nil {
		return payload
	}
	payload["state"] = map[string]any{"values": stateOf(on.fields, on.held.filled)}
	original := slackOriginal{message: on.message}
	if on.message == nil {
		original.whisper = on.ts
	}
	payload["response_url"] = on.s.responseURL(on.ch, on.who, original)
	return payload
}

// act puts the value into filled, where the element holds one, and returns the
// entry of actions.
func (on *slackSurface) act(f slackField, put string, filled map[string]any) (map[string]any, error) {
	switch f.kind() {
	case "button", "icon_button":
		return f.sign(maps.Clone(f.element)), nil
	case "feedback_buttons":
		return f.feedback(put)
	case "workflow_button":
		return nil, fmt.Errorf("%s is a %s, which the sandbox does not emulate", f.action, f.kind())
	case "file_input":
		return nil, fmt.Errorf("%s takes files: attach them", f.action)
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

// feedback is the action of one of a pair of buttons, told by its value
// (documented; that its text comes along is assumed).
func (f slackField) feedback(put string) (map[string]any, error) {
	for _, which := range []string{"positive_button", "negative_button"} {
		if b, _ := f.element[which].(map[string]any); b["value"] == put {
			return f.sign(map[string]any{"type": f.kind(), "value": put, "text": b["text"]}), nil
		}
	}
	return nil, fmt.Errorf("%s offers no %q", f.action, put)
}

// sign adds what every action has.
func (f slackField) sign(action map[string]any) map[string]any {
	action["block_id"], action["action_id"], action["action_ts"] = f.block, f.action, timestampNow()
	return action
}

// noteDeed writes down what the person did.
func (on *slackSurface) noteDeed(f slackField, d Deed) {
	verb, text := "click", f.action
	if !f.button() {
		verb, text = "choose", f.action+" = "+d.Value
	}
	channel, ref := on.where()
	on.s.note(RecordPerson, verb, on.who.ID, channel, ref, text)
}
