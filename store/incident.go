package store

import (
	"encoding/json"
	"fmt"
	"time"

	"firebreak/incident"
)

// visible is true of the incidents i that a viewer may see; seenBy gives its
// arguments.
const visible = `(? OR (i.private = 0 AND ?) OR (i.private = 1 AND EXISTS (
	SELECT 1 FROM members m WHERE m.channel = i.channel_id AND m.channel <> '' AND m.user = ?)))`

func seenBy(who incident.Viewer) []any { return []any{who.Admin, who.Responder, who.User} }

// OpenIncident records a new incident under the next number. A page or a
// channel that another incident has already is an error.
func (tx *Tx) OpenIncident(inc incident.Incident) (incident.Incident, error) {
	n, err := one(&tx.View, value[incident.Number], `SELECT coalesce(max(number), 0) + 1 FROM incidents`)
	if err != nil {
		return incident.Incident{}, fmt.Errorf("open incident: %w", err)
	}
	inc.Number = n
	if inc.Status == "" {
		inc.Status = incident.StatusOpen
	}
	_, err = tx.exec(`INSERT INTO incidents (number, title, severity, status, private, opened_at, opened_by, closed_at,
			channel_id, channel_name, header_ts, page_id, page_number, page_url, dedup_key, service, urgency, commander,
			disposition, reason, duplicate_of, milestones, rca_iid, rca_url)
		VALUES (?, '', 0, '', 0, 0, '', 0, '', '', '', '', 0, '', '', '', '', '', '', '', 0, '', 0, '')`, n)
	if err == nil {
		err = tx.SaveIncident(inc)
	}
	if err != nil {
		return incident.Incident{}, fmt.Errorf("open incident: %w", err)
	}
	return tx.Incident(incident.Operator(), n)
}

// SaveIncident replaces all that is kept of an incident.
func (tx *Tx) SaveIncident(inc incident.Incident) error {
	milestones, err := milestonesText(inc.Milestones)
	if err != nil {
		return fmt.Errorf("save %s: %w", inc.Number, err)
	}
	private, err := tx.private(inc.Number)
	if err != nil {
		return fmt.Errorf("save %s: %w", inc.Number, err)
	}
	ok, err := changed(tx.exec(`UPDATE incidents SET title = ?, severity = ?, status = ?, private = ?,
			opened_at = ?, opened_by = ?, closed_at = ?, channel_id = ?, channel_name = ?, header_ts = ?,
			page_id = ?, page_number = ?, page_url = ?, dedup_key = ?, service = ?, urgency = ?, commander = ?,
			disposition = ?, reason = ?, duplicate_of = ?, milestones = ?, rca_iid = ?, rca_url = ?,
			acknowledged_by = ?, acknowledged_name = ?, archived_at = ?, storm = ?
		WHERE number = ?`,
		inc.Title, inc.Severity, inc.Status, inc.Private,
		micros(inc.OpenedAt), inc.OpenedBy, micros(inc.ClosedAt), inc.Channel.ID, inc.Channel.Name, inc.HeaderTS,
		inc.Page.ID, inc.Page.Number, inc.Page.URL, inc.DedupKey, inc.Service, inc.Urgency, inc.Commander,
		inc.Disposition, inc.Reason, inc.DuplicateOf, milestones, inc.RCA.IID, inc.RCA.URL,
		inc.AcknowledgedBy.ID, inc.AcknowledgedBy.Name, micros(inc.ArchivedAt), inc.Storm, inc.Number))
	if err == nil && !ok {
		err = ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("save %s: %w", inc.Number, err)
	}
	if private == inc.Private {
		return nil
	}
	return tx.indexIncident(inc.Number)
}

// private says whether an incident is.
func (v *View) private(n incident.Number) (bool, error) {
	return one(v, value[bool], `SELECT private FROM incidents WHERE number = ?`, n)
}

// Incident gives one incident: ErrNotFound, in the same words, when there is
// none and when the viewer may not see it.
func (v *View) Incident(who incident.Viewer, n incident.Number) (incident.Incident, error) {
	return v.incident("incident "+n.String(), `i.number = ? AND `+visible, append([]any{n}, seenBy(who)...)...)
}

// IncidentByChannel finds the incident of a Slack channel, to route by.
func (v *View) IncidentByChannel(channelID string) (incident.Incident, error) {
	return v.incident("incident of channel "+channelID, `i.channel_id = ? AND i.channel_id <> ''`, channelID)
}

