package gitlab

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	gl "github.com/xanzy/go-gitlab"

	"firebreak/incident"
)

// maxDescription is GitLab's limit of an issue's description (Issuable,
// DESCRIPTION_LENGTH_MAX: 1 megabyte).
const maxDescription = 1 << 20

// CreateIssue creates an issue. It is not idempotent: when the outcome is
// unknown, FindIssue tells whether there is one.
//
// What GitLab stored is compared with what was sent. If it differs, GitLab has
// run something in the text; the error's code is then "rewritten" and the
// issue, which exists, is given along with it. So it is with code
// "not_confidential" when GitLab left an issue open to others. Titles have at most 255
// characters, descriptions 1 MiB; unknown labels are created.
func (c *Client) CreateIssue(ctx context.Context, d incident.IssueDraft) (incident.TrackerIssue, error) {
	const call = "gitlab create issue"
	description, err := compose(call, d)
	if err != nil {
		return incident.TrackerIssue{}, err
	}
	confidential := d.Confidential || c.confidential
	opt := &gl.CreateIssueOptions{
		Title: &d.Title, Description: &description,
		Confidential: &confidential,
	}
	if len(d.Labels) > 0 {
		opt.Labels = new(gl.LabelOptions(d.Labels))
	}
	if !d.DueDate.IsZero() {
		opt.DueDate = new(gl.ISOTime(d.DueDate))
	}
	if d.AssigneeID != 0 {
		opt.AssigneeIDs = &[]int{d.AssigneeID}
	}
	var made issue
	status, err := c.send(ctx, call, http.MethodPost, c.path("issues"), opt, &made)
	if err != nil {
		return incident.TrackerIssue{}, err
	}
	// 202 tells of a text that was nothing but quick actions.
	if made.ID == 0 || made.IID == 0 {
		return incident.TrackerIssue{}, &incident.CallError{
			Call: call, Outcome: incident.OutcomeUnknown, Code: "no_issue",
			Reason: "GitLab answered " + strconv.Itoa(status) + " without an issue",
		}
	}
	if status != http.StatusCreated || !sameText(made.Description, description) {
		return made.tracker(), rewritten(call)
	}
	if confidential && !made.Confidential {
		return made.tracker(), refuse(call, "not_confidential", "GitLab did not make the issue confidential: others may read it")
	}
	return made.tracker(), nil
}

func rewritten(call string) error {
	return refuse(call, "rewritten", "GitLab stored another text than was sent: it was altered, perhaps by a quick action in it")
}

// compose gives the whole description of a draft, or refuses the draft.
func compose(call string, d incident.IssueDraft) (string, error) {
	for _, l := range d.Labels {
		if l == "" || strings.Contains(l, ",") {
			return "", refuse(call, "label", "a label must not be empty nor hold a comma, which would split it")
		}
	}
	if !validKey(d.Key) {
		return "", refuse(call, "key", "an issue needs a key of letters, digits and . _ : / -")
	}
	if hasMarker(d.Description) || hasMarker(d.Block) {
		return "", refuse(call, "marker", "the text holds a line that firebreak marks its own text with")
	}
	parts := make([]string, 0, 3)
	if d.Description != "" {
		parts = append(parts, d.Description)
	}
	if d.Block != "" {
		parts = append(parts, beginMark+"\n"+d.Block+"\n"+endMark)
	}
	text := strings.Join(append(parts, keyLine(d.Key)), "\n\n")
	return text, checkText(call, text, "")
}

// checkText refuses a description that GitLab would not store as it is. What
// stood in the old description already is not run again.
func checkText(call, text, old string) error {
	if len(text) > maxDescription {
		return refuse(call, "too_long", "the description is longer than GitLab's 1 MiB")
	}
	if addsQuickAction(old, text) {
		return refuse(call, "quick_action", "a line of the text begins with a slash and a letter, which GitLab may run as a quick action")
	}
	return nil
}

// sameText compares stored with sent text. GitLab deletes carriage returns
// and space at the end.
func sameText(stored, sent string) bool { return bare(stored) == bare(sent) }

func bare(text string) string {
	return strings.TrimRight(strings.ReplaceAll(text, "\r", ""), " \t\n")
}
