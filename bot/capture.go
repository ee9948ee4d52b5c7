package bot

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// capture is one Slack message on its way into a timeline. The same code
// serves live events, look-ups and backfill, which is why any mix of them
// ends in the same timeline.
type capture struct {
	b       *Bot
	tx      *store.Tx
	inc     incident.Incident
	channel string
	from    string // "" live, "backfill" or "lookup"
}

func (c capture) key(ts string) string { return messageKey(c.b.home(), c.channel, ts) }

// message records a message as it stands now. order is the ts of the event
// that told of this state, or "" where its rank does not matter.
func (c capture) message(m slackMessage, order string) (incident.Entry, error) {
	if m.Subtype == "tombstone" {
		_, err := c.tx.MarkDeleted(c.inc.Number, c.key(m.TS), time.Now().UTC(), "")
		return incident.Entry{}, err
	}
	e, fresh, err := c.tx.RecordVersions(c.key(m.TS), c.entry(m), version(m, order))
	if err != nil {
		return e, err
	}
	if err := c.files(m); err != nil {
		return e, err
	}
	if err := c.warnOfSecret(e, m); err != nil {
		return e, err
	}
	if fresh {
		return e, c.b.wantPerson(c.tx, m.User)
	}
	return e, nil
}

// shown records a message as Slack showed it at asOf or later. Edits within
// one second have the same time, so a text that is news here is given the
// rank of an event at asOf: it wins over the edits that came before, also
// those that are told only later.
func (c capture) shown(m slackMessage, asOf time.Time) error {
	order := ""
	if m.Edited != nil {
		e, err := c.tx.EntryByKey(c.key(m.TS))
		if err != nil && !isNotFound(err) {
			return err
		}
		if err != nil || sourceText(e) != messageText(m) {
			order = timeTS(asOf)
		}
	}
	_, err := c.message(m, order)
	return err
}

// sourceText is what an entry says by its source, without what responders
// have laid over it.
func sourceText(e incident.Entry) string {
	for _, r := range slices.Backward(e.Revisions) {
		if r.Via == "slack" && !r.Followed {
			return r.Text
		}
	}
	return e.Text
}

// version is the text of m and since when it stands. An unedited message is
// its own first version.
//
// Slack tells an edit's time in whole seconds, so that an edit within the
// message's own second would seem to come before the message: it counts as
// just after it.
func version(m slackMessage, order string) store.Version {
	v := store.Version{At: tsTime(m.TS), Order: m.TS, By: m.author(), Text: messageText(m)}
	if m.Edited == nil {
		return v
	}
	justAfter := v.At.Add(time.Microsecond)
	v.At, v.Order, v.By = tsTime(m.Edited.TS), order, m.Edited.User
	if v.At.Before(justAfter) {
		v.At = justAfter
	}
	return v
}

// changed records an edit: what the message said before and what it says
// now. Slack also sends message_changed for unfurls and reply counters; they
// carry no new text and so add nothing.
func (c capture) changed(e slackEvent) error {
	now, before := e.Message, e.PreviousMessage
	if now == nil {
		return nil
	}
	if now.Subtype == "tombstone" {
		if before != nil {
			if _, err := c.message(*before, ""); err != nil {
				return err
			}
		}
		_, err := c.tx.MarkDeleted(c.inc.Number, c.key(now.TS), tsTime(e.TS), "")
		return err
	}
	if before != nil && before.TS == now.TS {
		if _, err := c.message(*before, ""); err != nil {
			return err
		}
		if now.Edited == nil && messageText(*now) == messageText(*before) {
			return c.files(*now)
		}
	}
	if now.Edited == nil {
		// Changed without a person's edit, as an app's own update may be:
		// the event's time is the best there is.
		now.Edited = &slackEdit{User: now.author(), TS: e.TS}
		if before == nil {
			return nil // nothing says that the text is new
		}
	}
	_, err := c.message(*now, e.TS)
	return err
}

// deleted records that a message is gone; what it said is kept.
func (c capture) deleted(e slackEvent) error {
	ts := e.DeletedTS
	if p := e.PreviousMessage; p != nil && p.TS != "" {
		ts = p.TS
		if _, err := c.message(*p, ""); err != nil {
			return err
		}
	}
	if ts == "" {
		return nil
	}
	_, err := c.tx.MarkDeleted(c.inc.Number, c.key(ts), tsTime(e.TS), "")
	return err
}

