package slack

import (
	"context"
	"errors"
	"net/url"

	"firebreak/incident"

	"github.com/slack-go/slack"
)

// AddBookmark puts a link into the channel's bookmarks bar, unless the same
// link is there already.
func (c *Client) AddBookmark(ctx context.Context, channel, title, link string) error {
	there, err := c.bookmarked(ctx, channel, link)
	if err != nil || there {
		return err
	}
	_, err = c.ask(ctx, "bookmarks.add", "", func(ctx context.Context) error {
		_, err := c.api.AddBookmarkContext(ctx, channel, slack.AddBookmarkParameters{Title: title, Type: "link", Link: link})
		return err
	})
	return err
}

// bookmarked says whether the channel has the link. When that cannot be
// learned, nothing has been done yet.
func (c *Client) bookmarked(ctx context.Context, channel, link string) (bool, error) {
	var list struct {
		Bookmarks []struct{ Link string }
	}
	err := c.read(ctx, "bookmarks.list", url.Values{"channel_id": {channel}}, &list)
	if err != nil {
		return false, onlyLooked(err)
	}
	for _, b := range list.Bookmarks {
		if b.Link == link {
			return true, nil
		}
	}
	return false, nil
}

// onlyLooked marks a failed look before an effect as not done: whatever
// became of the look, the effect was not tried.
func onlyLooked(err error) error {
	e, ok := errors.AsType[*incident.CallError](err)
	if !ok || e.Outcome != incident.OutcomeUnknown {
		return err
	}
	looked := *e
	looked.Outcome = incident.OutcomeNotDone
	looked.Reason = "Slack could not be asked what is there already."
	return &looked
}
