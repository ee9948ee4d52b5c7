package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// slackChannel is a public or private channel with everything ever said in it.
type slackChannel struct {
	id, name         string
	private, general bool
	archived, shared bool
	ejected          bool // the app's bot was taken out when it was archived
	deleted          bool
	created          int64 // seconds, as Slack keeps it
	updated          int64 // milliseconds
	creator          string
	topic, purpose   slackTopic
	previous         []string
	members          []string // in order of joining
	messages         []*slackMessage
	byTS             map[string]*slackMessage
	pins             []*slackPin
	bookmarks        []*slackBookmark
	last             int64 // last ts given, in microseconds
}

type slackTopic struct {
	value, creator string
	set            int64
}

func (s *Slack) newChannel(name string, private bool, creator *slackUser) *slackChannel {
	now := time.Now()
	ch := &slackChannel{
		id: s.id("C"), name: name, private: private,
		created: now.Unix(), updated: now.UnixMilli(), creator: creator.ID,
		byTS: map[string]*slackMessage{},
	}
	s.chans = append(s.chans, ch)
	return ch
}

// channel finds a channel by id or by name with or without #.
func (s *Slack) channel(name string) *slackChannel {
	bare := strings.TrimPrefix(name, "#")
	for _, ch := range s.chans {
		if ch.id == name || ch.name == bare {
			return ch
		}
	}
	return nil
}

func (s *Slack) mustChannel(name string) *slackChannel {
	ch := s.channel(name)
	if ch == nil {
		panic(fmt.Sprintf("sandbox: Slack has no channel %q", name))
	}
	return ch
}

func (ch *slackChannel) has(user string) bool { return slices.Contains(ch.members, user) }

// kind is the channel_type of message events: private channels are "group",
// whatever their id begins with (documented).
func (ch *slackChannel) kind() string {
	if ch.private {
		return "group"
	}
	return "channel"
}

// stamp gives the next ts: six digits, strictly rising in its channel, unique
// there only (documented).
func (ch *slackChannel) stamp() string {
	ch.last = max(ch.last+1, time.Now().UnixMicro())
	return fmt.Sprintf("%d.%06d", ch.last/1e6, ch.last%1e6)
}

// seen finds a channel that the app may see by the id in argument name.
// Documented: a private channel is not found by who is not in it.
func (c *slackCall) seen(arg string) (*slackChannel, error) {
	for _, ch := range c.s.chans {
		if ch.id != c.args[arg] {
			continue
		}
		if ch.deleted || ch.private && !ch.has(c.s.app.userID) && (!ch.archived || !ch.ejected) {
			break
		}
		return ch, c.needFamily(ch.private)
	}
	return nil, refuse("channel_not_found")
}

// joined is seen for methods that work only for members (documented:
// not_in_channel).
func (c *slackCall) joined(arg string) (*slackChannel, error) {
	ch, err := c.seen(arg)
	if err == nil && !ch.has(c.s.app.userID) {
		err = refuse("not_in_channel")
	}
	return ch, err
}

// writable is joined for methods that change a channel, which an archived one
// refuses (documented: is_archived).
func (c *slackCall) writable(arg string) (*slackChannel, error) {
	ch, err := c.seen(arg)
	if err == nil && ch.archived {
		return ch, refuse("is_archived")
	}
	return c.joined(arg)
}

// wire is the channel object as the app sees it.
func (ch *slackChannel) wire(s *Slack) map[string]any {
	topic := func(t slackTopic) map[string]any {
		return map[string]any{"value": t.value, "creator": t.creator, "last_set": t.set}
	}
	previous := ch.previous
	if previous == nil {
		previous = []string{}
	}
	return map[string]any{
		"id": ch.id, "name": ch.name, "name_normalized": ch.name, "is_channel": true, "is_group": false,
		"is_im": false, "is_mpim": false, "is_private": ch.private, "is_archived": ch.archived,
		"is_general": ch.general, "is_member": ch.has(s.app.userID) && !ch.archived, "created": ch.created,
		"creator": ch.creator, "unlinked": 0, "is_shared": ch.shared, "is_ext_shared": ch.shared,
		"is_org_shared": false, "is_pending_ext_shared": false, "pending_shared": []any{},
		"pending_connected_team_ids": []any{}, "shared_team_ids": []string{s.team.id},
		"context_team_id": s.team.id, "updated": ch.updated, "topic": topic(ch.topic),
		"purpose": topic(ch.purpose), "previous_names": previous,
	}
}

func methodConversationsCreate(c *slackCall) (slackOut, error) {
	s, private := c.s, c.flag("is_private")
	if err := c.needFamily(private); err != nil {
		return nil, err
	}
	if err := s.checkName(c.args["name"]); err != nil {
		return nil, err
	}
	return slackOut{"channel": s.create(s.mustUser(s.app.userID), c.args["name"], private).wire(s)}, nil
}

