package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
)

// botEnv is the configuration of the bot: the sandbox's, with pauses that
// people do not have to wait for.
func (d *demonstration) botEnv() map[string]string {
	env := d.sb.Env()
	maps.Copy(env, map[string]string{
		"FIREBREAK_DATABASE_URL":            "sqlite:" + d.books.path,
		"FIREBREAK_LISTEN":                  "127.0.0.1:0",
		"FIREBREAK_PAGERDUTY_POLL_INTERVAL": "300ms",
		"FIREBREAK_GITLAB_SYNC_INTERVAL":    "300ms",
		"FIREBREAK_LOG_FORMAT":              "text",
	})
	return env
}

// botEnviron is the environment of a bot's process: our own, but for what
// configures a firebreak.
func botEnviron(environ []string, env map[string]string) []string {
	out := slices.DeleteFunc(slices.Clone(environ), func(line string) bool { return strings.HasPrefix(line, prefix) })
	for _, name := range slices.Sorted(maps.Keys(env)) {
		out = append(out, name+"="+env[name])
	}
	return out
}

// hostedBot is the very bot that serve runs, inside this process.
type hostedBot struct{ app *app }

func newHostedBot(ctx context.Context, env map[string]string) (*hostedBot, error) {
	s := load(env)
	if len(s.Problems) > 0 {
		return nil, fmt.Errorf("configure the demo: %v", s.Problems)
	}
	a, err := newApp(ctx, s.Config, network{}, slog.New(slog.DiscardHandler))
	return &hostedBot{a}, err
}

func (b *hostedBot) run(ctx context.Context) error {
	return errors.Join(b.app.run(ctx), b.app.close())
}

// manifestJSON is the manifest of the app that the bot is, from which the
// window knows its commands and shortcuts.
func manifestJSON() (json.RawMessage, error) {
	return json.Marshal(slackManifest(load(nil).SlackCommand))
}
