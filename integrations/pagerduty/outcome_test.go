package pagerduty

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/incident"
)

func TestOutcomeOfAnswers(t *testing.T) {
	for _, tt := range []struct {
		status int
		body   string
		want   incident.Outcome
		code   string
	}{
		{400, `{"error":{"message":"Invalid Input Provided","code":2001,"errors":["Status is invalid"]}}`, incident.OutcomeRefused, "2001"},
		{400, `{"error":{"message":"x","code":2001,"errors":"one string"}}`, incident.OutcomeRefused, "2001"},
		{401, `{"error":{"message":"Unauthorized","code":2006}}`, incident.OutcomeRefused, "2006"},
		{402, `plain text`, incident.OutcomeRefused, "402"},
		{403, `<html>`, incident.OutcomeRefused, "403"},
		{404, `{"error":{"message":"Not Found","code":2100}}`, incident.OutcomeRefused, "404"},
		{408, ``, incident.OutcomeUnknown, "408"},
		{429, `{"error":{"message":"Rate Limit Exceeded","code":2020}}`, incident.OutcomeNotDone, "429"},
		{429, `slow down`, incident.OutcomeNotDone, "429"},
		{301, ``, incident.OutcomeRefused, "301"},
		{500, `{"error":{"message":"Internal Server Error","code":2000}}`, incident.OutcomeUnknown, "2000"},
		{502, `<html>`, incident.OutcomeUnknown, "502"},
	} {
		t.Run(fmt.Sprint(tt.status, tt.code), func(t *testing.T) {
			calls := 0
			c := client(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				calls++
				w.Header().Set("Location", "http://elsewhere.test/")
				answer(w, tt.status, tt.body)
			}))
			for name, err := range everyCall(t.Context(), c) {
				if incident.OutcomeOf(err) != tt.want || incident.CodeOf(err) != tt.code {
					t.Errorf("%s: outcome %d, code %s, want %d, %s: %v", name, incident.OutcomeOf(err), incident.CodeOf(err), tt.want, tt.code, err)
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

// everyCall makes each call and yields its error.
func everyCall(ctx context.Context, c *Client) func(yield func(string, error) bool) {
	return func(yield func(string, error) bool) {
		for _, call := range []struct {
			name string
			do   func() error
		}{
			{"open pages", func() error { _, err := c.OpenPages(ctx); return err }},
			{"pages between", func() error { _, err := c.PagesBetween(ctx, dayStart, dayEnd); return err }},
			{"page", func() error { _, err := c.Page(ctx, "P1"); return err }},
			{"changes", func() error { _, err := c.Changes(ctx, dayStart, dayEnd); return err }},
			{"alerts", func() error { _, err := c.Alerts(ctx, "P1"); return err }},
			{"on call", func() error { _, err := c.OnCall(ctx, "EP", 1); return err }},
			{"add note", func() error { return c.AddNote(ctx, "P1", "text", "key") }},
			{"find note", func() error { _, err := c.FindNote(ctx, "P1", "key"); return err }},
			{"acknowledge", func() error { return ack(ctx, c, "P1") }},
			{"enqueue", func() error { return c.Enqueue(ctx, routingKey, trigger()) }},
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
	if e.Reason == "" || !strings.HasPrefix(e.Call, "pagerduty ") {
		t.Errorf("%s: error without a reason or a call: %#v", name, e)
	}
	for _, hidden := range []string{secret, routingKey, "pd.test"} {
		if strings.Contains(e.Error()+e.Reason, hidden) {
			t.Errorf("%s: the error holds %s", name, hidden)
		}
	}
}

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
		if err := ack(ctx, c, "P1"); incident.OutcomeOf(err) != incident.OutcomeUnknown || !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled under way: %v", err)
		}
		if err := ack(ctx, c, "P1"); incident.OutcomeOf(err) != incident.OutcomeNotDone || !errors.Is(err, context.Canceled) {
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
	c = client(t, nil, func(c *Config) { c.HTTP = &http.Client{Transport: mute{}} })
	if err := ack(t.Context(), c, "P1"); incident.OutcomeOf(err) != incident.OutcomeUnknown {
		t.Errorf("a transport that does not say whether it sent: %v", err)
	}
}

// mute is a transport that tells nothing of its connections.
type mute struct{}

func (mute) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("broken") }

func TestRateLimitHoldsCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls, left := 0, 1
		c := client(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			calls++
			w.Header().Set("ratelimit-limit", "960")
			w.Header().Set("ratelimit-remaining", fmt.Sprint(left))
			w.Header().Set("ratelimit-reset", "17")
			if left == 0 {
				answer(w, 429, `{"error":{"message":"Rate Limit Exceeded","code":2020}}`)
				return
			}
			left--
			answer(w, 200, `{"incident":{"id":"P1"}}`)
		}))
		page := func() error { _, err := c.Page(t.Context(), "P1"); return err }
		if err := page(); err != nil {
			t.Fatal(err)
		}
		if remaining, limit, resets := c.Budget(); remaining != 1 || limit != 960 || time.Until(resets) != 17*time.Second {
			t.Errorf("budget %d of %d until %v", remaining, limit, resets)
		}
		for range 3 {
			err := page()
			e, _ := errors.AsType[*incident.CallError](err)
			if e == nil || e.Outcome != incident.OutcomeNotDone || e.RetryAfter != 17*time.Second {
				t.Errorf("got %#v", err)
			}
		}
		if calls != 2 {
			t.Errorf("%d requests, want 2: none while the limit holds", calls)
		}
		<-time.After(17 * time.Second)
		left = 5
		if err := page(); err != nil {
			t.Errorf("after the limit: %v", err)
		}
	})
}

func TestCallsRunOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		c := client(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			most.Store(max(most.Load(), now.Add(1)))
			<-time.After(time.Second)
			now.Add(-1)
			answer(w, 200, `{"incident":{"id":"P1"}}`)
		}))
		for range 5 {
			go func() { _ = ack(t.Context(), c, "P1") }()
		}
		<-time.After(6 * time.Second)
		synctest.Wait()
		if most.Load() != 1 {
			t.Errorf("%d calls at once", most.Load())
		}
	})
}

func TestAlertsOfSample(t *testing.T) {
	body := strings.Replace(string(sample(t, "alerts.json")), `"more": true`, `"more": false`, 1)
	got, err := client(t, always(200, body)).Alerts(t.Context(), "PT4KHLK")
	if err != nil || len(got) != 1 {
		t.Fatalf("got %v: %v", got, err)
	}
	a := got[0]
	if a.Key != "baf7cf21b1da41b4b0221008339ff357" || a.Severity != "critical" || a.PageID != "PT4KHLK" || !strings.Contains(string(a.Body), `"customKey": "Server is on fire!"`) {
		t.Errorf("alert %+v", a)
	}
}

func TestNewRefusesAddresses(t *testing.T) {
	for _, address := range []string{"pagerduty.com", "ftp://x", "http://user:pass@host", "http://host/?a=b", "http://%zz"} {
		_, err := New(Config{APIURL: address})
		if err == nil || strings.Contains(err.Error(), "pass") {
			t.Errorf("%s: %v", address, err)
		}
	}
}
