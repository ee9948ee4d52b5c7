package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// target fills in the incident's channel where a post names none: it was
// planned before the channel existed.
func (b *Bot) target(ctx context.Context, a incident.Action) (incident.Post, error) {
	p, err := payloadOf[incident.Post](a)
	if err != nil || p.Channel != "" {
		return p, err
	}
	inc, err := b.incidentOf(ctx, a)
	p.Channel = inc.Channel.ID
	return p, err
}

func post(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := b.target(ctx, a)
	if err != nil {
		return nil, err
	}
	ts, err := b.chat.Post(ctx, p)
	if p.ThreadTS != "" && incident.CodeOf(err) == "cannot_reply_to_message" {
		// What the reply is below was deleted meanwhile.
		p.ThreadTS = ""
		return b.chat.Post(ctx, p)
	}
	return ts, err
}

func findPost(ctx context.Context, b *Bot, a incident.Action) (any, bool, error) {
	p, err := b.target(ctx, a)
	if err != nil {
		return nil, false, err
	}
	return b.findSent(ctx, a, p)
}

// findSent looks for a post: a reply in its thread, and in the channel, where it
// goes when the thread is gone.
func (b *Bot) findSent(ctx context.Context, a incident.Action, p incident.Post) (any, bool, error) {
	ts, found, err := b.chat.FindPost(ctx, p.Channel, p.ThreadTS, p.Key, b.me().UserID, a.FirstSent)
	if p.ThreadTS == "" || found || err != nil {
		return ts, found, err
	}
	ts, found, err = b.chat.FindPost(ctx, p.Channel, "", p.Key, b.me().UserID, a.FirstSent)
	return ts, found, err
}

// ephemeral is an answer only its reader sees.
type ephemeral struct {
	Channel, User, Text string
	Blocks              json.RawMessage
	ThreadTS            string `json:",omitempty"`
	Original            bool   `json:",omitempty"`
}

func postEphemeral(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[ephemeral](a)
	if err != nil {
		return nil, err
	}
	return nil, b.chat.Ephemeral(ctx, p.Channel, p.User, incident.Post{Text: p.Text, Blocks: p.Blocks, ThreadTS: p.ThreadTS, Original: p.Original})
}

// header composes the first post of a channel from what is known now.
func (b *Bot) header(ctx context.Context, a incident.Action) (incident.Incident, incident.Post, error) {
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return inc, incident.Post{}, err
	}
	var page incident.Page
	var names []string
	err = b.store.View(ctx, func(v *store.View) error {
		if inc.Page.ID == "" {
			return nil
		}
		row, err := v.Page(inc.Page.ID)
		page = row.Page
		return err
	})
	if err != nil {
		return inc, incident.Post{}, err
	}
	// Naming who is on call is worth a moment, not a delay: the header goes
	// out without the names when PagerDuty does not answer at once.
	quick, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	responders, err := b.onCall(quick, inc)
	if err != nil {
		b.log.WarnContext(ctx, "header goes out without who is on call", "incident", inc.Number.String(), "error", err)
	}
	for _, r := range responders {
		names = append(names, r.Name)
	}
	return inc, headerMessage(inc, page, names, b.cfg.Command).post(inc.Channel.ID, headerKey(inc.Number)), nil
}

func headerKey(n incident.Number) string { return "header:" + n.String() }

func postHeader(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	_, p, err := b.header(ctx, a)
	if err != nil {
		return nil, err
	}
	return b.chat.Post(ctx, p)
}

func findHeader(ctx context.Context, b *Bot, a incident.Action) (any, bool, error) {
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return nil, false, err
	}
	return b.findSent(ctx, a, incident.Post{Channel: inc.Channel.ID, Key: headerKey(inc.Number)})
}

func headerPosted(tx *store.Tx, b *Bot, a incident.Action, result json.RawMessage) error {
	inc, err := tx.Incident(incident.Operator(), a.Incident)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(result, &inc.HeaderTS); err != nil {
		return fmt.Errorf("read ts of the header: %w", err)
	}
	return tx.SaveIncident(inc)
}

func updateHeader(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	inc, p, err := b.header(ctx, a)
	if err != nil || inc.HeaderTS == "" {
		return nil, err
	}
	return nil, b.chat.UpdatePost(ctx, inc.HeaderTS, p)
}
