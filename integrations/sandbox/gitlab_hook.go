package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Rules of GitLab's webhooks (observed in web_hook_service.rb): one attempt of
// at most 10 s, no repeat after a failure, and no order between two.
const hookTimeout = 10 * time.Second

// A hook that fails is switched off for longer each time from the fourth
// failure in a row on, for good after forty (documented: auto-disabled
// webhooks; on by default on GitLab.com).
const (
	hookFailures   = 4
	hookForGood    = 40
	hookFirstPause = time.Minute
	hookMaxPause   = 24 * time.Hour
)

// glHook is a webhook of the bot's project with both issue triggers ticked.
type glHook struct {
	url, token string
	client     *http.Client
	failures   int
	pause      time.Duration
	off        time.Time // until then
	answers    []int     // status of each attempt, 0 without an answer
}

// AddWebhook lets a maintainer add a webhook for issues and confidential
// issues. It is delivered with client.
func (g *GitLab) AddWebhook(url, token string, client *http.Client) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.hooks = append(g.hooks, &glHook{url: url, token: token, client: client})
}

// WebhookAnswers lists the statuses of all deliveries so far, 0 where there
// was no answer.
func (g *GitLab) WebhookAnswers() (all []int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, h := range g.hooks {
		all = append(all, h.answers...)
	}
	return all
}

// hook sends an issue's event to all webhooks that are on.
func (g *GitLab) hook(is *glIssue, by *GitLabUser, action string) {
	event, kind := "Issue Hook", "issue"
	if is.confidential {
		event, kind = "Confidential Issue Hook", "confidential_issue"
	}
	body, err := json.Marshal(map[string]any{
		"object_kind": "issue", "event_type": kind,
		"user":              map[string]any{"id": by.ID, "name": by.Name, "username": by.Username},
		"project":           map[string]any{"id": is.project.id, "path_with_namespace": is.project.path},
		"object_attributes": map[string]any{"id": is.id, "iid": is.iid, "title": is.title, "action": action, "state": is.state(), "updated_at": is.updated.Format("2006-01-02 15:04:05 UTC"), "confidential": is.confidential},
		"changes":           map[string]any{},
	})
	if err != nil {
		panic(err) // plain maps of strings and numbers
	}
	for _, h := range g.hooks {
		if time.Now().Before(h.off) || h.failures >= hookForGood {
			continue
		}
		uuid := fmt.Sprintf("%08x-0000-4000-8000-%012x", g.id("hook", 0), is.id)
		g.sb.background(func(ctx context.Context) { g.deliver(ctx, h, event, uuid, body) })
	}
}

func (g *GitLab) deliver(ctx context.Context, h *glHook, event, uuid string, body []byte) {
	ctx, cancel := context.WithTimeout(ctx, hookTimeout)
	defer cancel()
	status := 0
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(body))
	if err == nil {
		for name, value := range map[string]string{
			"Content-Type": "application/json", "X-Gitlab-Event": event, "X-Gitlab-Token": h.token,
			"X-Gitlab-Instance": g.sb.base("gitlab"), "X-Gitlab-Event-UUID": uuid, "Idempotency-Key": uuid,
		} {
			req.Header.Set(name, value)
		}
		if resp, err := h.client.Do(req); err == nil {
			status = resp.StatusCode
			_ = resp.Body.Close() // nothing of it is read
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	h.answered(status)
}

// answered counts failures in a row: 4xx, 5xx and no answer (documented), and
// whatever else is no 2xx (assumed).
func (h *glHook) answered(status int) {
	h.answers = append(h.answers, status)
	if status >= 200 && status <= 299 {
		h.failures, h.pause = 0, 0
		return
	}
	if h.failures++; h.failures >= hookFailures {
		h.pause = min(max(2*h.pause, hookFirstPause), hookMaxPause)
		h.off = time.Now().Add(h.pause)
	}
}
