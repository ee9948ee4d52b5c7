package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"firebreak/integrations/sandbox"
	"firebreak/integrations/sandbox/web"
)

const (
	watchPace = 1500 * time.Millisecond // a person can follow
	oncePace  = 60 * time.Millisecond   // nobody watches
	curtain   = 2 * time.Second         // the story begins then, or with the first visitor
)

// demonstration is a demo under way.
type demonstration struct {
	demoCmd
	environ []string
	out     io.Writer // told to whoever watches the terminal
	err     io.Writer
	sb      *sandbox.Sandbox
	window  *doorbell // nil: none is to be served
	books   accountant
	player  *web.Player
	bot     web.Bot // nil: it cannot be killed
}

// demo starts the sandbox and runs a demonstration until its end or that of
// ctx.
func demo(ctx context.Context, c demoCmd, p *program) (err error) {
	window, err := openWindow(c)
	if err != nil {
		return err
	}
	if window != nil {
		defer window.Close() // for when it was never served
	}
	sb := sandbox.New(sandbox.Options{Seed: time.Now().UnixNano()})
	defer func() { err = errors.Join(err, sb.Close()) }()
	sb.Slack.AddOutsiders()
	if err := sb.Start(context.WithoutCancel(ctx), sandbox.Loopback()); err != nil {
		return err
	}
	d := &demonstration{
		demoCmd: c, environ: p.environ, out: &sharedWriter{w: p.stdout}, err: &sharedWriter{w: p.stderr},
		sb: sb, window: window,
	}
	if c.SandboxOnly {
		return d.sandboxOnly(ctx)
	}
	return d.perform(ctx)
}

// performer is the bot of a demonstration. It works until ctx ends, and is
// gone when run returns.
type performer interface {
	run(ctx context.Context) error
}

// perform runs bot, window and story until all have ended. What is in the
// temporary directory after an error, somebody will want to see.
func (d *demonstration) perform(ctx context.Context) (err error) {
	dir, forget, err := demoDir(d.Dir)
	if err != nil {
		return err
	}
	defer func() {
		if err == nil {
			forget()
		}
	}()
	bot, err := d.cast(ctx, dir)
	if err != nil {
		return err
	}
	d.greet(dir)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return bot.run(ctx) })
	g.Go(func() error { return d.serveWindow(ctx) })
	g.Go(func() error {
		defer stop() // the end of what is told is the end of it all
		return d.tell(ctx)
	})
	return g.Wait()
}

// cast prepares the bot: a process of its own, which can be killed, or for a
// story that nobody watches one in this process.
func (d *demonstration) cast(ctx context.Context, dir string) (performer, error) {
	d.books = accountant{sb: d.sb, path: filepath.Join(dir, "firebreak.db")}
	if _, err := os.Stat(d.books.path); err == nil {
		return nil, fmt.Errorf("%s is there already; the demo starts from nothing, so give it another --dir", d.books.path)
	}
	if d.Once {
		d.player = web.NewPlayer(oncePace)
		return newHostedBot(ctx, d.botEnv())
	}
	d.player = web.NewPlayer(watchPace)
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the program to run as the bot: %w", err)
	}
	bot := newBotProcess(program, botEnviron(d.environ, d.botEnv()), filepath.Join(dir, "bot.log"), d.complain)
	d.bot = bot
	return bot, nil
}

// serveWindow serves the window, if there is to be one, until ctx ends.
func (d *demonstration) serveWindow(ctx context.Context) error {
	if d.window == nil {
		return nil
	}
	manifest, err := manifestJSON()
	if err != nil {
		return err
	}
	opts := web.Options{Sandbox: d.sb, Bot: d.bot, Player: d.player, Manifest: manifest}
	if d.books.path != "" {
		opts.Account = d.books.account
	}
	return web.New(opts).Serve(ctx, d.window)
}

// sandboxOnly prints what points a bot at the sandbox and keeps it up.
func (d *demonstration) sandboxOnly(ctx context.Context) error {
	d.printEnv()
	if d.window == nil {
		<-ctx.Done()
		return nil
	}
	return d.serveWindow(ctx)
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
