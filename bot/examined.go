package bot

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"firebreak/detect/logfile"
	"firebreak/detect/sweep"
	"firebreak/incident"
	"firebreak/store"
)

// entityFile is what a detection is about that is about a file as a whole.
const entityFile incident.EntityType = "file"

// fileExamined records what was found in a file, and tells of it once. A file
// that is no log is left alone, unless somebody asked.
func fileExamined(tx *store.Tx, b *Bot, a incident.Action, result json.RawMessage) error {
	o, err := payloadOf[examineOrder](a)
	if err != nil {
		return err
	}
	var e examination
	if err := json.Unmarshal(result, &e); err != nil {
		return fmt.Errorf("read examination: %w", err)
	}
	if e.Found.Kind == logfile.Unknown && o.By == "" {
		return nil
	}
	shared := false
	if a.Incident != 0 {
		if e.Found, err = b.recordFindings(tx, a.Incident, o, e.Found); err != nil {
			return err
		}
		state, err := tx.ChannelState(o.Channel)
		if err != nil {
			return err
		}
		shared = state.Shared
	}
	return b.tellExamined(tx, a, o, examinedMessage(o, e.Found, shared, nowUTC(), b.cfg.Command))
}

// examineParked says why a file could not be examined, to who waits for that:
// of a file that the bot may not read, its copy's own trouble tells.
func examineParked(tx *store.Tx, b *Bot, a incident.Action, reason string) error {
	o, err := payloadOf[examineOrder](a)
	if err != nil {
		return err
	}
	if o.By == "" && o.Size <= maxLogFile {
		if _, said, err := toldInstead(tx, "file:"+strings.TrimPrefix(a.Key, "examine:")); said || err != nil {
			return err
		}
	}
	return b.tellExamined(tx, a, o, unexaminedMessage(o, reason))
}

// fetchParked tells that no copy of a file is kept, unless the same file could
// not be examined either and that has been said.
func fetchParked(tx *store.Tx, b *Bot, a incident.Action, reason string) error {
	examine, said, err := toldInstead(tx, "examine:"+strings.TrimPrefix(a.Key, "file:"))
	if err != nil {
		return err
	}
	if said && examine.Reason == reason {
		return nil
	}
	return b.tellParked(tx, a, reason)
}

// toldInstead gives the action with that key and says whether it is parked, so
// that people have been told of it.
func toldInstead(tx *store.Tx, key string) (incident.Action, bool, error) {
	other, err := tx.ActionByKey(key)
	if isNotFound(err) {
		return other, false, nil
	}
	return other, err == nil && other.State == incident.ActionParked, err
}

// recordFindings records what was found, and gives what of it is told: not what
// rules on trial find, nor what somebody has muted.
func (b *Bot) recordFindings(tx *store.Tx, n incident.Number, o examineOrder, found sweep.Found) (sweep.Found, error) {
	var told []sweep.Finding
	muted := 0
	for _, f := range found.Findings {
		if (f.Group == incident.Entity{}) {
			f.Group = incident.Entity{Type: entityFile, Value: o.Name}
		}
		if f.Handling == incident.HandlingShadow {
			if err := keep(tx, f.Detection, f.Handling); err != nil {
				return found, err
			}
			continue
		}
		known, err := tx.Detection(f.ID)
		if err != nil && !isNotFound(err) {
			return found, err
		}
		f.Incident = known.Incident
		quiet, err := b.suppress(tx, f.Detection)
		if err != nil {
			return found, err
		}
		if quiet {
			muted++
			continue
		}
		if err := b.recordFinding(tx, n, o, found.Kind, f); err != nil {
			return found, err
		}
		told = append(told, f)
	}
	if found.Findings = told; muted > 0 {
		found.Notes = append(found.Notes, count(muted, "detection")+" that somebody has muted left out")
	}
	return found, nil
}

