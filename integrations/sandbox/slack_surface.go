package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// slackSurface is a person before something with elements: a message, one that
// only they see, a modal or the Home tab.
type slackSurface struct {
	s      *Slack
	who    *slackUser
	fields []slackField
	held   *slackHeld

	view *slackView // or a message of a channel:

	ch      *slackChannel
	ts      string
	thread  string        // of a reply: its parent's ts
	message *slackMessage // nil: only the person sees it
}

// slackHeld is what a person's client holds of a surface, by field: what was
// put in, the options that the app offered on being asked, and the files that
// were uploaded, also those that were taken away again.
type slackHeld struct {
	filled   map[string]any
	offered  map[string][]any
	attached map[string][]any
}

// slackSight is one person's sight of one message.
type slackSight struct{ user, channel, ts string }

// surface finds the message ts, or what only this person sees by that ts.
func (s *Slack) surface(user, channel, ts string) (*slackSurface, error) {
	u, ch := s.user(user), s.channel(channel)
	switch {
	case u == nil:
		return nil, fmt.Errorf("there is no user %q", user)
	case ch == nil:
		return nil, fmt.Errorf("there is no channel %q", channel)
	case u.Deleted:
		return nil, fmt.Errorf("%s's account is deactivated", u.Name)
	case !ch.has(u.ID):
		return nil, fmt.Errorf("%s is not in #%s", u.Name, ch.name)
	}
	if m := ch.find(ts); m != nil && m.whole() {
		return s.messageSurface(u, m)
	}
	for _, e := range s.whispers {
		if e.TS == ts && e.User == u.ID && e.Channel == ch.id && !e.Gone {
			return s.whisperSurface(u, ch, e), nil
		}
	}
	return nil, fmt.Errorf("%s sees no message %s in #%s", u.Name, ts, ch.name)
}

// messageSurface has what stands in a message's blocks and in those of its
// attachments. Another app's buttons tell that app, which is not there.
func (s *Slack) messageSurface(u *slackUser, m *slackMessage) (*slackSurface, error) {
	if m.botID != s.app.botID {
		return nil, fmt.Errorf("message %s in #%s is not %s's: nobody would answer", m.ts, m.ch.name, s.app.name)
	}
	on := s.seen(u, m.ch, m.ts)
	on.message, on.fields = m, fieldsOf(objects(m.blocks))
	if m.reply() {
		on.thread = m.thread
	}
	for i, a := range objects(m.attachments) {
		for _, f := range fieldsOf(objects(mustJSON(a["blocks"]))) {
			f.attachment = i + 1
			on.fields = append(on.fields, f)
		}
	}
	return on, nil
}

func (s *Slack) whisperSurface(u *slackUser, ch *slackChannel, e Ephemeral) *slackSurface {
	on := s.seen(u, ch, e.TS)
	on.fields, on.thread = fieldsOf(objects(e.Blocks)), e.ThreadTS
	return on
}

// seen begins a surface in a channel, with what the person's client still
// holds of it.
func (s *Slack) seen(u *slackUser, ch *slackChannel, ts string) *slackSurface {
	sight := slackSight{user: u.ID, channel: ch.id, ts: ts}
	if s.sights[sight] == nil {
		s.sights[sight] = &slackHeld{}
	}
	return &slackSurface{s: s, who: u, ch: ch, ts: ts, held: s.sights[sight]}
}

func (s *Slack) viewSurface(v *slackView) *slackSurface {
	return &slackSurface{s: s, who: s.mustUser(v.user), view: v, fields: fieldsOf(v.blocks()), held: &v.slackHeld}
}

// where names the surface for the ledger.
func (on *slackSurface) where() (channel, ref string) {
	if on.view != nil {
		return "", on.view.id
	}
	return on.ch.id, on.ts
}

// place tells the app in a payload where f stands (documented: container, and
// view or channel and message; a message that only one person sees is not
// shown). Observed: thread_ts in the container of a reply.
func (on *slackSurface) place(payload map[string]any, f slackField) {
	if on.view != nil {
		payload["container"] = map[string]any{"type": "view", "view_id": on.view.id}
		payload["view"] = on.view.wire(on.s)
		return
	}
	container := map[string]any{
		"type": "message", "message_ts": on.ts, "channel_id": on.ch.id, "is_ephemeral": on.message == nil,
	}
	if f.attachment > 0 {
		container["type"], container["attachment_id"], container["is_app_unfurl"] = "message_attachment", f.attachment, false
	}
	if on.thread != "" {
		container["thread_ts"] = on.thread
	}
	payload["container"] = container
	payload["channel"] = map[string]any{"id": on.ch.id, "name": on.ch.shownName()}
	if on.message != nil {
		payload["message"] = on.message.wire(on.s, false)
	}
}

// find finds the element that a deed is done to. The block may be left out,
// and of several buttons with one action_id the value tells which.
func (on *slackSurface) find(d Deed) (slackField, error) {
	var found []slackField
	for _, f := range on.fields {
		if f.action == d.ActionID && (d.BlockID == "" || f.block == d.BlockID) {
			found = append(found, f)
		}
	}
	_, ref := on.where()
	if len(found) == 0 {
		return slackField{}, fmt.Errorf("%s shows no element %q", ref, d.ActionID)
	}
	if !found[0].button() || d.Value == "" {
		return found[0], nil
	}
	i := slices.IndexFunc(found, func(f slackField) bool { return f.element["value"] == d.Value })
	if i < 0 {
		return slackField{}, fmt.Errorf("%s shows no button %q with the value %q", ref, d.ActionID, d.Value)
	}
	return found[i], nil
}

// take is what the person's client holds once state is taken into account.
// What stands in state and no more on the surface, such as an option that an
// update took away, is of an earlier one and does not count.
func (on *slackSurface) take(state map[string]map[string]any) (map[string]any, error) {
	filled := maps.Clone(on.held.filled)
	if filled == nil {
		filled = map[string]any{}
	}
	plain, err := json.Marshal(state)
	if err != nil {
		return nil, fmt.Errorf("read the state: %w", err)
	}
	var entries map[string]map[string]any
	if err := json.Unmarshal(plain, &entries); err != nil {
		return nil, fmt.Errorf("read the state: %w", err)
	}
	for _, f := range on.fields {
		entry, ok := entries[f.block][f.action]
		if !ok || !f.holds() {
			continue
		}
		if filled[f.key()], err = on.stated(f, entry); err != nil {
			delete(filled, f.key())
		}
	}
	return filled, nil
}
