package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"firebreak/bot"
	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

const (
	watchPace = 1200 * time.Millisecond // a person can follow
	oncePace  = 60 * time.Millisecond   // nobody watches
)

// demo starts the sandbox and the real bot against it over HTTP and
// WebSocket on loopback, plays the story, and prints the RCA.
func demo(ctx context.Context, c demoCmd, stdout, stderr io.Writer) int {
	if err := runDemo(ctx, c, stdout, stderr); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(stderr, "firebreak:", visible(err.Error()))
		return exitFailed
	}
	return exitDone
}

func runDemo(ctx context.Context, c demoCmd, stdout, stderr io.Writer) (err error) {
	if c.Listen != "" {
		fmt.Fprintln(stderr, "firebreak: the demo's web page comes later; the story is told here")
	}
	sb := sandbox.New(sandbox.Options{Seed: time.Now().UnixNano()})
	defer func() { err = errors.Join(err, sb.Close()) }()
	if err := sb.Start(context.WithoutCancel(ctx), sandbox.Loopback()); err != nil {
		return err
	}
	if c.SandboxOnly {
		return sandboxOnly(ctx, sb, stdout)
	}
	dir, forget, err := demoDir(c.Dir)
	if err != nil {
		return err
	}
	defer forget()
	a, err := demoApp(ctx, sb, dir)
	if err != nil {
		return err
	}
	return playDemo(ctx, c, sb, a, stdout)
}

// sandboxOnly prints what points a bot at the sandbox and keeps it up.
func sandboxOnly(ctx context.Context, sb *sandbox.Sandbox, stdout io.Writer) error {
	env := sb.Env()
	for _, name := range slices.Sorted(maps.Keys(env)) {
		fmt.Fprintf(stdout, "export %s=%q\n", name, env[name])
	}
	fmt.Fprintln(stdout, "# The sandbox is up until Ctrl-C. Start the bot elsewhere with these: firebreak serve")
	<-ctx.Done()
	return nil
}

// demoDir is where the demo's database lies, and what is done with it
// afterwards.
func demoDir(dir string) (string, func(), error) {
	if dir != "" {
		return dir, func() {}, os.MkdirAll(dir, 0o700)
	}
	tmp, err := os.MkdirTemp("", "firebreak-demo-")
	if err != nil {
		return "", nil, fmt.Errorf("make a directory for the demo: %w", err)
	}
	return tmp, func() { _ = os.RemoveAll(tmp) }, nil // what is left there harms nobody
}

// demoApp is the very bot that serve runs, configured for the sandbox.
func demoApp(ctx context.Context, sb *sandbox.Sandbox, dir string) (*app, error) {
	path := filepath.Join(dir, "firebreak.db")
	if _, err := os.Stat(path); err == nil {
		return nil, fmt.Errorf("%s is there already; the demo starts from nothing, so give it another --dir", path)
	}
	env := sb.Env()
	maps.Copy(env, map[string]string{
		"FIREBREAK_DATABASE_URL":            "sqlite:" + path,
		"FIREBREAK_LISTEN":                  "127.0.0.1:0",
		"FIREBREAK_PAGERDUTY_POLL_INTERVAL": "300ms",
		"FIREBREAK_GITLAB_SYNC_INTERVAL":    "300ms",
	})
	s := load(env)
	if len(s.Problems) > 0 {
		return nil, fmt.Errorf("configure the demo: %v", s.Problems)
	}
	return newApp(ctx, s.Config, network{}, slog.New(slog.DiscardHandler))
}

func playDemo(ctx context.Context, c demoCmd, sb *sandbox.Sandbox, a *app, stdout io.Writer) error {
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.run(running) }()
	err := tellStory(running, c, sb, a, stdout)
	if err == nil && !c.Once {
		fmt.Fprintln(stdout, "\nThe sandbox and the bot stay up until Ctrl-C.")
		<-ctx.Done()
	}
	stop()
	return errors.Join(err, <-ended, a.close())
}

// tellStory plays the story with a live transcript, then prints the RCA.
func tellStory(ctx context.Context, c demoCmd, sb *sandbox.Sandbox, a *app, stdout io.Writer) error {
	pace := watchPace
	if c.Once {
		pace = oncePace
	}
	tr := newTranscript(sb, stdout)
	st := newStory(sb, pace)
	if err := st.until(ctx, "the bot is connected", func() bool { return sb.Slack.Sockets() > 0 }); err != nil {
		tr.finish()
		return err
	}
	err := st.play(ctx, tr.scene)
	if err == nil {
		err = quiet(ctx, a, st.wait)
	}
	tr.finish()
	if err != nil {
		return err
	}
	text, err := rcaOf(ctx, a.store, 1)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "\n%s\nThe RCA, as it stands in GitLab issue #%d\n%s\n\n%s", rule, rcaIssue(sb), rule, visible(text))
	return nil
}

// quiet waits until the bot has nothing left to do.
func quiet(ctx context.Context, a *app, patience time.Duration) error {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		s, err := a.store.Stats(ctx)
		if err != nil {
			return err
		}
		if s.InboxPending == 0 && s.Actions[incident.ActionPlanned]+s.Actions[incident.ActionSending]+s.Actions[incident.ActionUnknown] == 0 {
			return nil
		}
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
	return errors.New("the bot still had something to do")
}

// rcaIssue is the number of the issue that holds the RCA.
func rcaIssue(sb *sandbox.Sandbox) int {
	for _, is := range sb.GitLab.Issues() {
		if slices.Contains(is.Labels, "rca") {
			return is.IID
		}
	}
	return 0
}

func rcaOf(ctx context.Context, st *store.Store, n incident.Number) (text string, err error) {
	mask := bot.NewMasker()
	err = st.View(ctx, func(v *store.View) (err error) {
		text, err = bot.RCA(v, n, mask)
		return err
	})
	return text, err
}
