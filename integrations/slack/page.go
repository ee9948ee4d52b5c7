package slack

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
)

// maxPages bounds every walk through pages: a cursor that never ends is a
// fault, not a long list.
const maxPages = 500

// page is one page of a listing; each method fills the part that is its own.
// Messages stay raw: one block that nobody can decode must not hide a page.
type page struct {
	Channels []found           `json:"channels"`
	Members  []string          `json:"members"`
	Messages []json.RawMessage `json:"messages"`
	HasMore  bool              `json:"has_more"`
	Metadata struct {
		NextCursor string `json:"next_cursor"`
	} `json:"response_metadata"`
}

// page fetches the page at cursor; empty means the first.
func (c *Client) page(ctx context.Context, method string, form url.Values, cursor string) (page, error) {
	if cursor != "" {
		form.Set("cursor", cursor)
	}
	var p page
	if err := c.read(ctx, method, form, &p); err != nil {
		return page{}, err
	}
	if p.HasMore && p.Metadata.NextCursor == "" {
		// Ending here would silently lose what comes after.
		return page{}, unreadable(method, errors.New("there is more, but no cursor to it"))
	}
	return p, nil
}

// pages walks through all pages.
func (c *Client) pages(ctx context.Context, method string, form url.Values, each func(*page)) error {
	cursor := ""
	for range maxPages {
		p, err := c.page(ctx, method, form, cursor)
		if err != nil {
			return err
		}
		each(&p)
		next := p.Metadata.NextCursor
		if next == "" {
			return nil
		}
		if next == cursor {
			break
		}
		cursor = next
	}
	return unreadable(method, errors.New("the pages do not end"))
}
