package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/integrations/slack"
)

// robot is a small app: it opens forms, publishes a Home tab and offers
// options, so that a window has something to show.
type robot struct {
	client     *slack.Client
	api, token string
}

// startRobot connects a robot to a started sandbox for the rest of the test.
func startRobot(t *testing.T, sb *sandbox.Sandbox) {
	t.Helper()
	env := sb.Env()
	r := &robot{api: env["FIREBREAK_SLACK_API_URL"], token: env["FIREBREAK_SLACK_BOT_TOKEN"]}
	r.client = slack.New(slack.Config{
		AppToken: env["FIREBREAK_SLACK_APP_TOKEN"], BotToken: r.token, APIURL: r.api, HTTP: &http.Client{},
	})
	sb.Slack.SetEvents("app_home_opened", "message.channels")
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.client.Run(ctx, r.deliver, nil) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("robot: %v", err)
		}
	})
	records, stop := sb.Ledger.Subscribe()
	defer stop()
	for rec := range records {
		if rec.Kind == sandbox.RecordSocket && rec.Method == "connected" {
			return
		}
	}
}

type robotPayload struct {
	Type    string `json:"type"`
	Text    string `json:"text"`
	Trigger string `json:"trigger_id"`
	User    any    `json:"user"`
	Value   string `json:"value"`
	Event   struct{ Type, User string }
	View    struct {
		State struct {
			Values map[string]map[string]struct{ Value string } `json:"values"`
		} `json:"state"`
	} `json:"view"`
}

func (r *robot) deliver(ctx context.Context, e incident.Envelope) ([]byte, error) {
	var p robotPayload
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return nil, err
	}
	switch {
	case e.Type == "slash_commands" && p.Text == "form", p.Type == "shortcut", p.Type == "message_action":
		return nil, r.client.OpenView(ctx, p.Trigger, json.RawMessage(robotForm))
	case e.Type == "slash_commands" && p.Text == "evidence":
		return nil, r.client.OpenView(ctx, p.Trigger, json.RawMessage(robotEvidence))
	case e.Type == "slash_commands" && p.Text == "card":
		return []byte(`{"response_type":"in_channel","text":"INC-1","blocks":` + robotCard + `}`), nil
	case e.Type == "slash_commands":
		return json.Marshal(map[string]string{"text": "You said: " + p.Text})
	case p.Type == "block_suggestion":
		return fmt.Appendf(nil, `{"options":[{"text":{"type":"plain_text","text":"Host %s-1"},"value":"h1"}]}`, p.Value), nil
	case p.Type == "view_submission" && strings.Contains(p.View.State.Values["title"]["title"].Value, "bad"):
		return []byte(`{"response_action":"errors","errors":{"title":"That will not do."}}`), nil
	case p.Event.Type == "app_home_opened":
		return nil, r.publish(ctx, p.Event.User)
	}
	return nil, nil
}

