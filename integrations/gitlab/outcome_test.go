package gitlab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/incident"
)

// everyCall makes each call and yields its error.
func everyCall(ctx context.Context, c *Client) func(yield func(string, error) bool) {
	return func(yield func(string, error) bool) {
		for _, call := range []struct {
			name string
			do   func() error
		}{
			{"self", func() error { _, _, err := c.Self(ctx); return err }},
			{"create", func() error { _, err := c.CreateIssue(ctx, draft()); return err }},
			{"find", func() error { _, _, err := c.FindIssue(ctx, "label", "key"); return err }},
			{"issue", func() error { _, err := c.Issue(ctx, 3); return err }},
			{"edit", func() error { _, err := c.EditIssue(ctx, 3, incident.IssueEdit{Title: new("x")}); return err }},
			{"account", func() error { _, _, err := c.Account(ctx, "sam"); return err }},
			{"account by e-mail", func() error { _, _, err := c.AccountByEmail(ctx, "sam@example.com"); return err }},
			{"project", func() error { return c.Project(ctx) }},
			{"update block", func() error { return c.UpdateBlock(ctx, 3, "text") }},
			{"link", func() error { return c.LinkIssues(ctx, 3, 4) }},
			{"updated", func() error { _, err := c.UpdatedSince(ctx, time.Now()); return err }},
		} {
			if !yield(call.name, call.do()) {
				return
			}
		}
	}
}

func checkQuiet(t *testing.T, name string, err error) {
	t.Helper()
	e, ok := errors.AsType[*incident.CallError](err)
	if !ok {
		t.Errorf("%s: %v is no CallError", name, err)
		return
	}
	if e.Reason == "" || !strings.HasPrefix(e.Call, "gitlab ") {
		t.Errorf("%s: error without a reason or a call: %#v", name, e)
	}
	for _, hidden := range []string{secret, "gl.test", "Rotate"} {
		if strings.Contains(e.Error()+e.Reason, hidden) {
			t.Errorf("%s: the error holds %s", name, hidden)
		}
	}
}

func TestOutcomeOfAnswers(t *testing.T) {
	for _, tt := range []struct {
		status int
		body   string
		want   incident.Outcome
		said   string
	}{
		{400, `{"message":{"title":["is too long (maximum is 255 characters)"]}}`, incident.OutcomeRefused, "title is too long (maximum is 255 characters)"},
		{401, `{"message":"401 Unauthorized"}`, incident.OutcomeRefused, "401 Unauthorized"},
		{403, `{"error":"insufficient_scope","error_description":"needs api"}`, incident.OutcomeRefused, "insufficient_scope needs api"},
		{404, `{"message":"404 Project Not Found"}`, incident.OutcomeRefused, "404 Project Not Found"},
		{422, `plain`, incident.OutcomeRefused, ""},
		{301, ``, incident.OutcomeRefused, "redirect"},
		{408, ``, incident.OutcomeUnknown, ""},
		{429, `Retry later`, incident.OutcomeNotDone, "rate limit"},
		{500, `{"message":"500 Internal Server Error"}`, incident.OutcomeUnknown, ""},
		{502, `<html>`, incident.OutcomeUnknown, ""},
	} {
		t.Run(fmt.Sprint(tt.status), func(t *testing.T) {
			calls := 0
			c := client(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				calls++
				w.Header().Set("Location", "http://elsewhere.test/")
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			}))
			for name, err := range everyCall(t.Context(), c) {
				if incident.OutcomeOf(err) != tt.want || incident.CodeOf(err) != fmt.Sprint(tt.status) {
					t.Errorf("%s: %v, outcome %d, want %d", name, err, incident.OutcomeOf(err), tt.want)
				}
				if e, ok := errors.AsType[*incident.CallError](err); ok && !strings.Contains(e.Reason, tt.said) {
					t.Errorf("%s: reason %q lacks %q", name, e.Reason, tt.said)
				}
				if calls != 1 && tt.status != http.StatusTooManyRequests {
					t.Errorf("%s: %d requests, want 1", name, calls)
				}
				checkQuiet(t, name, err)
				calls = 0
			}
		})
	}
}

// The library by itself sends six POSTs here.
func TestCreateIssuePostsOnce(t *testing.T) {
	s := newServer(t)
	c := client(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			s.ServeHTTP(discard{}, r) // it took effect
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		s.ServeHTTP(w, r)
	}))
	_, err := c.CreateIssue(t.Context(), draft())
	if incident.OutcomeOf(err) != incident.OutcomeUnknown || len(s.calls) != 1 {
		t.Errorf("%d POSTs: %v", len(s.calls), err)
	}
}

