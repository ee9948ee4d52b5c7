package bot

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

const (
	// mostPages bounds a walk through history or a thread: 100 000 messages.
	mostPages = 500
	// mostShortPages bounds it where Slack gives 15 messages a minute: an hour.
	mostShortPages = 60
	// recordedAtOnce is how many messages of a page are recorded at once: that takes
	// some two milliseconds, in which nothing else is written.
	recordedAtOnce = 16
	// historyLags is how far Slack's history may be behind its events. Short: what
	// was deleted unseen must not be published because it is fresh.
	historyLags = 2 * time.Second
)

// errEndless: Slack's pages do not come to an end.
var errEndless = errors.New("slack's pages do not end")

// pass is one comparison of a channel with Slack's own record of it. What it
// finds is recorded as it goes; what follows from having read everything
// (finish) only when it has.
type pass struct {
	b       *Bot
	inc     incident.Incident
	started time.Time // the moment the pass speaks for: a live event after it always wins
	depth   depth
	enough  string // ts down to which history is read; "": to its beginning
	dear    string // the same where Slack gives 15 messages a minute
	known   map[string]store.Thread

	seen    map[string]bool         // every message shown
	parents map[string]store.Thread // top-level messages as history shows them
	read    map[string]bool         // threads read to the end
	reached string                  // the oldest ts of history read
	whole   bool                    // history has nothing older than that
}

func (b *Bot) newPass(ctx context.Context, inc incident.Incident, d depth) (*pass, error) {
	p := &pass{
		b: b, inc: inc, started: nowUTC(), depth: d,
		seen: map[string]bool{}, parents: map[string]store.Thread{}, read: map[string]bool{},
	}
	err := b.store.View(ctx, func(v *store.View) (err error) {
		if p.known, err = v.Threads(inc.Channel.ID); err != nil {
			return err
		}
		return p.setFloors(v)
	})
	return p, err
}

// setFloors says how far back is far enough: what has been compared once needs
// no more than a day's overlap, and none where every page is dear. An open gap
// is tried again, unless it is there because the past is too dear.
func (p *pass) setFloors(v *store.View) error {
	verified, err := v.Cursor(verifiedCursor(p.inc.Channel.ID))
	if err != nil || verified == "" {
		return err
	}
	from, err := time.Parse(time.RFC3339Nano, verified)
	if err != nil {
		return err
	}
	gap, err := v.OpenGap(p.inc.Channel.ID)
	if err != nil && !isNotFound(err) {
		return err
	}
	floor := func(from time.Time) string {
		if err == nil && gap.Since.Before(from) && gap.Code != causeShortPages.Code {
			from = gap.Since
		}
		return timeTS(from)
	}
	p.dear = floor(from)
	if p.depth == depthLatest {
		p.enough = floor(from.Add(-recentBack))
	}
	return nil
}

// short says whether Slack gives 15 messages a minute, which it shows only
// when it is asked.
func (p *pass) short() bool { return p.b.chat.ShortPages() }

func (p *pass) floor() string {
	if p.short() {
		return p.dear
	}
	return p.enough
}

// run reads history from its newest page back, and the threads in it.
func (p *pass) run(ctx context.Context) error {
	channel := p.inc.Channel.ID
	if err := p.look(ctx); err != nil {
		return err
	}
	var members []string
	err := patiently(ctx, func() (err error) {
		members, err = p.b.chat.Members(ctx, channel)
		return err
	})
	if err != nil {
		return err
	}
	err = p.b.store.Update(ctx, func(tx *store.Tx) error { return p.b.membersAre(tx, p.inc, members) })
	if err != nil {
		return err
	}
	history := func(cursor string) ([]json.RawMessage, string, error) {
		return p.b.chat.History(ctx, channel, "", "", cursor)
	}
	return p.pages(ctx, history, func(msgs []slackMessage, next string) (enough bool, err error) {
		p.show(msgs)
		if err := p.take(ctx, msgs); err != nil {
			return false, err
		}
		p.whole = next == ""
		floor := p.floor()
		return floor != "" && p.reached != "" && p.reached < floor, p.threads(ctx, msgs)
	})
}

// look takes up how Slack describes the channel: what became of it while no
// event told.
func (p *pass) look(ctx context.Context) error {
	var state store.ChannelState
	err := p.b.store.View(ctx, func(v *store.View) (err error) {
		state, err = v.ChannelState(p.inc.Channel.ID)
		return err
	})
	if err != nil {
		return err
	}
	var info incident.ChannelInfo
	err = patiently(ctx, func() (err error) {
		info, err = p.b.chat.ChannelInfo(ctx, p.inc.Channel.ID)
		return err
	})
	if err != nil {
		return err
	}
	return p.b.store.Update(ctx, func(tx *store.Tx) error { return p.b.seenAs(tx, p.inc, info, state.Moves) })
}

