package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// hook posts to the bot's GitLab webhook.
func (w *world) hook(host, token, event, body string) int {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, "http://"+host+"/webhooks/gitlab", strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("X-Gitlab-Token", token)
	req.Header.Set("X-Gitlab-Event", event)
	resp, err := w.client.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// TestWebhookWakesThePoll: with a webhook, what happens in GitLab stands here
// at once, although the next poll is an hour off.
func TestWebhookWakesThePoll(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_GITLAB_WEBHOOK_TOKEN"], w.env["FIREBREAK_GITLAB_SYNC_INTERVAL"] = "hook-secret", "1h"
		w.start()
		w.sb.GitLab.AddWebhook("http://bot.sandbox/webhooks/gitlab", "hook-secret", w.client)
		_, c := w.opened("sam", "Phishing")
		c.Command("sam", "/inc task add Rotate the keys")
		w.settle()
		iid := w.tasks(1)[0].Issue.IID
		w.sb.GitLab.Close(iid, "kim")
		w.pass(3 * time.Second)
		if got := w.tasks(1)[0].State; got != incident.TaskDone {
			t.Errorf("3 s later the task is %s", got)
		}
		w.pass(10 * time.Second)
		w.sb.GitLab.SetConfidential(iid, "kim", false)
		w.sb.GitLab.Assign(iid, "kim", "alex")
		w.pass(3 * time.Second)
		if got := w.tasks(1)[0].Owner; got != w.user("alex") {
			t.Errorf("3 s later the task is %q's", got)
		}
		if bad := slices.DeleteFunc(w.sb.GitLab.WebhookAnswers(), func(s int) bool { return s == http.StatusNoContent }); len(bad) > 0 {
			t.Errorf("answers %v", bad)
		}
	})
}

func TestWebhookAnswers(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_GITLAB_WEBHOOK_TOKEN"] = "hook-secret"
		w.start()
		const at, issue = "bot.sandbox", "Confidential Issue Hook"
		for _, tt := range []struct {
			token, event, body string
			want               int
		}{
			{"hook-secret", issue, `{}`, 204},
			{"hook-secret", "Note Hook", `{}`, 204},
			{"hook-secret", "", `not even JSON`, 204},
			{"hook-secret", issue, strings.Repeat("x", 3<<20), 204},
			{"", issue, `{}`, 401},
			{"hook-secre", issue, `{}`, 401},
			{"hook-secret2", issue, `{}`, 401},
		} {
			if got := w.hook(at, tt.token, tt.event, tt.body); got != tt.want {
				t.Errorf("token %q, %q, %d bytes: %d, want %d", tt.token, tt.event, len(tt.body), got, tt.want)
			}
		}
	})
}

// TestWebhookIsOffByItself, and never takes an empty token for the right one.
func TestWebhookIsOffByItself(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		if got := w.hook("bot.sandbox", "", "Issue Hook", `{}`); got != http.StatusNotFound {
			t.Errorf("answered %d", got)
		}
	})
}

// TestIntakeApart: with an address of its own, what comes in comes in there
// only, and metrics are not to be had there.
func TestIntakeApart(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_GITLAB_WEBHOOK_TOKEN"], w.env["FIREBREAK_INTAKE_LISTEN"] = "hook-secret", "intake.sandbox:80"
		w.start()
		if got := w.hook("intake.sandbox", "hook-secret", "Issue Hook", `{}`); got != http.StatusNoContent {
			t.Errorf("intake answered %d", got)
		}
		if got := w.hook("bot.sandbox", "hook-secret", "Issue Hook", `{}`); got != http.StatusNotFound {
			t.Errorf("the other address answered %d", got)
		}
		for _, path := range []string{"/metrics", "/healthz", "/readyz"} {
			resp, err := w.client.Get("http://intake.sandbox" + path)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusNotFound {
				t.Errorf("%s answers %d on the intake", path, resp.StatusCode)
			}
		}
	})
}

// TestWebhookLostIsNoMatter: the poll finds what no webhook told.
func TestWebhookLostIsNoMatter(t *testing.T) {
	inTask(t, "Rotate the keys", func(w *world, _ sandbox.SlackChannel, iid int) {
		w.sb.GitLab.AddWebhook("http://nowhere.sandbox/webhooks/gitlab", "x", w.client)
		w.sb.GitLab.Close(iid, "kim")
		w.both()
		if got := w.tasks(1)[0].State; got != incident.TaskDone {
			t.Errorf("task is %s", got)
		}
	})
}

// signature signs a body as PagerDuty does.
func signature(body, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return "v1=" + hex.EncodeToString(mac.Sum(nil))
}

// TestPagerDutyWebhook: only what PagerDuty signed makes the next poll come at
// once, though that is minutes off.
func TestPagerDutyWebhook(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_PAGERDUTY_WEBHOOK_SECRET"], w.env["FIREBREAK_PAGERDUTY_POLL_INTERVAL"] = "pd-secret", "10m"
		w.start()
		w.pass(time.Minute)
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "VPN"})
		const body = `{"event":{"id":"01","event_type":"incident.triggered"}}`
		send := func(signatures string) int {
			req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, "http://bot.sandbox/webhooks/pagerduty", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("X-PagerDuty-Signature", signatures)
			resp, err := w.client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			return resp.StatusCode
		}
		for _, bad := range []string{
			"", "v1=", "v1=zz", signature(body, "other"), signature(body+" ", "pd-secret"), signature(body, ""),
			strings.TrimPrefix(signature(body, "pd-secret"), "v1="), "v2=" + strings.TrimPrefix(signature(body, "pd-secret"), "v1="),
		} {
			if got := send(bad); got != http.StatusUnauthorized {
				t.Errorf("signature %q: %d", bad, got)
			}
		}
		w.pass(time.Minute)
		if n := len(w.incidents()); n != 0 {
			t.Fatalf("%d incidents before anything was signed", n)
		}
		if got := send(signature(body, "old") + ", " + signature(body, "pd-secret")); got != http.StatusNoContent {
			t.Errorf("signed: %d", got)
		}
		w.pass(3 * time.Second)
		if n := len(w.incidents()); n != 1 {
			t.Errorf("%d incidents 3 s after the webhook", n)
		}
	})
}
