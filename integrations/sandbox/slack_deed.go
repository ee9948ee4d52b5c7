package sandbox

import (
	"fmt"
	"strings"
)

// Deed is what a person does to one element of a message or a view.
type Deed struct {
	BlockID, ActionID string
	// Value is what the person chose or typed: an option's value, a date, a
	// user's id or handle, several of them joined by commas; for a button
	// empty.
	Value string
	// State is what the person's client holds of the fields around it, as in
	// state.values: block_id to action_id to entry. It may be nil.
	State map[string]map[string]any
}

// Do lets a person use an element of the message ts, or of one that only they
// see, and waits for the app's ack. What is not there to be used is an error.
func (s *Slack) Do(user, channel, ts string, d Deed) (Reply, error) {
	var r Reply
	err := s.Try(func() { r = s.Click(user, channel, ts, d.ActionID, d.Value) })
	return r, err
}

// Do lets the person use an element of the view and waits for the app's ack.
func (v *View) Do(d Deed) (Reply, error) {
	var r Reply
	err := v.s.Try(func() { r = v.Click(d.ActionID) })
	return r, err
}

// Try runs verbs and turns the panic about a mistake in them into an error.
func (s *Slack) Try(act func()) error { return Try(act) }

// Try runs verbs and turns the panic about a mistake in them into an error,
// without "sandbox: " before it. Any other panic goes on.
func Try(act func()) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case string:
			text, ours := strings.CutPrefix(p, "sandbox: ")
			if !ours {
				panic(p)
			}
			err = fmt.Errorf("%s", text)
		default:
			panic(p)
		}
	}()
	act()
	return nil
}
