package sandbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/gorilla/websocket"

	"firebreak/integrations/sandbox"
)

// A test of a bot: start the sandbox, start the bot with its addresses and
// tokens, let a person say something, and ask Slack what people see.
func Example() {
	var bots sync.WaitGroup
	defer bots.Wait()
	sb := sandbox.New(sandbox.Options{Seed: 1})
	defer sb.Close() // ends the bot's connection
	if err := sb.Start(context.Background(), sandbox.Loopback()); err != nil {
		log.Fatal(err)
	}
	bots.Go(newParrot(sb.Env()).run)

	waitFor(sb, "connected")
	sb.Slack.In("#general").Say("sam", "hello & welcome, @kim")
	waitFor(sb, "message by the bot")

	for _, m := range sb.Slack.In("#general").Messages() {
		text := strings.ReplaceAll(m.Text, sb.Slack.User("kim").ID, "KIM") // as Slack stores it
		fmt.Println(text, "| in a thread:", m.ThreadTS != "")
	}
	fmt.Println("calls that no emulator knows:", len(sb.Unexpected()))
	// Output:
	// hello &amp; welcome, <@KIM> | in a thread: false
	// echo: hello &amp; welcome, <@KIM> | in a thread: true
	// calls that no emulator knows: 0
}

// The answer of the next post is lost: to the bot it looks like a failure, but
// everybody has read it. A bot that now simply tries again says it twice.
func ExampleFaults() {
	sb := sandbox.New(sandbox.Options{Seed: 1})
	defer sb.Close()
	if err := sb.Start(context.Background(), sandbox.Loopback()); err != nil {
		log.Fatal(err)
	}
	general := sb.Slack.In("#general")
	sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "chat.postMessage", Kind: sandbox.DropAfter})

	b := newParrot(sb.Env())
	err := b.post(general.ID(), "the build is red", "")
	fmt.Println("failed for the bot:", err != nil)
	fmt.Println("shown to people:", len(general.Messages()))
	if err != nil {
		err = b.post(general.ID(), "the build is red", "")
	}
	fmt.Println("again:", err, len(general.Messages()))
	// Output:
	// failed for the bot: true
	// shown to people: 1
	// again: <nil> 2
}

// The ledger is the truth: what was called, what came of it, in order.
func ExampleLedger() {
	sb := sandbox.New(sandbox.Options{Seed: 1})
	defer sb.Close()
	if err := sb.Start(context.Background(), sandbox.Loopback()); err != nil {
		log.Fatal(err)
	}
	b := newParrot(sb.Env())
	if err := b.post(sb.Slack.In("#general").ID(), "hello", ""); err != nil {
		log.Fatal(err)
	}
	sb.PagerDuty.Trigger(sandbox.Trigger{Title: "disk is full", Service: "Edge firewall"})
	for _, r := range sb.Ledger.Read() {
		if r.Kind != sandbox.RecordSocket { // nobody listens to Slack here
			fmt.Println(r.N, r.Service, r.Kind, r.Method)
		}
	}
	// Output:
	// 1 slack effect message
	// 3 slack request chat.postMessage
	// 4 pagerduty person trigger
}

// waitFor waits until the ledger has it.
func waitFor(sb *sandbox.Sandbox, what string) {
	records, stop := sb.Ledger.Subscribe()
	defer stop()
	for r := range records {
		switch {
		case what == r.Method && r.Kind == sandbox.RecordSocket,
			what == "message by the bot" && r.Kind == sandbox.RecordEffect && r.Actor == sb.Slack.Bot().ID:
			return
		}
	}
}

// parrot is a small bot: it repeats in a thread what people say.
type parrot struct{ api, app, bot string }

func newParrot(env map[string]string) parrot {
	return parrot{env["FIREBREAK_SLACK_API_URL"], env["FIREBREAK_SLACK_APP_TOKEN"], env["FIREBREAK_SLACK_BOT_TOKEN"]}
}

// run listens until the connection ends.
func (p parrot) run() {
	var open struct{ URL string }
	if err := p.call(p.app, "apps.connections.open", nil, &open); err != nil {
		return
	}
	ws, resp, err := websocket.DefaultDialer.Dial(open.URL, nil)
	if err != nil {
		return
	}
	defer resp.Body.Close()
	defer ws.Close()
	for {
		var envelope struct {
			ID      string `json:"envelope_id"`
			Type    string
			Payload struct {
				Event struct {
					Type, Channel, Text, TS string
					BotID                   string `json:"bot_id"`
				}
			}
		}
		if ws.ReadJSON(&envelope) != nil {
			return
		}
		e := envelope.Payload.Event
		if envelope.Type == "events_api" && ws.WriteJSON(map[string]string{"envelope_id": envelope.ID}) != nil {
			return
		}
		if e.Type == "message" && e.BotID == "" {
			_ = p.post(e.Channel, "echo: "+e.Text, e.TS) // a parrot does not care
		}
	}
}

func (p parrot) post(channel, text, thread string) error {
	return p.call(p.bot, "chat.postMessage", url.Values{"channel": {channel}, "text": {text}, "thread_ts": {thread}}, nil)
}

func (p parrot) call(token, method string, args url.Values, into any) error {
	req, err := http.NewRequest(http.MethodPost, p.api+method, strings.NewReader(args.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var answer json.RawMessage
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return err
	}
	var status struct {
		OK    bool
		Error string
	}
	switch err := json.Unmarshal(answer, &status); {
	case err != nil:
		return err
	case !status.OK:
		return fmt.Errorf("%s: %s", method, status.Error)
	case into == nil:
		return nil
	}
	return json.Unmarshal(answer, into)
}
