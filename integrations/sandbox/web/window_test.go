package web_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"firebreak/integrations/sandbox"
	"firebreak/integrations/sandbox/web"
)

// object is JSON whose fields a test picks.
type object = map[string]any

const (
	host   = "127.0.0.1:4600"
	origin = "http://" + host
)

// window is a browser's side of a server.
type window struct {
	t  *testing.T
	sb *sandbox.Sandbox
	h  http.Handler
}

// newWindow has a sandbox that does not listen.
func newWindow(t *testing.T, opts web.Options) *window {
	t.Helper()
	if opts.Sandbox == nil {
		opts.Sandbox = sandbox.New(sandbox.Options{})
		t.Cleanup(func() { _ = opts.Sandbox.Close() })
	}
	return &window{t: t, sb: opts.Sandbox, h: web.New(opts)}
}

// request is one as the client sends it.
func request(method, target, body string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = host
	if method == http.MethodPost {
		r.Header.Set("Origin", origin)
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

func (w *window) do(r *http.Request) *http.Response {
	w.t.Helper()
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, r)
	return rec.Result()
}

func (w *window) answer(r *http.Request, status int) object {
	w.t.Helper()
	resp := w.do(r)
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	if resp.StatusCode != status {
		w.t.Fatalf("%s %s: %d %s, want %d", r.Method, r.URL, resp.StatusCode, b, status)
	}
	var out object
	if err := json.Unmarshal(b, &out); err != nil {
		w.t.Fatalf("%s %s: %v in %s", r.Method, r.URL, err, b)
	}
	return out
}

func (w *window) get(target string) object {
	w.t.Helper()
	return w.answer(request(http.MethodGet, target, ""), http.StatusOK)
}

// refused is what a GET is told that does not go through.
func (w *window) refused(target string, status int) string {
	w.t.Helper()
	said, _ := w.answer(request(http.MethodGet, target, ""), status)["error"].(string)
	return said
}

func (w *window) post(target string, body object) object {
	w.t.Helper()
	return w.answer(request(http.MethodPost, target, marshal(w.t, body)), http.StatusOK)
}

// wrong is what a POST is told that does not go through.
func (w *window) wrong(target string, body object, status int) string {
	w.t.Helper()
	said, _ := w.answer(request(http.MethodPost, target, marshal(w.t, body)), status)["error"].(string)
	if said == "" {
		w.t.Errorf("POST %s: refused without a word", target)
	}
	return said
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// objects is a list of objects in an answer.
func objects(v any) []object {
	list, _ := v.([]any)
	var out []object
	for _, item := range list {
		if o, ok := item.(object); ok {
			out = append(out, o)
		}
	}
	return out
}

// column is one field of each.
func column(rows []object, field string) []any {
	out := []any{}
	for _, row := range rows {
		out = append(out, row[field])
	}
	return out
}