// IncidentByDedupKey finds the incident whose page firebreak raised under
// the key; the newest, should there be several.
func (v *View) IncidentByDedupKey(key string) (incident.Incident, error) {
	return v.incident("incident of dedup key "+key, `i.dedup_key = ? AND i.dedup_key <> '' ORDER BY i.number DESC LIMIT 1`, key)
}

// IncidentOfStorm finds the incident that is open for a storm of a service's
// pages; the newest, should there be several.
func (v *View) IncidentOfStorm(serviceID string) (incident.Incident, error) {
	return v.incident("incident of the storm of "+serviceID,
		`i.storm = ? AND i.storm <> '' AND i.status <> ? ORDER BY i.number DESC LIMIT 1`, serviceID, incident.StatusClosed)
}

// PageOutstanding says whether an incident, closed meanwhile or not, has
// raised a page that PagerDuty has not shown yet.
func (v *View) PageOutstanding() (bool, error) {
	out, err := one(v, value[bool], `SELECT EXISTS (SELECT 1 FROM incidents WHERE dedup_key <> '' AND page_id = '')`)
	if err != nil {
		return false, fmt.Errorf("look for pages outstanding: %w", err)
	}
	return out, nil
}

// Incidents gives those the viewer may see, by number.
func (v *View) Incidents(who incident.Viewer) ([]incident.Incident, error) {
	list, err := v.incidents(unpurged+` AND `+visible+` ORDER BY i.number`, seenBy(who)...)
	if err != nil {
		return nil, fmt.Errorf("incidents: %w", err)
	}
	return list, nil
}

// OpenIncidents gives those not closed, by number, for the bot's own work.
func (v *View) OpenIncidents() ([]incident.Incident, error) {
	list, err := v.incidents(`i.status <> ? ORDER BY i.number`, incident.StatusClosed)
	if err != nil {
		return nil, fmt.Errorf("open incidents: %w", err)
	}
	return list, nil
}

func (v *View) incident(what, where string, args ...any) (incident.Incident, error) {
	list, err := v.incidents(where, args...)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return incident.Incident{}, fmt.Errorf("%s: %w", what, err)
	}
	return list[0], nil
}

func (v *View) incidents(where string, args ...any) ([]incident.Incident, error) {
	return all(v, scanIncident, `SELECT i.number, i.title, i.severity, i.status, i.private, i.opened_at, i.opened_by, i.closed_at,
			i.channel_id, i.channel_name, i.header_ts, i.page_id, i.page_number, i.page_url, i.dedup_key,
			i.service, i.urgency, i.commander, i.disposition, i.reason, i.duplicate_of, i.milestones, i.rca_iid, i.rca_url,
			i.acknowledged_by, i.acknowledged_name, i.archived_at, i.storm
		FROM incidents i WHERE `+where, args...)
}

func scanIncident(row row) (i incident.Incident, err error) {
	var milestones map[incident.Milestone]int64
	err = row.Scan(&i.Number, &i.Title, &i.Severity, &i.Status, &i.Private,
		timeColumn{&i.OpenedAt}, &i.OpenedBy, timeColumn{&i.ClosedAt},
		&i.Channel.ID, &i.Channel.Name, &i.HeaderTS, &i.Page.ID, &i.Page.Number, &i.Page.URL, &i.DedupKey,
		&i.Service, &i.Urgency, &i.Commander, &i.Disposition, &i.Reason, &i.DuplicateOf,
		jsonColumn{&milestones}, &i.RCA.IID, &i.RCA.URL,
		&i.AcknowledgedBy.ID, &i.AcknowledgedBy.Name, timeColumn{&i.ArchivedAt}, &i.Storm)
	for m, at := range milestones {
		if i.Milestones == nil {
			i.Milestones = map[incident.Milestone]time.Time{}
		}
		i.Milestones[m] = fromMicros(at)
	}
	return i, err
}

// milestonesText stores milestones as a JSON object of microseconds.
func milestonesText(ms map[incident.Milestone]time.Time) (string, error) {
	if len(ms) == 0 {
		return "", nil
	}
	times := map[incident.Milestone]int64{}
	for m, at := range ms {
		times[m] = micros(at)
	}
	b, err := json.Marshal(times)
	return string(b), err
}
