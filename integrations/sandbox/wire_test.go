package sandbox_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/integrations/sandbox"
)

// wire is a started sandbox in a bubble and plain HTTP access to it.
type wire struct {
	*sandbox.Sandbox
	t      *testing.T
	client *http.Client
	env    map[string]string
}

// onWire runs fn in a synctest bubble against a started in-memory sandbox.
// The bubble itself proves that Close leaves no goroutine behind.
func onWire(t *testing.T, opts sandbox.Options, fn func(t *testing.T, w *wire)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		network := sandbox.Memory()
		sb := sandbox.New(opts)
		if err := sb.Start(t.Context(), network); err != nil {
			t.Fatal(err)
		}
		client := network.Client()
		defer func() {
			client.CloseIdleConnections()
			if err := sb.Close(); err != nil {
				t.Error(err)
			}
		}()
		fn(t, &wire{Sandbox: sb, t: t, client: client, env: sb.Env()})
	})
}

// reply is an answer with its body decoded.
type reply struct {
	status int
	header http.Header
	text   string
	body   any
}

// at walks objects by key and arrays by index.
func (r reply) at(path ...any) any {
	v := r.body
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			s, _ := v.([]any)
			if p >= len(s) {
				return nil
			}
			v = s[p]
		}
	}
	return v
}

func (r reply) len(path ...any) int {
	s, _ := r.at(path...).([]any)
	return len(s)
}

// titles joins the titles of the objects in an array, in order.
func (r reply) titles(path ...any) string {
	var b strings.Builder
	for i := range r.len(path...) {
		title, _ := r.at(append(path, i, "title")...).(string)
		b.WriteString(title)
	}
	return b.String()
}

// try sends one request; body is a string as it is, or anything as JSON;
// headers are "Name: value", where an empty value removes the header.
func (w *wire) try(method, url string, body any, headers ...string) (reply, error) {
	w.t.Helper()
	var b []byte
	switch body := body.(type) {
	case nil:
	case string:
		b = []byte(body)
	default:
		var err error
		if b, err = json.Marshal(body); err != nil {
			w.t.Fatal(err)
		}
	}
	req, err := http.NewRequestWithContext(w.t.Context(), method, url, bytes.NewReader(b))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ":")
		if value = strings.TrimSpace(value); value == "" {
			req.Header.Del(name)
		} else {
			req.Header.Set(name, value)
		}
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return reply{}, err
	}
	r := reply{status: resp.StatusCode, header: resp.Header, text: string(text)}
	_ = json.Unmarshal(text, &r.body) // not all answers are JSON
	return r, nil
}

func (w *wire) do(method, url string, body any, headers ...string) reply {
	w.t.Helper()
	r, err := w.try(method, url, body, headers...)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, url, err)
	}
	return r
}

// pd calls PagerDuty's REST API as the bot.
func (w *wire) pd(method, path string, body any, headers ...string) reply {
	w.t.Helper()
	all := append([]string{
		"Authorization: Token token=" + w.env["FIREBREAK_PAGERDUTY_TOKEN"],
		"Accept: application/vnd.pagerduty+json;version=2",
		"From: " + w.env["FIREBREAK_PAGERDUTY_FROM"],
	}, headers...)
	return w.do(method, w.env["FIREBREAK_PAGERDUTY_API_URL"]+path, body, all...)
}

// gl calls GitLab's REST API as the bot; path begins after /api/v4.
func (w *wire) gl(method, path string, body any, headers ...string) reply {
	w.t.Helper()
	all := append([]string{"PRIVATE-TOKEN: " + w.env["FIREBREAK_GITLAB_TOKEN"]}, headers...)
	return w.do(method, w.env["FIREBREAK_GITLAB_URL"]+"/api/v4"+path, body, all...)
}

func want[T comparable](t *testing.T, what string, got any, want T) {
	t.Helper()
	if v, ok := got.(T); !ok || v != want {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func absent(t *testing.T, what string, got any) {
	t.Helper()
	if got != nil {
		t.Errorf("%s = %v, want null or nothing", what, got)
	}
}

// pass lets time go by in the bubble.
func pass(d time.Duration) { <-time.After(d) }
