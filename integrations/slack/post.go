package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"firebreak/incident"

	"github.com/slack-go/slack"
)

// metadataType marks a message as the work of one of our actions; its
// payload is {"key": KEY}. Everybody in the channel can read it.
const metadataType = "firebreak_action"

// clockSkew is how far Slack's clock and ours may be apart when a post is
// looked for. The key decides, so looking further back costs only time.
const clockSkew = 5 * time.Minute

// Post sends a message (chat.postMessage) and gives its ts. Links do not
// unfurl and plain words do not become links or mentions; escaping what others
// wrote is the caller's. Slack cuts text beyond 40 000 characters.
func (c *Client) Post(ctx context.Context, p incident.Post) (ts string, err error) {
	const method = "chat.postMessage"
	options, err := messageOptions(method, p)
	if err != nil {
		return "", err
	}
	a, err := c.ask(ctx, method, p.Channel, func(ctx context.Context) error {
		_, _, err := c.api.PostMessageContext(ctx, p.Channel, options...)
		return err
	})
	if err != nil {
		return "", err
	}
	var sent struct{ TS string }
	if err := a.decode(method, &sent); err != nil {
		return "", err
	}
	if sent.TS == "" {
		return "", unreadable(method, errors.New("no ts"))
	}
	return sent.TS, nil
}

// UpdatePost replaces the text and blocks of one of our messages
// (chat.update). Without blocks the message loses those it had. Text beyond
// 4 000 characters is refused with msg_too_long.
func (c *Client) UpdatePost(ctx context.Context, ts string, p incident.Post) error {
	const method = "chat.update"
	p.ThreadTS = ""
	options, err := messageOptions(method, p)
	if err != nil {
		return err
	}
	if len(p.Blocks) == 0 {
		options = append(options, slack.MsgOptionBlocks()) // an explicit [] clears them
	}
	_, err = c.ask(ctx, method, "", func(ctx context.Context) error {
		_, _, _, err := c.api.UpdateMessageContext(ctx, p.Channel, ts, options...)
		return err
	})
	return err
}

// Ephemeral shows a message to one user of a channel (chat.postEphemeral).
// Slack does not keep it, so it cannot be looked up.
func (c *Client) Ephemeral(ctx context.Context, channel, user string, p incident.Post) error {
	const method = "chat.postEphemeral"
	p.Key = ""
	options, err := messageOptions(method, p)
	if err != nil {
		return err
	}
	_, err = c.ask(ctx, method, "", func(ctx context.Context) error {
		_, err := c.api.PostEphemeralContext(ctx, channel, user, options...)
		return err
	})
	return err
}

func messageOptions(method string, p incident.Post) ([]slack.MsgOption, error) {
	options := []slack.MsgOption{
		slack.MsgOptionText(p.Text, false),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
		slack.MsgOptionParse(false), slack.MsgOptionLinkNames(false),
	}
	if p.ThreadTS != "" {
		options = append(options, slack.MsgOptionTS(p.ThreadTS))
	}
	if p.Key != "" {
		options = append(options, slack.MsgOptionMetadata(slack.SlackMetadata{
			EventType: metadataType, EventPayload: map[string]any{"key": p.Key},
		}))
	}
	if len(p.Blocks) == 0 {
		return options, nil
	}
	blocks, err := rawBlocks(p.Blocks)
	if err != nil {
		e := refused("invalid_blocks", "The message's blocks are no JSON array.")
		e.Call, e.Err = "slack "+method, err
		return nil, e
	}
	return append(options, slack.MsgOptionBlocks(blocks...)), nil
}

// rawBlock is a block that goes out exactly as it was given.
type rawBlock json.RawMessage

func (b rawBlock) BlockType() slack.MessageBlockType { return "" }
func (b rawBlock) ID() string                        { return "" }

// MarshalJSON gives the block as it is.
func (b rawBlock) MarshalJSON() ([]byte, error) { return b, nil }

func rawBlocks(array json.RawMessage) ([]slack.Block, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(array, &raw); err != nil {
		return nil, fmt.Errorf("read blocks: %w", err)
	}
	blocks := make([]slack.Block, 0, len(raw))
	for _, b := range raw {
		blocks = append(blocks, rawBlock(b))
	}
	return blocks, nil
}

// own is what tells one of our posts from other messages.
type own struct {
	TS       string `json:"ts"`
	User     string `json:"user"`
	Metadata struct {
		Type    string `json:"event_type"`
		Payload struct {
			Key string `json:"key"`
		} `json:"event_payload"`
	} `json:"metadata"`
}

// FindPost looks for the message that a lost Post may have left: by botUser,
// with this key in its metadata, in the channel's history or, when threadTS
// is not empty, in that thread. It looks back to notBefore, with room for
// clocks that differ. Of several the oldest wins.
func (c *Client) FindPost(ctx context.Context, channel, threadTS, key, botUser string, notBefore time.Time) (ts string, found bool, err error) {
	method, form := "conversations.history", historyForm(channel, "", "")
	if threadTS != "" {
		method = "conversations.replies"
		form.Set("ts", threadTS)
	}
	form.Set("oldest", strconv.FormatInt(notBefore.Add(-clockSkew).Unix(), 10)+".000000")
	err = c.pages(ctx, method, form, func(p *page) {
		for _, raw := range p.Messages {
			var m own
			if json.Unmarshal(raw, &m) != nil || m.User != botUser || m.Metadata.Type != metadataType || m.Metadata.Payload.Key != key {
				continue
			}
			if ts == "" || m.TS < ts {
				ts = m.TS
			}
		}
	})
	if incident.CodeOf(err) == "thread_not_found" {
		return "", false, nil
	}
	return ts, ts != "", err
}

// historyForm asks for full pages, bounds included, metadata shown.
func historyForm(channel, oldest, latest string) url.Values {
	form := url.Values{
		"channel": {channel}, "limit": {strconv.Itoa(historyPage)},
		"inclusive": {"true"}, "include_all_metadata": {"true"},
	}
	if oldest != "" {
		form.Set("oldest", oldest)
	}
	if latest != "" {
		form.Set("latest", latest)
	}
	return form
}
