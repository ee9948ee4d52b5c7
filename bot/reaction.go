package bot

import (
	"errors"

	"firebreak/incident"
	"firebreak/store"
)

// reaction records a reaction and, for a pin emoji, pins or unpins the
// message's own entry, and for no_entry keeps it out of the RCA and the
// exports or lets it in again. The pin is kept by message identity, so it may come
// before the message does; then the message is looked up.
func (c capture) reaction(e slackEvent) error {
	if e.Item.Type != "message" || e.Item.TS == "" {
		return nil
	}
	on := e.Type == "reaction_added"
	if c.b.pinEmoji(e.Reaction) {
		if err := c.pin(e.Item.TS, e.User, e.Reaction, on, e.EventTS); err != nil {
			return err
		}
	}
	if c.b.hideEmoji(e.Reaction) {
		if err := c.hide(e.Item.TS, e.User, e.Reaction, on, e.EventTS); err != nil {
			return err
		}
	}
	_, err := c.tx.EntryByKey(c.key(e.Item.TS))
	if errors.Is(err, store.ErrNotFound) {
		err = c.wantMessage(e.Item.TS)
	}
	if err != nil {
		return err
	}
	return c.recordReaction(e, on)
}

func (c capture) pin(ts, user, emoji string, on bool, order string) error {
	p := incident.Pin{By: user, At: tsTime(order), Emoji: emoji}
	_, err := c.tx.SetPin(c.inc.Number, c.key(ts), p, on, order)
	return err
}

func (c capture) hide(ts, user, emoji string, on bool, order string) error {
	p := incident.Pin{By: user, At: tsTime(order), Emoji: emoji}
	_, err := c.tx.SetHide(c.inc.Number, c.key(ts), p, on, order)
	return err
}

// recordReaction keeps the reaction itself as an entry: who, which emoji, on
// what.
func (c capture) recordReaction(e slackEvent, on bool) error {
	text := "reacted :" + e.Reaction + ":"
	if !on {
		text = "took back :" + e.Reaction + ":"
	}
	_, _, err := c.tx.Record("reaction:"+c.key(e.Item.TS)+":"+e.User+":"+e.Reaction+":"+e.EventTS, incident.Entry{
		Incident: c.inc.Number, Kind: incident.KindReaction, Lane: incident.LaneResponder,
		OccurredAt: tsTime(e.EventTS),
		Actor:      incident.Actor{ID: e.User, Kind: incident.ActorUser},
		Text:       text,
		Source:     incident.Source{System: "slack", Channel: c.channel},
		Data:       map[string]any{"emoji": e.Reaction, "added": on, "item_ts": e.Item.TS},
	})
	if err != nil {
		return err
	}
	return c.b.wantPerson(c.tx, e.User)
}

// wantMessage plans to look up a message that something refers to and that
// was never seen: older than the bot, or its event still on the way.
func (c capture) wantMessage(ts string) error {
	return plan(c.tx, step{
		Key: "message:" + c.key(ts), Kind: kindLookUpMessage, Lane: "lookup:" + c.channel,
		Incident: c.inc.Number, Payload: lookUpMessage{Channel: c.channel, TS: ts},
	})
}