// checkName applies the documented rules: lower-case letters, digits, hyphens
// and underscores, at most 80. Archived channels keep their names (assumed,
// widely reported).
func (s *Slack) checkName(name string) error {
	switch {
	case name == "":
		return refuse("invalid_name_required")
	case len([]rune(name)) > 80:
		return refuse("invalid_name_maxlength")
	case strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "":
		return refuse("invalid_name_specials")
	case strings.Trim(name, "-_") == "":
		return refuse("invalid_name_punctuation")
	case slices.ContainsFunc(s.chans, func(ch *slackChannel) bool { return ch.name == name }):
		return refuse("name_taken")
	}
	return nil
}

func methodConversationsInfo(c *slackCall) (slackOut, error) {
	ch, err := c.seen("channel")
	if err != nil {
		return nil, err
	}
	out := ch.wire(c.s)
	if c.flag("include_num_members") {
		out["num_members"] = len(ch.members)
	}
	return slackOut{"channel": out}, nil
}

func methodConversationsList(c *slackCall) (slackOut, error) {
	return c.conversations(func(ch *slackChannel) bool { return !ch.private || ch.has(c.s.app.userID) }, true)
}

func methodUsersConversations(c *slackCall) (slackOut, error) {
	user := c.args["user"]
	if user == "" {
		user = c.s.app.userID
	}
	return c.conversations(func(ch *slackChannel) bool {
		return ch.has(user) && (!ch.private || ch.has(c.s.app.userID))
	}, false)
}

// conversations lists channels by id, which is not the order of creation, so
// that nobody leans on one.
func (c *slackCall) conversations(visible func(*slackChannel) bool, counts bool) (slackOut, error) {
	types := c.list("types")
	if len(types) == 0 {
		types = []string{"public_channel"} // documented default
	}
	for _, t := range types {
		switch t {
		case "public_channel", "private_channel":
			if err := c.needFamily(t == "private_channel"); err != nil {
				return nil, err
			}
		case "im", "mpim":
		default:
			return nil, refuse("invalid_types")
		}
	}
	var fit []*slackChannel
	for _, ch := range c.s.chans {
		wanted := ch.private && slices.Contains(types, "private_channel") || !ch.private && slices.Contains(types, "public_channel")
		if wanted && visible(ch) && (!ch.archived || !c.flag("exclude_archived")) {
			fit = append(fit, ch)
		}
	}
	slices.SortFunc(fit, func(a, b *slackChannel) int { return strings.Compare(a.id, b.id) })
	page, next, err := slackPage(c, fit, 100, 1000)
	if err != nil {
		return nil, err
	}
	out := make([]any, 0, len(page))
	for _, ch := range page {
		w := ch.wire(c.s)
		if counts {
			w["num_members"] = len(ch.members)
		}
		out = append(out, w)
	}
	return slackOut{"channels": out, "response_metadata": map[string]any{"next_cursor": next}}, nil
}

func methodConversationsRename(c *slackCall) (slackOut, error) {
	ch, err := c.writable("channel")
	if err == nil && c.args["name"] != ch.name {
		err = c.s.checkName(c.args["name"])
	}
	if err != nil {
		return nil, err
	}
	if ch.creator != c.s.app.userID {
		return nil, refuse("not_authorized") // documented: the creator or an admin
	}
	c.s.rename(ch, c.s.mustUser(c.s.app.userID), c.args["name"])
	return slackOut{"channel": ch.wire(c.s)}, nil
}

func methodConversationsSetTopic(c *slackCall) (slackOut, error) {
	return c.setText("topic", func(ch *slackChannel) *slackTopic { return &ch.topic })
}

// methodConversationsSetPurpose answers nothing but ok, unlike setTopic
// (documented).
func methodConversationsSetPurpose(c *slackCall) (slackOut, error) {
	_, err := c.setText("purpose", func(ch *slackChannel) *slackTopic { return &ch.purpose })
	return nil, err
}

// maxTopic is how long topics and purposes may be (documented).
const maxTopic = 250

// setText sets topic or purpose.
func (c *slackCall) setText(what string, field func(*slackChannel) *slackTopic) (slackOut, error) {
	ch, err := c.writable("channel")
	if err != nil {
		return nil, err
	}
	if len([]rune(c.args[what])) > maxTopic {
		return nil, refuse("too_long")
	}
	c.s.setTopic(ch, c.s.mustUser(c.s.app.userID), what, field(ch), appText(c.args[what]))
	return slackOut{"channel": ch.wire(c.s)}, nil
}

func methodConversationsArchive(c *slackCall) (slackOut, error) {
	ch, err := c.seen("channel")
	switch {
	case err != nil:
		return nil, err
	case ch.archived:
		return nil, refuse("already_archived")
	case !ch.has(c.s.app.userID):
		return nil, refuse("not_in_channel")
	case ch.general:
		return nil, refuse("cant_archive_general")
	}
	c.s.archive(ch, c.s.mustUser(c.s.app.userID))
	return nil, nil
}

func methodConversationsUnarchive(c *slackCall) (slackOut, error) {
	ch, err := c.seen("channel")
	switch {
	case err != nil:
		return nil, err
	case !ch.archived:
		return nil, refuse("not_archived")
	}
	// Documented ("Bug alert"): bot tokens cannot be used to unarchive; the
	// code is observed.
	return nil, refuse("not_in_channel")
}
