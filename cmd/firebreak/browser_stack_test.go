package main

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/integrations/sandbox/web"
	"firebreak/integrations/slack"
)

// stacker is an app whose form opens another form on top of itself.
type stacker struct {
	client     *slack.Client
	api, token string
}

const (
	stackManifest = `{"features":{"shortcuts":[{"name":"First form","type":"global","callback_id":"first","description":"Opens it"}]}}`
	stackFirst    = `{"type":"modal","title":{"type":"plain_text","text":"First form"},"submit":{"type":"plain_text","text":"Send"},"blocks":[
{"type":"input","block_id":"name","label":{"type":"plain_text","text":"Name"},"element":{"type":"plain_text_input","action_id":"name"}},
{"type":"actions","block_id":"more","elements":[{"type":"button","action_id":"more","text":{"type":"plain_text","text":"Details"},"value":"1"}]}]}`
	stackSecond = `{"type":"modal","title":{"type":"plain_text","text":"Second form"},"submit":{"type":"plain_text","text":"Keep"},"blocks":[
{"type":"input","block_id":"detail","label":{"type":"plain_text","text":"Detail"},"element":{"type":"plain_text_input","action_id":"detail"}}]}`
)

func (s *stacker) deliver(ctx context.Context, e incident.Envelope) ([]byte, error) {
	var p struct {
		Type    string
		Trigger string `json:"trigger_id"`
		View    struct {
			State struct {
				Values map[string]map[string]struct{ Value string }
			}
		}
	}
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return nil, err
	}
	switch {
	case p.Type == "shortcut":
		return nil, s.client.OpenView(ctx, p.Trigger, json.RawMessage(stackFirst))
	case p.Type == "block_actions":
		return nil, s.push(ctx, p.Trigger)
	case p.Type == "view_submission" && p.View.State.Values["detail"]["detail"].Value == "bad":
		return []byte(`{"response_action":"errors","errors":{"detail":"That will not do."}}`), nil
	}
	return nil, nil
}

func (s *stacker) push(ctx context.Context, trigger string) error {
	form := url.Values{"token": {s.token}, "trigger_id": {trigger}, "view": {stackSecond}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.api+"views.push", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// openStacker serves a window on a sandbox with a stacker for a bot.
func openStacker(t *testing.T) (base string) {
	t.Helper()
	sb := sandbox.New(sandbox.Options{Seed: 1})
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	if err := sb.Start(ctx, sandbox.Loopback()); err != nil {
		t.Fatal(err)
	}
	env := sb.Env()
	s := &stacker{api: env["FIREBREAK_SLACK_API_URL"], token: env["FIREBREAK_SLACK_BOT_TOKEN"]}
	s.client = slack.New(slack.Config{AppToken: env["FIREBREAK_SLACK_APP_TOKEN"], BotToken: s.token, APIURL: s.api, HTTP: &http.Client{}})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 2)
	go func() { ended <- s.client.Run(ctx, s.deliver, nil) }()
	go func() {
		ended <- web.New(web.Options{Sandbox: sb, Manifest: json.RawMessage(stackManifest)}).Serve(ctx, l)
	}()
	t.Cleanup(func() {
		stop()
		for range 2 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		_ = sb.Close() // nothing of it is asked any more
	})
	untilForReal(t, "the app is connected", func() bool { return sb.Slack.Sockets() > 0 })
	return "http://" + l.Addr().String()
}

// testStackInBrowser opens a form on top of a form: what was typed below is
// still there when the one above is gone.
func testStackInBrowser(t *testing.T, b *browser) {
	t.Parallel()
	v := b.visit(t, openStacker(t), "#/slack/general?as=kim", desktop())
	v.click(".tool", "Shortcuts of apps")
	v.click(".menu-item", "First form")
	v.click(".modal .btn", "Send")
	v.see(".modal .is-wrong .wrong", "")
	v.write(".modal .input", "Name", "VPN")
	v.click(".modal .btn", "Details")
	v.see(".modal h2", "Second form")
	v.gone(".modal h2", "First form")
	v.write(".modal .input", "Detail", "bad")
	v.keys(kb.Enter)
	v.see(".modal .is-wrong .wrong", "That will not do.")
	v.keys(kb.Escape)
	v.see(".modal h2", "First form")
	v.see(".modal .input", "VPN")
	v.click(".modal .btn", "Details")
	v.write(".modal .input", "Detail", "good")
	v.click(".modal .btn", "Keep")
	v.see(".modal h2", "First form")
	v.keys(kb.Escape)
	v.gone(".modal", "")
}
