package bot

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
)

// lenient decodes what fits and leaves the rest zero, so that a field which
// is not what it was yesterday never costs us a message. False means that raw
// is no JSON at all.
func lenient(raw []byte, into any) bool {
	err := json.Unmarshal(raw, into)
	_, misfit := errors.AsType[*json.UnmarshalTypeError](err)
	return err == nil || misfit
}

// slackMessage is a message as Slack's events, history and replies all give
// it; [lenient] reads it.
type slackMessage struct {
	Type        string          `json:"type"`
	Subtype     string          `json:"subtype"`
	TS          string          `json:"ts"`
	ThreadTS    string          `json:"thread_ts"`
	User        string          `json:"user"`
	BotID       string          `json:"bot_id"`
	Username    string          `json:"username"`
	Text        string          `json:"text"`
	Edited      *slackEdit      `json:"edited"`
	Files       []slackFile     `json:"files"`
	Reactions   []slackReaction `json:"reactions"`
	ReplyCount  int             `json:"reply_count"`
	LatestReply string          `json:"latest_reply"`
	Hidden      bool            `json:"hidden"`
	BotProfile  *struct {
		Name string `json:"name"`
	} `json:"bot_profile"`
	Blocks      json.RawMessage `json:"blocks"`
	Attachments json.RawMessage `json:"attachments"`

	secrets []string // the kinds of those it seems to hold, once it was looked for them
	looked  bool
}

type slackEdit struct {
	User string `json:"user"`
	TS   string `json:"ts"`
}

type slackFile struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Title    string `json:"title"`
	Size     int64  `json:"size"`
	Mode     string `json:"mode"`
	Download string `json:"url_private_download"`
	Private  string `json:"url_private"`
}

type slackReaction struct {
	Name  string   `json:"name"`
	Users []string `json:"users"`
	Count int      `json:"count"`
}

// link is where the file's bytes are.
func (f slackFile) link() string {
	if f.Download != "" {
		return f.Download
	}
	return f.Private
}

// slackEvent is the inner event of an events_api envelope: the union of the
// fields firebreak reads.
type slackEvent struct {
	slackMessage
	Channel         channelField  `json:"channel"`
	EventTS         string        `json:"event_ts"`
	DeletedTS       string        `json:"deleted_ts"`
	Message         *slackMessage `json:"message"`
	PreviousMessage *slackMessage `json:"previous_message"`
	Reaction        string        `json:"reaction"`
	StillShared     bool          `json:"is_ext_shared"`
	Tab             string        `json:"tab"` // of app_home_opened
	Item            struct {
		Type    string `json:"type"`
		Channel string `json:"channel"`
		TS      string `json:"ts"`
	} `json:"item"`
}

// channelField reads a channel given as an id (message events) or as an
// object (rename events).
type channelField struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (c *channelField) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(b, []byte(`"`)) {
		return json.Unmarshal(b, &c.ID)
	}
	type plain channelField
	return json.Unmarshal(b, (*plain)(c))
}

// callback is the outer event of an events_api envelope.
type callback struct {
	TeamID    string          `json:"team_id"`
	EventID   string          `json:"event_id"`
	EventTime int64           `json:"event_time"`
	Type      string          `json:"type"`
	Event     json.RawMessage `json:"event"`
	ExtShared bool            `json:"is_ext_shared_channel"`
}

// author is who wrote the message: the user where there is one, else the bot.
func (m slackMessage) author() string {
	if m.User != "" {
		return m.User
	}
	return m.BotID
}

// inThread says whether the message is a reply.
func (m slackMessage) inThread() bool { return m.ThreadTS != "" && m.ThreadTS != m.TS }

// tsTime reads a Slack ts ("1763800000.000100") to the microsecond. It never
// goes through a float: that would lose digits. The zero time means it is
// no ts.
func tsTime(ts string) time.Time {
	whole, frac, _ := strings.Cut(ts, ".")
	sec, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || sec <= 0 {
		return time.Time{}
	}
	frac = (frac + "000000")[:6]
	micro, err := strconv.ParseInt(frac, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(sec, micro*int64(time.Microsecond)).UTC()
}

// timeTS writes a time as Slack would.
func timeTS(t time.Time) string {
	micro := t.UnixMicro()
	return strconv.FormatInt(micro/1e6, 10) + "." + pad6(micro%1e6)
}

func pad6(n int64) string {
	s := strconv.FormatInt(n, 10)
	return strings.Repeat("0", 6-len(s)) + s
}

// messageKey is the identity of a Slack message: team, channel and ts, never
// an event id, which differs between deliveries and backfill.
func messageKey(team, channel, ts string) string {
	return "slack:" + team + ":" + channel + ":" + ts
}

// permalink is the message's address, as Slack composes it: asking
// chat.getPermalink for each message would cost a call per message.
func permalink(workspaceURL, channel, ts, threadTS string) string {
	if workspaceURL == "" {
		return ""
	}
	link := strings.TrimSuffix(workspaceURL, "/") + "/archives/" + channel + "/p" + strings.ReplaceAll(ts, ".", "")
	if threadTS != "" && threadTS != ts {
		link += "?thread_ts=" + threadTS + "&cid=" + channel
	}
	return link
}
