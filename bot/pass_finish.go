package bot

import (
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// finish records what follows from having read to the end: what was deleted,
// how the threads stand, which messages are verified, up to when, and what is
// still a gap.
func (p *pass) finish(tx *store.Tx) error {
	channel := p.inc.Channel.ID
	entries, err := tx.Entries(incident.Operator(), p.inc.Number, store.Filter{
		Kinds: append(incident.ChosenKinds(), incident.KindMembership, incident.KindChannel), // a message may have been made a note
	})
	if err != nil {
		return err
	}
	retained := p.retained(entries)
	if err := p.inferDeletions(tx, entries, retained); err != nil {
		return err
	}
	for ts := range p.read {
		if t := p.parents[ts]; p.read[ts] && t.TS != "" {
			if err := tx.SaveThread(channel, t); err != nil {
				return err
			}
		}
	}
	checked, err := tx.Checked(channel)
	if err != nil {
		return err
	}
	for ts := range p.seen {
		if checked[ts] {
			continue
		}
		if err := tx.Check(channel, ts); err != nil {
			return err
		}
	}
	if err := p.settleGaps(tx, retained); err != nil {
		return err
	}
	if err := (capture{b: p.b, tx: tx, inc: p.inc, channel: channel}).in(); err != nil {
		return err
	}
	return p.b.advance(tx, verifiedCursor(channel), p.started)
}

// advance moves a cursor of time forward, never back.
func (b *Bot) advance(tx *store.Tx, name string, to time.Time) error {
	value, err := tx.Cursor(name)
	if err != nil {
		return err
	}
	if at, err := time.Parse(time.RFC3339Nano, value); err == nil && at.After(to) {
		return nil
	}
	return tx.SetCursor(name, to.Format(time.RFC3339Nano))
}

// leastRetention is the shortest time for which a workspace can have Slack keep
// messages (Slack's help centre, "Customize message and file retention").
const leastRetention = 24 * time.Hour

// retained is the ts from which on Slack must still keep the channel's
// messages, "" when it keeps all of them. What nobody can delete, such as the
// note that somebody joined, goes only when the workspace's retention takes
// everything of its age.
func (p *pass) retained(entries []incident.Entry) string {
	if !p.whole {
		return ""
	}
	horizon := timeTS(p.started.Add(-leastRetention))
	if p.reached != "" {
		horizon = min(horizon, p.reached)
	}
	for _, e := range entries {
		if e.RecordedAs() != incident.KindMessage && p.mine(e) && e.Source.TS < horizon && !p.seen[e.Source.TS] {
			return horizon
		}
	}
	return ""
}

// mine says whether an entry is a message of the channel.
func (p *pass) mine(e incident.Entry) bool {
	return e.Source.Channel == p.inc.Channel.ID && e.Source.TS != ""
}

// settled says whether history must have had an entry's message when the pass
// began.
func (p *pass) settled(e incident.Entry) bool {
	by := p.started.Add(-historyLags)
	return tsTime(e.Source.TS).Before(by) && e.RecordedAt.Before(by)
}

// inferDeletions marks messages that the timeline has and Slack, where it was
// read, no longer shows.
func (p *pass) inferDeletions(tx *store.Tx, entries []incident.Entry, retained string) error {
	for _, e := range entries {
		if e.RecordedAs() != incident.KindMessage || !p.mine(e) || e.Deleted || p.seen[e.Source.TS] || !p.settled(e) {
			continue
		}
		if e.Source.TS < retained || !p.judges(e) {
			continue
		}
		key := messageKey(p.b.home(), p.inc.Channel.ID, e.Source.TS)
		if _, err := tx.MarkDeleted(p.inc.Number, key, p.started, ""); err != nil {
			return err
		}
	}
	return nil
}

// judges says whether the pass would have shown an entry's message. A reply is
// shown by its thread alone: one that was read, or has no replies left, or is
// gone with its parent.
func (p *pass) judges(e incident.Entry) bool {
	parent := e.Source.ThreadTS
	if parent == "" || parent == e.Source.TS {
		return p.covers(e.Source.TS)
	}
	if p.read[parent] {
		return true
	}
	t, shown := p.parents[parent]
	return shown && t.Replies == 0 || !shown && p.covers(parent)
}

// covers says whether history was read as far back as ts.
func (p *pass) covers(ts string) bool { return p.whole || p.reached != "" && ts >= p.reached }

// settleGaps closes the gap that the pass has read, or shortens it, and opens
// one for what it could not reach.
func (p *pass) settleGaps(tx *store.Tx, retained string) error {
	from := time.Time{} // everything has been read from here on
	why := cause{}
	floor := p.floor()
	switch {
	case retained != "":
		from, why = tsTime(retained), causeRetention
	case !p.whole && (floor == "" || p.reached > floor):
		from, why = tsTime(p.reached), causeShortPages
	case !p.whole:
		from = tsTime(floor)
	}
	gap, err := tx.OpenGap(p.inc.Channel.ID)
	if err != nil && !isNotFound(err) {
		return err
	}
	open := err == nil
	if open && !from.After(gap.Since) {
		return p.b.closeGap(tx, p.inc, gap, p.started)
	}
	if why == (cause{}) {
		return nil
	}
	since, err := p.b.verifiedUntil(tx, p.inc)
	if err != nil || !open && !since.Before(from) { // all of it was compared while it was there
		return err
	}
	return p.b.openGap(tx, p.inc, since, from, why)
}
