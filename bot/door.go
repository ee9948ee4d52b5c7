package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"

	"firebreak/incident"
	"firebreak/incident/mask"
	"firebreak/store"
)

// Text that leaves the channel it was written in is masked where it is put
// together, so that no secret is cut in half. What goes through here is masked
// once more: whoever adds a way out cannot forget it.

// guardedChat masks what is said anywhere but in an incident's own channel, and
// what everybody in the workspace can read of one.
type guardedChat struct {
	Chat
	store *store.Store
}

// Post implements Chat.
func (g guardedChat) Post(ctx context.Context, p incident.Post) (string, error) {
	return g.Chat.Post(ctx, g.guarded(ctx, p))
}

// UpdatePost implements Chat.
func (g guardedChat) UpdatePost(ctx context.Context, ts string, p incident.Post) error {
	return g.Chat.UpdatePost(ctx, ts, g.guarded(ctx, p))
}

// Ephemeral implements Chat.
func (g guardedChat) Ephemeral(ctx context.Context, channel, user string, p incident.Post) error {
	addressed := p
	addressed.Channel = channel
	addressed = g.guarded(ctx, addressed)
	p.Text, p.Blocks = addressed.Text, addressed.Blocks
	return g.Chat.Ephemeral(ctx, channel, user, p)
}

// SetTopic implements Chat: whoever finds a public channel reads its topic.
func (g guardedChat) SetTopic(ctx context.Context, channel, topic string) error {
	return g.Chat.SetTopic(ctx, channel, mask.Text(topic))
}

// PublishView implements Chat: a Home tab is in no channel.
func (g guardedChat) PublishView(ctx context.Context, user string, view json.RawMessage) error {
	return g.Chat.PublishView(ctx, user, maskedBlocks(view))
}

// guarded masks a post, unless it goes to an incident's channel. Where that
// cannot be told it is masked.
func (g guardedChat) guarded(ctx context.Context, p incident.Post) incident.Post {
	var own bool
	err := g.store.View(ctx, func(v *store.View) error {
		_, err := v.IncidentByChannel(p.Channel)
		own = err == nil
		return err
	})
	if err == nil && own || p.Original {
		return p
	}
	return maskedPost(p)
}

// guardedPager masks all that PagerDuty is told.
type guardedPager struct{ Pager }

// AddNote implements Pager.
func (g guardedPager) AddNote(ctx context.Context, pageID, text, key string) error {
	return g.Pager.AddNote(ctx, pageID, mask.Text(text), key)
}

// RequestResponder implements Pager.
func (g guardedPager) RequestResponder(ctx context.Context, pageID string, to incident.Callee, message, key string) error {
	return g.Pager.RequestResponder(ctx, pageID, to, mask.Text(message), key)
}

// CreatePage implements Pager.
func (g guardedPager) CreatePage(ctx context.Context, d incident.PageDraft) (incident.Page, error) {
	d.Title = mask.Text(d.Title)
	return g.Pager.CreatePage(ctx, d)
}

// Enqueue implements Pager.
func (g guardedPager) Enqueue(ctx context.Context, routingKey string, e incident.PageEvent) error {
	e.Summary, e.Source = mask.Text(e.Summary), mask.Text(e.Source)
	e.Details = maps.Clone(e.Details)
	for name, value := range e.Details {
		if text, ok := value.(string); ok {
			e.Details[name] = mask.Text(text)
		}
	}
	return g.Pager.Enqueue(ctx, routingKey, e)
}

// maskedPost masks what a person reads of a post. Ids and values, by which
// buttons are known, stay.
func maskedPost(p incident.Post) incident.Post {
	p.Text = mask.Text(p.Text)
	p.Blocks = maskedBlocks(p.Blocks) // where they are nothing, the text says it, too
	return p
}

// maskedBlocks masks what a person reads of blocks, or of a view with such;
// what is typed into its fields already is theirs. What cannot be read is
// nothing.
func maskedBlocks(blocks json.RawMessage) json.RawMessage {
	if len(blocks) == 0 {
		return blocks
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(blocks))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return nil
	}
	if maskTexts(v) {
		return encode(v)
	}
	return blocks
}

// maskTexts masks every text object of Block Kit in v, and says whether any
// was changed.
func maskTexts(v any) (changed bool) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			changed = maskTexts(x) || changed
		}
	case map[string]any:
		text, ok := v["text"].(string)
		if kind := v["type"]; ok && (kind == "mrkdwn" || kind == "plain_text") {
			if masked := mask.Text(text); masked != text {
				v["text"], changed = masked, true
			}
		}
		for _, x := range v {
			changed = maskTexts(x) || changed
		}
	}
	return changed
}

// maskedEntries are entries as they leave the channel.
func maskedEntries(entries []incident.Entry) []incident.Entry {
	entries = slices.Clone(entries)
	for i := range entries {
		entries[i] = maskedEntry(entries[i])
	}
	return entries
}

func maskedEntry(e incident.Entry) incident.Entry {
	e.Text = mask.Text(e.Text)
	e.Files = slices.Clone(e.Files)
	for i := range e.Files {
		e.Files[i].Name = mask.Text(e.Files[i].Name)
	}
	return e
}

// maskedHistory is maskedEntry for where all is shown that an entry has been.
func maskedHistory(e incident.Entry) incident.Entry {
	e = maskedEntry(e)
	e.Revisions = slices.Clone(e.Revisions)
	for i := range e.Revisions {
		e.Revisions[i].Text, e.Revisions[i].Reason = mask.Text(e.Revisions[i].Text), mask.Text(e.Revisions[i].Reason)
	}
	return e
}

// maskedIncident is an incident as others hear of it.
func maskedIncident(inc incident.Incident) incident.Incident {
	inc.Title = mask.Text(inc.Title)
	return inc
}

// masked is where an incident stands as it leaves the channel.
func (s standing) masked() standing {
	s.Incident, s.Update, s.Pins = maskedIncident(s.Incident), maskedEntry(s.Update), maskedEntries(s.Pins)
	s.Tasks = slices.Clone(s.Tasks)
	for i := range s.Tasks {
		s.Tasks[i].Title = mask.Text(s.Tasks[i].Title)
	}
	return s
}

// maskedDetection is a detection, with what it rests on, as people are told.
func maskedDetection(d incident.Detection, evidence []incident.Alert) (incident.Detection, []incident.Alert) {
	d.Title, d.Why, d.Group.Value = mask.Text(d.Title), mask.Text(d.Why), mask.Text(d.Group.Value)
	evidence = slices.Clone(evidence)
	for i := range evidence {
		a := &evidence[i]
		a.Title, a.Action = mask.Text(a.Title), mask.Text(a.Action)
		a.Entities = slices.Clone(a.Entities)
		for j := range a.Entities {
			a.Entities[j].Value = mask.Text(a.Entities[j].Value)
		}
	}
	return d, evidence
}

// leaves says whether the author's answer tells of anything but the incident
// whose channel they read it in. What they asked to be revealed does not: it
// would be of no use.
func (o *order) leaves() bool {
	if o.cmd.Verb == "reveal" {
		return false
	}
	f, ok := formOf(o.cmd.Verb)
	return !ok || f.anywhere || o.inc.Number == 0 || o.inc.Channel.ID != o.slash.ChannelID
}

// readable is an entry as the author's answer may quote it. A form hides
// secrets wherever it was opened.
func (o *order) readable(e incident.Entry) incident.Entry {
	if o.away || o.leaves() {
		return maskedEntry(e)
	}
	return e
}

// leaving is the author's answer as they may read it where they are.
func (o *order) leaving(m message) message {
	m.leaves = o.leaves()
	return m
}
