package gitlab

import (
	"context"
	"net/http"
	"slices"
	"time"

	"firebreak/incident"
)

// issue is what of GitLab's issue is needed here. Null fields stay zero.
type issue struct {
	ID           int      `json:"id"`
	IID          int      `json:"iid"`
	WebURL       string   `json:"web_url"`
	Title        string   `json:"title"`
	Description  string   `json:"description"`
	State        string   `json:"state"`
	Confidential bool     `json:"confidential"`
	Author       user     `json:"author"`
	Assignees    []user   `json:"assignees"`
	Labels       []string `json:"labels"`
	DueDate      string   `json:"due_date"`
	CreatedAt    string   `json:"created_at"`
	UpdatedAt    string   `json:"updated_at"`
	ClosedAt     string   `json:"closed_at"`
	ClosedBy     user     `json:"closed_by"`
	MovedToID    int      `json:"moved_to_id"`
	Locked       bool     `json:"discussion_locked"`
}

func (i issue) closed() bool { return i.State == "closed" }

func (i issue) tracker() incident.TrackerIssue {
	t := incident.TrackerIssue{
		ID: i.ID, IID: i.IID, URL: i.WebURL, Title: i.Title, Description: i.Description,
		Key: keyOf(i.Description), Closed: i.closed(), ClosedBy: i.ClosedBy.Username,
		Confidential: i.Confidential, Author: i.Author.Username, AuthorID: i.Author.ID,
		Labels: slices.Clone(i.Labels), DueDate: at(time.DateOnly, i.DueDate),
		CreatedAt: at(time.RFC3339, i.CreatedAt), UpdatedAt: at(time.RFC3339, i.UpdatedAt),
		ClosedAt: at(time.RFC3339, i.ClosedAt), MovedTo: i.MovedToID, Locked: i.Locked,
	}
	for _, a := range i.Assignees {
		t.Assignees = append(t.Assignees, a.Username)
	}
	return t
}

// at gives the time in UTC, or the zero time when there is none.
func at(layout, text string) time.Time {
	t, err := time.Parse(layout, text)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// Issue reads one issue. The error's code is 404 when there is none, or the
// token may not see it: GitLab does not tell these apart.
func (c *Client) Issue(ctx context.Context, iid int) (incident.TrackerIssue, error) {
	i, err := c.read(ctx, iid)
	if err != nil {
		return incident.TrackerIssue{}, err
	}
	return i.tracker(), nil
}

func (c *Client) read(ctx context.Context, iid int) (issue, error) {
	const call = "gitlab get issue"
	if iid < 1 {
		return issue{}, refuse(call, "404", "an issue's number counts from 1")
	}
	var i issue
	if _, err := c.send(ctx, call, http.MethodGet, c.path("issues", iid), nil, &i); err != nil {
		return issue{}, err
	}
	if i.IID != iid {
		return issue{}, &incident.CallError{Call: call, Code: "no_issue", Reason: "GitLab's answer holds another issue or none"}
	}
	return i, nil
}
