package bot

import (
	"context"
	"encoding/json"
	"fmt"

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
	if b.cfg.Watch == nil {
		return nil
	}
	return b.behave(tx, a)
}

// detected gives a new detection its incident: one that already works on the
// same entities, else a new one. One that was told already is told again only
// when it has become worse, under the id it had.
func (b *Bot) detected(tx *store.Tx, d incident.Detection) error {
	known, told, err := b.knownDetection(tx, d)
	if err != nil || told && levelSeverity(d.Level) >= levelSeverity(known.Level) {
		return err
	}
	evidence, err := evidenceOf(tx, d)
	if err != nil {
		return err
	}
	key := "detection:" + d.ID
	if told {
		d.ID, d.Incident, d.DedupKey = known.ID, known.Incident, known.DedupKey
		key = "detection:" + d.ID + ":" + d.Level
	} else {
		inc, err := b.incidentFor(tx, d, evidence)
		if err != nil {
			return err
		}
		d.Incident = inc.Number
	}
	if _, err := tx.SaveDetection(d); err != nil {
		return err
	}
	for _, a := range evidence {
		if err := b.recordAlert(tx, d.Incident, a); err != nil {
			return err
		}
	}
	if err := b.recordDetection(tx, key, d, evidence); err != nil {
		return err
	}
	return b.announceDetection(tx, key, d, evidence)
}

// knownDetection finds this detection, or one of the same rule and group at
// the same time, among those that have been told.
func (b *Bot) knownDetection(tx *store.Tx, d incident.Detection) (incident.Detection, bool, error) {
	known, err := tx.Detection(d.ID)
	if err == nil {
		return known, true, nil
	}
	if !isNotFound(err) {
		return known, false, err
	}
	window := b.windowOf(d.Rule)
	near, err := tx.DetectionsFor(d.Rule, d.Group, d.At.Add(-window), d.At.Add(window))
	if err != nil || len(near) == 0 {
		return known, false, err
	}
	return near[len(near)-1], true, nil
}

func evidenceOf(tx *store.Tx, d incident.Detection) ([]incident.Alert, error) {
	var alerts []incident.Alert
	for _, id := range d.Evidence {
		a, err := tx.Alert(id)
		if err != nil {
			return nil, fmt.Errorf("read evidence of detection %s: %w", d.ID, err)
		}
		alerts = append(alerts, a)
	}
	return alerts, nil
}

// incidentFor finds the open incident whose alerts share an entity with the
// evidence; failing that it opens one.
func (b *Bot) incidentFor(tx *store.Tx, d incident.Detection, evidence []incident.Alert) (incident.Incident, error) {
	for _, a := range evidence {
		if a.Incident != 0 {
			inc, err := tx.Incident(incident.Operator(), a.Incident)
			if err != nil || !inc.Closed() {
				return inc, err
			}
		}
	}
	if inc, ok, err := sharedIncident(tx, d, evidence); err != nil || ok {
		return inc, err
	}
	inc, err := b.openIncident(tx, incident.Incident{
		Title: d.Title, Severity: levelSeverity(d.Level), Private: b.cfg.Private,
		OpenedAt: d.At, DedupKey: b.pageKey(d),
		Milestones: milestonesAt(incident.Detected, d.At),
	})
	if err != nil || inc.DedupKey == "" {
		return inc, err
	}
	return inc, plan(tx, step{
		Key: "page-raise:" + d.DedupKey, Kind: kindPageRaise, Lane: "pagerduty:raise", Incident: inc.Number,
		Payload: incident.PageEvent{
			Action: incident.PageTrigger, DedupKey: d.DedupKey, Summary: d.Title + ": " + d.Why,
			Severity: eventSeverity(d.Level), Source: d.Group.Value, At: d.At,
			Details: map[string]any{"rule": d.Rule, "incident": inc.Number.String()},
		},
	})
}

