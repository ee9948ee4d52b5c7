package bot

import (
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
	return b.examine(tx, 0, detect.Alerts(detect.Input{
		ID: messageKey(b.home(), channel, e.TS), Channel: channel, TS: e.TS,
		Text: e.Text, Blocks: e.Blocks, Attachments: e.Attachments, At: tsTime(e.TS),
	}))
}

func (b *Bot) ownMessage(m slackMessage) bool {
	me := b.me()
	return (m.User != "" && m.User == me.UserID) || (m.BotID != "" && m.BotID == me.BotID)
}

// examine keeps new alerts and asks every detector about the groups they
// belong to, and the rules of behaviour. State is what the store holds: a
// restart forgets nothing, and the order of arrival does not matter but for
// behaviour, beyond its lateness.
func (b *Bot) examine(tx *store.Tx, n incident.Number, alerts []incident.Alert) error {
	for _, a := range alerts {
		a.Incident = n
		fresh, err := tx.SaveAlert(a)
		if err != nil {
			return err
		}
		if !fresh {
			continue
		}
		if n != 0 {
			if err := b.recordAlert(tx, n, a); err != nil {
				return err
			}
		}
		if err := b.detect(tx, a); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bot) detect(tx *store.Tx, a incident.Alert) error {
	for _, d := range b.finders {
		for _, group := range d.Groups(a) {
			near, err := tx.AlertsWith(group, a.At.Add(-d.Window()), a.At.Add(d.Window()))
			if err != nil {
				return err
			}
			for _, found := range d.Examine(group, near) {
				if err := b.detected(tx, found); err != nil {
					return err
				}
			}
		}
	}
	if err := b.queueAlert(tx, a); err != nil || b.cfg.Watch == nil {
		return err
	}
	return b.behave(tx, a)
}

// recordAlert makes an alert an entry of the incident's adversary lane, once.
func (b *Bot) recordAlert(tx *store.Tx, n incident.Number, a incident.Alert) error {
	a.Incident = n
	if _, err := tx.SaveAlert(a); err != nil { // it gains its incident
		return err
	}
	_, _, err := tx.Record("alert:"+n.String()+":"+a.ID, incident.Entry{
		Incident: n, Kind: incident.KindAlert, Lane: incident.LaneAdversary, OccurredAt: a.At,
		Actor: incident.Actor{Name: a.Source, Kind: incident.ActorSystem},
		Text:  a.Title,
		Source: incident.Source{
			System: alertSystem(a), Channel: a.Channel, TS: a.TS,
			Permalink: permalinkOf(b, a.Channel, a.TS),
		},
		Data: map[string]any{
			"alert": a.ID, "source": a.Source, "action": a.Action, "severity": a.Severity,
			"entities": entityMap(a.Entities), "raw": a.Raw,
		},
	})
	return err
}
