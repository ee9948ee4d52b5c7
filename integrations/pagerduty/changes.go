package pagerduty

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"firebreak/incident"
)

// logEntry is one of PagerDuty's log entries. The library's type fails a
// whole page on a numeric value in event_details and panics on a channel whose
// type is null.
type logEntry struct {
	ID        text            `json:"id"`
	Type      text            `json:"type"`
	Summary   text            `json:"summary"`
	CreatedAt text            `json:"created_at"`
	Agent     thing           `json:"agent"`
	Incident  thing           `json:"incident"`
	Note      text            `json:"note"`
	Channel   json.RawMessage `json:"channel"`
}

type logEntries struct {
	Entries list[logEntry] `json:"log_entries"`
	More    bool           `json:"more"`
}

// Changes tells what happened to any page of the account from since until
// until, oldest first, with the alert bodies of triggers in Channel. It is a
// hint: what a page is now, Page tells. Entries come again on every read that
// covers them, and known by their ID. By carries an e-mail only if that
// person's was asked for before; User gives it.
//
// The account's whole feed is read and no team's: a page that was handed to
// another team would go silent.
func (c *Client) Changes(ctx context.Context, since, until time.Time) ([]incident.PageChange, error) {
	const call = "pagerduty list log entries"
	s := span{since, until}
	if err := s.checked(call); err != nil {
		return nil, err
	}
	got, err := readSpan(ctx, call, s, logEntry.id, func(w span) reader[logEntry] {
		query := url.Values{"include[]": {"channels"}}
		w.set(query)
		return func(ctx context.Context, offset, limit int) ([]logEntry, bool, error) {
			var answer logEntries
			err := c.get(ctx, call, "/log_entries", page(query, offset, limit), &answer)
			return answer.Entries, answer.More, err
		}
	})
	if err != nil {
		return nil, err
	}
	return c.changes(got), nil
}

func (e logEntry) id() string { return string(e.ID) }

func (c *Client) changes(entries []logEntry) []incident.PageChange {
	var cs []incident.PageChange
	for _, e := range entries {
		if e.ID == "" || e.Incident.ID == "" {
			continue
		}
		change := e.change()
		if known, ok := c.people.get(change.By.ID); ok {
			change.By.Email = known.Email
		}
		cs = append(cs, change)
	}
	slices.SortStableFunc(cs, func(a, b incident.PageChange) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	return cs
}

func (e logEntry) change() incident.PageChange {
	return incident.PageChange{
		ID: string(e.ID), PageID: string(e.Incident.ID), At: e.CreatedAt.when(),
		Type: strings.TrimSuffix(strings.TrimSuffix(string(e.Type), "_reference"), "_log_entry"),
		By:   e.Agent.responder(), ByKind: e.Agent.kind(),
		Summary: string(e.Summary), Note: e.note(), Channel: e.channel(),
	}
}

// channel gives the raw channel, nil for null.
func (e logEntry) channel() []byte {
	if len(e.Channel) == 0 || string(e.Channel) == "null" {
		return nil
	}
	return e.Channel
}

// note gives an annotation's text. The schema has a field of its own for it;
// the channel of type note carries it as well.
func (e logEntry) note() string {
	if e.Note != "" {
		return string(e.Note)
	}
	var channel thing
	if json.Unmarshal(e.Channel, &channel) != nil || channel.Type != "note" {
		return ""
	}
	return string(cmp.Or(channel.Content, channel.Summary))
}