// recordFinding makes a finding and its evidence entries of the adversary's
// lane: once, however often the file is dropped and examined.
func (b *Bot) recordFinding(tx *store.Tx, n incident.Number, o examineOrder, kind logfile.Kind, f sweep.Finding) error {
	d := f.Detection
	d.Incident = n
	if _, err := tx.SaveDetection(d); err != nil {
		return err
	}
	lines := make([]map[string]any, 0, len(f.Lines))
	for _, line := range f.Lines {
		a := line.Alert
		a.Source = cmp.Or(a.Source, o.Name)
		if err := b.recordLine(tx, n, o, a); err != nil {
			return err
		}
		lines = append(lines, map[string]any{
			"alert": a.ID, "at": a.At, "source": a.Source, "file": o.Name, kind.Place(): line.Place, "text": a.Raw,
		})
	}
	_, _, err := tx.Record("detection:"+d.ID, incident.Entry{
		Incident: n, Kind: incident.KindDetection, Lane: incident.LaneAdversary, OccurredAt: d.At,
		Actor: b.actor(), Text: d.Title + ": " + d.Why + " (in the file " + o.Name + ")",
		Source: incident.Source{System: "firebreak", Permalink: permalinkOf(b, o.Channel, o.TS)},
		Data: map[string]any{
			"detection": d.ID, "rule": d.Rule, "level": d.Level, "count": d.Count, "techniques": d.Techniques,
			"group": map[string]string{string(d.Group.Type): d.Group.Value}, "file": o.Name, "evidence": lines,
		},
	})
	return err
}

// recordLine makes an event of a file an alert of the incident and an entry.
// Its source is the file, not the message: that has an entry of its own.
func (b *Bot) recordLine(tx *store.Tx, n incident.Number, o examineOrder, a incident.Alert) error {
	a.Incident = n
	if _, err := tx.SaveAlert(a); err != nil {
		return err
	}
	_, _, err := tx.Record("alert:"+n.String()+":"+a.ID, incident.Entry{
		Incident: n, Kind: incident.KindAlert, Lane: incident.LaneAdversary, OccurredAt: a.At,
		Actor: incident.Actor{Name: a.Source, Kind: incident.ActorSystem}, Text: a.Title,
		Source: incident.Source{System: "file", Permalink: permalinkOf(b, o.Channel, o.TS)},
		Data: map[string]any{
			"alert": a.ID, "source": a.Source, "action": a.Action, "severity": a.Severity, "file": o.Name,
			"entities": entityMap(a.Entities), "raw": a.Raw,
		},
	})
	return err
}

// tellExamined tells what came of a file: in the one message about it, or to
// who asked.
func (b *Bot) tellExamined(tx *store.Tx, a incident.Action, o examineOrder, m message) error {
	if o.Post == "" {
		return plan(tx, step{
			Key: a.Key + ":answer", Kind: kindEphemeral, Lane: "ephemeral:" + o.By, Incident: a.Incident,
			Payload: ephemeral{Channel: o.Channel, User: o.By, Text: m.Text, Blocks: m.blockJSON(), ThreadTS: o.Thread},
		})
	}
	posted, err := tx.ActionByKey(o.Post)
	if isNotFound(err) {
		return b.postExamined(tx, a.Incident, o, m)
	}
	if err != nil {
		return err
	}
	return plan(tx, step{
		Key: fmt.Sprintf("%s:%d", a.Key, a.Fence), Kind: kindEdit, Lane: slackLane(a.Incident), Incident: a.Incident,
		Needs: []int64{posted.ID}, Payload: editedPost{Key: o.Post, Post: m.post(o.Channel, o.Post)},
	})
}

// postExamined plans the one message about a file, in its thread. Planned
// already, it stays as it is.
func (b *Bot) postExamined(tx *store.Tx, n incident.Number, o examineOrder, m message) error {
	needs, err := channelAction(tx, n)
	if err != nil {
		return err
	}
	p := m.post(o.Channel, o.Post)
	p.ThreadTS = o.Thread
	return plan(tx, step{Key: o.Post, Kind: kindPost, Lane: slackLane(n), Incident: n, Needs: needs, Payload: p})
}
