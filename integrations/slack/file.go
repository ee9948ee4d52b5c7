package slack

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"firebreak/incident"
)

// downloading names file downloads among the paced methods.
const downloading = "files.download"

// downloadLimit bounds one download.
const downloadLimit = 60 * time.Second

var errElsewhere = errors.New("redirect to another host")

// Download fetches a file's bytes with the bot's token, at most limit of them.
// It asks only Slack's own hosts (https on slack.com) and the API's host, and
// follows no redirect to another one.
//
// Codes: file_too_large, file_host (not Slack's address), file_denied (the
// token may not read it), http_404 and so on.
func (c *Client) Download(ctx context.Context, address string, limit int64) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil || !c.mayReceiveToken(u) {
		return nil, noFile("file_host", "The file is not kept at a Slack address, so it was not fetched.")
	}
	if err := c.pace.wait(ctx, downloading, ""); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, downloadLimit)
	defer cancel()
	resp, a, err := c.fetch(ctx, u)
	if err != nil {
		e := a.unanswered(err)
		if errors.Is(err, errElsewhere) { // Slack sends whoever may not read it to sign in
			e = refused("file_denied", "Slack redirected the download elsewhere: the bot may not read this file.")
		}
		e.Call = "slack " + downloading
		return nil, e
	}
	defer resp.Body.Close()
	return c.fileBody(resp, limit)
}

func (c *Client) fetch(ctx context.Context, u *url.URL) (*http.Response, *answer, error) {
	a := new(answer)
	req, err := http.NewRequestWithContext(a.attach(ctx), http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, a, err
	}
	req.Header.Set("Authorization", "Bearer "+c.bot)
	resp, err := c.files.Do(req)
	return resp, a, err
}

func (c *Client) fileBody(resp *http.Response, limit int64) ([]byte, error) {
	if e := fileRefusal(resp); e != nil {
		e.Call = "slack " + downloading
		if e.RetryAfter > 0 {
			c.pace.hold(downloading, e.RetryAfter)
		}
		return nil, e
	}
	if resp.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	b, err := readBounded(resp.Body, limit)
	if errors.Is(err, errTooLong) {
		return nil, tooLarge(limit)
	}
	if err != nil {
		return nil, &incident.CallError{Call: "slack " + downloading, Err: err, Reason: "The download broke off."}
	}
	return b, nil
}

// fileRefusal judges an answer that is not the file; nil when it is.
func fileRefusal(resp *http.Response) *incident.CallError {
	a := &answer{status: resp.StatusCode, header: resp.Header}
	switch code := resp.StatusCode; {
	case code == http.StatusOK && signInPage(resp), code == http.StatusForbidden, code == http.StatusUnauthorized:
		return refused("file_denied", "The bot may not read this file.")
	case code == http.StatusOK:
		return nil
	case code == http.StatusTooManyRequests, code >= 500, code == http.StatusRequestTimeout:
		return a.verdict(nil)
	default:
		return refused(a.httpCode(), fmt.Sprintf("The file's address answered HTTP %d.", code))
	}
}

// signInPage recognises the page that Slack shows, with status 200, to whoever
// may not read a file: HTML under the name of a file that is none.
func signInPage(resp *http.Response) bool {
	u := resp.Request.URL
	if u.Query().Has("redir") {
		return true
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	name := strings.ToLower(path.Ext(u.Path))
	return kind == "text/html" && name != ".html" && name != ".htm"
}

// mayReceiveToken says whether the bot's token may be shown to u's host.
func (c *Client) mayReceiveToken(u *url.URL) bool {
	if u.User != nil || u.Host == "" {
		return false
	}
	if api, err := url.Parse(c.base); err == nil && u.Scheme == api.Scheme && strings.EqualFold(u.Host, api.Host) {
		return true
	}
	host := strings.ToLower(u.Hostname())
	return u.Scheme == "https" && (u.Port() == "" || u.Port() == "443") &&
		(host == "slack.com" || strings.HasSuffix(host, ".slack.com"))
}

func tooLarge(limit int64) error {
	return noFile("file_too_large", fmt.Sprintf("The file is larger than %d bytes.", limit))
}

func noFile(code, reason string) error {
	e := refused(code, reason)
	e.Call = "slack " + downloading
	return e
}
