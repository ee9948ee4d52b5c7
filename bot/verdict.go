package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"firebreak/incident"
	"firebreak/store"
)

// judging says whether a button is one of a detection.
func judging(action string) bool {
	return verdictOf(action) != nil || opensDetectionModal(action)
}

func opensDetectionModal(action string) bool { return action == actionWhy || action == actionMute }

// verdictClick is what a button says about a detection.
type verdictClick struct {
	confirmed bool
	list      string // the list it stands in; "" for the detection's own message
}

// verdictOf reads the button that judges; nil for any other.
func verdictOf(action string) *verdictClick {
	for _, c := range []struct {
		action    string
		confirmed bool
	}{{actionConfirm, true}, {actionFalse, false}} {
		rest, ok := strings.CutPrefix(action, c.action)
		if list, named := strings.CutPrefix(rest, "_"); ok && (rest == "" || named) {
			return &verdictClick{confirmed: c.confirmed, list: list}
		}
	}
	return nil
}

// handleJudging does what a button of a detection asks for.
func (b *Bot) handleJudging(ctx context.Context, row incident.Inbound, i interaction) error {
	if opensDetectionModal(i.Actions[0].ActionID) {
		return b.handleDetectionForm(ctx, row, i)
	}
	who, rights, identified := b.authorise(ctx, i.by(b.cfg.Command))
	return b.store.Update(ctx, func(tx *store.Tx) error {
		j := &judgement{b: b, tx: tx, row: row, i: i, who: who, rights: rights}
		err := identified
		if err == nil {
			err = j.click(*verdictOf(i.Actions[0].ActionID))
		}
		if refused, shown := refusalOf(err); refused != "" {
			err = j.whisper(shown, "")
		}
		if err != nil {
			return err
		}
		return tx.HandledInbound(row.ID)
	})
}

// judgement is a click on a button that judges a detection, being obeyed.
type judgement struct {
	b      *Bot
	tx     *store.Tx
	row    incident.Inbound
	i      interaction
	who    incident.Person
	rights rights
}

func (j *judgement) click(c verdictClick) error {
	d, err := j.b.reachDetection(j.tx, j.rights, j.i.Actions[0].Value, j.i.Channel.ID)
	if err != nil {
		return err
	}
	v := incident.Verdict{Detection: d.ID, By: j.i.User.ID, At: j.row.ReceivedAt, Confirmed: c.confirmed}
	if err := j.b.judge(j.tx, j.row.Key+":verdict", d, v, j.who, j.i.Channel.ID); err != nil {
		return err
	}
	if c.list == "" {
		return nil // the detection's message shows it
	}
	list, err := j.b.quietList(j.tx, j.rights.viewer, c.list)
	if err != nil {
		return err
	}
	return j.whisper(list, j.i.ResponseURL)
}

// whisper shows a message to who clicked, in the place of the list they
// clicked in if address names it.
func (j *judgement) whisper(m message, address string) error {
	p := m.post(j.i.Channel.ID, "")
	e := ephemeral{Channel: j.i.Channel.ID, User: j.i.User.ID, Text: p.Text, Blocks: p.Blocks}
	if j.i.Message.inThread() {
		e.ThreadTS = j.i.Message.ThreadTS
	}
	return replace(j.tx, j.row.Key+":answer", address, j.row.ReceivedAt.Add(responseLife), e)
}

// judge keeps a verdict, records it and has the detection's messages show it.
// A verdict without a reason keeps the reason that its author gave for the
// same before.
func (b *Bot) judge(tx *store.Tx, key string, d incident.Detection, v incident.Verdict, by incident.Person, channel string) error {
	said, err := tx.Verdicts(d.ID)
	if err != nil {
		return err
	}
	for _, was := range said {
		if was.By == v.By && was.Confirmed == v.Confirmed && v.Reason == "" {
			v.Reason = was.Reason
		}
	}
	news, err := tx.SaveVerdict(v)
	if err != nil || !news {
		return err
	}
	if err := b.wantPerson(tx, v.By); err != nil {
		return err
	}
	if err := b.recordVerdict(tx, key, d, v, by, channel); err != nil {
		return err
	}
	return b.showVerdict(tx, d, key)
}

// recordVerdict makes a verdict an entry of the incident, if there is one.
func (b *Bot) recordVerdict(tx *store.Tx, key string, d incident.Detection, v incident.Verdict, by incident.Person, channel string) error {
	if d.Incident == 0 {
		return nil
	}
	_, _, err := tx.Record(key, incident.Entry{
		Incident: d.Incident, Kind: incident.KindNote, Lane: incident.LaneResponder, OccurredAt: v.At,
		Actor: incident.Actor{ID: v.By, Name: by.Name, Kind: incident.ActorUser}, Text: judgedText(d, v),
		Source: incident.Source{System: "slack", Channel: channel},
		Data:   map[string]any{"detection": d.ID, "rule": d.Rule, "confirmed": v.Confirmed, "reason": v.Reason},
	})
	return err
}

