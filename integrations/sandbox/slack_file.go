package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

type slackFile struct {
	id, name, title, user string
	content               []byte
	created               int64
	want                  int // declared length of an app's upload
	uploaded, shared      bool
	deleted               bool
	inForm                bool // put into a form of the app's
	channels              []*slackChannel
}

func (f *slackFile) url(s *Slack) string {
	return s.sb.base("slack") + "/files-pri/" + s.team.id + "-" + f.id + "/" + slackFileName(f.name)
}

// slackFileName is the name in a URL: lower case, odd characters replaced
// (observed).
func slackFileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r < 128 && (r == '.' || r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z') {
			return r
		}
		return '_'
	}, strings.ToLower(name))
}

func (f *slackFile) wire(s *Slack) map[string]any {
	kind := mime.TypeByExtension(path.Ext(f.name))
	if kind == "" {
		kind = "application/octet-stream"
	}
	public := false
	channels, groups := []string{}, []string{}
	for _, ch := range f.channels {
		if ch.private {
			groups = append(groups, ch.id)
		} else {
			public = true
			channels = append(channels, ch.id)
		}
	}
	extension := strings.TrimPrefix(path.Ext(f.name), ".")
	return map[string]any{
		"id": f.id, "created": f.created, "timestamp": f.created, "name": f.name, "title": f.title,
		"mimetype": strings.Split(kind, ";")[0], "filetype": extension, "pretty_type": strings.ToUpper(extension),
		"user": f.user, "user_team": s.team.id, "editable": false, "size": len(f.content), "mode": "hosted",
		"is_external": false, "external_type": "", "is_public": public, "public_url_shared": false,
		"display_as_bot": false, "username": "", "url_private": f.url(s), "url_private_download": f.url(s) + "?download=1",
		"media_display_type": "unknown", "permalink": "https://" + s.team.domain + ".slack.com/files/" + f.user + "/" + f.id + "/" + slackFileName(f.name),
		"has_rich_preview": false, "file_access": "visible", "channels": channels, "groups": groups, "ims": []string{},
	}
}

func (f *slackFile) truth(s *Slack) File {
	return File{
		ID: f.id, Name: f.name, Title: f.title, User: f.user, Size: len(f.content),
		Content: bytes.Clone(f.content), URL: f.url(s),
	}
}

// reachable says whether the app may see f: it is in a channel that has it, or
// it made it (assumed).
func (f *slackFile) reachable(s *Slack) bool {
	for _, ch := range f.channels {
		if ch.has(s.app.userID) {
			return true
		}
	}
	return f.user == s.app.userID || f.inForm // a form's files are for the app (documented: with files:read)
}

func methodFilesInfo(c *slackCall) (slackOut, error) {
	f := c.s.files[c.args["file"]]
	switch {
	case f == nil || !f.reachable(c.s):
		return nil, refuse("file_not_found")
	case f.deleted:
		return nil, refuse("file_deleted")
	}
	return slackOut{"file": f.wire(c.s), "comments": []any{}, "response_metadata": map[string]any{"next_cursor": ""}}, nil
}

// methodFilesGetUploadURL begins an upload in three steps (documented).
func methodFilesGetUploadURL(c *slackCall) (slackOut, error) {
	n, err := strconv.Atoi(c.args["length"])
	if err != nil || n <= 0 {
		return nil, refuse("missing_argument")
	}
	if n > maxBody/2 {
		return nil, refuse("file_upload_size_restricted")
	}
	f := &slackFile{
		id: c.s.id("F"), name: c.args["filename"], title: c.args["filename"], user: c.s.app.userID,
		want: n, created: time.Now().Unix(),
	}
	c.s.files[f.id] = f
	return slackOut{"upload_url": c.s.sb.base("slack") + "/upload/v1/" + f.id, "file_id": f.id}, nil
}

