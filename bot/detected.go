package bot

import (
	"fmt"

	"firebreak/incident"
	"firebreak/store"
)

// detected gives a new detection its incident: one that already works on the
// same entities, else a new one. One that was told already is told again only
// when it has become worse, under the id it had. One that is muted, or not
// worth an incident, is kept and told nobody, until it is found again worse or
// unmuted.
func (b *Bot) detected(tx *store.Tx, d incident.Detection) error {
	known, found, err := b.knownDetection(tx, d)
	told := found && known.Incident != 0
	settled := told || found && known.Handling == incident.HandlingHint
	if err != nil || settled && levelSeverity(d.Level) >= levelSeverity(known.Level) {
		return err
	}
	if found {
		d.ID, d.Incident, d.DedupKey = known.ID, known.Incident, known.DedupKey
	}
	if quiet, err := b.suppress(tx, d); err != nil || quiet {
		return err
	}
	evidence, err := evidenceOf(tx, d)
	if err != nil {
		return err
	}
	key := "detection:" + d.ID
	if told {
		key = "detection:" + d.ID + ":" + d.Level
	} else {
		inc, err := b.incidentFor(tx, d, evidence)
		if err != nil {
			return err
		}
		if d.Incident = inc.Number; d.Incident == 0 {
			return keep(tx, d, incident.HandlingHint)
		}
	}
	d.Handling = incident.HandlingTold // whatever it was before
	if _, err := tx.SaveDetection(d); err != nil {
		return err
	}
	if err := b.recordEvidence(tx, d.Incident, evidence); err != nil {
		return err
	}
	if err := b.raiseLater(tx, d.Incident, d); err != nil {
		return err
	}
	if err := b.recordDetection(tx, key, d, evidence); err != nil {
		return err
	}
	return b.announceDetection(tx, key, d, evidence)
}

// keep keeps a detection of which nobody is told.
func keep(tx *store.Tx, d incident.Detection, as incident.Handling) error {
	d.Handling = as
	_, err := tx.SaveDetection(d)
	return err
}

// knownDetection finds this detection, or one of the same rule and group at
// the same time, among those that are kept.
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
			"group": map[string]string{string(d.Group.Type): d.Group.Value}, "techniques": d.Techniques, "evidence": lines,
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
	if storm, err := b.inRuleStorm(tx, d, inc); err != nil || storm {
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
