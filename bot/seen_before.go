package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// What is said in an incident may have been said in earlier ones. The channel
// gets one note of that, which is edited as more comes up. It names only
// public incidents, and only where everybody in the channel may see those:
// what it does not name leaves no trace.

const (
	repeatEvery = 2 * time.Second        // how long news of a burst of messages gather
	fillEvery   = 200 * time.Millisecond // between two batches of older entries
	fillBatch   = 100                    // entries of one batch
	learntBatch = 500                    // indicators looked at at once

	// tooCommon is in how many earlier incidents an indicator may have been:
	// what is in more says nothing about this one.
	tooCommon = 5
)

// learntCursor is up to which indicator they have been compared.
const learntCursor = "indicators:compared"

// repeatKey is that of an incident's note: of the first action about it and
// of the message.
func repeatKey(n incident.Number) string { return "seen-before:" + n.String() }

// compareIndicators fills in the indicators of a database of before, then
// compares what becomes known with earlier incidents, until ctx ends.
func (b *Bot) compareIndicators(ctx context.Context) error {
	wake, stop := b.store.Watch()
	defer stop()
	filling, wait := true, fillEvery
	for {
		if filling {
			more, err := b.store.FillIndicators(ctx, fillBatch)
			wait = fillEvery
			if err != nil && ctx.Err() == nil {
				b.log.ErrorContext(ctx, "indicators of older entries could not be filled in", "error", err)
				wait = time.Minute
			}
			filling = more || err != nil
		}
		if err := b.compareLearnt(ctx); err != nil && ctx.Err() == nil {
			b.log.ErrorContext(ctx, "indicators could not be compared", "error", err)
		}
		switch {
		case filling && pause(ctx, wait):
		case filling:
			return ctx.Err()
		default:
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-wake:
			}
			if !pause(ctx, repeatEvery) {
				return ctx.Err()
			}
		}
	}
}

// compareLearnt looks at the indicators learnt since it was last run, and
// plans the notes they are worth.
func (b *Bot) compareLearnt(ctx context.Context) error {
	for {
		from, last, said, err := b.learnt(ctx)
		if err != nil || last == from {
			return err
		}
		var worth []incident.Number
		for n, learnt := range said {
			list, err := b.repeats(ctx, n)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(list, func(r repeated) bool { return learnt[r.Indicator] }) {
				worth = append(worth, n)
			}
		}
		slices.Sort(worth)
		err = b.store.Update(ctx, func(tx *store.Tx) error {
			for _, n := range worth {
				if err := planRepeats(tx, n, last); err != nil {
					return err
				}
			}
			return tx.SetCursor(learntCursor, strconv.FormatInt(last, 10))
		})
		if err != nil {
			return err
		}
	}
}

// learnt reads a batch of what became known, and gives of it what is news to
// an incident and not to the ones before it.
func (b *Bot) learnt(ctx context.Context) (from, last int64, said map[incident.Number]map[incident.Indicator]bool, err error) {
	said = map[incident.Number]map[incident.Indicator]bool{}
	err = b.store.View(ctx, func(v *store.View) error {
		text, err := v.Cursor(learntCursor)
		if err != nil {
			return err
		}
		if text != "" {
			if from, err = strconv.ParseInt(text, 10, 64); err != nil {
				return fmt.Errorf("read up to where indicators were compared: %w", err)
			}
		}
		list, err := v.IndicatorsAfter(from, b.me().UserID, learntBatch)
		last = from
		for _, l := range list {
			last = l.ID
			if !l.Known {
				continue
			}
			if said[l.Incident] == nil {
				said[l.Incident] = map[incident.Indicator]bool{}
			}
			said[l.Incident][l.Indicator] = true
		}
		return err
	})
	return from, last, said, err
}

// planRepeats has an incident's note written or edited. Several that wait
// become one.
func planRepeats(tx *store.Tx, n incident.Number, last int64) error {
	needs, err := channelAction(tx, n)
	if err != nil {
		return err
	}
	return plan(tx, step{
		Key: fmt.Sprintf("%s:%d", repeatKey(n), last), Kind: kindRepeats, Lane: slackLane(n), Incident: n, Needs: needs,
	})
}

// repeats gives what of an open incident's indicators was said in earlier
// ones, none where somebody in the channel may not know.
func (b *Bot) repeats(ctx context.Context, n incident.Number) ([]repeated, error) {
	var inc incident.Incident
	var list []repeated
	err := b.store.View(ctx, func(v *store.View) (err error) {
		if inc, err = v.Incident(incident.Operator(), n); err != nil || inc.Closed() {
			return err
		}
		list, err = earlier(v, n, b.me().UserID)
		return err
	})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	if all, err := b.allRespond(ctx, inc); err != nil || !all {
		return nil, err
	}
	return list, nil
}