// pages walks through pages until they end or each has enough.
func (p *pass) pages(ctx context.Context, call func(cursor string) ([]json.RawMessage, string, error), each func(msgs []slackMessage, next string) (enough bool, err error)) error {
	cursor := ""
	for page := 1; ; page++ {
		var raw []json.RawMessage
		var next string
		err := patiently(ctx, func() (err error) {
			raw, next, err = call(cursor)
			return err
		})
		if err != nil {
			return err
		}
		enough, err := each(readMessages(raw), next)
		if err != nil || enough || next == "" {
			return err
		}
		if next == cursor || page == mostPages {
			return errEndless
		}
		if p.short() && page >= mostShortPages {
			return nil
		}
		cursor = next
	}
}

// patiently makes a call again for as long as it only has to wait its turn.
func patiently(ctx context.Context, call func() error) error {
	for {
		err := call()
		limited, ok := errors.AsType[*incident.CallError](err)
		if !ok || limited.Code != "ratelimited" {
			return err
		}
		if !pause(ctx, max(limited.RetryAfter, time.Second)) {
			return err
		}
	}
}

// readMessages decodes what can be decoded; a message nobody can read is
// left to be seen again next time.
func readMessages(raw []json.RawMessage) []slackMessage {
	var msgs []slackMessage
	for _, r := range raw {
		var m slackMessage
		if lenient(r, &m) && m.TS != "" {
			msgs = append(msgs, m)
		}
	}
	return msgs
}

// show notes what a page of history shows.
func (p *pass) show(msgs []slackMessage) {
	for _, m := range msgs {
		p.seen[m.TS] = true
		if p.reached == "" || m.TS < p.reached {
			p.reached = m.TS
		}
		if !m.inThread() {
			p.parents[m.TS] = store.Thread{TS: m.TS, Replies: m.ReplyCount, Latest: m.LatestReply}
		}
	}
}

// take records messages as Slack shows them, some at a time: what somebody
// waits for goes between.
func (p *pass) take(ctx context.Context, msgs []slackMessage) error {
	for some := range slices.Chunk(msgs, recordedAtOnce) {
		for i := range some {
			some[i].lookForSecrets()
		}
		if err := p.b.store.Update(ctx, func(tx *store.Tx) error { return p.record(tx, some) }); err != nil {
			return err
		}
	}
	return nil
}

func (p *pass) record(tx *store.Tx, msgs []slackMessage) error {
	c := capture{b: p.b, tx: tx, inc: p.inc, channel: p.inc.Channel.ID, from: "backfill"}
	for _, m := range msgs {
		if err := c.shown(m, p.started); err != nil {
			return err
		}
		if err := c.reactions(m, p.started); err != nil {
			return err
		}
	}
	return nil
}

// threads reads the replies below the messages of a page: of every thread
// where anything may have changed, else of those whose counters have.
func (p *pass) threads(ctx context.Context, msgs []slackMessage) error {
	for _, m := range msgs {
		t, parent := p.parents[m.TS]
		if !parent || t.Replies == 0 || t == p.known[m.TS] && (p.depth != depthDeep || p.short()) {
			continue
		}
		if err := p.thread(ctx, m.TS); err != nil {
			return err
		}
	}
	return nil
}

func (p *pass) thread(ctx context.Context, parent string) error {
	replies := func(cursor string) ([]json.RawMessage, string, error) {
		return p.b.chat.Replies(ctx, p.inc.Channel.ID, parent, "", cursor)
	}
	err := p.pages(ctx, replies, func(msgs []slackMessage, next string) (bool, error) {
		for _, r := range msgs {
			p.seen[r.TS] = true
		}
		p.read[parent] = next == ""
		return false, p.take(ctx, msgs)
	})
	if incident.CodeOf(err) == "thread_not_found" { // deleted since the page of history was read
		p.read[parent], err = true, nil
	}
	return err
}

// reactions brings the pins of a message, and what keeps it out of the RCA, to
// what history shows. Their order is the moment the comparison began: an event
// that happened later wins, whichever is handled first.
func (c capture) reactions(m slackMessage, started time.Time) error {
	pins, err := c.tx.PinsOf(c.key(m.TS))
	if err != nil {
		return err
	}
	if err := c.marks(m, started, pins, c.b.pinEmoji, c.pin); err != nil {
		return err
	}
	hides, err := c.tx.HidesOf(c.key(m.TS))
	if err != nil {
		return err
	}
	return c.marks(m, started, hides, c.b.hideEmoji, c.hide)
}

// marks brings the reactions of one sort, of which held are known, to what
// history shows.
func (c capture) marks(m slackMessage, started time.Time, held []incident.Pin, sort func(emoji string) bool,
	set func(ts, user, emoji string, on bool, order string) error,
) error {
	order := timeTS(started)
	shown := map[string]bool{}
	whole := true
	for _, r := range m.Reactions {
		whole = whole && len(r.Users) >= r.Count
		if !sort(r.Name) {
			continue
		}
		for _, user := range r.Users {
			shown[user+" "+r.Name] = true
		}
	}
	for _, p := range held {
		id := p.By + " " + p.Emoji
		if shown[id] {
			delete(shown, id)
			continue
		}
		if whole { // Slack may shorten the list of who reacted
			if err := set(m.TS, p.By, p.Emoji, false, order); err != nil {
				return err
			}
		}
	}
	for id := range shown {
		user, emoji, _ := strings.Cut(id, " ")
		if err := set(m.TS, user, emoji, true, order); err != nil {
			return err
		}
	}
	return nil
}
