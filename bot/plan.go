package bot

import (
	"encoding/json"
	"fmt"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// step is an action about to be planned.
type step struct {
	Key      string // what must happen once
	Kind     string
	Lane     string
	Incident incident.Number
	Payload  any
	Needs    []int64

	NotBefore time.Time
	First     bool // it goes before all others of its kind
}

// plan writes the intent of an effect into the transaction that causes it.
// Planning the same key twice changes nothing.
func plan(tx *store.Tx, s step) error {
	_, err := planned(tx, s)
	return err
}

// planned is plan for who needs the action's id.
func planned(tx *store.Tx, s step) (int64, error) {
	payload, err := json.Marshal(s.Payload)
	if err != nil {
		return 0, fmt.Errorf("plan %s: %w", s.Kind, err)
	}
	rank := rankOf(s.Kind)
	if s.First {
		rank = incident.RankAsked
	}
	a, _, err := tx.Plan(incident.Action{
		Key: s.Key, Kind: s.Kind, Lane: s.Lane, Incident: s.Incident, Rank: rank,
		Payload: payload, Needs: s.Needs, State: incident.ActionPlanned, NotBefore: s.NotBefore,
	})
	return a.ID, err
}

// The lanes: what must keep its order shares one.
func slackLane(n incident.Number) string  { return "slack:" + n.String() }
func gitlabLane(n incident.Number) string { return "gitlab:" + n.String() }

// inviteLane is apart from the channel's: who is invited depends on
// PagerDuty, and a PagerDuty that is away must not silence the channel.
func inviteLane(n incident.Number) string { return slackLane(n) + ":invite" }

// lookLane is that of what only makes the channel look right. Slack lets few
// of those through, and what is said must not wait for them.
func lookLane(n incident.Number) string { return slackLane(n) + ":look" }

const (
	controlLane   = "slack:control"
	directoryLane = "directory"
)

// channelAction is the id of the action that makes the incident's channel:
// whatever is said there needs it, and those that are to open it again once it
// has been archived.
func channelAction(tx *store.Tx, n incident.Number) ([]int64, error) {
	a, err := tx.ActionByKey(channelKey(n))
	if err != nil {
		return nil, err
	}
	needs := []int64{a.ID}
	waiting, err := unarchiving(tx, n)
	for _, w := range waiting {
		needs = append(needs, w.ID)
	}
	return needs, err
}

func channelKey(n incident.Number) string { return "channel:" + n.String() }

// say plans a message to the incident's channel.
func (b *Bot) say(tx *store.Tx, n incident.Number, key string, m message) error {
	needs, err := channelAction(tx, n)
	if err != nil {
		return err
	}
	return plan(tx, step{
		Key: key, Kind: kindPost, Lane: slackLane(n), Incident: n, Needs: needs,
		Payload: m.post("", key),
	})
}

// sayIn plans a message to a channel that exists already, in a thread if
// threadTS is given.
func (b *Bot) sayIn(tx *store.Tx, channel, threadTS, key string, n incident.Number, m message) error {
	p := m.post(channel, key)
	p.ThreadTS = threadTS
	return plan(tx, step{Key: key, Kind: kindPost, Lane: "slack:" + channel, Incident: n, Payload: p})
}

// tellControl plans a message to the control channel, where the bot's own
// troubles are told. Without one the sentence goes to the log only.
func (b *Bot) tellControl(tx *store.Tx, key string, m message) error {
	if b.cfg.ControlChannel == "" {
		b.log.Warn("no control channel to tell", "action", key)
		return nil
	}
	return plan(tx, step{Key: key, Kind: kindPost, Lane: controlLane, Payload: m.post(b.cfg.ControlChannel, key)})
}

// wantPerson plans to learn who a user is, once per user seen.
func (b *Bot) wantPerson(tx *store.Tx, user string) error {
	if user == "" {
		return nil
	}
	key := "person:" + user
	if is, err := tx.IsPlanned(key); err != nil || is { // nearly always
		return err
	}
	return plan(tx, step{Key: key, Kind: kindLookUpPerson, Lane: directoryLane, Payload: lookUpPerson{ID: user}})
}
