package bot

import (
	"context"
	"errors"
	"slices"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// handleEvent turns one Events API callback into facts. Events that do not
// concern an incident's channel or an alert channel are only marked handled:
// the raw row stays.
func (b *Bot) handleEvent(ctx context.Context, row incident.Inbound) error {
	var c callback
	var e slackEvent
	if lenient(row.Payload, &c) {
		lenient(c.Event, &e) // what nobody can read stays in its row
	}
	if c.Type == "app_rate_limited" { // Slack has dropped events: history has them
		poke(b.gaps)
	}
	for _, m := range []*slackMessage{&e.slackMessage, e.Message, e.PreviousMessage} {
		m.lookForSecrets()
	}
	return b.store.Update(ctx, func(tx *store.Tx) error {
		if e.Type == "user_change" {
			if err := b.userChanged(tx, c.Event); err != nil {
				return err
			}
		}
		if err := b.applyEvent(tx, e, row); err != nil {
			return err
		}
		if err := b.noteShared(tx, e, c.ExtShared); err != nil {
			return err
		}
		if err := b.forget(tx, row, e); err != nil {
			return err
		}
		return tx.HandledInbound(row.ID)
	})
}

func (b *Bot) applyEvent(tx *store.Tx, e slackEvent, row incident.Inbound) error {
	if e.Type == "app_home_opened" {
		return b.openedHome(tx, e, row.Key)
	}
	channel := eventLane(e)
	if e.Type == "message" && slices.Contains(b.cfg.AlertChannels, channel) {
		if err := b.alertMessage(tx, e); err != nil {
			return err
		}
	}
	inc, err := tx.IncidentByChannel(channel)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if r, err := tx.Retention(inc.Number); err != nil {
		return err
	} else if r.Purged() {
		return tx.EmptyInbound(row.ID)
	}
	c := capture{b: b, tx: tx, inc: inc, channel: channel}
	if channelMove(e) {
		if err := c.moved(e); err != nil {
			return err
		}
	}
	switch e.Type {
	case "message":
		return c.messageEvent(e)
	case "reaction_added", "reaction_removed":
		return c.reaction(e)
	case "member_joined_channel":
		return c.joined(e.User, e.EventTS)
	case "member_left_channel":
		return c.left(e.User)
	case "channel_archive", "group_archive":
		return c.archivedByPeople(e.EventTS)
	case "channel_unarchive", "group_unarchive":
		return b.openedAgain(tx, inc.Number, row.Key)
	case "channel_rename", "group_rename":
		return c.renamed(e.Channel.Name)
	}
	return nil
}

func (c capture) messageEvent(e slackEvent) error {
	switch e.Subtype {
	case "message_changed":
		return c.changed(e)
	case "message_deleted":
		return c.deleted(e)
	case "message_replied": // a reply counter; the reply comes by itself
		return nil
	}
	if e.TS == "" {
		return nil
	}
	_, err := c.message(e.slackMessage, e.TS)
	return err
}

func (c capture) joined(user, order string) error {
	if user == "" {
		return nil
	}
	if err := c.tx.Join(c.channel, user); err != nil {
		return err
	}
	if user == c.b.me().UserID {
		if err := c.letIn(); err != nil {
			return err
		}
		if err := c.returned(order); err != nil {
			return err
		}
		if err := c.b.openedAgain(c.tx, c.inc.Number, order); err != nil {
			return err
		}
	}
	if err := c.brief(user, order); err != nil {
		return err
	}
	return c.b.member(c.tx, c.inc, user)
}

// in takes up that the bot is in the channel, whatever was before.
func (c capture) in() error {
	is, err := c.tx.ChannelState(c.channel)
	if err != nil {
		return err
	}
	is.Out = false
	return c.b.setState(c.tx, c.inc, is)
}

// letIn takes up that the bot has been let in: nobody can be let into an
// archived channel, and Slack tells a bot that is outside of nothing.
func (c capture) letIn() error {
	is, err := c.tx.ChannelState(c.channel)
	if err != nil {
		return err
	}
	is.Out, is.Archived = false, false
	return c.b.setState(c.tx, c.inc, is)
}

// returned plans to compare the channel when the bot has been let in again:
// it was told nothing of what was said before. When it has just made the
// channel itself there is nothing to compare.
func (c capture) returned(order string) error {
	made, err := c.tx.ActionByKey(channelKey(c.inc.Number))
	if err != nil && !isNotFound(err) {
		return err
	}
	if err == nil && tsTime(order).Sub(made.DoneAt) < time.Minute {
		return nil
	}
	return plan(c.tx, step{
		Key: "compare:" + c.channel + ":" + order, Kind: kindCompare, Lane: "lookup:" + c.channel, Incident: c.inc.Number,
	})
}

func (c capture) left(user string) error {
	if user == c.b.me().UserID { // Slack's reference leaves open which event tells a bot of that
		return c.moved(slackEvent{slackMessage: slackMessage{Type: "channel_left"}})
	}
	return c.tx.Leave(c.channel, user)
}

// noteShared takes up from any event of a channel that it is shared with
// another organisation: the event that says so itself may have been missed.
func (b *Bot) noteShared(tx *store.Tx, e slackEvent, shared bool) error {
	if !shared || e.Type == "channel_unshared" {
		return nil
	}
	inc, err := tx.IncidentByChannel(eventLane(e))
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	is, err := tx.ChannelState(inc.Channel.ID)
	if err != nil {
		return err
	}
	is.Shared = true
	return b.setState(tx, inc, is)
}

func (c capture) renamed(name string) error {
	if name == "" {
		return nil
	}
	c.inc.Channel.Name = name
	return c.tx.SaveIncident(c.inc)
}