type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

func TestOutcomeOfSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := client(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // the server sees a client go only then
			<-r.Context().Done()
		}))
		began := time.Now()
		for name, err := range everyCall(t.Context(), c) {
			if incident.OutcomeOf(err) != incident.OutcomeUnknown || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v", name, err)
			}
			if took := time.Since(began); took != callTimeout {
				t.Errorf("%s gave up after %v", name, took)
			}
			began = time.Now()
			checkQuiet(t, name, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if _, err := c.CreateIssue(ctx, draft()); incident.OutcomeOf(err) != incident.OutcomeUnknown || !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled under way: %v", err)
		}
		if _, err := c.CreateIssue(ctx, draft()); incident.OutcomeOf(err) != incident.OutcomeNotDone || !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled before: %v", err)
		}
	})
}

func TestOutcomeOfBrokenConnections(t *testing.T) {
	c := client(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	for name, err := range everyCall(t.Context(), c) {
		if incident.OutcomeOf(err) != incident.OutcomeUnknown {
			t.Errorf("%s after the request was sent: %v", name, err)
		}
		checkQuiet(t, name, err)
	}
	c = client(t, nil, func(c *Config) { c.HTTP = unreachable(t) })
	for name, err := range everyCall(t.Context(), c) {
		if incident.OutcomeOf(err) != incident.OutcomeNotDone {
			t.Errorf("%s to nobody: %v", name, err)
		}
		checkQuiet(t, name, err)
	}
}

// mute is a transport that tells nothing of its connections.
type mute struct{}

func (mute) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("broken") }

func TestOutcomeOfMuteTransport(t *testing.T) {
	c := client(t, nil, func(c *Config) { c.HTTP = &http.Client{Transport: mute{}} })
	if _, err := c.CreateIssue(t.Context(), draft()); err == nil || incident.OutcomeOf(err) != incident.OutcomeUnknown {
		t.Errorf("a transport that does not say whether it sent: %v", err)
	}
}

func TestTornAnswerIsUnknown(t *testing.T) {
	c := client(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"id": 9, "iid": 9, "descr`)
	}))
	if _, err := c.CreateIssue(t.Context(), draft()); err == nil || incident.OutcomeOf(err) != incident.OutcomeUnknown {
		t.Errorf("got %v", err)
	}
}

func TestRateLimitHoldsCalls(t *testing.T) {
	for name, tt := range map[string]struct {
		header func(http.Header)
		want   time.Duration
	}{
		"retry-after": {func(h http.Header) { h.Set("Retry-After", "17") }, 17 * time.Second},
		"reset":       {func(h http.Header) { h.Set("RateLimit-Reset", fmt.Sprint(time.Now().Unix()+21)) }, 21 * time.Second},
		"neither":     {func(http.Header) {}, defaultHold},
		"absurd":      {func(h http.Header) { h.Set("Retry-After", "99999999999") }, maxHold},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				c := client(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					calls++
					tt.header(w.Header())
					w.WriteHeader(http.StatusTooManyRequests)
					_, _ = io.WriteString(w, "Retry later")
				}))
				for range 3 {
					err := c.LinkIssues(t.Context(), 1, 2)
					e, _ := errors.AsType[*incident.CallError](err)
					if e == nil || e.Outcome != incident.OutcomeNotDone || e.RetryAfter != tt.want {
						t.Errorf("got %#v", err)
					}
				}
				<-time.After(tt.want)
				_ = c.LinkIssues(t.Context(), 1, 2)
				if calls != 2 {
					t.Errorf("%d requests, want 2: one, and one after the limit", calls)
				}
			})
		})
	}
}

func TestNewRefuses(t *testing.T) {
	for name, c := range map[string]Config{
		"no token":   {Project: "p"},
		"no project": {Token: "t"},
		"no scheme":  {Token: "t", Project: "p", URL: "gitlab.com"},
		"password":   {Token: "t", Project: "p", URL: "http://user:hidden@host"},
	} {
		if _, err := New(c); err == nil || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBaseURLs(t *testing.T) {
	for _, base := range []string{"http://gl.test/git", "http://gl.test/git/", "http://gl.test/git/api/v4/"} {
		c := client(t, newServer(t, issue{ID: 3, IID: 3}), func(c *Config) { c.URL = base })
		if _, err := c.Issue(t.Context(), 3); err != nil {
			t.Errorf("%s: %v", base, err)
		}
	}
}
