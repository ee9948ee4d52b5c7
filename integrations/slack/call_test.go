package slack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/incident"

	"github.com/google/go-cmp/cmp"
)

// breaks ends the connection without an answer.
func breaks(w http.ResponseWriter, _ *http.Request) {
	c, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = c.Close()
	}
}

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		_, _ = w.Write([]byte("<html>"))
	}
}

// hangs answers nothing until the caller has given up.
func hangs(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func TestOutcomes(t *testing.T) {
	unknown, notDone, refused := incident.OutcomeUnknown, incident.OutcomeNotDone, incident.OutcomeRefused
	for _, c := range []struct {
		name    string
		answer  http.HandlerFunc
		outcome incident.Outcome
		code    string
		retry   time.Duration
		says    string
	}{
		{"answer lost", breaks, unknown, "", 0, "not known"},
		{"no answer", hangs, unknown, "", 0, "in time"},
		{"502", status(502), unknown, "http_502", 0, "not known"},
		{"503 with Retry-After", status(503, "Retry-After", "9"), unknown, "http_503", 0, "not known"},
		{"408", status(408), unknown, "http_408", 0, "not known"},
		{"429", status(429, "Retry-After", "7"), notDone, "ratelimited", 7 * time.Second, "slow down"},
		{"429 without Retry-After", status(429), notDone, "ratelimited", defaultHold, "slow down"},
		{"429 absurd", status(429, "Retry-After", "999999"), notDone, "ratelimited", longestHold, "slow down"},
		{"404", status(404), refused, "http_404", 0, "FIREBREAK_SLACK_API_URL"},
		{"redirect", status(307, "Location", "http://elsewhere.test/"), refused, "http_307", 0, "redirect"},
		{"no JSON", says("<html>"), unknown, "unreadable_answer", 0, "not known"},
		{"cut JSON", says(`{"ok":true,"ts":`), unknown, "unreadable_answer", 0, "not known"},
		{"neither", says(`{}`), unknown, "unreadable_answer", 0, "not known"},
		{"ok without ts", says(`{"ok":true}`), unknown, "unreadable_answer", 0, "lacks"},
		{"ratelimited", says(`{"ok":false,"error":"ratelimited"}`), notDone, "ratelimited", defaultHold, "slow down"},
		{"internal_error", says(`{"ok":false,"error":"internal_error"}`), unknown, "internal_error", 0, "not known"},
		{"fatal_error", says(`{"ok":false,"error":"fatal_error"}`), unknown, "fatal_error", 0, "not known"},
		{"service_unavailable", says(`{"ok":false,"error":"service_unavailable"}`), unknown, "service_unavailable", 0, "not known"},
		{"request_timeout", says(`{"ok":false,"error":"request_timeout"}`), unknown, "request_timeout", 0, "not known"},
		{"not_in_channel", says(`{"ok":false,"error":"not_in_channel"}`), refused, "not_in_channel", 0, "invite"},
		{"missing_scope", says(`{"ok":false,"error":"missing_scope","needed":"chat:write","provided":"users:read"}`), refused, "missing_scope", 0, "chat:write"},
		{"unheard of", says(`{"ok":false,"error":"brand_new"}`), refused, "brand_new", 0, "brand_new"},
		{"hostile code", says(`{"ok":false,"error":"a\nb xoxb"}`), refused, "a?b?xoxb", 0, "refused"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.on("chat.postMessage", c.answer)
				_, err := f.client.Post(t.Context(), incident.Post{Channel: "C1", Text: "hi"})
				e, ok := errors.AsType[*incident.CallError](err)
				if !ok {
					t.Fatalf("error = %v, want a CallError", err)
				}
				if e.Outcome != c.outcome || e.Code != c.code || e.RetryAfter != c.retry || !strings.Contains(e.Reason, c.says) {
					t.Errorf("error = %+v", e)
				}
				if e.Call != "slack chat.postMessage" || strings.Contains(e.Error()+e.Reason, "canary") {
					t.Errorf("error reads %q, %q", e, e.Reason)
				}
				if n := len(f.called("chat.postMessage")); n != 1 {
					t.Errorf("%d requests, want 1: nothing is retried here", n)
				}
			})
		})
	}
}

