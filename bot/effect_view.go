package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// triggerLife is how long a trigger opens a modal, and responseLife how long
// a response_url replaces a message (Slack docs, "Handling user interaction").
const (
	triggerLife  = 3 * time.Second
	responseLife = 30 * time.Minute
)

// viewOpening is a modal about to be shown. Until is when its trigger ends.
type viewOpening struct {
	Trigger string
	View    json.RawMessage
	Until   time.Time
}

// planView plans to open a modal for who did what row tells of: at once, since
// its trigger is worth nothing in 3 s.
func planView(tx *store.Tx, row incident.Inbound, trigger string, m modal) error {
	return plan(tx, step{
		Key: row.Key + ":view", Kind: kindViewOpen, Lane: "view:" + trigger,
		Payload: viewOpening{Trigger: trigger, View: m.json(), Until: row.ReceivedAt.Add(triggerLife)},
	})
}

func openView(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[viewOpening](a)
	if err != nil {
		return nil, err
	}
	if time.Now().After(p.Until) {
		return nil, overdue("slack views.open", "expired_trigger_id")
	}
	return nil, b.chat.OpenView(ctx, p.Trigger, p.View)
}

// viewChange is an open modal that is to become another.
type viewChange struct {
	ID    string
	View  json.RawMessage
	Until time.Time
}

// planViewUpdate plans to turn the modal that somebody clicked in into another
// one. They wait for it: a minute later they have closed it.
func planViewUpdate(tx *store.Tx, row incident.Inbound, id string, m modal) error {
	return plan(tx, step{
		Key: row.Key + ":view", Kind: kindViewUpdate, Lane: "view:" + id,
		Payload: viewChange{ID: id, View: m.json(), Until: row.ReceivedAt.Add(time.Minute)},
	})
}

func updateView(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[viewChange](a)
	if err != nil {
		return nil, err
	}
	if time.Now().After(p.Until) {
		return nil, overdue("slack views.update", "not_found")
	}
	return nil, b.chat.UpdateView(ctx, p.ID, p.View)
}

// overdue refuses a call that would come too late.
func overdue(call, code string) error {
	return &incident.CallError{Call: call, Outcome: incident.OutcomeRefused, Code: code, Reason: "It was too late for it."}
}

// replacing is a message to be put in the place of the one that somebody
// clicked on, which may be one only they see.
type replacing struct {
	URL   string
	Until time.Time
	Else  ephemeral // what to show when it can no longer be replaced
}

// replace plans to replace the message that a click came from. Where that is
// not possible, the message is shown anew to who clicked.
func replace(tx *store.Tx, key, address string, until time.Time, e ephemeral) error {
	if address == "" {
		return plan(tx, step{Key: key, Kind: kindEphemeral, Lane: "ephemeral:" + e.User, Payload: e})
	}
	return plan(tx, step{
		Key: key, Kind: kindReplace, Lane: "ephemeral:" + e.User,
		Payload: replacing{URL: address, Until: until, Else: e},
	})
}

func replaceMessage(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[replacing](a)
	if err != nil {
		return nil, err
	}
	if time.Now().After(p.Until) {
		return nil, overdue("slack response_url", "expired_url")
	}
	return nil, b.chat.Respond(ctx, p.URL, p.Else.Text, p.Else.Blocks)
}

// showAnew shows as a new message what could not replace the old one.
func showAnew(tx *store.Tx, _ *Bot, a incident.Action, _ string) error {
	p, err := payloadOf[replacing](a)
	if err != nil {
		return err
	}
	return plan(tx, step{
		Key: fmt.Sprintf("anew:%d", a.ID), Kind: kindEphemeral, Lane: a.Lane, Payload: p.Else,
	})
}