// earlier gives which of an incident's indicators are in earlier public
// incidents, without those that are too common to tell anything.
func earlier(v *store.View, n incident.Number, except string) (list []repeated, err error) {
	found, err := v.Earlier(n, except)
	if err != nil {
		return nil, err
	}
	known := map[incident.Number]incident.Incident{}
	for i, in := range found {
		if len(in.Incidents) > tooCommon || everybodys(in.Indicator) {
			continue
		}
		list = append(list, repeated{Indicator: found[i].Indicator})
		r := &list[len(list)-1]
		for _, number := range in.Incidents {
			if _, ok := known[number]; !ok {
				if known[number], err = v.Incident(incident.Operator(), number); err != nil {
					return nil, err
				}
			}
			r.in = append(r.in, known[number])
		}
	}
	return list, nil
}

// everybodys says whether an indicator is nothing to recognise an attacker
// by: a technique, or an account that every machine has.
func everybodys(i incident.Indicator) bool {
	switch i.Type {
	case incident.IndicatorTechnique:
		return true
	case incident.IndicatorAccount:
		return slices.Contains([]string{"root", "admin", "administrator", "ubuntu", "ec2-user", "postgres", "www-data", "nobody", "guest", "test"}, i.Value)
	}
	return false
}

// allRespond says whether everybody in an incident's channel may see public
// incidents: no guest, nobody of another organisation, and nobody who is no
// responder. Whom nobody can tell may not.
func (b *Bot) allRespond(ctx context.Context, inc incident.Incident) (bool, error) {
	var state store.ChannelState
	var members []string
	err := b.store.View(ctx, func(v *store.View) (err error) {
		if state, err = v.ChannelState(inc.Channel.ID); err != nil {
			return err
		}
		members, err = v.Members(inc.Channel.ID)
		return err
	})
	if err != nil || state.Shared || inc.Channel.ID == "" {
		return false, err
	}
	named, err := b.expand(ctx, b.cfg.Responders)
	if err != nil {
		return false, nil //nolint:nilerr // nobody knows, so nothing is told
	}
	for _, id := range members {
		if id == b.me().UserID {
			continue
		}
		p, err := b.person(ctx, id)
		if err != nil {
			return false, nil //nolint:nilerr // as above
		}
		admin := slices.Contains(b.cfg.Admins, id)
		switch identify(p, b.home(), admin, len(b.cfg.Responders) == 0 || slices.Contains(named, id)) {
		case identityResponder, identityAdmin, identityRobot, identityDeactivated:
		default:
			return false, nil
		}
	}
	return true, nil
}

// tellRepeats writes the note, or brings the one that is there up to date.
// Where nothing may be told any more, the note stays as it was.
func tellRepeats(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	list, err := b.repeats(ctx, a.Incident)
	if err != nil {
		return "", err
	}
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return "", err
	}
	ts, err := b.repeatsAt(ctx, a.Incident)
	if err != nil || len(list) == 0 {
		return ts, err
	}
	p := repeatsMessage(list, b.cfg.Command).post(inc.Channel.ID, repeatKey(a.Incident))
	if ts != "" {
		return ts, b.chat.UpdatePost(ctx, ts, p)
	}
	return b.chat.Post(ctx, p)
}

// repeatsAt is the ts of an incident's note, "" while there is none.
func (b *Bot) repeatsAt(ctx context.Context, n incident.Number) (ts string, err error) {
	err = b.store.View(ctx, func(v *store.View) (err error) {
		ts, err = v.Cursor(repeatKey(n))
		return err
	})
	return ts, err
}

// findRepeats looks for a note whose posting was not answered. An edit that
// was not is simply made again.
func findRepeats(ctx context.Context, b *Bot, a incident.Action) (any, bool, error) {
	ts, err := b.repeatsAt(ctx, a.Incident)
	if err != nil || ts != "" {
		return nil, false, err
	}
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return nil, false, err
	}
	return b.findSent(ctx, a, incident.Post{Channel: inc.Channel.ID, Key: repeatKey(a.Incident)})
}

// repeatsTold remembers where the note is.
func repeatsTold(tx *store.Tx, _ *Bot, a incident.Action, result json.RawMessage) error {
	var ts string
	if err := json.Unmarshal(result, &ts); err != nil {
		return fmt.Errorf("read ts of the note about earlier incidents: %w", err)
	}
	if ts == "" {
		return nil
	}
	return tx.SetCursor(repeatKey(a.Incident), ts)
}
