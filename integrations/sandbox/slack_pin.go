package sandbox

import (
	"fmt"
	"slices"
	"time"
)

type slackPin struct {
	ts, by  string
	created int64
}

// maxPins is how many pins a channel takes (widely reported, assumed).
const maxPins = 100

func (ch *slackChannel) pin(ts string) *slackPin {
	i := slices.IndexFunc(ch.pins, func(p *slackPin) bool { return p.ts == ts })
	if i < 0 {
		return nil
	}
	return ch.pins[i]
}

// pinnable finds the message that channel and timestamp name.
func (c *slackCall) pinnable() (*slackMessage, error) {
	ch, err := c.seen("channel")
	switch {
	case err != nil:
		return nil, err
	case c.args["timestamp"] == "":
		return nil, refuse("no_item_specified")
	}
	if _, err := tsMicros(c.args["timestamp"]); err != nil {
		return nil, refuse("bad_timestamp")
	}
	m := ch.find(c.args["timestamp"])
	if m == nil || !m.whole() {
		return nil, refuse("message_not_found")
	}
	return m, nil
}

func methodPinsAdd(c *slackCall) (slackOut, error) {
	m, err := c.pinnable()
	switch {
	case err != nil:
		return nil, err
	case !m.ch.has(c.s.app.userID):
		return nil, refuse("not_in_channel")
	case m.ch.archived:
		return nil, refuse("not_pinnable") // assumed code
	case m.ch.pin(m.ts) != nil:
		return nil, refuse("already_pinned")
	case len(m.ch.pins) >= maxPins:
		return nil, refuse("too_many_pins")
	}
	c.s.pin(m, c.s.app.userID)
	return nil, nil
}

func methodPinsRemove(c *slackCall) (slackOut, error) {
	m, err := c.pinnable()
	if err != nil {
		return nil, err
	}
	p := m.ch.pin(m.ts)
	if p == nil {
		return nil, refuse("no_pin")
	}
	c.s.unpin(m, p, c.s.app.userID)
	return nil, nil
}

// Pin pins a message, Slack's own way. Doing it twice is no mistake and does
// nothing.
func (in SlackChannel) Pin(user, ts string) {
	ch, u, done := in.act(user, "pin")
	defer done()
	m := in.message(ch, ts)
	if m.tombstone {
		panic(fmt.Sprintf("sandbox: message %s in #%s was deleted", ts, ch.name))
	}
	if ch.pin(ts) == nil && len(ch.pins) >= maxPins {
		panic(fmt.Sprintf("sandbox: #%s has %d pins already", ch.name, maxPins))
	}
	in.s.note(RecordPerson, "pin", u.ID, ch.id, ts, "")
	if ch.pin(ts) == nil {
		in.s.pin(m, u.ID)
	}
}

// Unpin takes the pin away, whoever put it, if there is one.
func (in SlackChannel) Unpin(user, ts string) {
	ch, u, done := in.act(user, "unpin")
	defer done()
	m := in.message(ch, ts)
	in.s.note(RecordPerson, "unpin", u.ID, ch.id, ts, "")
	if p := ch.pin(ts); p != nil {
		in.s.unpin(m, p, u.ID)
	}
}

func (s *Slack) pin(m *slackMessage, by string) {
	p := &slackPin{ts: m.ts, by: by, created: time.Now().Unix()}
	m.ch.pins = append(m.ch.pins, p)
	s.pinned("pin_added", by, m, p)
}

func (s *Slack) unpin(m *slackMessage, p *slackPin, by string) {
	m.ch.pins = slices.DeleteFunc(m.ch.pins, func(other *slackPin) bool { return other == p })
	s.pinned("pin_removed", by, m, p)
}

func (s *Slack) pinned(kind, by string, m *slackMessage, p *slackPin) {
	s.note(RecordEffect, kind, by, m.ch.id, m.ts, "")
	event := slackEvent{
		"type": kind, "user": by, "channel_id": m.ch.id, "item": s.pinItem(m, p),
		"item_user": m.user, "pin_count": len(m.ch.pins),
		"pinned_info": map[string]any{"channel": m.ch.id, "pinned_by": p.by, "pinned_ts": p.created},
	}
	if kind == "pin_removed" {
		event["has_pins"] = len(m.ch.pins) > 0
	}
	s.emitIn(m.ch, kind, event)
}

func (s *Slack) pinItem(m *slackMessage, p *slackPin) map[string]any {
	w := m.wire(s, false)
	w.Permalink = s.permalink(m)
	return map[string]any{"type": "message", "channel": m.ch.id, "created": p.created, "created_by": p.by, "message": w}
}

func methodPinsList(c *slackCall) (slackOut, error) {
	ch, err := c.seen("channel")
	if err != nil {
		return nil, err
	}
	items := []any{}
	for _, p := range slices.Backward(ch.pins) { // observed: newest pin first
		items = append(items, c.s.pinItem(ch.find(p.ts), p))
	}
	return slackOut{"items": items}, nil
}
