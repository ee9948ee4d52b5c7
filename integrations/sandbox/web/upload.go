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

// drop is what somebody dropped onto a channel or a field.
type drop struct {
	fields map[string]string
	files  []sandbox.FileUpload
}

// postUpload shares files in one message, as Slack does with what is dropped at
// once.
func (s *Server) postUpload(w http.ResponseWriter, r *http.Request) (any, error) {
	a, d, err := s.dropped(w, r, true)
	if err != nil {
		return nil, err
	}
	return a.try(func(a *actor) (any, error) {
		return said(a.in.UploadAll(a.who.ID, a.Thread, a.Text, d.files...)), nil
	})
}

// postAttach puts files into a field of a view. What the client would not take
// is told under the field, as after a submission.
func (s *Server) postAttach(w http.ResponseWriter, r *http.Request) (any, error) {
	a, d, err := s.dropped(w, r, false)
	if err != nil {
		return nil, err
	}
	v, err := s.view(a.who, a.View)
	if err != nil {
		return nil, err
	}
	block := d.fields["block"]
	if block == "" {
		return nil, missing("block")
	}
	if v.Values()[block] == nil {
		return nil, notFound("that form has no field " + block)
	}
	return a.try(func(*actor) (any, error) {
		if wrong := v.Attach(block, d.files...); wrong != nil {
			return map[string]sandbox.Shown{"errors": {block: wrong.Error()}}, nil
		}
		return map[string]any{"ok": true, "values": v.Values()[block]}, nil
	})
}

// dropped is who drops which files where.
func (s *Server) dropped(w http.ResponseWriter, r *http.Request, inChannel bool) (*actor, drop, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
	d, err := readDrop(r)
	if err != nil {
		return nil, d, err
	}
	a := &actor{s: s, slackDeed: slackDeed{As: d.fields["as"], View: d.fields["view"]}}
	if inChannel {
		a.Channel, a.Thread, a.Text = d.fields["channel"], d.fields["thread"], d.fields["comment"]
	}
	if err := a.enter(inChannel); err != nil {
		return nil, d, err
	}
	if len(d.files) == 0 {
		return nil, d, bad("there is no file in that")
	}
	return a, d, nil
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
