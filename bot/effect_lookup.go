package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"firebreak/incident"
	"firebreak/store"
)

// maxFile bounds a captured file: 64 MiB. A larger one stays in Slack; its
// entry names it without a hash.
const maxFile = 64 << 20

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

// fetchFile asks for a file's bytes.
type fetchFile struct{ EntryKey, ID, Name, URL string }

// fetched is a file as it was at capture.
type fetched struct {
	SHA256 string
	Size   int64
}

// fetchFileCall fetches, hashes and stores the bytes. The blob is stored
// here, under its own hash, since a result in the action log must be small;
// storing it again changes nothing.
func fetchFileCall(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[fetchFile](a)
	if err != nil {
		return nil, err
	}
	content, err := b.chat.Download(ctx, p.URL, maxFile)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(content)
	f := fetched{SHA256: hex.EncodeToString(sum[:]), Size: int64(len(content))}
	return f, b.store.Update(ctx, func(tx *store.Tx) error {
		if gone, err := tx.IsRedacted(p.EntryKey); err != nil || gone { // meanwhile
			return err
		}
		return tx.SaveBlob(f.SHA256, content)
	})
}

func fileFetched(tx *store.Tx, _ *Bot, a incident.Action, result json.RawMessage) error {
	p, err := payloadOf[fetchFile](a)
	if err != nil {
		return err
	}
	var f fetched
	if err := json.Unmarshal(result, &f); err != nil {
		return fmt.Errorf("read fetched file: %w", err)
	}
	return tx.AttachFile(p.EntryKey, incident.File{ID: p.ID, Name: p.Name, SHA256: f.SHA256, Size: f.Size})
}
