package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
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

// downloadLimit bounds each pause of a download.
const downloadLimit = 60 * time.Second

var errElsewhere = errors.New("redirect to another host")

// DownloadTo fetches a file's bytes with the bot's token, at most limit of
// them, and writes them to w as they come. It asks only Slack's own hosts
// (https on slack.com) and the API's host, and follows no redirect to another
// one. It may take as long as ctx allows, but ends when nothing comes for a
// minute. After an error, w may have got a part.
//
// Codes: file_too_large, file_host (not Slack's address), file_denied (the
// token may not read it), http_404 and so on.
func (c *Client) DownloadTo(ctx context.Context, address string, limit int64, w io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stalled := time.AfterFunc(downloadLimit, cancel)
	defer stalled.Stop()
	resp, err := c.open(ctx, address, limit)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	n, err := io.Copy(w, io.LimitReader(awake{resp.Body, stalled}, limit+1))
	if err != nil {
		return brokenOff(err)
	}
	if n > limit {
		return tooLarge(limit)
	}
	return nil
}

// awake puts off the end of a download with each byte that comes.
type awake struct {
	io.Reader
	stalled *time.Timer
}

func (a awake) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	if n > 0 {
		a.stalled.Reset(downloadLimit)
	}
	return n, err
}

func brokenOff(err error) error {
	return &incident.CallError{Call: "slack " + downloading, Err: err, Reason: "The download broke off."}
}

// open asks for a file and judges the answer. The body must be closed.
func (c *Client) open(ctx context.Context, address string, limit int64) (*http.Response, error) {
	u, err := url.Parse(address)
	if err != nil || !c.mayReceiveToken(u) {
		return nil, noFile("file_host", "The file is not kept at a Slack address, so it was not fetched.")
	}
	if err := c.pace.wait(ctx, downloading, ""); err != nil {
		return nil, err
	}
	resp, a, err := c.fetch(ctx, u)
	if err != nil {
		e := a.unanswered(err)
		if errors.Is(err, errElsewhere) { // Slack sends whoever may not read it to sign in
			e = refused("file_denied", "Slack redirected the download elsewhere: the bot may not read this file.")
		}
		e.Call = "slack " + downloading
		return nil, e
	}
	if err := c.refusedFile(resp, limit); err != nil {
		_ = resp.Body.Close() // it is of no use
		return nil, err
	}
	return resp, nil
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

// refusedFile is why an answer is not the file that was asked for; nil when it
// is.
func (c *Client) refusedFile(resp *http.Response, limit int64) error {
	if e := fileRefusal(resp); e != nil {
		e.Call = "slack " + downloading
		if e.RetryAfter > 0 {
			c.pace.hold(downloading, e.RetryAfter)
		}
		return e
	}
	if resp.ContentLength > limit {
		return tooLarge(limit)
	}
	return nil
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
