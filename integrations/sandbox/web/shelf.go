package web

import (
	"slices"
	"strings"
	"sync"

	"firebreak/integrations/sandbox"
)

// shelf keeps each channel's messages as the browser gets them, until the
// ledger tells of something in that channel: a long channel is not read anew
// for each window that looks at it.
//
// The ledger is read before the channel. A change and its record are made in
// one go, so whoever has seen the record waits for the change.
type shelf struct {
	sb *sandbox.Sandbox

	mu       sync.Mutex
	seen     int // the last record looked at
	requests int // how many of them were calls from outside
	channels map[string]*transcript
}

func newShelf(sb *sandbox.Sandbox) *shelf {
	return &shelf{sb: sb, channels: map[string]*transcript{}}
}

// follow drops what the ledger tells has changed.
func (sh *shelf) follow() {
	for _, r := range sh.sb.Ledger.Since(sh.seen) {
		sh.seen = r.N
		if r.Kind == sandbox.RecordRequest {
			sh.requests++
		}
		if r.Service == "slack" {
			delete(sh.channels, r.Where)
		}
	}
}

// progress is the ledger's last number and how many calls it has.
func (sh *shelf) progress() (last, requests int) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.follow()
	return sh.seen, sh.requests
}

// transcript returns what was said in a channel.
func (sh *shelf) transcript(channel string) *transcript {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.follow()
	t, ok := sh.channels[channel]
	if !ok {
		t = newTranscript(sh.sb.Slack.In(channel).Messages())
		sh.channels[channel] = t
	}
	return t
}

// transcript is what was said in one channel. It is read by many and never
// changed.
type transcript struct {
	top     []message            // in the channel, oldest first
	threads map[string][]message // replies by their parent's ts
	files   map[string]string    // file id to the ts of a message that shares it
}

func newTranscript(all []sandbox.Message) *transcript {
	t := &transcript{threads: map[string][]message{}, files: map[string]string{}}
	at := map[string]int{}
	for _, said := range all {
		m := messageOf(said)
		if m.top() {
			at[m.TS] = len(t.top)
			t.top = append(t.top, m)
		}
		if m.ThreadTS != "" {
			t.threads[m.ThreadTS] = append(t.threads[m.ThreadTS], m)
		}
		if !m.Deleted {
			for _, f := range m.Files {
				t.files[f.ID] = m.TS
			}
		}
	}
	for parent, replies := range t.threads {
		if i, ok := at[parent]; ok {
			t.top[i].count(replies)
		}
	}
	return t
}

// count takes the living replies into their parent.
func (m *message) count(replies []message) {
	for _, r := range replies {
		if r.Deleted {
			continue
		}
		m.ReplyCount++
		m.LatestReply = r.TS
		who := r.User
		if who == "" {
			who = r.BotID
		}
		if !slices.Contains(m.ReplyUsers, who) {
			m.ReplyUsers = append(m.ReplyUsers, who)
		}
	}
}

// find returns the message in the channel with this ts.
func (t *transcript) find(ts string) (message, bool) {
	i, ok := slices.BinarySearchFunc(t.top, ts, func(m message, ts string) int { return strings.Compare(m.TS, ts) })
	if !ok {
		return message{}, false
	}
	return t.top[i], true
}

// parent is the ts of the thread that ts belongs to, ts itself for none.
func (t *transcript) parent(ts string) string {
	for parent, replies := range t.threads {
		if slices.ContainsFunc(replies, func(m message) bool { return m.TS == ts }) {
			return parent
		}
	}
	return ts
}

// latest is the ts of the newest message that is there to be seen.
func (t *transcript) latest() string {
	for _, m := range slices.Backward(t.top) {
		if !m.Deleted {
			return m.TS
		}
	}
	return ""
}

// unread counts what came after the mark, and what of it names the reader.
func (t *transcript) unread(reader, mark string) (unread, mentions int) {
	for _, m := range slices.Backward(t.top) {
		if m.TS <= mark {
			break
		}
		if m.Deleted || m.User == reader || m.system() {
			continue
		}
		unread++
		if strings.Contains(m.Text, "<@"+reader+">") {
			mentions++
		}
	}
	return unread, mentions
}
