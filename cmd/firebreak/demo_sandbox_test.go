package main

import (
	"maps"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestSandboxOnly takes the environment that the demo prints and starts a bot
// with it: a page that somebody makes in the window gets its channel.
func TestSandboxOnly(t *testing.T) {
	t.Parallel()
	d := startDemo(t, "--sandbox-only")
	d.until("all of it is printed", func() bool { return strings.HasSuffix(d.out.String(), "docs/guide/sandbox.md.\n") })
	env := exported(t, d.out.String())
	maps.Copy(env, map[string]string{
		"FIREBREAK_DATABASE_URL": "sqlite:" + filepath.Join(t.TempDir(), "f.db"), "FIREBREAK_LISTEN": "127.0.0.1:0",
		"FIREBREAK_PAGERDUTY_POLL_INTERVAL": "200ms",
	})
	bot := launch(t, "firebreak", env, "") // this test binary, see TestMain
	defer bot.kill()
	var world struct {
		Has struct{ Bot, Story, Account bool }
	}
	d.get("/api/world", &world)
	if world.Has.Bot || world.Has.Story || world.Has.Account {
		t.Errorf("without a bot the window has %+v", world.Has)
	}
	d.until("the bot is connected", func() bool {
		var faults struct{ Sockets int }
		d.get("/api/faults", &faults)
		return faults.Sockets > 0
	})
	d.post("/api/pagerduty/trigger", map[string]any{"as": "sam", "title": "odd logins", "service": "Identity", "urgency": "high"}, nil)
	d.until("the page has a channel", func() bool { return d.room() != "" })
	d.end()
}

// exported reads what a shell would: lines that export, and comments.
func exported(t *testing.T, text string) map[string]string {
	t.Helper()
	env := map[string]string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		assignment, ok := strings.CutPrefix(line, "export ")
		name, quoted, assigned := strings.Cut(assignment, "=")
		value, err := strconv.Unquote(quoted)
		switch {
		case strings.HasPrefix(line, "#"):
		case !ok || !assigned || err != nil || strings.ContainsAny(value, "$`\\\"!"):
			t.Errorf("no shell reads %q", line)
		default:
			env[name] = value
		}
	}
	return env
}
