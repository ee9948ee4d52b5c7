package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"firebreak/incident"
)

// uploading names the sending of a file's bytes among the paced methods.
const uploading = "files.upload"

// uploadLimit bounds the sending of one file's bytes.
const uploadLimit = 60 * time.Second

// Upload hands a file to Slack (files.getUploadURLExternal, then its bytes)
// and gives its id. Nobody sees it until ShareFiles, so that doing it again is
// harmless, and so every error that is no refusal means not done.
func (c *Client) Upload(ctx context.Context, f incident.Upload) (id string, err error) {
	const method = "files.getUploadURLExternal"
	form := url.Values{"filename": {f.Name}, "length": {strconv.Itoa(len(f.Content))}}
	if f.Alt != "" {
		form.Set("alt_txt", f.Alt)
	}
	var ticket struct {
		URL string `json:"upload_url"`
		ID  string `json:"file_id"`
	}
	if err := c.read(ctx, method, form, &ticket); err != nil {
		return "", harmless(err)
	}
	u, err := url.Parse(ticket.URL)
	if err != nil || ticket.ID == "" || !c.mayReceiveToken(u) {
		return "", harmless(unreadable(method, errors.New("no address of Slack's to upload to")))
	}
	return ticket.ID, harmless(c.sendFile(ctx, u, f.Content))
}

// sendFile sends a file's bytes to the address that Slack gave for them, which
// is a ticket by itself: the token does not go along.
func (c *Client) sendFile(ctx context.Context, to *url.URL, content []byte) error {
	if err := c.pace.wait(ctx, uploading, ""); err != nil {
		return err
	}
	a := new(answer)
	ctx, cancel := context.WithTimeout(ctx, uploadLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(a.attach(ctx), http.MethodPost, to.String(), bytes.NewReader(content))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	resp, err := c.http.Do(req)
	if err == nil {
		err = resp.Body.Close()
	}
	e := a.uploadVerdict(err)
	if e == nil {
		return nil
	}
	e.Call = "slack " + uploading
	if e.RetryAfter > 0 {
		c.pace.hold(uploading, e.RetryAfter)
	}
	return e
}

// uploadVerdict judges an answer that is no JSON: "OK - 5".
func (a *answer) uploadVerdict(err error) *incident.CallError {
	switch code := a.status; {
	case code == http.StatusOK:
		return nil
	case code == 0, code == http.StatusTooManyRequests, code >= 500, code == http.StatusRequestTimeout, code >= 300 && code < 400:
		return a.verdict(err)
	}
	return refused(a.httpCode(), fmt.Sprintf("Slack did not take the file: HTTP %d.", a.status))
}

// harmless says of a call that leaves nothing behind that it was not done, when
// nobody knows.
func harmless(err error) error {
	if e, ok := errors.AsType[*incident.CallError](err); ok && e.Outcome == incident.OutcomeUnknown {
		e.Outcome = incident.OutcomeNotDone
	}
	return err
}

// ShareFiles shows uploaded files in a channel, in one message
// (files.completeUploadExternal). It works once for a file; when its outcome
// is unknown, FilesShared tells.
func (c *Client) ShareFiles(ctx context.Context, s incident.FileShare) error {
	const method = "files.completeUploadExternal"
	type file struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	}
	var files []file
	for _, f := range s.Files {
		files = append(files, file(f))
	}
	list, err := json.Marshal(files)
	if err != nil {
		return err
	}
	var done struct{ Files []struct{ ID string } }
	return c.read(ctx, method, url.Values{"files": {string(list)}, "channel_id": {s.Channel}, "initial_comment": {s.Text}}, &done)
}

// FilesShared says whether an uploaded file is shown in a channel: Slack's own
// word on the file (files.info), else the channel's history from notBefore on.
func (c *Client) FilesShared(ctx context.Context, channel, file string, notBefore time.Time) (bool, error) {
	var info struct {
		File struct {
			Channels, Groups []string
		}
	}
	err := c.read(ctx, "files.info", url.Values{"file": {file}}, &info)
	if err == nil && (slices.Contains(info.File.Channels, channel) || slices.Contains(info.File.Groups, channel)) {
		return true, nil
	}
	if err != nil && incident.OutcomeOf(err) != incident.OutcomeRefused {
		return false, err
	}
	form := historyForm(channel, strconv.FormatInt(notBefore.Add(-clockSkew).Unix(), 10)+".000000", "")
	shared := false
	err = c.pages(ctx, "conversations.history", form, func(p *page) {
		for _, raw := range p.Messages {
			var m struct{ Files []struct{ ID string } }
			if json.Unmarshal(raw, &m) == nil && slices.ContainsFunc(m.Files, func(f struct{ ID string }) bool { return f.ID == file }) {
				shared = true
			}
		}
	})
	return shared, err
}
