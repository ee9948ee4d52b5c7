package pagerduty

import (
	"context"
	"net/url"
	"time"

	"firebreak/incident"
)

// ahead is how far into the future a reading up to "now" goes: PagerDuty's
// clock and ours may differ.
const ahead = 5 * time.Minute

// found is one of PagerDuty's incidents.
type found struct {
	ID            text             `json:"id"`
	Number        text             `json:"incident_number"`
	Title         text             `json:"title"`
	Summary       text             `json:"summary"`
	Status        text             `json:"status"`
	Urgency       text             `json:"urgency"`
	Priority      thing            `json:"priority"`
	Service       thing            `json:"service"`
	Policy        thing            `json:"escalation_policy"`
	Teams         list[thing]      `json:"teams"`
	URL           text             `json:"html_url"`
	Key           text             `json:"incident_key"`
	CreatedAt     text             `json:"created_at"`
	ResolvedAt    text             `json:"resolved_at"`
	StatusAt      text             `json:"last_status_change_at"`
	ResolveReason resolveReason    `json:"resolve_reason"`
	Assignments   list[assignment] `json:"assignments"`
}

type assignment struct {
	Assignee thing `json:"assignee"`
}

type resolveReason struct {
	Type     text  `json:"type"`
	Incident thing `json:"incident"`
}

// OpenPages tells all pages that are triggered or acknowledged now, oldest
// first, whatever their age. It needs no memory of earlier reads: after any
// outage one call finds what is open.
func (c *Client) OpenPages(ctx context.Context) ([]incident.Page, error) {
	const call = "pagerduty list open incidents"
	open := []string{string(incident.PageTriggered), string(incident.PageAcknowledged)}
	query := c.pagesQuery(open)
	query.Set("date_range", "all")
	got, all, err := readAll(ctx, true, found.id, c.pagesReader(call, query))
	if err != nil {
		return nil, err
	}
	if !all {
		// Beyond 10 000 offsets end; what is left began after the last one.
		rest := span{got[len(got)-1].CreatedAt.when(), time.Now().Add(ahead)}
		more, err := c.pagesWithin(ctx, call, rest, open)
		if err != nil {
			return nil, err
		}
		got = unique(append(got, more...), found.id)
	}
	return c.pages(ctx, got), nil
}

// PagesBetween tells all pages created from since until until, in any status:
// also those that opened and were resolved unseen. PagerDuty may honour only
// the date of since, so more may come back than was asked for.
func (c *Client) PagesBetween(ctx context.Context, since, until time.Time) ([]incident.Page, error) {
	const call = "pagerduty list incidents"
	s := span{since, until}
	if err := s.checked(call); err != nil {
		return nil, err
	}
	got, err := c.pagesWithin(ctx, call, s, nil)
	if err != nil {
		return nil, err
	}
	return c.pages(ctx, got), nil
}

// Page tells one page. The error's code is 404 when there is none.
func (c *Client) Page(ctx context.Context, id string) (incident.Page, error) {
	f, err := c.read(ctx, id)
	if err != nil {
		return incident.Page{}, err
	}
	return c.completePage(ctx, f.page()), nil
}

func (c *Client) read(ctx context.Context, id string) (found, error) {
	const call = "pagerduty get incident"
	if id == "" {
		return found{}, refuse(call, "404", "a page needs an id")
	}
	var answer struct {
		Incident found `json:"incident"`
	}
	query := url.Values{"include[]": {"assignees"}, "time_zone": {"UTC"}}
	if err := c.get(ctx, call, "/incidents/"+url.PathEscape(id), query, &answer); err != nil {
		return found{}, err
	}
	if answer.Incident.ID == "" {
		return found{}, &incident.CallError{Call: call, Code: "no_incident", Reason: "PagerDuty's answer holds no incident"}
	}
	return answer.Incident, nil
}

func (c *Client) pagesWithin(ctx context.Context, call string, s span, statuses []string) ([]found, error) {
	return readSpan(ctx, call, s, found.id, func(w span) reader[found] {
		query := c.pagesQuery(statuses)
		w.set(query)
		return c.pagesReader(call, query)
	})
}

func (c *Client) pagesQuery(statuses []string) url.Values {
	q := url.Values{"sort_by": {"created_at:asc"}, "time_zone": {"UTC"}, "include[]": {"assignees"}}
	for name, values := range map[string][]string{
		"statuses[]": statuses, "service_ids[]": c.serviceIDs, "team_ids[]": c.teamIDs,
	} {
		if len(values) > 0 {
			q[name] = values
		}
	}
	return q
}

// foundList is PagerDuty's answer to a question for pages.
type foundList struct {
	Incidents list[found] `json:"incidents"`
	More      bool        `json:"more"`
}

func (c *Client) pagesReader(call string, query url.Values) reader[found] {
	return func(ctx context.Context, offset, limit int) (results []found, more bool, err error) {
		asked := page(query, offset, limit)
		err = c.get(ctx, call, "/incidents", asked, decoder(func(text []byte) error {
			answer, err := c.list.decode(asked.Encode(), text)
			results, more = answer.Incidents, answer.More
			return err
		}))
		return results, more, err
	}
}

func (f found) id() string { return string(f.ID) }

func (c *Client) pages(ctx context.Context, fs []found) []incident.Page {
	ps := make([]incident.Page, 0, len(fs))
	for _, f := range fs {
		if f.ID != "" {
			ps = append(ps, c.completePage(ctx, f.page()))
		}
	}
	return ps
}

// completePage adds the e-mails that PagerDuty left out.
func (c *Client) completePage(ctx context.Context, p incident.Page) incident.Page {
	for i, a := range p.Assignees {
		p.Assignees[i] = c.completed(ctx, a)
	}
	return p
}

func (f found) page() incident.Page {
	p := incident.Page{
		ID: string(f.ID), Number: f.Number.number(), Title: string(f.Title),
		Status: incident.PageStatus(f.Status), Urgency: string(f.Urgency), Priority: f.Priority.title(),
		ServiceID: string(f.Service.ID), Service: f.Service.title(), PolicyID: string(f.Policy.ID),
		URL: string(f.URL), Key: string(f.Key), CreatedAt: f.CreatedAt.when(),
	}
	if p.Title == "" {
		p.Title = string(f.Summary)
	}
	if p.Status == incident.PageResolved {
		p.ResolvedAt = f.ResolvedAt.when()
		if p.ResolvedAt.IsZero() {
			p.ResolvedAt = f.StatusAt.when()
		}
	}
	if f.ResolveReason.Type == "merge_resolve_reason" {
		p.MergedInto = string(f.ResolveReason.Incident.ID)
	}
	for _, t := range f.Teams {
		if t.ID != "" {
			p.TeamIDs = append(p.TeamIDs, string(t.ID))
		}
	}
	for _, a := range f.Assignments {
		if a.Assignee.ID != "" {
			p.Assignees = append(p.Assignees, a.Assignee.responder())
		}
	}
	return p
}
