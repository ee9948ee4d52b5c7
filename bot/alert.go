package bot

import (
	"slices"
	"time"

	"firebreak/detect"
	"firebreak/incident"
	"firebreak/store"
)

// alertMessage turns a message in an alert channel into alerts and has the
// detectors look at them. The bot's own posts there are no alerts.
func (b *Bot) alertMessage(tx *store.Tx, e slackEvent) error {
	if e.Subtype != "" && e.Subtype != "bot_message" && e.Subtype != "file_share" && e.Subtype != "thread_broadcast" {
		return nil // edits, joins and topics are no new alert
	}
	if e.TS == "" || e.inThread() || b.ownMessage(e.slackMessage) {
		return nil
	}
	channel := e.Channel.ID
	in := detect.Input{
		ID: messageKey(b.home(), channel, e.TS), Channel: channel, TS: e.TS,
		Text: e.Text, Blocks: e.Blocks, Attachments: e.Attachments, At: tsTime(e.TS),
	}
	alerts, left := detect.Read(in)
	if left > 0 {
		err := b.sayIn(tx, channel, e.TS, leftKey(in), 0, leftMessage(len(alerts), left))
		if err != nil {
			return err
		}
	}
	return b.examine(tx, 0, alerts)
}

// leftKey is that of the message which says that an input held more alerts
// than are examined.
func leftKey(in detect.Input) string { return "alerts-left:" + in.ID }

func (b *Bot) ownMessage(m slackMessage) bool {
	me := b.me()
	return (m.User != "" && m.User == me.UserID) || (m.BotID != "" && m.BotID == me.BotID)
}

// examine keeps new alerts and asks every detector about the groups they
// belong to, and the rules of behaviour. State is what the store holds: a
// restart forgets nothing, and the order of arrival does not matter but for
// behaviour, beyond its lateness. Alerts that then belong to no incident join
// one that is open and about the same.
func (b *Bot) examine(tx *store.Tx, n incident.Number, alerts []incident.Alert) error {
	fresh, err := b.keepAlerts(tx, n, alerts)
	if err != nil {
		return err
	}
	if err := b.detect(tx, fresh); err != nil {
		return err
	}
	for _, a := range fresh {
		if err := b.attach(tx, a.ID); err != nil {
			return err
		}
	}
	return nil
}

// keepAlerts keeps alerts and gives those that are new. What has come before
// by another way is kept as a copy: it was examined then.
func (b *Bot) keepAlerts(tx *store.Tx, n incident.Number, alerts []incident.Alert) (fresh []incident.Alert, err error) {
	for _, a := range alerts {
		a.Incident, a.SeenAt = n, nowUTC()
		original, err := tx.OriginalAlert(a)
		if err != nil && !isNotFound(err) {
			return nil, err
		}
		copied := err == nil
		if copied {
			a.Incident = 0 // it is the original that belongs to an incident
		}
		news, err := tx.SaveAlert(a)
		if err != nil {
			return nil, err
		}
		if !news {
			continue
		}
		if copied {
			a = original
		} else {
			fresh = append(fresh, a)
		}
		if n == 0 {
			continue
		}
		if err := b.recordEvidence(tx, n, []incident.Alert{a}); err != nil {
			return nil, err
		}
		if err := b.alertCame(tx, n); err != nil {
			return nil, err
		}
	}
	return fresh, nil
}

// detect has the detectors look at new alerts, which have been kept.
func (b *Bot) detect(tx *store.Tx, fresh []incident.Alert) error {
	for _, d := range b.finders {
		for _, s := range stretches(d, fresh) {
			near, err := tx.AlertsWith(s.group, s.from.Add(-d.Window()), s.to.Add(d.Window()))
			if err != nil {
				return err
			}
			if err := b.detectedAll(tx, d.Examine(s.group, near)); err != nil {
				return err
			}
		}
	}
	for _, a := range fresh {
		if err := b.queueAlert(tx, a); err != nil {
			return err
		}
	}
	if b.cfg.Watch == nil {
		return nil
	}
	for _, a := range fresh {
		if err := b.behave(tx, a); err != nil {
			return err
		}
	}
	return nil
}

// stretch is a group of which there are new alerts, and when those were.
type stretch struct {
	group    incident.Entity
	from, to time.Time
}

// stretches are what a detector must look at for new alerts: each group once,
// however many they are, unless they lie further apart than its window.
func stretches(d detect.Detector, fresh []incident.Alert) []stretch {
	fresh = slices.Clone(fresh)
	slices.SortStableFunc(fresh, func(a, b incident.Alert) int { return a.At.Compare(b.At) })
	var list []stretch
	last := map[incident.Entity]int{}
	for _, a := range fresh {
		for _, group := range d.Groups(a) {
			i, known := last[group]
			if known && a.At.Sub(list[i].from) <= d.Window() {
				list[i].to = a.At
				continue
			}
			last[group] = len(list)
			list = append(list, stretch{group: group, from: a.At, to: a.At})
		}
	}
	return list
}

// recordAlert makes an alert an entry of the incident's adversary lane, once.
// A repeat of what an entry tells already is counted there instead.
func (b *Bot) recordAlert(tx *store.Tx, n incident.Number, a incident.Alert) error {
	a.Incident = n
	if _, err := tx.SaveAlert(a); err != nil { // it gains its incident
		return err
	}
	repeat, err := repeats(tx, n, a)
	if err != nil || repeat {
		return err
	}
	source := incident.Source{System: alertSystem(a), Channel: a.Channel, TS: a.TS, Permalink: permalinkOf(b, a.Channel, a.TS)}
	if _, err := tx.IncidentByChannel(a.Channel); err == nil {
		source.Channel, source.TS = "", "" // the message has an entry of its own
	} else if !isNotFound(err) {
		return err
	}
	_, _, err = tx.Record(alertKey(n, a.ID), incident.Entry{
		Incident: n, Kind: incident.KindAlert, Lane: incident.LaneAdversary, OccurredAt: a.At,
		Actor:  incident.Actor{Name: a.Source, Kind: incident.ActorSystem},
		Text:   a.Title,
		Source: source,
		Data: map[string]any{
			"alert": a.ID, "source": a.Source, "action": a.Action, "severity": a.Severity,
			"entities": entityMap(a.Entities), "raw": a.Raw, "fingerprint": a.Fingerprint,
		},
	})
	return err
}

func alertKey(n incident.Number, id string) string { return "alert:" + n.String() + ":" + id }
