package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"strings"

	"firebreak/integrations/sandbox"
)

// Limits of an upload.
const (
	maxUpload = 20 << 20
	maxFiles  = 10
	maxField  = 64 << 10
)

// drop is what somebody dropped onto a channel.
type drop struct {
	fields map[string]string
	files  []sandbox.FileUpload
}

// postUpload shares files in one message, as Slack does with what is dropped at
// once.
func (s *Server) postUpload(w http.ResponseWriter, r *http.Request) (any, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
	d, err := readDrop(r)
	if err != nil {
		return nil, err
	}
	a := &actor{s: s, slackDeed: slackDeed{
		As: d.fields["as"], Channel: d.fields["channel"], Thread: d.fields["thread"], Text: d.fields["comment"],
	}}
	if err := a.enter(true); err != nil {
		return nil, err
	}
	if len(d.files) == 0 {
		return nil, bad("there is no file in that")
	}
	return a.try(func(a *actor) (any, error) {
		return said(a.in.UploadAll(a.who.ID, a.Thread, a.Text, d.files...)), nil
	})
}

// readDrop reads a form with files.
func readDrop(r *http.Request) (drop, error) {
	d := drop{fields: map[string]string{}}
	form, err := r.MultipartReader()
	if err != nil {
		return d, bad("that is no form with files")
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return d, nil
		}
		if err == nil {
			err = d.take(part)
		}
		if err != nil {
			return d, unreadable(err)
		}
	}
}

func (d *drop) take(part *multipart.Part) error {
	if part.FileName() == "" {
		b, err := io.ReadAll(io.LimitReader(part, maxField))
		d.fields[part.FormName()] = strings.ToValidUTF8(string(b), "�")
		return err
	}
	if len(d.files) == maxFiles {
		return bad("that is too many files at once: ten will do")
	}
	b, err := io.ReadAll(part)
	if err != nil {
		return err
	}
	if len(b) == 0 {
		return bad("an empty file cannot be shared")
	}
	d.files = append(d.files, sandbox.FileUpload{Name: fileName(part.FileName()), Content: b})
	return nil
}

// fileName is the last part of what the browser calls a file.
func fileName(name string) string {
	name = strings.ToValidUTF8(path.Base(strings.ReplaceAll(name, `\`, "/")), "�")
	if len(name) > 200 || name == "." || name == "/" {
		return "file" + path.Ext(name[max(0, len(name)-10):])
	}
	return name
}

// unreadable says why a form could not be read.
func unreadable(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &trouble{http.StatusRequestEntityTooLarge, "files of more than 20 MB in all cannot be shared here"}
	}
	if _, ok := errors.AsType[*trouble](err); ok {
		return err
	}
	return bad("the form breaks off")
}