// serveUpload takes the bytes, plain or as a form (documented). The length
// must be the one that was announced (documented).
func (s *Slack) serveUpload(w http.ResponseWriter, r *http.Request) {
	content, err := uploadBytes(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files[r.PathValue("id")]
	switch {
	case f == nil || f.shared:
		http.NotFound(w, r)
	case err != nil || len(content) != f.want:
		http.Error(w, "length mismatch", http.StatusBadRequest)
	default:
		f.content, f.uploaded = content, true
		s.note(RecordEffect, "upload", f.user, "", f.id, f.name)
		_, _ = fmt.Fprintf(w, "OK - %d", len(content)) // the guard's buffer
	}
}

func uploadBytes(r *http.Request) ([]byte, error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "multipart/form-data" {
		return io.ReadAll(r.Body)
	}
	form, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	for {
		part, err := form.NextPart()
		if err != nil {
			return nil, err
		}
		if part.FileName() != "" {
			return io.ReadAll(part)
		}
	}
}

func methodFilesCompleteUpload(c *slackCall) (slackOut, error) {
	var list []struct{ ID, Title string }
	if json.Unmarshal([]byte(c.args["files"]), &list) != nil || len(list) == 0 {
		return nil, refuse("invalid_arguments")
	}
	var files []*slackFile
	for _, item := range list {
		f := c.s.files[item.ID]
		if f == nil || !f.uploaded || f.shared {
			return nil, refuse("file_not_found")
		}
		if item.Title != "" {
			f.title = item.Title
		}
		files = append(files, f)
	}
	ch, thread, err := c.uploadTarget()
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, f := range files {
		f.shared = true
		out = append(out, map[string]any{"id": f.id, "title": f.title})
	}
	if ch != nil {
		m := c.s.botMessage(ch, slackDraft{text: appText(c.args["initial_comment"])})
		m.thread = thread
		c.s.share(m, files)
	}
	return slackOut{"files": out}, nil
}

// uploadTarget is where the files go; none keeps them private (documented).
func (c *slackCall) uploadTarget() (*slackChannel, string, error) {
	if c.args["channel_id"] == "" {
		c.args["channel_id"] = c.args["channels"] // one channel; a list is not emulated
	}
	if c.args["channel_id"] == "" {
		return nil, "", nil
	}
	ch, err := c.joined("channel_id")
	switch {
	case err != nil:
		return nil, "", err
	case ch.archived:
		return nil, "", refuse("posting_to_channel_denied")
	}
	thread := c.args["thread_ts"]
	if parent := ch.find(thread); thread != "" && (parent == nil || parent.reply()) {
		return nil, "", refuse("invalid_arguments") // assumed code
	}
	return ch, thread, nil
}

// share posts files: a message with subtype file_share and a file_shared event
// for each file (documented).
func (s *Slack) share(m *slackMessage, files []*slackFile) {
	m.subtype = "file_share"
	m.files = files
	for _, f := range files {
		f.channels = append(f.channels, m.ch)
	}
	s.post(m)
	for _, f := range files {
		s.emitIn(m.ch, "file_shared", slackEvent{
			"type": "file_shared", "file_id": f.id, "user_id": f.user, "file": map[string]any{"id": f.id}, "channel_id": m.ch.id,
		})
	}
}

// serveFile gives a file's bytes to who brings the bot token. Observed: others
// get the sign-in page, as HTML with status 200.
func (s *Slack) serveFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	head, _, _ := strings.Cut(r.PathValue("rest"), "/")
	_, id, _ := strings.Cut(head, "-")
	_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	c := &slackCall{s: s, token: token}
	f := s.files[id]
	switch {
	case token != s.app.botToken || s.deny != "" || c.needScope("files:read") != nil:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!DOCTYPE html><html><head><title>Slack</title></head><body>Sign in</body></html>")
	case f == nil || f.deleted || !f.reachable(s):
		http.NotFound(w, r)
	default:
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = w.Write(f.content) // the guard's buffer
	}
}
