package web

import (
	"encoding/json"
	"slices"

	"firebreak/integrations/sandbox"
)

// do uses an element of a message. Whoever clicks while the app updates the
// message names a block of before: blocks without a name get another one with
// every update. Then the one element of that action is meant.
func (a *actor) do() (any, error) {
	deed := a.Deed.sandbox()
	r, err := a.s.sb.Slack.Do(a.who.ID, a.ch.ID, a.TS, deed)
	if err != nil && a.outdated() {
		deed.BlockID = ""
		r, err = a.s.sb.Slack.Do(a.who.ID, a.ch.ID, a.TS, deed)
	}
	if err != nil {
		return nil, err
	}
	return replied(r), nil
}

// outdated says whether the message has one element of the deed's action, and
// not the block that the deed names.
func (a *actor) outdated() bool {
	all := a.in.Messages()
	i := slices.IndexFunc(all, func(m sandbox.Message) bool { return m.TS == a.TS })
	if i < 0 || a.Deed.BlockID == "" {
		return false
	}
	var blocks []any
	if json.Unmarshal(all[i].Blocks, &blocks) != nil {
		return false
	}
	return count(blocks, "block_id", a.Deed.BlockID) == 0 && count(blocks, "action_id", a.Deed.ActionID) == 1
}

// count counts the objects within v that have this value under key.
func count(v any, key, value string) (n int) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			n += count(x, key, value)
		}
	case map[string]any:
		if v[key] == value {
			n = 1
		}
		for _, x := range v {
			n += count(x, key, value)
		}
	}
	return n
}
