package sandbox

import "fmt"

// Option is what an app offers in a menu.
type Option struct{ Text, Value string }

// Suggest types into a menu whose options the app gives, in a view or under a
// message, and returns what the app offers.
func (s *Slack) Suggest(user, viewID, channel, ts, actionID, typed string) ([]Option, error) {
	return nil, fmt.Errorf("there is no menu %q for %s", actionID, user)
}
