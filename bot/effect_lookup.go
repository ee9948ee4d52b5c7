package bot

import (
	"context"
	"encoding/json"
	"fmt"

	"firebreak/incident"
	"firebreak/store"
)

// lookUpMessage asks for a message that something refers to.
type lookUpMessage struct{ Channel, TS string }

func lookUpMessageCall(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[lookUpMessage](a)
	if err != nil {
		return nil, err
	}
	return b.chat.Message(ctx, p.Channel, p.TS, "")
}

func messageFound(tx *store.Tx, b *Bot, a incident.Action, result json.RawMessage) error {
	p, err := payloadOf[lookUpMessage](a)
	if err != nil {
		return err
	}
	var m slackMessage
	if !lenient(result, &m) || m.TS != p.TS {
		return nil // never record somebody else's message under this identity
	}
	inc, err := tx.IncidentByChannel(p.Channel)
	if err != nil {
		return err
	}
	return capture{b: b, tx: tx, inc: inc, channel: p.Channel, from: "lookup"}.shown(m, a.FirstSent)
}

// lookUpPerson asks who a user is.
type lookUpPerson struct{ ID string }

func lookUpPersonCall(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[lookUpPerson](a)
	if err != nil {
		return nil, err
	}
	return b.chat.Person(ctx, p.ID)
}

func personFound(tx *store.Tx, b *Bot, _ incident.Action, result json.RawMessage) error {
	var p incident.Person
	if err := json.Unmarshal(result, &p); err != nil {
		return fmt.Errorf("read person: %w", err)
	}
	if p.ID == "" {
		return nil
	}
	return b.knowPerson(tx, p)
}
