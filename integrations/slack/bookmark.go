package slack

import (
	"context"
	"net/url"

	"github.com/slack-go/slack"
)

// AddBookmark puts a link into the channel's bookmarks bar. Slack takes the
// same one twice, so one that may be there is looked for first.
func (c *Client) AddBookmark(ctx context.Context, channel, title, link string) error {
	_, err := c.ask(ctx, "bookmarks.add", "", func(ctx context.Context) error {
		_, err := c.api.AddBookmarkContext(ctx, channel, slack.AddBookmarkParameters{Title: title, Type: "link", Link: link})
		return err
	})
	return err
}

// Bookmarked says whether the channel's bookmarks bar has the link.
func (c *Client) Bookmarked(ctx context.Context, channel, link string) (bool, error) {
	var list struct {
		Bookmarks []struct{ Link string }
	}
	if err := c.read(ctx, "bookmarks.list", url.Values{"channel_id": {channel}}, &list); err != nil {
		return false, err
	}
	for _, b := range list.Bookmarks {
		if b.Link == link {
			return true, nil
		}
	}
	return false, nil
}
