package sandbox

import (
	"slices"
	"strconv"
	"strings"
)

// slackSpan is the time span that history and replies are asked for. Times are
// microseconds; ts are compared as numbers of exact digits, never as floats.
type slackSpan struct {
	oldest, latest       int64
	hasOldest, hasLatest bool
	inclusive            bool
}

func (c *slackCall) span() (slackSpan, error) {
	// Documented: inclusive is ignored unless one end is given; without it
	// both ends are excluded.
	sp := slackSpan{inclusive: c.flag("inclusive")}
	var err error
	if v := c.args["oldest"]; v != "" && v != "0" {
		sp.hasOldest = true
		if sp.oldest, err = tsMicros(v); err != nil {
			return sp, refuse("invalid_ts_oldest")
		}
	}
	if v := c.args["latest"]; v != "" && v != "0" {
		sp.hasLatest = true
		if sp.latest, err = tsMicros(v); err != nil {
			return sp, refuse("invalid_ts_latest")
		}
	}
	return sp, nil
}

func (sp slackSpan) holds(ts string) bool {
	at, err := tsMicros(ts)
	if err != nil {
		return false
	}
	if sp.hasOldest && (at < sp.oldest || at == sp.oldest && !sp.inclusive) {
		return false
	}
	return !sp.hasLatest || at < sp.latest || at == sp.latest && sp.inclusive
}

// tsMicros reads "seconds" or "seconds.fraction".
func tsMicros(ts string) (int64, error) {
	whole, fraction, _ := strings.Cut(ts, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return 0, err
	}
	micros, err := strconv.ParseInt((fraction + "000000")[:6], 10, 64)
	return seconds*1e6 + micros, err
}

// methodConversationsHistory lists a channel newest first, without replies
// that were not broadcast. Documented for its predecessor and by the guide
// "Retrieving messages": with oldest but not latest the page holds the messages
// closest to oldest, and pages go forward from there.
func methodConversationsHistory(c *slackCall) (slackOut, error) {
	ch, err := c.joined("channel")
	if err != nil {
		return nil, err
	}
	sp, err := c.span()
	if err != nil {
		return nil, err
	}
	var fit []*slackMessage // oldest first
	for _, m := range ch.messages {
		if m.alive() && (!m.reply() || m.broadcast) && sp.holds(m.ts) {
			fit = append(fit, m)
		}
	}
	forward := sp.hasOldest && !sp.hasLatest
	page, next, err := c.tsPage(fit, c.historyLimit(100, 999), forward)
	if err != nil {
		return nil, err
	}
	slices.Reverse(page)
	out := slackOut{"messages": c.render(page), "has_more": next != "", "pin_count": len(ch.pins)}
	if next != "" {
		out["response_metadata"] = map[string]any{"next_cursor": next}
	}
	return out, nil
}

// methodConversationsReplies lists a thread oldest first, its parent at the
// head of every page (observed). The ts of a reply gives that reply alone
// (observed); a message without replies gives itself (documented).
func methodConversationsReplies(c *slackCall) (slackOut, error) {
	ch, err := c.seen("channel")
	if err == nil && !ch.has(c.s.app.userID) {
		err = refuse("channel_not_found") // assumed: the reference has no not_in_channel here
	}
	if err != nil {
		return nil, err
	}
	sp, err := c.span()
	if err != nil {
		return nil, err
	}
	root := ch.find(c.args["ts"])
	if root == nil || !root.alive() {
		return nil, refuse("thread_not_found")
	}
	if root.reply() {
		return slackOut{"messages": c.render([]*slackMessage{root}), "has_more": false}, nil
	}
	var fit []*slackMessage
	for _, r := range root.replies() {
		if sp.holds(r.ts) {
			fit = append(fit, r)
		}
	}
	page, next, err := c.tsPage(fit, max(1, c.historyLimit(1000, 1000)-1), true)
	if err != nil {
		return nil, err
	}
	out := slackOut{"messages": c.render(append([]*slackMessage{root}, page...)), "has_more": next != ""}
	if next != "" {
		out["response_metadata"] = map[string]any{"next_cursor": next}
	}
	return out, nil
}

func (c *slackCall) historyLimit(def, top int) int {
	n := c.limitArg(def, top)
	if c.s.distributed {
		n = min(n, distributedPage)
	}
	return n
}

// tsPage cuts a page out of messages in rising order: from the oldest when
// forward, else from the newest. The cursor names the next message by its ts
// (observed), so that new messages do not shift pages.
func (c *slackCall) tsPage(fit []*slackMessage, limit int, forward bool) (page []*slackMessage, next string, err error) {
	if cursor := c.args["cursor"]; cursor != "" {
		at, err := readCursor(cursor, "next_ts:")
		if err != nil {
			return nil, "", err
		}
		from, err := tsMicros(at)
		if err != nil {
			return nil, "", refuse("invalid_cursor")
		}
		fit = slices.DeleteFunc(slices.Clone(fit), func(m *slackMessage) bool {
			ts, _ := tsMicros(m.ts) // our own writing
			return forward && ts < from || !forward && ts > from
		})
	}
	if len(fit) <= limit {
		return slices.Clone(fit), "", nil
	}
	if forward {
		return slices.Clone(fit[:limit]), writeCursor("next_ts:" + fit[limit].ts), nil
	}
	cut := len(fit) - limit
	return slices.Clone(fit[cut:]), writeCursor("next_ts:" + fit[cut-1].ts), nil
}

func (c *slackCall) render(page []*slackMessage) []any {
	out := make([]any, 0, len(page))
	for _, m := range page {
		out = append(out, m.wire(c.s, c.flag("include_all_metadata")))
	}
	return out
}
