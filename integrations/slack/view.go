package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// OpenView opens a modal (views.open) for who got trigger, once and within
// 3 s of what they did. view is the view's JSON, at most 250 kB.
func (c *Client) OpenView(ctx context.Context, trigger string, view json.RawMessage) error {
	return c.showView(ctx, "views.open", struct {
		Trigger string          `json:"trigger_id"`
		View    json.RawMessage `json:"view"`
	}{trigger, view})
}

// UpdateView turns an open modal into another (views.update). Once it is
// closed, it is not found. view is the view's JSON, at most 250 kB.
func (c *Client) UpdateView(ctx context.Context, id string, view json.RawMessage) error {
	return c.showView(ctx, "views.update", struct {
		ID   string          `json:"view_id"`
		View json.RawMessage `json:"view"`
	}{id, view})
}

// PublishView shows a view on somebody's Home tab of the app (views.publish),
// in place of what was there. view is the view's JSON, at most 250 kB.
func (c *Client) PublishView(ctx context.Context, user string, view json.RawMessage) error {
	return c.showView(ctx, "views.publish", struct {
		User string          `json:"user_id"`
		View json.RawMessage `json:"view"`
	}{user, view})
}

func (c *Client) showView(ctx context.Context, method string, view any) error {
	body, err := encoded(view)
	if err != nil {
		e := refused("invalid_arguments", "The view is no JSON.")
		e.Call, e.Err = "slack "+method, err
		return e
	}
	_, err = c.ask(ctx, method, "", func(ctx context.Context) error {
		return c.postJSON(ctx, c.base+method, "Bearer "+c.bot, body)
	})
	return err
}

// responding is our name for a post to a response_url, which is no method.
const responding = "response_url"

// Respond replaces the message that an interaction came from, an ephemeral
// one too, through the interaction's response_url: at most five times and
// within 30 minutes (Slack docs, "Handling user interaction"). No token goes
// with it, and no other host than Slack's is written to.
func (c *Client) Respond(ctx context.Context, address, text string, blocks json.RawMessage) error {
	if !c.ofSlack(address) {
		e := refused("foreign_url", "The address to answer to is not Slack's.")
		e.Call = "slack " + responding
		return e
	}
	body, err := encoded(struct {
		Replace bool            `json:"replace_original"`
		Text    string          `json:"text"`
		Blocks  json.RawMessage `json:"blocks,omitempty"`
	}{true, text, blocks})
	if err != nil {
		e := refused("invalid_blocks", "The message's blocks are no JSON.")
		e.Call, e.Err = "slack "+responding, err
		return e
	}
	if err := c.pace.wait(ctx, responding, ""); err != nil {
		return err
	}
	a := new(answer)
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	err = c.postJSON(a.attach(ctx), address, "", body)
	if a.status == http.StatusOK { // the body is "ok" or {"ok":true}
		return nil
	}
	e := a.verdict(err)
	if e == nil { // some other 2xx
		return nil
	}
	e.Call = "slack " + responding
	return e
}

// ofSlack says whether an address is on Slack's own hosts, or, with another
// API address configured, on that one's host.
func (c *Client) ofSlack(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return false
	}
	base, err := url.Parse(c.base)
	if err != nil {
		return false
	}
	if u.Host == base.Host && u.Scheme == base.Scheme {
		return true
	}
	return u.Scheme == "https" && strings.HasSuffix(u.Host, ".slack.com")
}

// encoded is JSON with <, > and & as they are, so that the size is the one
// that was counted.
func encoded(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return b.Bytes(), err
}

// postJSON posts a body as the methods want it that take JSON.
func (c *Client) postJSON(ctx context.Context, address, authorization string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}
