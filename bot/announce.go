package bot

import (
	"context"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// beat is how long what comes in dozens is collected for one message: Slack
// takes one a second in a channel.
const beat = 500 * time.Millisecond

// nextBeat is when what has been collected until now is said.
func nextBeat(now time.Time) time.Time { return now.Truncate(beat).Add(beat) }

// planAnnouncement has the control channel told of a new incident: at once,
// unless it follows another one closely, for then more may follow.
func (b *Bot) planAnnouncement(tx *store.Tx, n incident.Number) error {
	if b.cfg.ControlChannel == "" {
		return nil
	}
	s := step{Key: announceKey(n), Kind: kindAnnounce, Lane: controlLane, Payload: []incident.Number{n}}
	before, err := tx.ActionByKey(announceKey(n - 1))
	if err != nil && !isNotFound(err) {
		return err
	}
	if now := nowUTC(); err == nil && now.Sub(before.CreatedAt) < 2*beat {
		s.NotBefore = nextBeat(now)
	}
	return plan(tx, s)
}

func announceKey(n incident.Number) string { return "announce:" + n.String() }

func announce(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	numbers, err := payloadOf[[]incident.Number](a)
	if err != nil || b.cfg.ControlChannel == "" { // the operator has taken it away meanwhile
		return nil, err
	}
	var list []incident.Incident
	err = b.store.View(ctx, func(v *store.View) error {
		for _, n := range numbers {
			inc, err := v.Incident(incident.Operator(), n)
			if err != nil {
				return err
			}
			list = append(list, maskedIncident(inc))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return b.chat.Post(ctx, announcement(list, len(b.cfg.Responders) > 0).post(b.cfg.ControlChannel, a.Key))
}

func findAnnounced(ctx context.Context, b *Bot, a incident.Action) (any, bool, error) {
	if b.cfg.ControlChannel == "" {
		return nil, false, nil
	}
	return b.findSent(ctx, a, incident.Post{Channel: b.cfg.ControlChannel, Key: a.Key})
}

// announceParked is for the log: what the control channel refuses cannot be
// told there.
func announceParked(_ *store.Tx, b *Bot, a incident.Action, reason string) error {
	b.log.Error("the control channel cannot be written to", "action", a.ID, "reason", reason)
	return nil
}
