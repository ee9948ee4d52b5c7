package bot

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// answerWithin is how long a command's acknowledgement waits for its answer.
// Slack gives 3 s from the command to the ack (Slack docs, "Slash commands:
// responding"); the rest is for the network.
const answerWithin = 2200 * time.Millisecond

// reply is what a command's author gets to see, or what a modal is to do.
type reply struct {
	Text   string
	Blocks json.RawMessage
	View   *viewAnswer // of a modal's submission
}

// payload is the reply as it travels in an acknowledgement.
func (r reply) payload() ([]byte, error) {
	if r.View != nil {
		return r.View.payload()
	}
	return ephemeralPayload(r)
}

// Deliver makes one envelope durable and returns. Only after it has returned
// without an error may the envelope be acknowledged. For a command and for a
// modal's submission the returned bytes are the answer, to travel in the
// acknowledgement.
func (b *Bot) Deliver(ctx context.Context, env incident.Envelope) ([]byte, error) {
	in := route(env)
	var answer <-chan reply
	if env.AcceptsResponse && (env.Type == "slash_commands" || env.Type == "interactive") {
		answer = b.answers.expect(in.Key)
		defer b.answers.forget(in.Key, answer)
	}
	err := b.store.Urgent(ctx, func(tx *store.Tx) error {
		_, _, err := tx.Receive(in)
		return err
	})
	if err != nil {
		return nil, err
	}
	crash("inbox committed")
	b.health.heard()
	poke(b.inbox)
	if answer == nil {
		return nil, nil
	}
	late := reply{Text: "Got it, working on it. The answer follows here."}
	if env.Type == "interactive" {
		late.View = new(viewAnswer) // the modal closes
	}
	return b.await(ctx, in.Key, answer, late)
}

// await gives the answer, or what is said when it takes too long; the answer
// then follows as an ephemeral message.
func (b *Bot) await(ctx context.Context, key string, answer <-chan reply, late reply) ([]byte, error) {
	t := time.NewTimer(answerWithin)
	defer t.Stop()
	select {
	case r := <-answer:
		return r.payload()
	case <-t.C:
	case <-ctx.Done():
	}
	b.answers.forget(key, answer)
	select {
	case r := <-answer: // it came while we gave up
		return r.payload()
	default:
		return late.payload()
	}
}

func ephemeralPayload(r reply) ([]byte, error) {
	return json.Marshal(struct {
		Type   string          `json:"response_type"`
		Text   string          `json:"text"`
		Blocks json.RawMessage `json:"blocks,omitempty"`
	}{"ephemeral", r.Text, r.Blocks})
}

// route reads just enough of an envelope to know its identity and its lane.
// What it cannot read is kept all the same, under the envelope's id.
func route(env incident.Envelope) incident.Inbound {
	in := incident.Inbound{
		Key: "env:" + env.ID, Source: env.Type, Lane: "unknown",
		Payload: env.Payload, ReceivedAt: time.Now().UTC(),
	}
	switch env.Type {
	case "events_api":
		var c callback
		var e slackEvent
		if !lenient(env.Payload, &c) || c.EventID == "" {
			return in
		}
		in.Key = "ev:" + c.EventID
		if lenient(c.Event, &e) {
			in.Lane = eventLane(e)
		}
	case "slash_commands":
		var c slashCommand
		if json.Unmarshal(env.Payload, &c) == nil {
			in.Lane = c.ChannelID
		}
	case "interactive":
		var i interaction
		if lenient(env.Payload, &i) {
			in.Lane = i.lane()
		}
	}
	return in
}

func eventLane(e slackEvent) string {
	switch {
	case e.Channel.ID != "":
		return e.Channel.ID
	case e.Item.Channel != "":
		return e.Item.Channel
	}
	return "workspace"
}

// answers is who waits for which command's answer. Slack may deliver one
// envelope twice and takes the acknowledgement that comes first, so each
// delivery waits for itself.
type answers struct {
	mu      sync.Mutex
	waiting map[string][]chan reply
}

func (a *answers) expect(key string) <-chan reply {
	c := make(chan reply, 1)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting[key] = append(a.waiting[key], c)
	return c
}

func (a *answers) forget(key string, answer <-chan reply) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting[key] = slices.DeleteFunc(a.waiting[key], func(c chan reply) bool { return c == answer })
	if len(a.waiting[key]) == 0 {
		delete(a.waiting, key)
	}
}

// give hands the answer to whoever waits for it and says whether anybody did.
func (a *answers) give(key string, r reply) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	waiting := a.waiting[key]
	delete(a.waiting, key)
	for _, c := range waiting {
		c <- r
	}
	return len(waiting) > 0
}
