package store

import (
	"encoding/json"
	"fmt"
	"time"

	"firebreak/incident"
)

// PageRow is a page with what firebreak made of it.
type PageRow struct {
	Page     incident.Page
	Incident incident.Number
	Filtered bool // seen, but it belongs to no incident
	Redacted bool // its title was, and what PagerDuty says of it is not taken
}

// SavePage keeps a page as PagerDuty tells it now. n is its incident, or 0
// when it was filtered out; an incident it has already is not taken away by 0,
// and a title that was redacted does not come back.
func (tx *Tx) SavePage(p incident.Page, n incident.Number) error {
	teams, err := jsonText(p.TeamIDs)
	if err != nil {
		return fmt.Errorf("save page %s: %w", p.ID, err)
	}
	assignees, err := jsonText(p.Assignees)
	if err != nil {
		return fmt.Errorf("save page %s: %w", p.ID, err)
	}
	_, err = tx.exec(`INSERT INTO pages (id, incident, number, title, status, urgency, priority, service_id, service,
			team_ids, policy_id, url, key, created_at, resolved_at, merged_into, assignees, seen_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET
			incident = CASE WHEN excluded.incident <> 0 THEN excluded.incident ELSE incident END,
			number = excluded.number, title = CASE WHEN pages.redacted THEN pages.title ELSE excluded.title END, status = excluded.status, urgency = excluded.urgency,
			priority = excluded.priority, service_id = excluded.service_id, service = excluded.service,
			team_ids = excluded.team_ids, policy_id = excluded.policy_id, url = excluded.url, key = excluded.key,
			created_at = excluded.created_at, resolved_at = excluded.resolved_at,
			merged_into = excluded.merged_into, assignees = excluded.assignees`,
		p.ID, n, p.Number, p.Title, p.Status, p.Urgency, p.Priority, p.ServiceID, p.Service,
		teams, p.PolicyID, p.URL, p.Key, micros(p.CreatedAt), micros(p.ResolvedAt), p.MergedInto, assignees, micros(time.Now()))
	if err != nil {
		return fmt.Errorf("save page %s: %w", p.ID, err)
	}
	return nil
}

// Page gives a page by PagerDuty's id.
func (v *View) Page(id string) (PageRow, error) {
	p, err := one(v, scanPage, selectPage+` WHERE id = ?`, id)
	if err != nil {
		return p, fmt.Errorf("page %s: %w", id, err)
	}
	return p, nil
}

// PageSeenAt gives when a page was first seen here; zero when that is not known.
func (v *View) PageSeenAt(id string) (time.Time, error) {
	µs, err := one(v, value[int64], `SELECT seen_at FROM pages WHERE id = ?`, id)
	if err != nil {
		return time.Time{}, fmt.Errorf("page %s: %w", id, err)
	}
	return fromMicros(µs), nil
}

// PagesByID gives those of the pages that are known, by PagerDuty's id.
func (v *View) PagesByID(ids []string) (map[string]PageRow, error) {
	asked, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("pages by id: %w", err)
	}
	list, err := all(v, scanPage, selectPage+` WHERE id IN (SELECT value FROM json_each(?))`, string(asked))
	if err != nil {
		return nil, fmt.Errorf("pages by id: %w", err)
	}
	known := map[string]PageRow{}
	for _, row := range list {
		known[row.Page.ID] = row
	}
	return known, nil
}

// PagesOf gives an incident's pages, the oldest first.
func (v *View) PagesOf(n incident.Number) ([]PageRow, error) {
	list, err := all(v, scanPage, selectPage+` WHERE incident = ? AND incident <> 0 ORDER BY created_at, id`, n)
	if err != nil {
		return nil, fmt.Errorf("pages of %s: %w", n, err)
	}
	return list, nil
}

// PagesSeen counts a service's pages that were first seen after a time and
// belong to an incident.
func (v *View) PagesSeen(serviceID string, after time.Time) (int, error) {
	n, err := one(v, value[int], `SELECT count(*) FROM pages WHERE service_id = ? AND seen_at > ? AND incident <> 0`,
		serviceID, micros(after))
	if err != nil {
		return 0, fmt.Errorf("count pages of service %s: %w", serviceID, err)
	}
	return n, nil
}

// PagesOpen counts an incident's pages that are not resolved.
func (v *View) PagesOpen(n incident.Number) (int, error) {
	open, err := one(v, value[int], `SELECT count(*) FROM pages WHERE incident = ? AND incident <> 0 AND status <> ?`,
		n, incident.PageResolved)
	if err != nil {
		return 0, fmt.Errorf("count open pages of %s: %w", n, err)
	}
	return open, nil
}

// IncidentOfKey finds the open incident that had an earlier page of the same
// service and dedup key; the newest, should there be several.
func (v *View) IncidentOfKey(serviceID, key string) (incident.Incident, error) {
	return v.incident("incident of page key "+key, `i.status <> ? AND i.number IN (
		SELECT incident FROM pages WHERE key = ? AND key <> '' AND service_id = ? AND incident <> 0) ORDER BY i.number DESC LIMIT 1`,
		incident.StatusClosed, key, serviceID)
}

const selectPage = `SELECT id, incident, number, title, status, urgency, priority, service_id, service,
	team_ids, policy_id, url, key, created_at, resolved_at, merged_into, assignees, redacted FROM pages`

func scanPage(row row) (r PageRow, err error) {
	p := &r.Page
	err = row.Scan(&p.ID, &r.Incident, &p.Number, &p.Title, &p.Status, &p.Urgency, &p.Priority, &p.ServiceID, &p.Service,
		jsonColumn{&p.TeamIDs}, &p.PolicyID, &p.URL, &p.Key, timeColumn{&p.CreatedAt}, timeColumn{&p.ResolvedAt},
		&p.MergedInto, jsonColumn{&p.Assignees}, &r.Redacted)
	r.Filtered = r.Incident == 0
	return r, err
}
