package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// maxBody is how much JSON a request may bring.
const maxBody = 1 << 20

// trouble is an error with the status that tells of it.
type trouble struct {
	status int
	said   string
}

func (t *trouble) Error() string { return t.said }

func bad(said string) error      { return &trouble{http.StatusBadRequest, said} }
func notFound(said string) error { return &trouble{http.StatusNotFound, said} }
func refused(said string) error  { return &trouble{http.StatusConflict, said} }

// endpoint answers with a value that becomes JSON.
type endpoint func(http.ResponseWriter, *http.Request) (any, error)

// serve makes a handler of an endpoint. An error without a status is a verb's:
// a sentence for the person who tried.
func (s *Server) serve(do endpoint) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := do(w, r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		s.answer(w, http.StatusOK, body)
	}
}

// fail tells what is wrong.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	t := &trouble{status: http.StatusConflict, said: err.Error()}
	if own, ok := errors.AsType[*trouble](err); ok {
		t = own
	}
	s.log.Debug("refused", "path", r.URL.Path, "status", t.status, "error", t.said)
	s.complain(w, t.status, t.said)
}

func (s *Server) complain(w http.ResponseWriter, status int, said string) {
	s.answer(w, status, map[string]string{"error": said})
}

func (s *Server) answer(w http.ResponseWriter, status int, body any) {
	b, err := json.Marshal(body)
	if err != nil { // raw JSON of the sandbox's that is none
		s.log.Error("render an answer", "error", err)
		status, b = http.StatusConflict, []byte(`{"error":"what the sandbox says cannot be shown"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(b) // whoever asked has gone if this fails
}

// readBody reads a request's JSON object into v.
func readBody(w http.ResponseWriter, r *http.Request, v any) error {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	if err := dec.Decode(v); err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return &trouble{http.StatusRequestEntityTooLarge, "that is more than can be taken at once"}
		}
		if errors.Is(err, io.EOF) {
			return nil // nothing to say is an empty object
		}
		return bad(fmt.Sprintf("that is not the JSON expected here: %v", err))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return bad("something follows the JSON object")
	}
	return nil
}

// list is never null in JSON.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
