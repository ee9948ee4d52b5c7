package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"sync"
	"testing"
	"time"

	"firebreak/integrations/sandbox"
	"firebreak/integrations/sandbox/web"
)

// TestTry serves a window on a sandbox with a robot for a bot until Ctrl-C, for whoever
// works on the client: FIREBREAK_TRY=1 FIREBREAK_TRY_PORT=4600 go test -run
// 'TestTry$' -timeout 0 ./integrations/sandbox/web. The command "/inc form" opens
// a modal, "/inc card" posts buttons.
func TestTry(t *testing.T) {
	if os.Getenv("FIREBREAK_TRY") == "" {
		t.Skip("serves until Ctrl-C, when FIREBREAK_TRY is set")
	}
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt)
	defer stop()
	sb := sandbox.New(sandbox.Options{LimitScale: -1})
	if err := sb.Start(context.WithoutCancel(ctx), sandbox.Loopback()); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sb.Close() }()
	startRobot(t, sb)
	furnish(sb)
	sb.Slack.In("#incidents").Command("kim", "/inc card")
	sb.Slack.In("#incidents").Command("kim", "/inc form")
	sb.Slack.OpenHome("kim")
	l, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("FIREBREAK_TRY_PORT"))
	if err != nil {
		t.Fatal(err)
	}
	slog.Info("serving", "at", "http://"+l.Addr().String())
	player := web.NewPlayer(2 * time.Second)
	player.Play()
	s := web.New(web.Options{
		Sandbox: sb, Player: player, Bot: &puppet{alive: true}, Manifest: json.RawMessage(tryManifest),
		Account: func(context.Context) (web.Account, error) { return tryAccount(sb), nil },
		Logger:  slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	s.StaticFrom(".") // edit and reload
	var wg sync.WaitGroup
	wg.Go(func() { player.Done(tellTry(ctx, sb, player)) })
	if err := s.Serve(ctx, l); err != nil {
		t.Error(err)
	}
	wg.Wait()
}

// puppet is a bot of which only being alive is shown.
type puppet struct {
	mu       sync.Mutex
	alive    bool
	restarts int
}

func (p *puppet) Alive() bool   { p.mu.Lock(); defer p.mu.Unlock(); return p.alive }
func (p *puppet) Restarts() int { p.mu.Lock(); defer p.mu.Unlock(); return p.restarts }

func (p *puppet) Kill() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.alive {
		return errors.New("the bot is dead already")
	}
	p.alive = false
	return nil
}

func (p *puppet) Start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.alive {
		return errors.New("the bot is running already")
	}
	p.alive = true
	p.restarts++
	return nil
}

const tryManifest = `{"features":{"slash_commands":[{"command":"/inc","description":"Respond to an incident","usage_hint":"help"}],
"shortcuts":[{"name":"Open an incident","type":"global","callback_id":"open","description":"Open an incident"},
{"name":"Add to timeline","type":"message","callback_id":"pin","description":"Pin this message"}]}}`

func tryAccount(sb *sandbox.Sandbox) web.Account {
	said := len(sb.Slack.In("#incidents").Messages())
	return web.Account{
		Channels: []web.AccountChannel{{ID: sb.Slack.In("#incidents").ID(), Name: "incidents", Incident: "INC-1", Said: said, Recorded: said}},
		Effects:  []web.AccountEffect{{What: "channels for pages", Asked: 2, Done: 2}}, At: time.Now(),
	}
}

// tellTry is a story in which somebody says something now and then.
func tellTry(ctx context.Context, sb *sandbox.Sandbox, p *web.Player) error {
	p.Scenes([]string{"People talk", "They talk on"})
	for i, title := range []string{"People talk", "They talk on"} {
		p.Scene(i, web.Scene{Title: title, Text: "Alex and Kim talk about the page.", Look: "#/slack/" + sb.Slack.In("#incidents").ID() + "?as=kim"})
		for range 20 {
			if err := p.Beat(ctx, "Alex says something"); err != nil {
				return err
			}
			sb.Slack.In("#incidents").Say("alex", "It is "+time.Now().Format(time.TimeOnly)+" & all is <well> so far, @kim")
		}
	}
	return nil
}
