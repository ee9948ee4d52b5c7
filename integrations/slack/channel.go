package slack

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"firebreak/incident"

	"github.com/slack-go/slack"
)

// CreateChannel creates a channel (conversations.create). A name in use is
// refused with code name_taken.
func (c *Client) CreateChannel(ctx context.Context, name string, private bool) (incident.Channel, error) {
	const method = "conversations.create"
	a, err := c.ask(ctx, method, "", func(ctx context.Context) error {
		_, err := c.api.CreateConversationContext(ctx, slack.CreateConversationParams{ChannelName: name, IsPrivate: private})
		return err
	})
	if err != nil {
		return incident.Channel{}, err
	}
	var made struct {
		Channel struct{ ID, Name string }
	}
	if err := a.decode(method, &made); err != nil {
		return incident.Channel{}, err
	}
	if made.Channel.ID == "" {
		return incident.Channel{}, unreadable(method, errors.New("no channel id"))
	}
	return incident.Channel{ID: made.Channel.ID, Name: made.Channel.Name}, nil
}

// found is a channel as users.conversations lists it.
type found struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Creator string `json:"creator"`
	Created int64  `json:"created"` // seconds
}

// FindChannel looks for the channel that a lost CreateChannel may have left:
// of exactly this name, made by creator, not archived, and not older than
// notBefore (Slack keeps whole seconds, so notBefore is rounded down). Of
// several the one made first wins, then the lowest id.
//
// It compares Slack's clock with ours.
func (c *Client) FindChannel(ctx context.Context, name, creator string, notBefore time.Time) (incident.Channel, bool, error) {
	var hits []found
	form := url.Values{"types": {"public_channel,private_channel"}, "exclude_archived": {"true"}, "limit": {"200"}}
	err := c.pages(ctx, "users.conversations", form, func(p *page) {
		for _, ch := range p.Channels {
			if ch.Name == name && ch.Creator == creator && ch.Created >= notBefore.Unix() {
				hits = append(hits, ch)
			}
		}
	})
	if err != nil || len(hits) == 0 {
		return incident.Channel{}, false, err
	}
	first := slices.MinFunc(hits, func(a, b found) int {
		if a.Created != b.Created {
			return int(a.Created - b.Created)
		}
		return strings.Compare(a.ID, b.ID)
	})
	return incident.Channel{ID: first.ID, Name: first.Name}, true, nil
}

// ChannelInfo describes a channel as it is now (conversations.info).
func (c *Client) ChannelInfo(ctx context.Context, channel string) (incident.ChannelInfo, error) {
	var got struct {
		Channel struct {
			ID, Name  string
			Private   bool `json:"is_private"`
			Archived  bool `json:"is_archived"`
			ExtShared bool `json:"is_ext_shared"`
		}
	}
	const method = "conversations.info"
	if err := c.read(ctx, method, url.Values{"channel": {channel}}, &got); err != nil {
		return incident.ChannelInfo{}, err
	}
	if got.Channel.ID != channel {
		return incident.ChannelInfo{}, unreadable(method, errors.New("another channel"))
	}
	return incident.ChannelInfo{
		Channel: incident.Channel{ID: got.Channel.ID, Name: got.Channel.Name},
		Private: got.Channel.Private, Archived: got.Channel.Archived, Shared: got.Channel.ExtShared,
	}, nil
}

// SetTopic sets a channel's topic, at most 250 characters (conversations.setTopic).
func (c *Client) SetTopic(ctx context.Context, channel, topic string) error {
	_, err := c.ask(ctx, "conversations.setTopic", "", func(ctx context.Context) error {
		_, err := c.api.SetTopicOfConversationContext(ctx, channel, topic)
		return err
	})
	return err
}

// SetPurpose sets a channel's purpose, at most 250 characters (conversations.setPurpose).
func (c *Client) SetPurpose(ctx context.Context, channel, purpose string) error {
	_, err := c.ask(ctx, "conversations.setPurpose", "", func(ctx context.Context) error {
		_, err := c.api.SetPurposeOfConversationContext(ctx, channel, purpose)
		return err
	})
	return err
}

// Archive archives a channel; that it is archived already is success.
func (c *Client) Archive(ctx context.Context, channel string) error {
	_, err := c.ask(ctx, "conversations.archive", "", func(ctx context.Context) error {
		return c.api.ArchiveConversationContext(ctx, channel)
	})
	if incident.CodeOf(err) == "already_archived" {
		return nil
	}
	return err
}

// Unarchive opens an archived channel; that it is open already is success.
// Slack refuses it to bots with not_in_channel (docs.slack.dev,
// conversations.unarchive: "Bot tokens cannot currently be used").
func (c *Client) Unarchive(ctx context.Context, channel string) error {
	_, err := c.ask(ctx, "conversations.unarchive", "", func(ctx context.Context) error {
		return c.api.UnArchiveConversationContext(ctx, channel)
	})
	if incident.CodeOf(err) == "not_archived" {
		return nil
	}
	return err
}

// Archived says whether a channel is archived (conversations.info). Code
// channel_not_found: it is private and the bot is not in it.
func (c *Client) Archived(ctx context.Context, channel string) (bool, error) {
	const method = "conversations.info"
	a, err := c.ask(ctx, method, "", func(ctx context.Context) error {
		_, err := c.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: channel})
		return err
	})
	if err != nil {
		return false, err
	}
	var got struct {
		Channel struct {
			ID         string
			IsArchived bool `json:"is_archived"`
		}
	}
	if err := a.decode(method, &got); err != nil {
		return false, err
	}
	if got.Channel.ID == "" {
		return false, unreadable(method, errors.New("no channel id"))
	}
	return got.Channel.IsArchived, nil
}

// Members lists who is in a channel (conversations.members).
func (c *Client) Members(ctx context.Context, channel string) ([]string, error) {
	var users []string
	form := url.Values{"channel": {channel}, "limit": {"200"}}
	err := c.pages(ctx, "conversations.members", form, func(p *page) { users = append(users, p.Members...) })
	if err != nil {
		return nil, err
	}
	return users, nil
}
