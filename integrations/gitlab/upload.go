package gitlab

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"regexp"

	gl "github.com/xanzy/go-gitlab"

	"firebreak/incident"
)

// uploaded is the address of an upload, as texts of the project name it
// ("Markdown uploads API").
var uploaded = regexp.MustCompile(`^/uploads/[0-9a-f]{32,64}/[A-Za-z0-9._+-]{1,255}$`)

// Upload keeps a file in the project, to be shown in an issue, and gives its
// address for Markdown. GitLab has no key for it: doing it again keeps another
// one, which nothing shows. So every error that is no refusal means not done.
func (c *Client) Upload(ctx context.Context, f incident.Upload) (address string, err error) {
	const call = "gitlab upload file"
	var made struct{ URL string }
	_, err = c.carry(ctx, call, func(with []gl.RequestOptionFunc) error {
		req, err := c.api.UploadRequest(http.MethodPost, c.path("uploads"), bytes.NewReader(f.Content), f.Name, gl.UploadFile, nil, with)
		if err != nil {
			return errUnwritten
		}
		_, err = c.api.Do(req, &made)
		return err
	})
	if e, ok := errors.AsType[*incident.CallError](err); ok && e.Outcome == incident.OutcomeUnknown {
		e.Outcome = incident.OutcomeNotDone
	}
	if err == nil && !uploaded.MatchString(made.URL) {
		err = refuse(call, "no_upload", "GitLab's answer names no address of the upload")
	}
	return made.URL, err
}
