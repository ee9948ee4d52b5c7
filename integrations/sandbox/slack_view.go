package sandbox

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// slackView is a modal on somebody's screen, or one that was.
type slackView struct {
	id, user, root, previous string
	hash                     string
	raw                      json.RawMessage // as the app sent it
	body                     map[string]any  // with ids for blocks and elements that had none
	at                       time.Time
	slackHeld
}

// Documented: a view has at most 250 kB, a stack at most three views.
const (
	maxView  = 250_000
	maxStack = 3
)

// stack is what a person has open, the view on top last.
func (s *Slack) stack(user string) []*slackView { return s.screens[user] }

// onScreen finds a view that is on somebody's screen.
func (s *Slack) onScreen(id, external string) *slackView {
	for _, stack := range s.screens {
		for _, v := range stack {
			if id != "" && v.id == id || id == "" && v.text("external_id") == external {
				return v
			}
		}
	}
	return nil
}

// titled finds the view that has an external_id, a Home tab included.
func (s *Slack) titled(external string) *slackView {
	for _, v := range s.homes {
		if v.text("external_id") == external {
			return v
		}
	}
	return s.onScreen("", external)
}

// redeem exchanges a trigger: within 3 s, once (documented). The trigger
// counts as used only when keep is called.
func (c *slackCall) redeem() (t *slackTrigger, err error) {
	t = c.s.triggers[c.args["trigger_id"]]
	switch {
	case t == nil:
		return nil, refuse("invalid_trigger_id")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	case time.Now().After(t.expires):
		return nil, refuse("expired_trigger_id")
	}
	return t, nil
}

// view reads and checks the view argument. Documented: an external_id is
// unique among all views of a team.
func (c *slackCall) view(kind string, replaces *slackView) (*slackView, error) {
	raw := c.args["view"]
	if len(raw) > maxView {
		return nil, refuse("view_too_large")
	}
	v, err := c.s.readView(json.RawMessage(raw), kind)
	if err != nil {
		return nil, err
	}
	if id := v.text("external_id"); id != "" {
		if other := c.s.titled(id); other != nil && other != replaces {
			return nil, refuse("duplicate_external_id")
		}
	}
	return v, nil
}

// readView checks a view and gives blocks and elements the ids they lack.
func (s *Slack) readView(raw json.RawMessage, kind string) (*slackView, error) {
	v := &slackView{raw: raw, at: time.Now(), hash: s.viewHash()}
	if json.Unmarshal(raw, &v.body) != nil || v.body == nil {
		return nil, invalidView([]string{"view must be a JSON object"})
	}
	if faults := checkView(v.body, kind); len(faults) > 0 {
		return nil, invalidView(faults)
	}
	if lacks := s.unread(v); lacks != "" {
		return nil, invalidView([]string{lacks})
	}
	s.nameBlocks(v.blocks())
	return v, nil
}

func invalidView(faults []string) error {
	shown := make([]string, 0, len(faults))
	for _, f := range faults {
		shown = append(shown, "[ERROR] "+f)
	}
	return &slackRefusal{code: "invalid_arguments", extra: map[string]any{"response_metadata": map[string]any{"messages": shown}}}
}

func (s *Slack) viewHash() string { return timestampNow() + "." + s.sb.token(8) }

// methodViewsOpen opens a modal for who holds the trigger. Assumed: another
// modal of the app gives way to it.
func methodViewsOpen(c *slackCall) (slackOut, error) {
	t, err := c.redeem()
	if err != nil {
		return nil, err
	}
	v, err := c.view("modal", nil)
	if err != nil {
		return nil, err
	}
	t.used = true
	c.s.show(v, t.user, nil)
	return slackOut{"view": v.wire(c.s)}, nil
}

