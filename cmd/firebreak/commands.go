package main

import (
	"context"
	"errors"
)

// serveCmd runs the bot.
type serveCmd struct {
	// For a parent that must not leave it behind, however the parent ends: a
	// pipe closes by itself.
	UntilEOF bool `name:"until-eof" hidden:"" help:"End when standard input does."`
}

// Run reads the configuration, says everything that is wrong with it at once,
// and serves when nothing is.
func (c serveCmd) Run(p *program) error {
	s := load(ours(p.environ))
	s.report(p.stderr)
	if len(s.Problems) > 0 {
		return exitError(exitUsage)
	}
	ctx := p.ctx
	if c.UntilEOF {
		var stop context.CancelFunc
		ctx, stop = untilEOF(ctx, p.stdin)
		defer stop()
	}
	spread(p.environ)
	return exitWith(serve(ctx, s.Config, p.stderr))
}

// demoCmd plays the story in a sandbox with a window.
type demoCmd struct {
	Once        bool   `help:"Play to the end without waiting, print the RCA and exit."`
	Dir         string `help:"Keep the demo's database and the bot's log in this directory instead of a temporary one." type:"path" placeholder:"DIR"`
	Listen      string `help:"Loopback address of the web page; otherwise 127.0.0.1:8090, or a free port when that is taken." placeholder:"ADDR"`
	SandboxOnly bool   `help:"Start the emulators and the web page without the bot, and print the environment that points one at them."`
}

// Run starts the sandbox and the bot.
func (c demoCmd) Run(p *program) error {
	return demo(p.ctx, c, p)
}

// exitWith turns an exit code into what kong expects.
func exitWith(code int) error {
	if code == exitDone {
		return nil
	}
	return exitError(code)
}

// laterCmd answers for a command that a later version brings.
type laterCmd struct {
	Rest []string `arg:"" optional:"" passthrough:""`
}

// Run says so.
func (laterCmd) Run() error { return errors.New("this command comes later") }
