package sandbox

import (
	"net/url"
	"slices"
	"time"
)

type slackBookmark struct {
	id, title, link, emoji string
	created, updated       int64
	by                     string
}

// maxBookmarks is how many bookmarks a channel takes (widely reported,
// assumed).
const maxBookmarks = 100

// bookmarked finds the channel of a bookmark method. Who is not in a public
// channel gets access_denied (assumed).
func (c *slackCall) bookmarked() (*slackChannel, error) {
	ch, err := c.seen("channel_id")
	if err == nil && !ch.has(c.s.app.userID) {
		err = refuse("access_denied")
	}
	return ch, err
}

func methodBookmarksAdd(c *slackCall) (slackOut, error) {
	ch, err := c.bookmarked()
	switch {
	case err != nil:
		return nil, err
	case c.args["type"] != "link":
		return nil, refuse("invalid_bookmark_type") // of the kinds Slack has, only links are emulated
	case !goodLink(c.args["link"]):
		return nil, refuse("invalid_link")
	case ch.archived:
		return nil, refuse("permission_denied") // assumed code
	case len(ch.bookmarks) >= maxBookmarks:
		return nil, refuse("too_many_bookmarks")
	}
	b := &slackBookmark{
		id: c.s.id("Bk"), title: c.args["title"], link: c.args["link"], emoji: c.args["emoji"],
		created: time.Now().Unix(), by: c.s.app.userID,
	}
	ch.bookmarks = append(ch.bookmarks, b)
	c.s.note(RecordEffect, "bookmark_added", b.by, ch.id, b.id, b.title+" "+b.link)
	return slackOut{"bookmark": b.wire(c.s, ch)}, nil
}

func goodLink(link string) bool {
	u, err := url.Parse(link)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

func methodBookmarksList(c *slackCall) (slackOut, error) {
	ch, err := c.bookmarked()
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, b := range ch.bookmarks {
		out = append(out, b.wire(c.s, ch))
	}
	return slackOut{"bookmarks": out}, nil
}

func (c *slackCall) bookmark(ch *slackChannel) *slackBookmark {
	i := slices.IndexFunc(ch.bookmarks, func(b *slackBookmark) bool { return b.id == c.args["bookmark_id"] })
	if i < 0 {
		return nil
	}
	return ch.bookmarks[i]
}

func methodBookmarksEdit(c *slackCall) (slackOut, error) {
	ch, err := c.bookmarked()
	if err != nil {
		return nil, err
	}
	b := c.bookmark(ch)
	switch {
	case b == nil:
		return nil, refuse("not_found")
	case c.has("link") && !goodLink(c.args["link"]):
		return nil, refuse("invalid_link")
	}
	for name, field := range map[string]*string{"title": &b.title, "link": &b.link, "emoji": &b.emoji} {
		if c.has(name) {
			*field = c.args[name]
		}
	}
	b.updated = time.Now().Unix()
	c.s.note(RecordEffect, "bookmark_edited", c.s.app.userID, ch.id, b.id, b.title+" "+b.link)
	return slackOut{"bookmark": b.wire(c.s, ch)}, nil
}

func methodBookmarksRemove(c *slackCall) (slackOut, error) {
	ch, err := c.bookmarked()
	if err != nil {
		return nil, err
	}
	b := c.bookmark(ch)
	if b == nil {
		return nil, refuse("not_found")
	}
	ch.bookmarks = slices.DeleteFunc(ch.bookmarks, func(other *slackBookmark) bool { return other == b })
	c.s.note(RecordEffect, "bookmark_removed", c.s.app.userID, ch.id, b.id, b.title)
	return nil, nil
}

func (b *slackBookmark) wire(s *Slack, ch *slackChannel) map[string]any {
	return map[string]any{
		"id": b.id, "channel_id": ch.id, "title": b.title, "link": b.link, "emoji": b.emoji, "icon_url": "",
		"type": "link", "entity_id": nil, "date_created": b.created, "date_updated": b.updated, "rank": "g",
		"last_updated_by_user_id": b.by, "last_updated_by_team_id": s.team.id, "shortcut_id": nil, "app_id": s.app.id,
	}
}
