package pagerduty

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"

	pd "github.com/PagerDuty/go-pagerduty"
)

// AddNote writes a note on a page. It carries a short reference made of key
// on a line of its own, by which FindNote knows it again: notes have no
// idempotency key. With an empty key there is no reference. PagerDuty takes
// 2000 notes for each incident ("Create a note on an incident").
func (c *Client) AddNote(ctx context.Context, pageID, text, key string) error {
	const call = "pagerduty create note"
	if pageID == "" {
		return refuse(call, "404", "a page needs an id")
	}
	if key != "" {
		text = strings.TrimRight(text, " \t\r\n") + "\n" + noteRef(key)
	}
	// Not the library's call: it takes the From header out of the note's
	// user and sends that user in the body as well.
	body := map[string]any{"note": map[string]string{"content": text}}
	return c.send(ctx, call, http.MethodPost, "/incidents/"+url.PathEscape(pageID)+"/notes", body, nil)
}

// FindNote tells whether a page has a note that AddNote wrote with key.
func (c *Client) FindNote(ctx context.Context, pageID, key string) (bool, error) {
	const call = "pagerduty list notes"
	if pageID == "" || key == "" {
		return false, refuse(call, "404", "looking for a note needs a page and a key")
	}
	var notes []pd.IncidentNote
	err := c.rest.pass(ctx, call, func(ctx context.Context) (err error) {
		notes, err = c.api.ListIncidentNotesWithContext(ctx, url.PathEscape(pageID))
		return err
	})
	if err != nil {
		return false, err
	}
	ref := "\n" + noteRef(key)
	for _, n := range notes {
		if strings.HasSuffix(strings.TrimRight(n.Content, " \t\r\n"), ref) {
			return true, nil
		}
	}
	return false, nil
}

// noteRef is short and tidy, as people read it.
func noteRef(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "[firebreak " + hex.EncodeToString(sum[:4]) + "]"
}