// sharedIncident looks for an open incident that has alerts about the same
// address, account or host within a day of the detection.
func sharedIncident(tx *store.Tx, d incident.Detection, evidence []incident.Alert) (incident.Incident, bool, error) {
	entities := []incident.Entity{d.Group}
	for _, a := range evidence {
		entities = append(entities, a.Entities...)
	}
	seen := map[incident.Entity]bool{}
	for _, e := range entities {
		if seen[e] {
			continue
		}
		seen[e] = true
		alerts, err := tx.AlertsWith(e, d.At.Add(-sharedWithin), d.At.Add(sharedWithin))
		if err != nil {
			return incident.Incident{}, false, err
		}
		for _, a := range alerts {
			if a.Incident == 0 {
				continue
			}
			inc, err := tx.Incident(incident.Operator(), a.Incident)
			if err != nil || !inc.Closed() {
				return inc, err == nil, err
			}
		}
	}
	return incident.Incident{}, false, nil
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

func (b *Bot) recordDetection(tx *store.Tx, key string, d incident.Detection, evidence []incident.Alert) error {
	lines := make([]map[string]any, 0, len(evidence))
	for _, a := range evidence {
		lines = append(lines, map[string]any{"alert": a.ID, "at": a.At, "source": a.Source, "text": a.Title})
	}
	_, _, err := tx.Record(key, incident.Entry{
		Incident: d.Incident, Kind: incident.KindDetection, Lane: incident.LaneAdversary, OccurredAt: d.At,
		Actor: b.actor(), Text: d.Title + ": " + d.Why, Source: incident.Source{System: "firebreak"},
		Data: map[string]any{
			"detection": d.ID, "rule": d.Rule, "level": d.Level, "count": d.Count,
			"group": map[string]string{string(d.Group.Type): d.Group.Value}, "evidence": lines,
		},
	})
	return err
}

// announceDetection tells the thread of the alert that completed the
// picture, and the incident's channel.
func (b *Bot) announceDetection(tx *store.Tx, key string, d incident.Detection, evidence []incident.Alert) error {
	inc, err := tx.Incident(incident.Operator(), d.Incident)
	if err != nil {
		return err
	}
	m := detectionMessage(d, evidence)
	if channel, ts := carrier(evidence); ts != "" && channel != inc.Channel.ID {
		err := b.sayIn(tx, channel, ts, key+":thread", d.Incident, detectionThread(d, evidence, inc))
		if err != nil {
			return err
		}
	}
	state, err := tx.ChannelState(inc.Channel.ID)
	if err != nil {
		return err
	}
	if state.Shared {
		m = withheldMessage(b.cfg.Command)
	}
	return b.say(tx, d.Incident, key, m)
}

// carrier is the Slack message that carried the newest alert, if any did.
func carrier(evidence []incident.Alert) (channel, ts string) {
	for _, a := range evidence {
		if a.TS > ts {
			channel, ts = a.Channel, a.TS
		}
	}
	return channel, ts
}

// pageAlerts asks for the alerts below a page.
type pageAlerts struct{ PageID string }

func readPageAlerts(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[pageAlerts](a)
	if err != nil || b.pager == nil {
		return []incident.PageAlert{}, err
	}
	return b.pager.Alerts(ctx, p.PageID)
}

func pageAlertsRead(tx *store.Tx, b *Bot, a incident.Action, result json.RawMessage) error {
	var alerts []incident.PageAlert
	if err := json.Unmarshal(result, &alerts); err != nil {
		return fmt.Errorf("read alerts of a page: %w", err)
	}
	for _, pa := range alerts {
		own, err := raisedByUs(tx, pa)
		if err != nil {
			return err
		}
		if own {
			continue // a detection is no evidence for the next one
		}
		err = b.examine(tx, a.Incident, detect.Alerts(detect.Input{
			ID: "pagerduty:" + pa.ID, JSON: pa.Body, Text: pa.Summary, At: pa.CreatedAt,
		}))
		if err != nil {
			return err
		}
	}
	return nil
}

// raisedByUs says whether an alert is what a detection of ours paged with.
func raisedByUs(tx *store.Tx, a incident.PageAlert) (bool, error) {
	if a.Key == "" {
		return false, nil
	}
	_, err := tx.IncidentByDedupKey(a.Key)
	if isNotFound(err) {
		return false, nil
	}
	return err == nil, err
}

// raisePage pages through Events v2. The dedup key makes repeating harmless.
func raisePage(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	e, err := payloadOf[incident.PageEvent](a)
	if err != nil {
		return nil, err
	}
	return nil, b.pager.Enqueue(ctx, b.cfg.RoutingKey, e)
}

func pageRaised(tx *store.Tx, b *Bot, a incident.Action, _ json.RawMessage) error {
	e, err := payloadOf[incident.PageEvent](a)
	if err != nil {
		return err
	}
	return b.recordAction(tx, a, "paged through PagerDuty", map[string]any{"dedup_key": e.DedupKey})
}

// pageNote is a note to leave on a page.
type pageNote struct{ PageID, Text string }

func addPageNote(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[pageNote](a)
	if err != nil {
		return nil, err
	}
	return nil, b.pager.AddNote(ctx, p.PageID, p.Text, a.Key)
}

func findPageNote(ctx context.Context, b *Bot, a incident.Action) (any, bool, error) {
	p, err := payloadOf[pageNote](a)
	if err != nil {
		return nil, false, err
	}
	found, err := b.pager.FindNote(ctx, p.PageID, a.Key)
	return nil, found, err
}
