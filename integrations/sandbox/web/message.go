package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"firebreak/integrations/sandbox"
)

// message is a message of Slack as the browser gets it.
type message struct {
	TS          string          `json:"ts"`
	User        string          `json:"user"`
	BotID       string          `json:"bot_id"`
	Username    string          `json:"username"`
	App         bool            `json:"app"`
	Subtype     string          `json:"subtype"`
	Text        string          `json:"text"`
	Blocks      json.RawMessage `json:"blocks,omitempty"`
	Attachments json.RawMessage `json:"attachments,omitempty"`
	ThreadTS    string          `json:"thread_ts"` // of a reply: its parent's
	Broadcast   bool            `json:"broadcast"`
	ReplyCount  int             `json:"reply_count"`
	ReplyUsers  []string        `json:"reply_users"`
	LatestReply string          `json:"latest_reply"`
	Edited      bool            `json:"edited"`
	EditedAt    string          `json:"edited_at"`
	Deleted     bool            `json:"deleted"`
	Files       []sharedFile    `json:"files"`
	Reactions   []reaction      `json:"reactions"`
	Pinned      bool            `json:"pinned"`
	Ephemeral   bool            `json:"ephemeral"`
	Versions    int             `json:"versions"`
}

type reaction struct {
	Name  string   `json:"name"`
	Users []string `json:"users"`
}

type sharedFile struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Size  int    `json:"size"`
	Image bool   `json:"image"`
	URL   string `json:"url"`
}

// slackbot speaks for Slack itself.
const slackbot = "USLACKBOT"

func messageOf(m sandbox.Message) message {
	out := message{
		TS: m.TS, User: m.User, BotID: m.BotID, Username: m.Username, App: m.BotID != "", Subtype: m.Subtype,
		Text: m.Text, Blocks: m.Blocks, Attachments: m.Attachments, ThreadTS: m.ThreadTS, Broadcast: m.Broadcast,
		Edited: !m.EditedAt.IsZero(), EditedAt: stamp(m.EditedAt), Deleted: m.Deleted, Pinned: m.PinnedBy != "",
		Versions: len(m.Versions), ReplyUsers: []string{}, Files: []sharedFile{}, Reactions: []reaction{},
	}
	for _, f := range m.Files {
		out.Files = append(out.Files, sharedFile{ID: f.ID, Name: f.Name, Size: f.Size, Image: pictured(f.Content) != ""})
	}
	for _, r := range m.Reactions {
		out.Reactions = append(out.Reactions, reaction{Name: r.Name, Users: list(r.Users)})
	}
	return out
}

func ephemeralOf(e sandbox.Ephemeral, bot sandbox.User, botID string) message {
	out := message{
		TS: e.TS, User: bot.ID, BotID: botID, App: true, Text: e.Text, Blocks: e.Blocks, ThreadTS: e.ThreadTS,
		Ephemeral: true, Versions: 1, ReplyUsers: []string{}, Files: []sharedFile{}, Reactions: []reaction{},
	}
	if e.Via == "slackbot" {
		out.User, out.BotID, out.Username = slackbot, "", "Slackbot"
	}
	return out
}

// top says whether the message stands in the channel itself.
func (m message) top() bool { return m.ThreadTS == "" || m.Broadcast }

// system says whether the client wrote it of itself, which nobody has to read.
func (m message) system() bool {
	switch m.Subtype {
	case "", "bot_message", "file_share", "thread_broadcast", "me_message":
		return false
	}
	return true
}

// shown is the message as a person's client draws it; false: not at all. What
// was deleted is told only to who asks for it, and a parent of replies leaves
// a tombstone.
func (m message) shown(who sandbox.User, deleted bool) (message, bool) {
	if m.Deleted && !deleted {
		if m.ReplyCount == 0 || m.ThreadTS != "" {
			return m, false
		}
		m.User, m.BotID, m.Username, m.Subtype, m.Text = slackbot, "", "", "tombstone", "This message was deleted."
		m.Blocks, m.Attachments, m.Files, m.Reactions = nil, nil, []sharedFile{}, []reaction{}
	}
	if len(m.Files) > 0 {
		m.Files = slices.Clone(m.Files)
		for i := range m.Files {
			m.Files[i].URL = "/api/slack/file/" + m.Files[i].ID + "?as=" + who.ID
		}
	}
	return m, true
}

// pictured is the kind of image that content is, of those that a browser may
// show by itself; else empty. The content is asked, never the name.
func pictured(content []byte) string {
	switch kind := http.DetectContentType(content); kind {
	case "image/png", "image/jpeg", "image/gif", "image/webp":
		return kind
	}
	return ""
}

// stamp is a time as the browser reads it, empty if there is none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
