package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

const (
	// stormFirst is how long what comes is collected before a storm is told.
	stormFirst = 5 * time.Second
	// stormEvery is how often a storm's message is brought up to date.
	stormEvery = 30 * time.Second
)

// tellStorm keeps a storm and has its one message posted, or edited: what it
// says is written when it goes out, so an edit stands for all that came before.
func (b *Bot) tellStorm(tx *store.Tx, s store.Storm) error {
	s, err := tx.SaveStorm(s)
	if err != nil {
		return err
	}
	key, lane := fmt.Sprintf("storm:%d", s.ID), fmt.Sprintf("%s:storm:%d", slackLane(s.Incident), s.ID)
	posted, err := tx.ActionByKey(key)
	if isNotFound(err) {
		needs, err := channelAction(tx, s.Incident)
		if err != nil {
			return err
		}
		return plan(tx, step{
			Key: key, Kind: kindStorm, Lane: lane, Incident: s.Incident, Needs: needs, Payload: s.ID,
			NotBefore: s.Until.Add(stormFirst),
		})
	}
	if err != nil {
		return err
	}
	if posted.State == incident.ActionPlanned && posted.Attempts == 0 {
		return nil // it will say this too
	}
	next := s.Until.Truncate(stormEvery).Add(stormEvery)
	return plan(tx, step{
		Key: fmt.Sprintf("%s:%d", key, next.Unix()), Kind: kindStormUpdate, Lane: lane, Incident: s.Incident,
		Needs: []int64{posted.ID}, Payload: s.ID, NotBefore: next,
	})
}

// stormPost is a storm's message as it is to read now.
func (b *Bot) stormPost(ctx context.Context, a incident.Action) (p incident.Post, err error) {
	id, err := payloadOf[int64](a)
	if err != nil {
		return p, err
	}
	err = b.store.View(ctx, func(v *store.View) error {
		s, err := v.Storm(id)
		if err != nil {
			return err
		}
		inc, err := v.Incident(incident.Operator(), s.Incident)
		if err != nil {
			return err
		}
		m, err := b.stormMessage(v, inc, s)
		p = m.post(inc.Channel.ID, fmt.Sprintf("storm:%d", s.ID))
		return err
	})
	return p, err
}

func (b *Bot) stormMessage(v *store.View, inc incident.Incident, s store.Storm) (message, error) {
	state, err := v.ChannelState(inc.Channel.ID)
	if err != nil {
		return message{}, err
	}
	if state.Shared {
		return withheldMessage(b.cfg.Command), nil
	}
	now := nowUTC()
	if s.Rule == "" {
		t, err := v.TallyStorm(s, stormTop)
		return alertStormMessage(s, t, now, b.cfg.Command), err
	}
	total, newest, err := v.StormDetections(s, stormGroups)
	if err != nil {
		return message{}, err
	}
	return ruleStormMessage(s, total, newest, now, b.cfg.Command), nil
}

func postStorm(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := b.stormPost(ctx, a)
	if err != nil {
		return nil, err
	}
	return b.chat.Post(ctx, p)
}

func findStorm(ctx context.Context, b *Bot, a incident.Action) (any, bool, error) {
	p, err := b.stormPost(ctx, a)
	if err != nil {
		return nil, false, err
	}
	return b.findSent(ctx, a, p)
}

// updateStorm brings a storm's message to what has come by now.
func updateStorm(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := b.stormPost(ctx, a)
	if err != nil {
		return nil, err
	}
	var ts string
	err = b.store.View(ctx, func(v *store.View) error {
		posted, err := v.ActionByKey(p.Key)
		if err != nil {
			return err
		}
		_ = json.Unmarshal(posted.Result, &ts) // without one nothing was posted that could be edited
		return nil
	})
	if err != nil || ts == "" {
		return nil, err
	}
	return nil, b.chat.UpdatePost(ctx, ts, p)
}
