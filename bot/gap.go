package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// cause is why a stretch of a channel could not be compared: a code to tell
// causes apart, and a sentence for people.
type cause struct{ Code, Why string }

var (
	causeOut        = cause{"not_in_channel", "The bot is not in the channel, or the channel is gone."}
	causeEndless    = cause{"endless", "Slack's history of the channel does not come to an end."}
	causeRetention  = cause{"retention", "Slack no longer keeps messages that old: the workspace's retention has removed them."}
	causeShortPages = cause{"short_pages", "Slack gives this app only 15 messages a minute, as it does to distributed apps: the past could not be read that far back."}
)

// causeOf says why a comparison failed, and whether trying again at once is
// of no use.
func causeOf(err error) (c cause, lasting bool) {
	switch {
	case errors.Is(err, errEndless):
		return causeEndless, true
	case incident.OutcomeOf(err) != incident.OutcomeRefused:
		return cause{}, false
	}
	c = cause{Code: incident.CodeOf(err), Why: reasonOf(err)}
	if c.Code == "channel_not_found" || c.Code == causeOut.Code {
		c = causeOut
	}
	return c, true
}

// shutOut says whether a cause also keeps the bot from speaking in the
// channel.
func (c cause) shutOut() bool {
	switch c.Code {
	case "not_in_channel", "channel_not_found", "is_archived", causeDeleted.Code:
		return true
	}
	return false
}

// verifiedUntil is up to when a channel has been compared; where it never has
// been, when its incident was opened.
func (b *Bot) verifiedUntil(tx *store.Tx, inc incident.Incident) (time.Time, error) {
	value, err := tx.Cursor(verifiedCursor(inc.Channel.ID))
	if err != nil || value == "" {
		return inc.OpenedAt, err
	}
	return time.Parse(time.RFC3339Nano, value)
}

// uncomparable records that nothing of a channel could be read now.
func (b *Bot) uncomparable(tx *store.Tx, inc incident.Incident, now time.Time, c cause) error {
	since, err := b.verifiedUntil(tx, inc)
	if err != nil {
		return err
	}
	return b.openGap(tx, inc, since, now, c)
}

// openGap opens a channel's gap, or brings the open one up to date. The entry
// and the message are touched only when the cause is another one: that it goes
// on is no news.
func (b *Bot) openGap(tx *store.Tx, inc incident.Incident, since, until time.Time, c cause) error {
	gap, err := tx.OpenGap(inc.Channel.ID)
	if err != nil && !isNotFound(err) {
		return err
	}
	if err == nil {
		news := gap.Code != c.Code
		gap.Until, gap.Code, gap.Why = until, c.Code, c.Why
		if !news {
			_, err := tx.SaveGap(gap)
			return err
		}
		if err := b.reviseGap(tx, gap); err != nil {
			return err
		}
		return b.tellGap(tx, inc, gap)
	}
	gap, err = tx.SaveGap(store.Gap{Incident: inc.Number, Channel: inc.Channel.ID, Since: since, Until: until, Code: c.Code, Why: c.Why})
	if err != nil {
		return err
	}
	_, _, err = tx.Record(gapKey(gap.ID), incident.Entry{
		Incident: inc.Number, Kind: incident.KindGap, Lane: incident.LaneResponder, OccurredAt: since,
		Actor: b.actor(), Text: gapText(gap), Source: incident.Source{System: "firebreak"},
		Data: map[string]any{"channel": gap.Channel, "from": since.Format(time.RFC3339), "to": until.Format(time.RFC3339), "cause": c.Code},
	})
	if err != nil {
		return err
	}
	return b.tellGap(tx, inc, gap)
}

// closeGap says that a gap has been compared after all. Its entry stays.
func (b *Bot) closeGap(tx *store.Tx, inc incident.Incident, gap store.Gap, at time.Time) error {
	gap.ClosedAt = at
	if err := b.reviseGap(tx, gap); err != nil {
		return err
	}
	return b.tellGap(tx, inc, gap)
}

func gapKey(id int64) string { return fmt.Sprintf("gap:%d", id) }

// reviseGap brings a gap's entry to what is known of it now.
func (b *Bot) reviseGap(tx *store.Tx, gap store.Gap) error {
	e, err := tx.EntryByKey(gapKey(gap.ID))
	if err != nil {
		return err
	}
	return tx.Edit(e.ID, incident.Revision{At: nowUTC(), By: b.me().UserID, Text: gapText(gap), Reason: "the comparison with Slack went on"})
}

// tellGap posts a gap's one message, or has it edited: in the channel, or in
// the control channel when the channel is gone.
func (b *Bot) tellGap(tx *store.Tx, inc incident.Incident, gap store.Gap) error {
	gap.Said++
	gap, err := tx.SaveGap(gap)
	if err != nil {
		return err
	}
	inside, outside := gapKey(gap.ID), gapKey(gap.ID)+":control"
	here := inside
	switch {
	case gap.Code == causeDeleted.Code:
		here = outside
	case (cause{Code: gap.Code}).shutOut():
		here = "" // the control channel knows that the channel is shut
	}
	for _, key := range []string{inside, outside} {
		a, err := tx.ActionByKey(key)
		switch {
		case err == nil:
			if err := b.planGapUpdate(tx, gap, a); err != nil {
				return err
			}
		case !isNotFound(err):
			return err
		case key == here && key == outside && gap.ClosedAt.IsZero():
			if err := b.tellControl(tx, key, gapMessage(inc, gap, nowUTC(), true)); err != nil {
				return err
			}
		case key == here && gap.ClosedAt.IsZero():
			if err := b.say(tx, inc.Number, key, gapMessage(inc, gap, nowUTC(), false)); err != nil {
				return err
			}
		}
	}
	return nil
}

// gapNotice names a gap, and the post that told of it.
type gapNotice struct {
	Gap  int64
	Post string // key of the action that posted it
}

func (b *Bot) planGapUpdate(tx *store.Tx, gap store.Gap, posted incident.Action) error {
	return plan(tx, step{
		Key: fmt.Sprintf("%s:%d", posted.Key, gap.Said), Kind: kindGapUpdate, Lane: posted.Lane + ":look", Incident: gap.Incident,
		Needs: []int64{posted.ID}, Payload: gapNotice{Gap: gap.ID, Post: posted.Key},
	})
}

// updateGap brings a gap's message to what is known of it now.
func updateGap(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[gapNotice](a)
	if err != nil {
		return nil, err
	}
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return nil, err
	}
	var posted incident.Action
	var gap store.Gap
	err = b.store.View(ctx, func(v *store.View) (err error) {
		if posted, err = v.ActionByKey(p.Post); err != nil {
			return err
		}
		gap, err = v.Gap(p.Gap)
		return err
	})
	if err != nil {
		return nil, err
	}
	var ts string
	if err := json.Unmarshal(posted.Result, &ts); err != nil || ts == "" {
		return nil, nil // nothing was posted that could be edited
	}
	to, err := payloadOf[incident.Post](posted)
	if err != nil {
		return nil, err
	}
	inControl := to.Channel != ""
	if !inControl {
		to.Channel = inc.Channel.ID
	}
	return nil, b.chat.UpdatePost(ctx, ts, gapMessage(inc, gap, nowUTC(), inControl).post(to.Channel, p.Post))
}
