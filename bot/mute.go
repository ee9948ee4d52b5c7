package bot

import (
	"fmt"
	"slices"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// What a mute is about.
const (
	scopeGroup = "group" // what the detection is about
	scopeRule  = "rule"  // whatever the rule finds
)

// muteSpan is how long a mute lasts.
type muteSpan struct {
	label, value string
	lasts        time.Duration
}

// muteSpans are what can be chosen. None is for good: what is never to be
// found again belongs into the rule.
var muteSpans = []muteSpan{
	{"1 hour", "1h", time.Hour},
	{"8 hours", "8h", 8 * time.Hour},
	{"1 day", "1d", 24 * time.Hour},
	{"7 days", "7d", 7 * 24 * time.Hour},
	{"30 days", "30d", 30 * 24 * time.Hour},
	{"90 days, the longest", "90d", 90 * 24 * time.Hour},
}

const muteDefault = "8h"

func spanOf(value string) (muteSpan, bool) {
	i := slices.IndexFunc(muteSpans, func(s muteSpan) bool { return s.value == value })
	if i < 0 {
		return muteSpan{}, false
	}
	return muteSpans[i], true
}

// muting is a mute being asked for.
type muting struct {
	from      origin
	detection incident.Detection
	scope     string
	lasts     string
	reason    string
	owner     string

	hides  int                 // confirmed detections that it would have kept quiet
	newest *incident.Detection // of those, that its author may see
}

// group is what the mute is about.
func (m muting) group() incident.Entity {
	if m.scope == scopeRule {
		return incident.Entity{}
	}
	return m.detection.Group
}

// knowing is what the checkbox says: that exactly this is wanted.
func (m muting) knowing() string { return fmt.Sprintf("%s:%d", m.scope, m.hides) }

// suppress keeps a detection that somebody has muted, and says whether it is.
// One that was told before stays as it was told.
func (b *Bot) suppress(tx *store.Tx, d incident.Detection) (quiet bool, err error) {
	now := nowUTC()
	list, err := tx.SuppressionsOf(d.Rule, now)
	if err != nil {
		return false, err
	}
	for _, s := range list {
		if !s.Covers(d, now) {
			continue
		}
		if d.Incident != 0 {
			return true, nil
		}
		if err := keep(tx, d, incident.HandlingSuppressed); err != nil {
			return true, err
		}
		return true, tx.Hide(d.ID, s.ID, now)
	}
	return false, nil
}

// mute keeps a rule quiet, unless that would have hidden what was real and its
// author has not said that it is wanted all the same.
func (s *submission) mute(identified error) (viewAnswer, error) {
	d, refused, err := s.detection(identified)
	if err != nil || refused != nil {
		return viewAnswer{Errors: refused}, err
	}
	m := muting{
		from: s.from, detection: d, scope: s.value(fieldScope), lasts: s.value(fieldFor),
		reason: cut(s.value(fieldReason), reasonMax), owner: s.value(fieldOwner),
	}
	if wrong, err := s.muteFaults(m); err != nil || len(wrong) > 0 {
		return viewAnswer{Errors: wrong}, err
	}
	if err := s.test(&m); err != nil {
		return viewAnswer{}, err
	}
	if m.hides > 0 && s.value(fieldAnyway) != m.knowing() {
		if s.from.Known == m.knowing() {
			return viewAnswer{Errors: map[string]string{fieldAnyway: "Mute less, or tick this if you want it all the same."}}, nil
		}
		again := muteModal(m)
		return viewAnswer{Screen: &again}, nil
	}
	return s.muted(m)
}

// muteFaults says what is wrong with the fields.
func (s *submission) muteFaults(m muting) (map[string]string, error) {
	span, known := spanOf(m.lasts)
	switch {
	case m.scope != scopeGroup && m.scope != scopeRule || m.scope == scopeGroup && m.detection.Group == (incident.Entity{}):
		return map[string]string{fieldScope: "Choose what to mute."}, nil
	case !known:
		return map[string]string{fieldFor: "Choose how long."}, nil
	case m.reason == "":
		return map[string]string{fieldReason: "It needs a reason."}, nil
	case !userID.MatchString(m.owner):
		return map[string]string{fieldOwner: "Choose who answers for it."}, nil
	}
	p, _, err := s.tx.Person(m.owner)
	if err != nil && !isNotFound(err) {
		return nil, err
	}
	if err == nil && (p.Bot || p.Deactivated || s.b.outsider(p)) {
		return map[string]string{fieldOwner: "Choose a full member of this workspace."}, nil
	}
	list, err := s.tx.SuppressionsOf(m.detection.Rule, s.row.ReceivedAt)
	for _, other := range list {
		if other.Group == m.group() && !other.ExpiresAt.Before(s.row.ReceivedAt.Add(span.lasts)) {
			return map[string]string{fieldScope: fmt.Sprintf("That is muted already, as mute %d, for as long or longer.", other.ID)}, nil
		}
	}
	return nil, err
}

// test counts the confirmed detections that the mute would have hidden.
func (s *submission) test(m *muting) error {
	judged, err := s.tx.JudgedDetections(m.detection.Rule, time.Time{})
	if err != nil {
		return err
	}
	would := incident.Suppression{Group: m.group()}
	for _, j := range judged {
		if !j.Verdict.Confirmed || !would.About(j.Group) {
			continue
		}
		m.hides++
		if m.newest != nil {
			continue
		}
		seen, err := s.tx.Sees(s.rights.viewer, j.Detection)
		if err != nil {
			return err
		}
		if seen || j.ID == m.detection.ID {
			m.newest = &j.Detection
		}
	}
	return nil
}

// muted keeps the mute and tells of it.
func (s *submission) muted(m muting) (viewAnswer, error) {
	span, _ := spanOf(m.lasts)
	d, at := m.detection, s.row.ReceivedAt
	mute, err := s.tx.AddSuppression(incident.Suppression{
		Rule: d.Rule, Group: m.group(), Detection: d.ID, Owner: m.owner, Reason: m.reason, CreatedAt: at, ExpiresAt: at.Add(span.lasts),
	})
	if err != nil {
		return viewAnswer{}, err
	}
	for _, user := range []string{m.owner, s.i.User.ID} {
		if err := s.b.wantPerson(s.tx, user); err != nil {
			return viewAnswer{}, err
		}
	}
	text := "muted " + muteText(mute) + " until " + mute.ExpiresAt.Format("2006-01-02 15:04 UTC") + ": " + mute.Reason
	data := map[string]any{"mute": mute.ID, "rule": mute.Rule, "detection": d.ID, "owner": mute.Owner, "until": mute.ExpiresAt, "would_have_hidden": m.hides}
	if err := s.b.recordMute(s.tx, s.key(), d, s.actor(), text, data, at); err != nil {
		return viewAnswer{}, err
	}
	told, err := s.b.tellMute(s.tx, s.key(), d, func(open bool) message { return mutedMessage(mute, s.i.User.ID, m.hides, open, at, s.b.cfg.Command) })
	if err != nil {
		return viewAnswer{}, err
	}
	if told != "" && told == s.from.Channel {
		return viewAnswer{}, nil // it stands in front of them
	}
	return s.answer(mutedMessage(mute, s.i.User.ID, m.hides, true, at, s.b.cfg.Command))
}

func (s *submission) actor() incident.Actor {
	return incident.Actor{ID: s.i.User.ID, Name: s.who.Name, Kind: incident.ActorUser}
}

// recordMute makes what happened to a mute an entry of its detection's
// incident, if that has one.
func (b *Bot) recordMute(tx *store.Tx, key string, d incident.Detection, by incident.Actor, text string, data map[string]any, at time.Time) error {
	if d.Incident == 0 {
		return nil
	}
	_, _, err := tx.Record(key, incident.Entry{
		Incident: d.Incident, Kind: incident.KindNote, Lane: incident.LaneResponder, OccurredAt: at, Actor: by, Text: text,
		Source: incident.Source{System: "firebreak"}, Data: data,
	})
	return err
}

// tellMute tells what happened to a mute: the channel of its detection's
// incident while that is open, and the control channel. It gives the
// incident's channel if that is told.
func (b *Bot) tellMute(tx *store.Tx, key string, d incident.Detection, say func(open bool) message) (told string, err error) {
	if err := b.tellMuteControl(tx, key, d, say); err != nil {
		return "", err
	}
	return b.tellMuteChannel(tx, key, d, say)
}

// tellMuteControl tells the control channel. Where not every responder may
// know what the detection is about, the message is made with open false.
func (b *Bot) tellMuteControl(tx *store.Tx, key string, d incident.Detection, say func(open bool) message) error {
	if b.cfg.ControlChannel == "" {
		return nil
	}
	open, err := tx.Sees(incident.Viewer{Responder: true}, d)
	if err != nil {
		return err
	}
	return b.tellControl(tx, key+":control", say(open))
}

// tellMuteChannel tells the channel of the detection's incident; with open
// false where another organisation reads it too.
func (b *Bot) tellMuteChannel(tx *store.Tx, key string, d incident.Detection, say func(open bool) message) (told string, err error) {
	if d.Incident == 0 {
		return "", nil
	}
	inc, err := tx.Incident(incident.Operator(), d.Incident)
	if err != nil || inc.Closed() {
		return "", err
	}
	state, err := tx.ChannelState(inc.Channel.ID)
	if err != nil {
		return "", err
	}
	return inc.Channel.ID, b.say(tx, d.Incident, key+":said", say(!state.Shared))
}
