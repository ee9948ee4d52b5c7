package main

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"firebreak/integrations/sandbox"
)

// trialBot is a bot's process in a directory of its own, with what it said.
type trialBot struct {
	*botProcess
	mu   sync.Mutex
	said []string
}

func newTrialBot(t *testing.T, env map[string]string) *trialBot {
	t.Helper()
	program, err := os.Executable() // firebreak under that name, see TestMain
	if err != nil {
		t.Fatal(err)
	}
	b := &trialBot{}
	b.botProcess = newBotProcess(program, botEnviron(os.Environ(), env), filepath.Join(t.TempDir(), "bot.log"), func(line string) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.said = append(b.said, line)
	})
	b.pause = 10 * time.Millisecond
	return b
}

func (b *trialBot) words() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(b.said, "\n")
}

// TestBotProcess kills the bot's process in both ways: as people do in the
// window, and so that nobody expects it.
func TestBotProcess(t *testing.T) {
	t.Parallel()
	sb := sandbox.New(sandbox.Options{Seed: 1})
	if err := sb.Start(t.Context(), sandbox.Loopback()); err != nil {
		t.Fatal(err)
	}
	defer sb.Close()
	env := sb.Env()
	maps.Copy(env, map[string]string{"FIREBREAK_DATABASE_URL": "sqlite:" + filepath.Join(t.TempDir(), "f.db"), "FIREBREAK_LISTEN": "127.0.0.1:0"})
	b := newTrialBot(t, env)
	connected := func() bool { return sb.Slack.Sockets() > 0 }

	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	untilForReal(t, "the bot is connected", connected)
	if err := b.Start(); err == nil {
		t.Error("a bot that runs was started")
	}
	if err := b.Kill(); err != nil || b.Alive() {
		t.Errorf("after a kill the bot is alive: %v, %v", b.Alive(), err)
	}
	if err := b.Kill(); err == nil {
		t.Error("a dead bot was killed")
	}
	if err := b.Start(); err != nil || !b.Alive() || b.Restarts() != 1 {
		t.Errorf("started anew: alive %v, %d restarts, %v", b.Alive(), b.Restarts(), err)
	}
	untilForReal(t, "the bot is connected again", connected)
	if said := b.words(); said != "" {
		t.Errorf("of a kill that somebody wanted was said %q", said)
	}

	if err := b.life.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	untilForReal(t, "the bot is started by itself", func() bool { return b.Restarts() == 2 && b.Alive() })
	untilForReal(t, "that is said", func() bool {
		return strings.Contains(b.words(), "the bot ended by itself (signal: killed); its log is "+b.log+". It was started anew")
	})
	untilForReal(t, "the bot is connected once more", connected)
	if err := b.close(); err != nil || b.Alive() {
		t.Errorf("at the end: alive %v, %v", b.Alive(), err)
	}
	if err := b.Start(); err == nil {
		t.Error("a bot was started after the end")
	}
}

// TestBotProcessThatCannotLive starts a bot without any configuration.
func TestBotProcessThatCannotLive(t *testing.T) {
	t.Parallel()
	b := newTrialBot(t, nil)
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	untilForReal(t, "it is left alone", func() bool { return strings.Contains(b.words(), "left alone until somebody starts it") })
	if b.Alive() || b.Restarts() != quickDeaths-1 {
		t.Errorf("alive %v, %d restarts", b.Alive(), b.Restarts())
	}
	log, err := os.ReadFile(b.log)
	if err != nil || !strings.Contains(string(log), "FIREBREAK_SLACK_APP_TOKEN") {
		t.Errorf("the log says %s, %v", log, err)
	}
	if err := b.close(); err != nil {
		t.Error(err)
	}
}

// TestBotProcessWithoutProgram starts what is not there.
func TestBotProcessWithoutProgram(t *testing.T) {
	t.Parallel()
	b := newTrialBot(t, nil)
	b.program = filepath.Join(t.TempDir(), "nothing")
	if err := b.run(t.Context()); err == nil || !strings.Contains(err.Error(), "start the bot: ") {
		t.Errorf("a program that is not there was started: %v", err)
	}
}
