package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// What people do to an incident's channel reaches the bot as events, and as
// conversations.info whenever the channel is compared. Either way it becomes a
// new state of the channel; what follows from the difference is decided in one
// place (setState), so that it is said once however it was learnt.

// moved takes up an event that tells of a channel's new state.
func (c capture) moved(e slackEvent) error {
	is, err := c.tx.ChannelState(c.channel)
	if err != nil {
		return err
	}
	switch e.Type {
	case "channel_archive", "group_archive":
		is.Archived = true
	case "channel_unarchive", "group_unarchive":
		is.Archived = false
	case "channel_deleted", "group_deleted":
		is.Deleted = true
	case "channel_left", "group_left":
		is.Out = true
	case "channel_shared":
		is.Shared = true
	case "channel_unshared":
		is.Shared = e.StillShared
	case "message":
		switch e.Subtype {
		case "channel_convert_to_public":
			is.Public = true
		case "channel_convert_to_private":
			is.Public = false
		}
	}
	return c.b.setState(c.tx, c.inc, is)
}

// setState brings a channel to a state and says what that means.
func (b *Bot) setState(tx *store.Tx, inc incident.Incident, is store.ChannelState) error {
	was, err := tx.ChannelState(inc.Channel.ID)
	if err != nil {
		return err
	}
	is.Moves = was.Moves
	if is == was {
		return nil
	}
	is.Moves++
	if err := tx.SaveChannelState(inc.Channel.ID, is); err != nil {
		return err
	}
	m := moveOf{b: b, tx: tx, inc: inc, was: was, is: is, key: fmt.Sprintf("move:%s:%d", inc.Channel.ID, is.Moves)}
	for _, follow := range []func() error{m.shut, m.shared, m.public} {
		if err := follow(); err != nil {
			return err
		}
	}
	return nil
}

// moveOf is one change of a channel's state.
type moveOf struct {
	b       *Bot
	tx      *store.Tx
	inc     incident.Incident
	was, is store.ChannelState
	key     string
}

func (m moveOf) control(part string, msg message) error {
	return m.b.tellControl(m.tx, m.key+":"+part, msg)
}

func (m moveOf) channel(part string, msg message) error {
	if m.is.Shut() {
		return nil
	}
	return m.b.say(m.tx, m.inc.Number, m.key+":"+part, msg)
}

// entry records what no message in the channel tells of.
func (m moveOf) entry(part, text string) error {
	_, _, err := m.tx.Record(m.key+":"+part, incident.Entry{
		Incident: m.inc.Number, Kind: incident.KindChannel, Lane: incident.LaneResponder, OccurredAt: nowUTC(),
		Actor: m.b.actor(), Text: text, Source: incident.Source{System: "firebreak"},
		Data: map[string]any{"channel": m.inc.Channel.ID},
	})
	return err
}

// shut: while nothing can be said in the channel, the control channel knows,
// and what is to be said there waits.
func (m moveOf) shut() error {
	if m.is.Deleted && !m.was.Deleted {
		if err := m.entry("deleted", "the channel was deleted in Slack"); err != nil {
			return err
		}
		return m.b.uncomparable(m.tx, m.inc, nowUTC(), causeDeleted)
	}
	if m.is.Out && !m.was.Out {
		if err := m.tx.Leave(m.inc.Channel.ID, m.b.me().UserID); err != nil {
			return err
		}
		if err := m.entry("out", "firebreak was removed from the channel; what is said there now is recorded once it is invited again"); err != nil {
			return err
		}
		if err := m.b.uncomparable(m.tx, m.inc, nowUTC(), causeOut); err != nil {
			return err
		}
	}
	switch {
	case m.is.Shut() && !m.was.Shut():
		return m.control("shut", shutMessage(m.inc, m.is, m.b.cfg.Command))
	case !m.is.Shut() && m.was.Shut():
		n, err := m.b.release(m.tx, m.inc.Number)
		if err != nil {
			return err
		}
		return m.control("open", openAgainMessage(m.inc, n))
	}
	return nil
}

// shared: who reads the channel now is said before anything else is.
func (m moveOf) shared() error {
	if m.is.Shared == m.was.Shared {
		return nil
	}
	text := "the channel is shared with another organisation"
	if !m.is.Shared {
		text = "the channel is no longer shared with another organisation"
	}
	if err := m.entry("shared", text); err != nil {
		return err
	}
	if err := m.channel("shared", sharedMessage(m.inc, m.is.Shared, false)); err != nil {
		return err
	}
	return m.control("shared:control", sharedMessage(m.inc, m.is.Shared, true))
}

// public: of the channel's and the incident's visibility the stricter holds.
func (m moveOf) public() error {
	if m.is.Public == m.was.Public {
		return nil
	}
	if !m.is.Public && !m.inc.Private {
		m.inc.Private = true
		if err := m.tx.SaveIncident(m.inc); err != nil {
			return err
		}
		return m.channel("private", madePrivateMessage(m.inc))
	}
	if m.is.Public && m.inc.Private {
		if err := m.channel("public", madePublicMessage(m.inc, false)); err != nil {
			return err
		}
		return m.control("public:control", madePublicMessage(m.inc, true))
	}
	return nil
}

