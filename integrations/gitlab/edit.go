package gitlab

import (
	"context"
	"net/http"
	"strings"

	"firebreak/incident"
)

// issueEdit is the body of a PUT. Only what is set is sent: labels are added,
// never replaced, since the others are people's ("Issues API", "Update an
// issue").
type issueEdit struct {
	Title       *string `json:"title,omitempty"`
	StateEvent  string  `json:"state_event,omitempty"`
	AssigneeIDs []int   `json:"assignee_ids,omitempty"` // [0]: nobody
	DueDate     *string `json:"due_date,omitempty"`     // "": none
	AddLabels   string  `json:"add_labels,omitempty"`   // comma separated
}

// EditIssue changes what e names and nothing else, and gives the issue as it
// stands afterwards. Repeating it changes nothing more. GitLab has no
// conditional update: of two edits of one field the later wins.
func (c *Client) EditIssue(ctx context.Context, iid int, e incident.IssueEdit) (incident.TrackerIssue, error) {
	const call = "gitlab edit issue"
	if iid < 1 || e.Empty() {
		return incident.TrackerIssue{}, refuse(call, "404", "an edit needs an issue and something to change")
	}
	for _, l := range e.AddLabels {
		if l == "" || strings.Contains(l, ",") {
			return incident.TrackerIssue{}, refuse(call, "label", "a label must not be empty nor hold a comma, which would split it")
		}
	}
	var after issue
	status, err := c.send(ctx, call, http.MethodPut, c.path("issues", iid), editBody(e), &after)
	if err != nil {
		return incident.TrackerIssue{}, err
	}
	if status == http.StatusNotModified {
		return c.Issue(ctx, iid)
	}
	if after.IID != iid {
		return incident.TrackerIssue{}, &incident.CallError{Call: call, Code: "no_issue", Reason: "GitLab's answer holds another issue or none"}
	}
	return after.tracker(), nil
}

func editBody(e incident.IssueEdit) *issueEdit {
	body := &issueEdit{Title: e.Title, DueDate: e.DueDate, AddLabels: strings.Join(e.AddLabels, ",")}
	if e.AssigneeID != nil {
		body.AssigneeIDs = []int{*e.AssigneeID}
	}
	if e.Closed != nil {
		body.StateEvent = "reopen"
		if *e.Closed {
			body.StateEvent = "close"
		}
	}
	return body
}
