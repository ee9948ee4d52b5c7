package slack

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/incident"
)

func TestDownload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.on("log.txt", func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer xoxb-canary" {
				t.Errorf("Authorization = %q", r.Header.Get("Authorization"))
			}
			_, _ = w.Write([]byte("12345"))
		})
		f.on("moved", status(302, "Location", "http://slack.test/files/log.txt"))
		f.on("away", status(302, "Location", "http://evil.test/steal"))
		f.on("signin", status(302, "Location", "http://slack.test/files/log.txt?redir=%2Ffiles%2Fsignin"))
		f.on("secret", status(403))
		f.on("page.log", says("<html>Sign in"))
		f.on("busy", status(429, "Retry-After", "3"))
		f.on("down", status(502))
		for _, c := range []struct {
			name    string
			limit   int64
			code    string
			outcome incident.Outcome
		}{
			{"log.txt", 5, "", 0},
			{"moved", 5, "", 0},
			{"log.txt", 4, "file_too_large", incident.OutcomeRefused},
			{"away", 5, "file_denied", incident.OutcomeRefused},
			{"signin", 5, "file_denied", incident.OutcomeRefused},
			{"secret", 5, "file_denied", incident.OutcomeRefused},
			{"page.log", 50, "file_denied", incident.OutcomeRefused},
			{"down", 5, "http_502", incident.OutcomeUnknown},
			{"busy", 5, "ratelimited", incident.OutcomeNotDone},
		} {
			var got bytes.Buffer
			err := f.client.DownloadTo(t.Context(), "http://slack.test/files/"+c.name, c.limit, &got)
			if c.code == "" {
				if got.String() != "12345" || err != nil {
					t.Errorf("%s: %q, %v", c.name, &got, err)
				}
				continue
			}
			if incident.CodeOf(err) != c.code || incident.OutcomeOf(err) != c.outcome {
				t.Errorf("%s: %v, want %s", c.name, err, c.code)
			}
		}
		began := time.Now()
		if err := f.client.DownloadTo(t.Context(), "http://slack.test/files/log.txt", 5, io.Discard); err != nil || time.Since(began) != 3*time.Second {
			t.Errorf("after a 429: %v, waited %v", err, time.Since(began))
		}
	})
}

func TestTokenGoesToSlackOnly(t *testing.T) {
	c := New(Config{BotToken: "xoxb-canary", APIURL: "http://127.0.0.1:8999/api/"})
	for address, want := range map[string]bool{
		"https://files.slack.com/files-pri/T1-F1/x": true,
		"https://slack.com/x":                       true,
		"https://FILES.Slack.com/x":                 true,
		"https://files.slack.com:443/x":             true,
		"http://127.0.0.1:8999/files/x":             true,
		"http://127.0.0.1:8998/files/x":             false,
		"https://127.0.0.1:8999/files/x":            false,
		"http://files.slack.com/x":                  false,
		"https://files.slack.com:444/x":             false,
		"https://evilslack.com/x":                   false,
		"https://slack.com.evil.test/x":             false,
		"https://files.slack.com@evil.test/x":       false,
		"https://u:p@files.slack.com/x":             false,
		"https://evil.test/?files.slack.com":        false,
		"https://evil.test\\.slack.com/x":           false,
		"//files.slack.com/x":                       false,
		"file:///etc/passwd":                        false,
		"":                                          false,
	} {
		u, err := url.Parse(address)
		if got := err == nil && c.mayReceiveToken(u); got != want {
			t.Errorf("mayReceiveToken(%q) = %v, want %v", address, got, want)
		}
		if !want {
			if err := c.DownloadTo(t.Context(), address, 10, io.Discard); incident.CodeOf(err) != "file_host" {
				t.Errorf("DownloadTo(%q) = %v, want file_host", address, err)
			}
		}
	}
}