// methodViewsPush puts a view on top of the stack, which must be there
// (assumed: not_found without one) and hold less than three (documented).
func methodViewsPush(c *slackCall) (slackOut, error) {
	t, err := c.redeem()
	if err != nil {
		return nil, err
	}
	stack := c.s.stack(t.user)
	switch {
	case len(stack) == 0:
		return nil, refuse("not_found")
	case len(stack) == maxStack:
		return nil, refuse("push_limit_reached")
	}
	v, err := c.view("modal", nil)
	if err != nil {
		return nil, err
	}
	t.used = true
	c.s.show(v, t.user, stack)
	return slackOut{"view": v.wire(c.s)}, nil
}

// methodViewsUpdate replaces a view that is open, wherever in its stack it
// is. With a hash, only as it was then (documented).
func methodViewsUpdate(c *slackCall) (slackOut, error) {
	if c.args["view_id"] == "" && c.args["external_id"] == "" {
		return nil, invalidView([]string{"missing required field: view_id or external_id"})
	}
	old := c.s.onScreen(c.args["view_id"], c.args["external_id"])
	if old == nil {
		return nil, refuse("not_found")
	}
	if hash := c.args["hash"]; hash != "" && hash != old.hash {
		return nil, refuse("hash_conflict")
	}
	v, err := c.view("modal", old)
	if err != nil {
		return nil, err
	}
	c.s.replaceView(old, v)
	return slackOut{"view": old.wire(c.s)}, nil
}

// show puts a view on the person's screen, above those of below.
func (s *Slack) show(v *slackView, user string, below []*slackView) {
	v.id, v.user = s.id("V"), user
	v.root = v.id
	if len(below) > 0 {
		v.root, v.previous = below[0].id, below[len(below)-1].id
	}
	s.screens[user] = append(slices.Clone(below), v)
	s.views = append(s.views, View{ID: v.id, User: user, JSON: v.raw, At: v.at, s: s})
	s.note(RecordEffect, "view_opened", user, "", v.id, "")
}

// replaceView changes an open view.
func (s *Slack) replaceView(old, with *slackView) {
	old.become(with)
	s.note(RecordEffect, "view_updated", old.user, "", old.id, "")
}

// become takes another's content. Observed: what was put into a field stays if
// the field keeps its block_id and action_id.
func (v *slackView) become(with *slackView) {
	v.raw, v.body, v.hash, v.at = with.raw, with.body, with.hash, with.at
	kept := map[string]any{}
	for _, f := range v.fields() {
		if value, ok := v.filled[f.key()]; ok {
			kept[f.key()] = value
		}
	}
	v.filled = kept
}

func (v *slackView) text(name string) string {
	t, _ := v.body[name].(string)
	return t
}

func (v *slackView) flag(name string) bool {
	b, _ := v.body[name].(bool)
	return b
}

// fields are the view's elements that hold values, in order.
func (v *slackView) fields() []slackField {
	return slices.DeleteFunc(fieldsOf(v.blocks()), func(f slackField) bool { return !f.holds() })
}

func (v *slackView) blocks() []map[string]any {
	list, _ := v.body["blocks"].([]any)
	var blocks []map[string]any
	for _, b := range list {
		if b, ok := b.(map[string]any); ok {
			blocks = append(blocks, b)
		}
	}
	return blocks
}

// wire is the view as answers and payloads show it.
func (v *slackView) wire(s *Slack) map[string]any {
	out := map[string]any{
		"private_metadata": "", "callback_id": "", "external_id": "", "clear_on_close": false, "notify_on_close": false,
		"close": nil, "submit": nil, "previous_view_id": nil,
	}
	maps.Copy(out, v.body)
	maps.Copy(out, map[string]any{
		"id": v.id, "team_id": s.team.id, "root_view_id": v.root, "app_id": s.app.id, "bot_id": s.app.botID,
		"app_installed_team_id": s.team.id, "hash": v.hash, "state": map[string]any{"values": stateOf(v.fields(), v.filled)},
	})
	if v.previous != "" {
		out["previous_view_id"] = v.previous
	}
	return out
}

// Views returns the modals that the app opened or pushed, oldest first, as it
// sent them first.
func (s *Slack) Views() []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.views)
}