// causeDeleted is the one gap that no later comparison can close.
var causeDeleted = cause{"deleted", "The channel was deleted in Slack."}

// heldReason is why an action that belongs into a channel waits that is
// archived or that the bot has been removed from.
const heldReason = "The channel is archived, or the bot is not in it: this is done once it is open to the bot again."

// codeShut marks what was not even tried, the channel being known to be shut.
const codeShut = "channel_shut"

// inChannel says whether an action belongs into its incident's channel.
func inChannel(a incident.Action) bool {
	return a.Incident != 0 && a.Kind != kindCreateChannel && (a.Lane == slackLane(a.Incident) || strings.HasPrefix(a.Lane, slackLane(a.Incident)+":"))
}

// holds says whether a refusal only means that the incident's channel is shut.
func holds(a incident.Action, code string) bool {
	return inChannel(a) && (code == codeShut || cause{Code: code}.shutOut())
}

// awaitsChannel refuses to try what belongs into a channel that is shut.
func (b *Bot) awaitsChannel(ctx context.Context, a incident.Action) error {
	if !inChannel(a) {
		return nil
	}
	var is store.ChannelState
	err := b.store.View(ctx, func(v *store.View) error {
		inc, err := v.Incident(incident.Operator(), a.Incident)
		if err != nil || inc.Channel.ID == "" {
			return err
		}
		is, err = v.ChannelState(inc.Channel.ID)
		return err
	})
	if err == nil && is.Shut() {
		err = &incident.CallError{Call: a.Kind, Outcome: incident.OutcomeRefused, Code: codeShut, Reason: heldReason}
	}
	return err
}

// hold sets an action aside until its channel is open again; should it be by
// now, it is tried at once.
func (b *Bot) hold(tx *store.Tx, a incident.Action, code string) error {
	if code != codeShut {
		if err := b.foundShut(tx, a.Incident, code); err != nil {
			return err
		}
	}
	inc, err := tx.Incident(incident.Operator(), a.Incident)
	if err != nil {
		return err
	}
	is, err := tx.ChannelState(inc.Channel.ID)
	if err != nil {
		return err
	}
	if !is.Shut() {
		return tx.RetryAction(a.ID, a.Fence, incident.ActionPlanned, time.Time{}, "")
	}
	return tx.FinishAction(a.ID, a.Fence, incident.ActionParked, nil, heldReason)
}

// foundShut takes up that a call was refused because the channel is shut:
// unless an event has told of it already, this is how the bot learns it.
func (b *Bot) foundShut(tx *store.Tx, n incident.Number, code string) error {
	inc, err := tx.Incident(incident.Operator(), n)
	if err != nil {
		return err
	}
	is, err := tx.ChannelState(inc.Channel.ID)
	if err != nil || is.Shut() {
		return err
	}
	if code == "is_archived" {
		is.Archived = true
	} else {
		is.Out = true
	}
	return b.setState(tx, inc, is)
}

// release lets go what waited for a channel, and says how much that is.
func (b *Bot) release(tx *store.Tx, n incident.Number) (int, error) {
	waiting, err := tx.Actions(n, true)
	if err != nil {
		return 0, err
	}
	released := 0
	for _, a := range waiting {
		if a.State != incident.ActionParked || a.Reason != heldReason {
			continue
		}
		if err := tx.RetryAction(a.ID, a.Fence, incident.ActionPlanned, time.Time{}, ""); err != nil {
			return released, err
		}
		if a.Kind == kindPost || a.Kind == kindHeader {
			released++
		}
	}
	return released, nil
}

// seenAs takes up how Slack describes the channel now, unless an event has
// told of something newer since moves were counted.
func (b *Bot) seenAs(tx *store.Tx, inc incident.Incident, info incident.ChannelInfo, moves int) error {
	is, err := tx.ChannelState(inc.Channel.ID)
	if err != nil || is.Moves != moves {
		return err
	}
	inc, err = tx.Incident(incident.Operator(), inc.Number)
	if err != nil {
		return err
	}
	if info.Name != "" && info.Name != inc.Channel.Name {
		inc.Channel.Name = info.Name
		if err := tx.SaveIncident(inc); err != nil {
			return err
		}
	}
	is.Archived, is.Shared, is.Public = info.Archived, info.Shared, !info.Private
	return b.setState(tx, inc, is)
}

// channelMove says whether an event tells of a channel's new state.
func channelMove(e slackEvent) bool {
	if e.Type == "message" {
		return strings.HasPrefix(e.Subtype, "channel_convert_to_")
	}
	return slices.Contains([]string{
		"channel_archive", "group_archive", "channel_unarchive", "group_unarchive", "channel_deleted", "group_deleted",
		"channel_left", "group_left", "channel_shared", "channel_unshared",
	}, e.Type)
}
