package gitlab

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	gl "github.com/xanzy/go-gitlab"

	"firebreak/incident"
)

const (
	// perPage is GitLab's maximum ("REST API", "Pagination").
	perPage = 100
	// maxReads bounds one listing: no project changes that much at once.
	maxReads = 500
	// settling is how far before the asked time a listing begins. GitLab
	// stamps updated_at before it commits, so an issue may show up later than
	// others with a later time.
	settling = time.Minute
)

// FindIssue finds the issue that CreateIssue made with key, among those with
// label: an issue counts only if the bot wrote it, since who can read a
// description can copy its key. If there are several, the lowest number is
// given. Found is false when there is surely none.
func (c *Client) FindIssue(ctx context.Context, label, key string) (found incident.TrackerIssue, ok bool, err error) {
	const call = "gitlab find issue"
	if label == "" || strings.Contains(label, ",") || !validKey(key) {
		return found, false, refuse(call, "key", "finding an issue needs its label and its key")
	}
	self, _, err := c.Self(ctx)
	if err != nil {
		return found, false, err
	}
	all, err := c.labelled(ctx, call, label)
	if err != nil {
		return found, false, err
	}
	for _, i := range all {
		if i.Author.ID != self || keyOf(i.Description) != key {
			continue
		}
		if ok {
			c.logger.WarnContext(ctx, "two issues carry one key", "key", key, "iid", found.IID, "other", i.IID)
		}
		if !ok || i.IID < found.IID {
			found, ok = i.tracker(), true
		}
	}
	return found, ok, nil
}

// labelled lists all issues with a label, oldest first: new ones join at the
// end, so pages don't shift.
func (c *Client) labelled(ctx context.Context, call, label string) ([]issue, error) {
	size := perPage
	var all []issue
	for page := 1; page <= maxReads; page++ {
		opt := listOptions(size, page, "created_at")
		opt.Labels = new(gl.LabelOptions{label})
		got, err := c.list(ctx, call, opt)
		if errors.Is(err, errTooLarge) && size > 1 {
			size, page, all = max(1, size/4), 0, nil // pages of another size begin anew
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, got...)
		if len(got) < size {
			return all, nil
		}
	}
	return nil, refuse(call, "too_many", "GitLab lists more issues with that label than can be read")
}

// UpdatedSince tells the issues of the project that were updated at or after
// t, by anybody, oldest update first and each once with its newest state. It
// begins a minute before t: the caller compares values, not times.
func (c *Client) UpdatedSince(ctx context.Context, t time.Time) ([]incident.TrackerIssue, error) {
	const call = "gitlab list issues"
	newest := make(map[int]issue)
	size, page := perPage, 1
	since := t.Add(-settling).UTC().Truncate(time.Second)
	for range maxReads {
		opt := listOptions(size, page, "updated_at")
		opt.UpdatedAfter = &since
		got, err := c.list(ctx, call, opt)
		if errors.Is(err, errTooLarge) && size > 1 {
			size, page = max(1, size/4), 1
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, i := range got {
			newest[i.IID] = i
		}
		if len(got) < size {
			return byUpdate(newest), nil
		}
		// Not page n+1: an issue updated between two reads moves to the end
		// and shifts the others, so that one would be skipped. Only when a
		// whole page lies within one second is there no other way.
		last := at(time.RFC3339, got[len(got)-1].UpdatedAt).Truncate(time.Second)
		if last.After(since) {
			since, page = last, 1
		} else {
			page++
		}
	}
	return nil, refuse(call, "too_many", "GitLab lists more updated issues than can be read")
}

func byUpdate(byIID map[int]issue) []incident.TrackerIssue {
	all := make([]incident.TrackerIssue, 0, len(byIID))
	for _, i := range byIID {
		all = append(all, i.tracker())
	}
	slices.SortFunc(all, func(a, b incident.TrackerIssue) int {
		return cmp.Or(a.UpdatedAt.Compare(b.UpdatedAt), cmp.Compare(a.IID, b.IID))
	})
	return all
}

func listOptions(size, page int, orderBy string) *gl.ListProjectIssuesOptions {
	return &gl.ListProjectIssuesOptions{
		ListOptions: gl.ListOptions{PerPage: size, Page: page},
		State:       new("all"), Scope: new("all"), OrderBy: &orderBy, Sort: new("asc"),
	}
}

func (c *Client) list(ctx context.Context, call string, opt *gl.ListProjectIssuesOptions) ([]issue, error) {
	var got []issue
	_, err := c.send(ctx, call, http.MethodGet, c.path("issues"), opt, &got)
	return got, err
}

// LinkIssues relates two issues of the project. A link that is there already
// is enough.
func (c *Client) LinkIssues(ctx context.Context, a, b int) error {
	const call = "gitlab link issues"
	if a < 1 || b < 1 || a == b {
		return refuse(call, "404", "a link needs two issues")
	}
	opt := &gl.CreateIssueLinkOptions{
		TargetProjectID: &c.project, TargetIssueIID: new(strconv.Itoa(b)), LinkType: new("relates_to"),
	}
	var made struct{}
	_, err := c.send(ctx, call, http.MethodPost, c.path("issues", a, "links"), opt, &made)
	if incident.CodeOf(err) == strconv.Itoa(http.StatusConflict) {
		return nil
	}
	return err
}
