package gitlab

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"

	gl "github.com/xanzy/go-gitlab"

	"firebreak/incident"
)

const (
	// maxComment is GitLab's limit of a comment in characters ("Notes API").
	maxComment = 1_000_000
	// maxCommentReads bounds a search through an issue's comments.
	maxCommentReads = 50
)

// note is what of GitLab's comment is needed here.
type note struct {
	ID        int    `json:"id"`
	Body      string `json:"body"`
	Author    user   `json:"author"`
	System    bool   `json:"system"`
	CreatedAt string `json:"created_at"`
}

// AddComment writes a comment below an issue, with a hidden key as the last
// line. It is not idempotent: when the outcome is unknown, FindComment tells
// whether it is there. The text must already be harmless. The error's code is
// 404 when there is no such issue, "rewritten" when GitLab stored another text.
func (c *Client) AddComment(ctx context.Context, iid int, text, key string) error {
	const call = "gitlab add comment"
	switch {
	case iid < 1:
		return refuse(call, "404", "an issue's number counts from 1")
	case !validKey(key):
		return refuse(call, "key", "a comment needs a key of letters, digits and . _ : / -")
	case hasMarker(text):
		return refuse(call, "marker", "the text holds a line that firebreak marks its own text with")
	}
	body := text + "\n\n" + keyLine(key)
	if utf8.RuneCountInString(body) > maxComment {
		return refuse(call, "too_long", "the comment is longer than GitLab's million characters")
	}
	if addsQuickAction("", body) {
		return refuse(call, "quick_action", "a line of the text begins with a slash and a letter, which GitLab may run as a quick action")
	}
	var made note
	status, err := c.send(ctx, call, http.MethodPost, c.path("issues", iid, "notes"), &gl.CreateIssueNoteOptions{Body: &body}, &made)
	if err != nil {
		return err
	}
	if made.ID == 0 {
		return &incident.CallError{
			Call: call, Outcome: incident.OutcomeUnknown, Code: "no_comment", Reason: "GitLab answered " + strconv.Itoa(status) + " without a comment",
		}
	}
	if status != http.StatusCreated || !sameText(made.Body, body) {
		return rewritten(call)
	}
	return nil
}

// FindComment says whether the bot has written a comment with that key below an
// issue since then. The newest are read first; those older than a minute before
// then are not.
func (c *Client) FindComment(ctx context.Context, iid int, key string, since time.Time) (found bool, err error) {
	const call = "gitlab find comment"
	if iid < 1 || !validKey(key) {
		return false, refuse(call, "key", "finding a comment needs its issue and its key")
	}
	self, _, err := c.Self(ctx)
	if err != nil {
		return false, err
	}
	size, page := perPage, 1
	for range maxCommentReads {
		opt := &gl.ListIssueNotesOptions{
			ListOptions: gl.ListOptions{PerPage: size, Page: page}, OrderBy: new("created_at"), Sort: new("desc"),
		}
		var got []note
		_, err := c.send(ctx, call, http.MethodGet, c.path("issues", iid, "notes"), opt, &got)
		if errors.Is(err, errTooLarge) && size > 1 {
			size, page = max(1, size/4), 1
			continue
		}
		if err != nil {
			return false, err
		}
		for _, n := range got {
			if n.Author.ID == self && !n.System && keyOf(n.Body) == key {
				return true, nil
			}
		}
		if len(got) < size || at(time.RFC3339, got[len(got)-1].CreatedAt).Before(since.Add(-settling)) {
			return false, nil
		}
		page++
	}
	return false, refuse(call, "too_many", "GitLab lists more comments than can be read")
}
