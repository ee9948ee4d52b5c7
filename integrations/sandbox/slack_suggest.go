package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Option is what an app offers in a menu.
type Option struct{ Text, Value string }

// minTyped is how much a person types before Slack asks the app for options,
// unless min_query_length says otherwise (documented).
const minTyped = 3

// slackOffer is what became of asking.
type slackOffer struct {
	options []Option
	err     error
}

// Suggest types into a menu whose options the app gives, in a view (its id) or
// under a message (channel and ts), and returns what the app offers; nothing
// where too little was typed to ask. The app has 3 s (documented).
func (s *Slack) Suggest(user, viewID, channel, ts, actionID, typed string) ([]Option, error) {
	wait, err := s.suggest(user, viewID, channel, ts, actionID, typed)
	if err != nil || wait == nil {
		return nil, err
	}
	offer := <-wait
	return offer.options, offer.err
}

func (s *Slack) suggest(user, viewID, channel, ts, actionID, typed string) (<-chan slackOffer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	on, err := s.anySurface(user, viewID, channel, ts)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(on.fields, func(f slackField) bool { return f.action == actionID && f.external() })
	if i < 0 {
		return nil, fmt.Errorf("there is no menu %q whose options the app gives", actionID)
	}
	f := on.fields[i]
	where, ref := on.where()
	s.note(RecordPerson, "search", on.who.ID, where, ref, typed)
	if utf8.RuneCountInString(typed) < f.leastTyped() {
		return nil, nil
	}
	payload := s.interaction("block_suggestion", on.who)
	on.place(payload, f)
	payload["block_id"], payload["action_id"], payload["value"] = f.block, f.action, typed
	done := make(chan slackOffer, 1)
	s.send(&slackDelivery{kind: "interactive", accepts: true, payload: mustJSON(payload), answer: func(p json.RawMessage, trouble string) {
		options, err := on.offered(f, p, trouble)
		done <- slackOffer{options: options, err: err}
	}})
	return done, nil
}

// anySurface is a view, if its id is given, or a message.
func (s *Slack) anySurface(user, viewID, channel, ts string) (*slackSurface, error) {
	if viewID == "" {
		return s.surface(user, channel, ts)
	}
	u := s.user(user)
	if u == nil {
		return nil, fmt.Errorf("there is no user %q", user)
	}
	return (&View{ID: viewID, User: u.ID, s: s}).surface()
}

func (f slackField) external() bool {
	return f.kind() == "external_select" || f.kind() == "multi_external_select"
}

func (f slackField) leastTyped() int {
	if n, ok := f.element["min_query_length"].(float64); ok {
		return int(n)
	}
	return minTyped
}

// offered reads the app's answer: options or option_groups, with the limits
// that every menu has (documented). What was offered before can still be
// chosen.
func (on *slackSurface) offered(f slackField, payload json.RawMessage, trouble string) ([]Option, error) {
	if trouble != "" {
		return nil, fmt.Errorf("the app gave no options: %s", trouble)
	}
	menu, ok := readMenu(payload)
	if !ok {
		_, ref := on.where()
		on.s.note(RecordSocket, "bad_response", on.who.ID, "", ref, string(payload))
		return nil, errors.New("the app gave no options that Slack takes")
	}
	var options []Option
	for _, o := range menu.options() {
		option, _ := o.(map[string]any)
		text, _ := option["text"].(map[string]any)
		options = append(options, Option{Text: putOf(text["text"]), Value: putOf(option["value"])})
		if on.held.offered == nil {
			on.held.offered = map[string][]any{}
		}
		on.held.offered[f.key()] = append([]any{o}, on.held.offered[f.key()]...)
	}
	return options, nil
}

// readMenu reads an answer with options as a menu that has them. None at all are
// an answer too.
func readMenu(payload json.RawMessage) (slackField, bool) {
	var menu map[string]any
	if json.Unmarshal(payload, &menu) != nil || menu == nil {
		return slackField{}, false
	}
	check := &blockCheck{}
	if list, ok := menu["options"].([]any); !ok || len(list) > 0 {
		check.options("", menu)
	}
	return slackField{element: menu}, len(check.faults) == 0
}