func (r *robot) publish(ctx context.Context, user string) error {
	form := url.Values{"token": {r.token}, "user_id": {user}, "view": {robotHome}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.api+"views.publish", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }() // it is read
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

const robotCard = `[{"type":"section","block_id":"head","text":{"type":"mrkdwn","text":"*SEV1* VPN brute force"},"accessory":{"type":"button","action_id":"ack","text":{"type":"plain_text","text":"Acknowledge"},"style":"primary","value":"1"}},
{"type":"actions","block_id":"acts","elements":[
 {"type":"button","action_id":"close","text":{"type":"plain_text","text":"Close"},"style":"danger","value":"1","confirm":{"title":{"type":"plain_text","text":"Close?"},"text":{"type":"mrkdwn","text":"Really *close* it?"},"confirm":{"type":"plain_text","text":"Close"},"deny":{"type":"plain_text","text":"Keep"}}},
 {"type":"static_select","action_id":"sev","placeholder":{"type":"plain_text","text":"Severity"},"options":[{"text":{"type":"plain_text","text":"SEV1"},"value":"1"},{"text":{"type":"plain_text","text":"SEV2"},"value":"2"}]},
 {"type":"users_select","action_id":"lead","placeholder":{"type":"plain_text","text":"Lead"}},
 {"type":"overflow","action_id":"more","options":[{"text":{"type":"plain_text","text":"Rename"},"value":"rename"},{"text":{"type":"plain_text","text":"Archive"},"value":"archive"}]},
 {"type":"datepicker","action_id":"due","initial_date":"2026-12-01"},
 {"type":"checkboxes","action_id":"ticks","options":[{"text":{"type":"mrkdwn","text":"*edge*"},"value":"edge"},{"text":{"type":"plain_text","text":"core"},"value":"core"}]}]}]`

const robotHome = `{"type":"home","blocks":[{"type":"header","text":{"type":"plain_text","text":"Your incidents"}},
{"type":"actions","elements":[{"type":"button","action_id":"open","text":{"type":"plain_text","text":"Open an incident"},"style":"primary"}]},
{"type":"section","text":{"type":"mrkdwn","text":"*INC-1* VPN brute force"}}]}`

const robotEvidence = `{"type":"modal","title":{"type":"plain_text","text":"Evidence"},"submit":{"type":"plain_text","text":"Send"},"blocks":[
{"type":"input","block_id":"proof","label":{"type":"plain_text","text":"Evidence"},"element":{"type":"file_input","action_id":"files","filetypes":["txt","log"],"max_files":2}}]}`

const robotForm = `{"type":"modal","callback_id":"open","title":{"type":"plain_text","text":"Open an incident"},"submit":{"type":"plain_text","text":"Open"},"close":{"type":"plain_text","text":"Cancel"},"blocks":[
{"type":"input","block_id":"title","label":{"type":"plain_text","text":"Title"},"hint":{"type":"plain_text","text":"A few words"},"element":{"type":"plain_text_input","action_id":"title","max_length":80,"placeholder":{"type":"plain_text","text":"What happens?"}}},
{"type":"input","block_id":"summary","optional":true,"label":{"type":"plain_text","text":"Summary"},"element":{"type":"plain_text_input","action_id":"summary","multiline":true}},
{"type":"input","block_id":"sev","optional":true,"label":{"type":"plain_text","text":"Severity"},"element":{"type":"static_select","action_id":"sev","options":[{"text":{"type":"plain_text","text":"SEV1"},"value":"1"},{"text":{"type":"plain_text","text":"SEV2"},"value":"2"}]}},
{"type":"input","block_id":"lead","optional":true,"label":{"type":"plain_text","text":"Lead"},"element":{"type":"users_select","action_id":"lead"}},
{"type":"input","block_id":"due","optional":true,"label":{"type":"plain_text","text":"Due"},"element":{"type":"datepicker","action_id":"due"}},
{"type":"input","block_id":"at","optional":true,"label":{"type":"plain_text","text":"At"},"element":{"type":"timepicker","action_id":"at"}},
{"type":"input","block_id":"ticks","optional":true,"label":{"type":"plain_text","text":"Where"},"element":{"type":"checkboxes","action_id":"ticks","options":[{"text":{"type":"plain_text","text":"edge"},"value":"edge"},{"text":{"type":"plain_text","text":"core"},"value":"core"}]}},
{"type":"input","block_id":"one","optional":true,"label":{"type":"plain_text","text":"Private?"},"element":{"type":"radio_buttons","action_id":"one","options":[{"text":{"type":"plain_text","text":"yes"},"value":"y"},{"text":{"type":"plain_text","text":"no"},"value":"n"}]}},
{"type":"input","block_id":"host","optional":true,"label":{"type":"plain_text","text":"Host"},"element":{"type":"external_select","action_id":"host","min_query_length":1}},
{"type":"section","block_id":"more","text":{"type":"mrkdwn","text":"There is *more*."},"accessory":{"type":"button","action_id":"more","text":{"type":"plain_text","text":"More"},"value":"1"}}]}`
