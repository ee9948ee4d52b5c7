package store

import (
	"fmt"

	"firebreak/incident"
)

// PageRow is a page with what firebreak made of it.
type PageRow struct {
	Page     incident.Page
	Incident incident.Number
	Filtered bool // seen, but it belongs to no incident
}

// SavePage keeps a page as PagerDuty tells it now. n is its incident, or 0
// when it was filtered out; an incident it has already is not taken away by 0.
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
			team_ids, policy_id, url, key, created_at, resolved_at, merged_into, assignees)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET
			incident = CASE WHEN excluded.incident <> 0 THEN excluded.incident ELSE incident END,
			number = excluded.number, title = excluded.title, status = excluded.status, urgency = excluded.urgency,
			priority = excluded.priority, service_id = excluded.service_id, service = excluded.service,
			team_ids = excluded.team_ids, policy_id = excluded.policy_id, url = excluded.url, key = excluded.key,
			created_at = excluded.created_at, resolved_at = excluded.resolved_at,
			merged_into = excluded.merged_into, assignees = excluded.assignees`,
		p.ID, n, p.Number, p.Title, p.Status, p.Urgency, p.Priority, p.ServiceID, p.Service,
		teams, p.PolicyID, p.URL, p.Key, micros(p.CreatedAt), micros(p.ResolvedAt), p.MergedInto, assignees)
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

// PagesOf gives an incident's pages, the oldest first.
func (v *View) PagesOf(n incident.Number) ([]PageRow, error) {
	list, err := all(v, scanPage, selectPage+` WHERE incident = ? AND incident <> 0 ORDER BY created_at, id`, n)
	if err != nil {
		return nil, fmt.Errorf("pages of %s: %w", n, err)
	}
	return list, nil
}

const selectPage = `SELECT id, incident, number, title, status, urgency, priority, service_id, service,
	team_ids, policy_id, url, key, created_at, resolved_at, merged_into, assignees FROM pages`

func scanPage(row row) (r PageRow, err error) {
	p := &r.Page
	err = row.Scan(&p.ID, &r.Incident, &p.Number, &p.Title, &p.Status, &p.Urgency, &p.Priority, &p.ServiceID, &p.Service,
		jsonColumn{&p.TeamIDs}, &p.PolicyID, &p.URL, &p.Key, timeColumn{&p.CreatedAt}, timeColumn{&p.ResolvedAt},
		&p.MergedInto, jsonColumn{&p.Assignees})
	r.Filtered = r.Incident == 0
	return r, err
}