func TestNothingSentIsNotDone(t *testing.T) {
	cut := &net.OpError{Op: "read", Err: errors.New("connection reset")}
	for name, dial := range map[string]func(context.Context, string, string) (net.Conn, error){
		"refused": func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Err: errors.New("refused")}
		},
		"odd": func(context.Context, string, string) (net.Conn, error) { return nil, cut },
		// net/http lets a dial go on when its request has given up.
		"hangs": func(context.Context, string, string) (net.Conn, error) { <-time.After(time.Minute); return nil, cut },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := New(Config{BotToken: "xoxb-canary", APIURL: "http://slack.test/api/", HTTP: &http.Client{Transport: &http.Transport{DialContext: dial}}})
				_, err := c.Post(t.Context(), incident.Post{Channel: "C1", Text: "hi"})
				if incident.OutcomeOf(err) != incident.OutcomeNotDone {
					t.Errorf("error = %#v, want not done", err)
				}
				pass(t, time.Minute)
			})
		})
	}
}

// untraced is a transport that does not tell what it does.
type untraced struct{ err error }

func (u untraced) RoundTrip(*http.Request) (*http.Response, error) { return nil, u.err }

func TestUntracedTransport(t *testing.T) {
	for _, c := range []struct {
		err  error
		want incident.Outcome
	}{
		{&net.DNSError{Err: "no such host"}, incident.OutcomeNotDone},
		{fmt.Errorf("proxy: %w", &net.OpError{Op: "dial", Err: errors.New("refused")}), incident.OutcomeNotDone},
		{&net.OpError{Op: "read", Err: errors.New("reset")}, incident.OutcomeUnknown},
		{errors.New("something"), incident.OutcomeUnknown},
	} {
		client := New(Config{BotToken: "xoxb-canary", HTTP: &http.Client{Transport: untraced{c.err}}})
		_, err := client.CreateChannel(t.Context(), "inc-1", true)
		if got := incident.OutcomeOf(err); got != c.want {
			t.Errorf("%v: outcome %v, want %v", c.err, got, c.want)
		}
	}
}

// A message's blocks that slack-go cannot decode do not undo the message.
func TestDoneEffectIsNeverAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("chat.postMessage", says(`{"ok":true,"channel":7,"ts":"1.000002","message":{"blocks":"surprise","attachments":{}}}`))
		ts, err := f.client.Post(t.Context(), incident.Post{Channel: "C1", Text: "hi"})
		if err != nil || ts != "1.000002" {
			t.Errorf("Post = %q, %v", ts, err)
		}
		f.on("conversations.setTopic", says(`{"ok":true,"channel":"C1"}`))
		if err := f.client.SetTopic(t.Context(), "C1", "topic"); err != nil {
			t.Errorf("SetTopic: %v", err)
		}
	})
}

func TestAnswersAreBounded(t *testing.T) {
	if b, err := readBounded(strings.NewReader("12345"), 5); err != nil || string(b) != "12345" {
		t.Errorf("readBounded = %q, %v", b, err)
	}
	if _, err := readBounded(strings.NewReader("123456"), 5); !errors.Is(err, errTooLong) {
		t.Errorf("readBounded = %v, want too long", err)
	}
}

func TestTokensStayOutOfTheLog(t *testing.T) {
	var out bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.client.log = slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
		f.on("apps.connections.open", says(`{"ok":true,"url":"ws://slack.test/nowhere?ticket=secret"}`))
		r := f.run(taken)
		pass(t, time.Minute)
		f.on("apps.connections.open", says(`{"ok":true,"url":"ws://%zz/?ticket=secret"}`))
		pass(t, time.Minute)
		f.on("apps.connections.open", breaks)
		pass(t, time.Minute)
		_ = r.end()
		for _, s := range r.statuses() {
			fmt.Fprintln(&out, s.Detail)
		}
	})
	if out.Len() == 0 {
		t.Fatal("nothing was logged")
	}
	for _, secret := range []string{"canary", "secret"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%q is in the log:\n%s", secret, out.String())
		}
	}
}

func TestIdentity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("auth.test", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-OAuth-Scopes", "chat:write,users:read, commands")
			says(`{"ok":true,"url":"https://w.slack.com/","team":"W","user":"bot","team_id":"T1","user_id":"U1","bot_id":"B1"}`)(w, r)
		})
		got, err := f.client.Identity(t.Context())
		want := incident.Self{
			UserID: "U1", BotID: "B1", TeamID: "T1", Team: "W", URL: "https://w.slack.com/",
			Scopes: []string{"chat:write", "users:read", "commands"},
		}
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("Identity: %v (-want +got):\n%s", err, d)
		}
	})
}
