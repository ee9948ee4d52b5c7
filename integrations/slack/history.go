package slack

import (
	"context"
	"encoding/json"
	"net/url"
	"time"

	"firebreak/incident"
)

// historyPage is how many messages one page asks for; Slack recommends no
// more than 200 (conversations.history; its maximum is 999).
const historyPage = 200

// History gives one page of a channel's messages as Slack sent them, newest
// first, from oldest to latest (ts, inclusive; empty: no bound). Replies in
// threads are not among them. next is empty after the last page.
//
// Pages go back in time, but with oldest and without latest Slack begins with
// the page nearest to oldest: read all pages before relying on any order.
func (c *Client) History(ctx context.Context, channel, oldest, latest, cursor string) (msgs []json.RawMessage, next string, err error) {
	return c.recordPage(ctx, "conversations.history", historyForm(channel, oldest, latest), cursor)
}

// Replies gives one page of a thread as Slack sent it: the parent first, on
// every page, then the replies from oldest on (ts, inclusive; empty: all),
// oldest first. next is empty after the last page.
func (c *Client) Replies(ctx context.Context, channel, threadTS, oldest, cursor string) (msgs []json.RawMessage, next string, err error) {
	form := historyForm(channel, oldest, "")
	form.Set("ts", threadTS)
	return c.recordPage(ctx, "conversations.replies", form, cursor)
}

// shortPage is how many messages Slack gives to a distributed app outside its
// Marketplace, however many it asks for, once a minute (docs.slack.dev, "Rate
// limits"). An app of one's own workspace is exempt.
const shortPage = 15

// ShortPages says that Slack gives 15 messages a minute where the bot asked
// for 200: it takes the app for a distributed one.
func (c *Client) ShortPages() bool { return c.short.Load() }

// recordPage fetches a page of Slack's own record, behind all live calls.
//
// A full page of exactly 15 with more behind it is no accident; what is
// larger shows that the limit is gone. The pace follows.
func (c *Client) recordPage(ctx context.Context, method string, form url.Values, cursor string) ([]json.RawMessage, string, error) {
	p, err := c.page(withBackfill(ctx), method, form, cursor)
	if err != nil {
		return nil, "", err
	}
	n, next := len(p.Messages), p.Metadata.NextCursor
	switch short := n == shortPage && next != ""; {
	case short && c.short.CompareAndSwap(false, true):
		c.log.Warn("slack gives 15 messages a minute: it takes the app for a distributed one")
		c.pace.limitTo("conversations.history", shortLimit)
		c.pace.limitTo("conversations.replies", shortLimit)
		c.pace.hold(method, time.Minute) // this minute's turn is spent
	case n > shortPage && c.short.CompareAndSwap(true, false):
		c.log.Info("slack gives whole pages of history again")
		c.pace.limitTo("conversations.history", limits["conversations.history"])
		c.pace.limitTo("conversations.replies", limits["conversations.replies"])
	}
	return p.Messages, next, nil
}

// Message gives the one message with exactly this ts, as Slack sent it;
// threadTS is its thread when known. Without it a reply is found all the
// same, as long as Slack tells of it. Code message_not_found: there is none.
func (c *Client) Message(ctx context.Context, channel, ts, threadTS string) (json.RawMessage, error) {
	for _, look := range []func(context.Context, string, string, string) (json.RawMessage, error){
		c.fromThread, c.fromHistory, c.fromReactions,
	} {
		msg, err := look(ctx, channel, ts, threadTS)
		if msg != nil || (err != nil && !gone(err)) {
			return msg, err
		}
	}
	e := refused("message_not_found", reasons["message_not_found"])
	e.Call = "slack message"
	return nil, e
}

// gone recognises Slack's ways to say that no such message is there.
func gone(err error) bool {
	code := incident.CodeOf(err)
	return code == "thread_not_found" || code == "message_not_found"
}

// fromThread finds replies, which history does not show, and parents.
func (c *Client) fromThread(ctx context.Context, channel, ts, threadTS string) (json.RawMessage, error) {
	form := historyForm(channel, ts, ts)
	form.Set("ts", threadTS)
	if threadTS == "" {
		form.Set("ts", ts)
	}
	p, err := c.page(ctx, "conversations.replies", form, "")
	return exactly(ts, p.Messages), err
}

func (c *Client) fromHistory(ctx context.Context, channel, ts, _ string) (json.RawMessage, error) {
	form := historyForm(channel, ts, ts)
	form.Set("limit", "1")
	p, err := c.page(ctx, "conversations.history", form, "")
	return exactly(ts, p.Messages), err
}

// fromReactions finds a message of any kind that carries a reaction, and
// with it the thread of a reply that nothing else says.
func (c *Client) fromReactions(ctx context.Context, channel, ts, _ string) (json.RawMessage, error) {
	var got struct{ Message json.RawMessage }
	form := url.Values{"channel": {channel}, "timestamp": {ts}, "full": {"true"}}
	if err := c.read(ctx, "reactions.get", form, &got); err != nil {
		return nil, err
	}
	return exactly(ts, []json.RawMessage{got.Message}), nil
}

// exactly picks the message with this ts: Slack answers with the nearest
// when there is none.
func exactly(ts string, msgs []json.RawMessage) json.RawMessage {
	for _, raw := range msgs {
		var m struct{ TS string }
		if json.Unmarshal(raw, &m) == nil && m.TS == ts {
			return raw
		}
	}
	return nil
}
