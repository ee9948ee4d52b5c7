package bot

import (
	"context"
	"fmt"
	"slices"

	"firebreak/detect"
	"firebreak/detect/sweep"
	"firebreak/incident"
	"firebreak/store"
)

// handleDetect runs the detectors on a message and its files. In an incident's
// channel the answer stands in the message's thread; elsewhere only who asked
// is told, and nothing is recorded.
func (b *Bot) handleDetect(ctx context.Context, row incident.Inbound, i interaction) error {
	_, rights, identified := b.authorise(ctx, i.by(b.cfg.Command))
	return b.store.Update(ctx, func(tx *store.Tx) error {
		err := identified
		if err == nil {
			err = b.runDetectors(tx, row, i, rights)
		}
		if refused, shown := refusalOf(err); refused != "" {
			err = planView(tx, row, i.TriggerID, saying("firebreak", shown))
		}
		if err != nil {
			return err
		}
		return tx.HandledInbound(row.ID)
	})
}

func (b *Bot) runDetectors(tx *store.Tx, row incident.Inbound, i interaction, r rights) error {
	inc, err := tx.IncidentByChannel(i.Channel.ID)
	if err != nil && !isNotFound(err) {
		return err
	}
	if err := r.may(AccessResponder, inc); err != nil {
		return err
	}
	m := i.Message
	files, err := b.askedFiles(tx, row, i, inc)
	if err != nil {
		return err
	}
	o := examineOrder{Channel: i.Channel.ID, TS: m.TS, By: i.User.ID}
	if m.inThread() {
		o.Thread = m.ThreadTS
	}
	alerts := b.alertsOf(i.Channel.ID, m)
	a := incident.Action{Key: row.Key, Incident: inc.Number}
	switch {
	case len(alerts) == 0 && files > 0:
		return nil // their own answers follow
	case len(alerts) == 0:
		return b.tellExamined(tx, a, o, sentence("I see no alert and no log file in this message: JSON, log lines, `Key: value` lines, or a file of JSON, CSV, EVTX or syslog."))
	}
	found, shared, err := b.examineMessage(tx, inc, alerts, r)
	if err != nil {
		return err
	}
	if inc.Number != 0 {
		o.Post, o.Thread = "detected:"+messageKey(b.home(), i.Channel.ID, m.TS), m.TS
		if m.inThread() {
			o.Thread = m.ThreadTS
		}
	}
	head := "This message: " + count(len(alerts), "alert")
	return b.tellExamined(tx, a, o, sweptMessage(head, found, shared, nowUTC(), b.cfg.Command))
}

// askedFiles plans to examine the message's logs, and says how many there are.
func (b *Bot) askedFiles(tx *store.Tx, row incident.Inbound, i interaction, inc incident.Incident) (n int, err error) {
	for _, f := range i.Message.Files {
		if f.ID == "" || f.link() == "" || f.Mode == "tombstone" || f.Mode == "external" || !mayBeLog(f.Name) {
			continue
		}
		o := examining(b.home(), i.Channel.ID, i.Message, f)
		if o.By = i.User.ID; inc.Number == 0 {
			o.Post = ""
			if !i.Message.inThread() {
				o.Thread = "" // seen where the message is
			}
		}
		if err := b.planExamine(tx, inc.Number, row.Key+":examine:"+f.ID, o); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// alertsOf reads what a message tells as alerts. What names nothing and tells
// of no login is talk; the bot's own words are no alerts either.
func (b *Bot) alertsOf(channel string, m slackMessage) []incident.Alert {
	if b.ownMessage(m) {
		return nil
	}
	alerts := detect.Alerts(detect.Input{
		ID: messageKey(b.home(), channel, m.TS), Channel: channel, TS: m.TS,
		Text: m.Text, Blocks: m.Blocks, Attachments: m.Attachments, At: tsTime(m.TS),
	})
	return slices.DeleteFunc(alerts, func(a incident.Alert) bool {
		return len(a.Entities) == 0 && a.Action != detect.LoginFailure && a.Action != detect.LoginSuccess
	})
}

// examineMessage finds what there is to find in a message's alerts. Those
// examined already, or now for the incident whose channel it is, give what is
// recorded of them, as far as who asks may see it; others are looked at by
// themselves, without a trace.
func (b *Bot) examineMessage(tx *store.Tx, inc incident.Incident, alerts []incident.Alert, r rights) (found sweep.Found, shared bool, err error) {
	_, err = tx.Alert(alerts[0].ID)
	known := err == nil
	if err != nil && !isNotFound(err) {
		return found, false, err
	}
	d, records := b.detectors(), inc.Number != 0 && !inc.Closed()
	if inc.Number != 0 {
		state, err := tx.ChannelState(inc.Channel.ID)
		if err != nil {
			return found, false, err
		}
		shared = state.Shared
	}
	if records { // what is found for a closed incident would open another
		if err := b.examine(tx, inc.Number, alerts); err != nil {
			return found, false, err
		}
		known = true
		d.Finders, d.Watch = nil, nil // they have looked just now
	}
	if !known || records {
		if found, err = sweep.Alerts(d, alerts[0].ID, alerts); err != nil {
			return found, shared, err
		}
		if found.Findings, err = tellable(tx, found.Findings); err != nil {
			return found, shared, err
		}
	}
	found.Kind = sweep.Message
	if known {
		recorded, err := recordedFindings(tx, alerts, r)
		if err != nil {
			return found, shared, err
		}
		found.Findings = append(recorded, found.Findings...)
	}
	for i := range found.Findings {
		b.maskFinding(&found.Findings[i])
	}
	return found, shared, nil
}

// tellable leaves out what rules on trial have found and what is muted.
func tellable(tx *store.Tx, found []sweep.Finding) (told []sweep.Finding, err error) {
	now := nowUTC()
	for _, f := range found {
		mutes, err := tx.SuppressionsOf(f.Rule, now)
		if err != nil {
			return nil, err
		}
		muted := slices.ContainsFunc(mutes, func(s incident.Suppression) bool { return s.Covers(f.Detection, now) })
		if !muted && f.Handling == incident.HandlingTold {
			told = append(told, f)
		}
	}
	return told, nil
}

// recordedFindings are the detections that name one of the alerts as evidence,
// of incidents that who asks may see.
func recordedFindings(tx *store.Tx, alerts []incident.Alert, r rights) ([]sweep.Finding, error) {
	var found []sweep.Finding
	seen := map[incident.Number]bool{}
	for _, a := range alerts {
		kept, err := tx.Alert(a.ID)
		if isNotFound(err) || err == nil && (kept.Incident == 0 || seen[kept.Incident]) {
			continue
		}
		if err != nil {
			return nil, err
		}
		seen[kept.Incident] = true
		if _, err := tx.Incident(r.viewer, kept.Incident); isNotFound(err) {
			continue
		} else if err != nil {
			return nil, err
		}
		told, err := tx.Detections(kept.Incident)
		if err != nil {
			return nil, err
		}
		for _, d := range told {
			if lines := linesOf(d, alerts); len(lines) > 0 && d.Handling == incident.HandlingTold {
				d.Why += fmt.Sprintf(" (%s)", kept.Incident)
				found = append(found, sweep.Finding{Detection: d, Lines: lines})
			}
		}
	}
	return found, nil
}

// linesOf are those of the alerts that are evidence of a detection.
func linesOf(d incident.Detection, alerts []incident.Alert) (lines []sweep.Line) {
	for i, a := range alerts {
		if slices.Contains(d.Evidence, a.ID) {
			lines = append(lines, sweep.Line{Place: int64(i + 1), Alert: a})
		}
	}
	return lines
}