// entry is the message as a timeline entry.
func (c capture) entry(m slackMessage) incident.Entry {
	e := incident.Entry{
		Incident:   c.inc.Number,
		Kind:       messageKind(m.Subtype),
		Lane:       incident.LaneResponder,
		OccurredAt: tsTime(m.TS),
		Actor:      messageActor(m),
		Source: incident.Source{
			System: "slack", Channel: c.channel, TS: m.TS, ThreadTS: m.ThreadTS,
			Permalink: permalink(c.b.me().URL, c.channel, m.TS, m.ThreadTS),
		},
		Data: map[string]any{},
	}
	if c.b.ownMessage(m) {
		m.Files = nil // an export of ours is no evidence
	}
	for _, f := range m.Files {
		e.Files = append(e.Files, incident.File{ID: f.ID, Name: f.Name, Size: f.Size})
	}
	if m.Subtype != "" {
		e.Data["subtype"] = m.Subtype
	}
	if c.from != "" {
		e.Data["source"] = c.from
	}
	if ids := mentionedUsers(m.Text); len(ids) > 0 {
		e.Data["mentions"] = ids
	}
	if m.Text == "" && len(m.Attachments) > 0 {
		e.Data["attachments"] = json.RawMessage(m.Attachments)
	}
	return e
}

// messageKind maps Slack's message subtypes: what the channel says of itself
// is no message of a person's.
func messageKind(subtype string) incident.Kind {
	switch subtype {
	case "channel_join", "group_join", "channel_leave", "group_leave":
		return incident.KindMembership
	case "channel_topic", "group_topic", "channel_purpose", "group_purpose", "channel_name", "group_name",
		"channel_archive", "group_archive", "channel_unarchive", "group_unarchive",
		"channel_convert_to_private", "channel_convert_to_public", "channel_posting_permissions", "bot_add", "bot_remove", "pinned_item":
		return incident.KindChannel
	}
	return incident.KindMessage
}

func messageActor(m slackMessage) incident.Actor {
	a := incident.Actor{ID: m.author(), Name: m.Username, Kind: incident.ActorUser}
	if m.BotID != "" || m.Subtype == "bot_message" {
		a.Kind = incident.ActorBot
		if a.Name == "" && m.BotProfile != nil {
			a.Name = m.BotProfile.Name
		}
	}
	return a
}

// messageText is what the author wrote: never cut or normalised, Slack's
// three entities decoded. A bot's message without text speaks through its
// attachments' fallbacks.
func messageText(m slackMessage) string {
	if m.Text != "" || len(m.Attachments) == 0 {
		return incident.DecodeSlack(m.Text)
	}
	var attachments []struct {
		Fallback string `json:"fallback"`
		Text     string `json:"text"`
	}
	if json.Unmarshal(m.Attachments, &attachments) != nil {
		return ""
	}
	var lines []string
	for _, a := range attachments {
		switch {
		case a.Fallback != "":
			lines = append(lines, incident.DecodeSlack(a.Fallback))
		case a.Text != "":
			lines = append(lines, incident.DecodeSlack(a.Text))
		}
	}
	return strings.Join(lines, "\n")
}

// mentionedUsers lists the user ids that a message mentions, in order.
func mentionedUsers(text string) []string {
	var ids []string
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, "<@")
		if !ok {
			return ids
		}
		id, tail, ok := strings.Cut(after, ">")
		if !ok {
			return ids
		}
		id, _, _ = strings.Cut(id, "|")
		if id != "" && len(id) <= 32 {
			ids = append(ids, id)
		}
		rest = tail
	}
}

// files plans to fetch, hash and keep each file of a message, once, and to
// examine those that are logs; none of a message that was redacted. What the bot
// itself has put there is neither.
func (c capture) files(m slackMessage) error {
	if len(m.Files) == 0 || c.b.ownMessage(m) {
		return nil
	}
	if gone, err := c.tx.IsRedacted(c.key(m.TS)); err != nil || gone {
		return err
	}
	for _, f := range m.Files {
		if f.ID == "" || f.link() == "" || f.Mode == "tombstone" || f.Mode == "external" {
			continue
		}
		err := plan(c.tx, step{
			Key: captureKey(c.key(m.TS), f.ID), Kind: kindFetchFile, Lane: "file:" + f.ID,
			Incident: c.inc.Number,
			Payload:  fetchFile{EntryKey: c.key(m.TS), ID: f.ID, Name: f.Name, URL: f.link(), Size: f.Size},
		})
		if err == nil {
			err = c.logFile(m, f)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