// reachDetection is the detection of a button for who may use it: responders
// who may see it, or who stand where it was told.
func (b *Bot) reachDetection(tx *store.Tx, r rights, id, channel string) (incident.Detection, error) {
	d, err := tx.Detection(id)
	missing := isNotFound(err)
	if err != nil && !missing {
		return d, err
	}
	var inc incident.Incident
	if d.Incident != 0 {
		if inc, err = tx.Incident(incident.Operator(), d.Incident); err != nil {
			return d, err
		}
	}
	if err := r.may(AccessResponder, inc); err != nil {
		return d, err
	}
	seen := !missing && inc.Number != 0 && inc.Channel.ID == channel
	if !missing && !seen {
		if seen, err = tx.Sees(r.viewer, d); err != nil {
			return d, err
		}
	}
	if !missing && !seen {
		if seen, err = toldIn(tx, d, channel); err != nil {
			return d, err
		}
	}
	if !seen {
		return d, refuse("There is no such detection that you can see.")
	}
	return d, nil
}

// detectionPosts are the actions that told of a detection: first, and each
// time it had become worse, in the incident's channel and in a thread.
func detectionPosts(v *store.View, d incident.Detection) (posts []incident.Action, err error) {
	keys := []string{"detection:" + d.ID}
	for _, level := range levels {
		keys = append(keys, "detection:"+d.ID+":"+level)
	}
	for _, key := range keys {
		for _, key := range []string{key, key + ":thread"} {
			a, err := v.ActionByKey(key)
			if isNotFound(err) {
				continue
			}
			if err != nil {
				return nil, err
			}
			posts = append(posts, a)
		}
	}
	return posts, nil
}

// toldIn says whether a detection was told in a thread of a channel.
func toldIn(tx *store.Tx, d incident.Detection, channel string) (bool, error) {
	posts, err := detectionPosts(&tx.View, d)
	for _, a := range posts {
		if p, err := payloadOf[incident.Post](a); err == nil && p.Channel != "" && p.Channel == channel {
			return true, nil
		}
	}
	return false, err
}

// verdictNotice names a detection, and the post that told of it.
type verdictNotice struct{ Detection, Post string }

// showVerdict has all messages that told of a detection show its verdict.
func (b *Bot) showVerdict(tx *store.Tx, d incident.Detection, key string) error {
	posts, err := detectionPosts(&tx.View, d)
	if err != nil {
		return err
	}
	for _, a := range posts {
		if !a.State.Open() && a.State != incident.ActionDone {
			continue // it was never posted
		}
		err := plan(tx, step{
			Key: a.Key + ":" + key, Kind: kindVerdict, Lane: "verdict:" + a.Key, Incident: d.Incident, Needs: []int64{a.ID},
			Payload: verdictNotice{Detection: d.ID, Post: a.Key},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// updateVerdict brings a detection's message to the verdict as it is now.
func updateVerdict(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[verdictNotice](a)
	if err != nil {
		return nil, err
	}
	var posted incident.Action
	var verdict incident.Verdict
	var reason bool
	var to incident.Post
	err = b.store.View(ctx, func(v *store.View) (err error) {
		if posted, err = v.ActionByKey(p.Post); err != nil {
			return err
		}
		if verdict, err = v.Verdict(p.Detection); err != nil {
			return err
		}
		to, reason, err = verdictPlace(v, posted)
		return err
	})
	if err != nil {
		return nil, err
	}
	var ts string
	if err := json.Unmarshal(posted.Result, &ts); err != nil || ts == "" {
		return nil, nil // nothing was posted that could be edited
	}
	blocks, ok := judgedBlocks(to.Blocks, verdict, nowUTC(), reason)
	if !ok {
		return nil, nil
	}
	to.Blocks = blocks
	return nil, b.chat.UpdatePost(ctx, ts, to)
}

// verdictPlace is where a detection was told, and whether reasons may be read
// there: only in the incident's channel, while no other organisation is in it.
func verdictPlace(v *store.View, posted incident.Action) (to incident.Post, reasons bool, err error) {
	to, err = payloadOf[incident.Post](posted)
	if err != nil || to.Channel != "" {
		return to, false, err
	}
	inc, err := v.Incident(incident.Operator(), posted.Incident)
	if err != nil {
		return to, false, err
	}
	to.Channel = inc.Channel.ID
	state, err := v.ChannelState(to.Channel)
	if err != nil {
		return to, false, fmt.Errorf("where a verdict is shown: %w", err)
	}
	return to, !state.Shared, nil
}
