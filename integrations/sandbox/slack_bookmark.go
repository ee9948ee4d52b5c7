package sandbox

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
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
	b := c.s.bookmark(ch, c.s.app.userID, c.args["title"], c.args["link"], c.args["emoji"])
	return slackOut{"bookmark": b.wire(c.s, ch)}, nil
}

// bookmark adds a bookmark. Nothing tells the app of it: there is no event
// (documented by its absence).
func (s *Slack) bookmark(ch *slackChannel, by, title, link, emoji string) *slackBookmark {
	b := &slackBookmark{id: s.id("Bk"), title: title, link: link, emoji: emoji, created: time.Now().Unix(), by: by}
	ch.bookmarks = append(ch.bookmarks, b)
	s.note(RecordEffect, "bookmark_added", by, ch.id, b.id, title+" "+link)
	return b
}

// AddBookmark lets a person put a link into the channel's header; the emoji
// may be empty. Documented by example: Slack keeps it with colons.
func (in SlackChannel) AddBookmark(user, title, link, emoji string) Bookmark {
	ch, u, done := in.act(user, "add a bookmark")
	defer done()
	switch {
	case !goodLink(link):
		panic(fmt.Sprintf("sandbox: %q is no link", link))
	case len(ch.bookmarks) >= maxBookmarks:
		panic(fmt.Sprintf("sandbox: #%s has %d bookmarks already", ch.name, maxBookmarks))
	}
	if emoji != "" {
		emoji = ":" + strings.Trim(emoji, ":") + ":"
	}
	in.s.note(RecordPerson, "bookmark", u.ID, ch.id, "", title+" "+link)
	return in.s.bookmark(ch, u.ID, cmp.Or(title, link), link, emoji).truth()
}

// RemoveBookmark lets a person take a bookmark away, whoever put it there.
func (in SlackChannel) RemoveBookmark(user, id string) {
	ch, u, done := in.act(user, "remove a bookmark")
	defer done()
	b := ch.bookmark(id)
	if b == nil {
		panic(fmt.Sprintf("sandbox: #%s has no bookmark %q", ch.name, id))
	}
	in.s.note(RecordPerson, "unbookmark", u.ID, ch.id, id, b.title)
	in.s.unbookmark(ch, b, u.ID)
}

func (s *Slack) unbookmark(ch *slackChannel, b *slackBookmark, by string) {
	ch.bookmarks = slices.DeleteFunc(ch.bookmarks, func(other *slackBookmark) bool { return other == b })
	s.note(RecordEffect, "bookmark_removed", by, ch.id, b.id, b.title)
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

func (ch *slackChannel) bookmark(id string) *slackBookmark {
	i := slices.IndexFunc(ch.bookmarks, func(b *slackBookmark) bool { return b.id == id })
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
	b := ch.bookmark(c.args["bookmark_id"])
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
	b := ch.bookmark(c.args["bookmark_id"])
	if b == nil {
		return nil, refuse("not_found")
	}
	c.s.unbookmark(ch, b, c.s.app.userID)
	return nil, nil
}

func (b *slackBookmark) truth() Bookmark {
	return Bookmark{ID: b.id, Title: b.title, Link: b.link, Emoji: b.emoji}
}

func (b *slackBookmark) wire(s *Slack, ch *slackChannel) map[string]any {
	out := map[string]any{
		"id": b.id, "channel_id": ch.id, "title": b.title, "link": b.link, "emoji": b.emoji, "icon_url": "",
		"type": "link", "entity_id": nil, "date_created": b.created, "date_updated": b.updated, "rank": "g",
		"last_updated_by_user_id": b.by, "last_updated_by_team_id": s.team.id, "shortcut_id": nil, "app_id": nil,
	}
	if b.by == s.app.userID {
		out["app_id"] = s.app.id
	}
	return out
}
