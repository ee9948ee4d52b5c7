package main

import "errors"

// serveCmd runs the bot.
type serveCmd struct{}

// Run reads the configuration, says everything that is wrong with it at once,
// and serves when nothing is.
func (serveCmd) Run(p *program) error {
	s := load(ours(p.environ))
	s.report(p.stderr)
	if len(s.Problems) > 0 {
		return exitError(exitUsage)
	}
	return exitWith(serve(p.ctx, s.Config, p.stderr))
}

// demoCmd plays the story.
type demoCmd struct {
	Once        bool   `help:"Play to the end without waiting, print the RCA and exit."`
	Dir         string `help:"Keep the demo's database in this directory instead of a temporary one." type:"path" placeholder:"DIR"`
	Listen      string `help:"Address of the demo's web page (comes later)." placeholder:"ADDR"`
	SandboxOnly bool   `help:"Start the emulators alone and print the environment that points a bot at them."`
}

// Run starts the sandbox and the bot.
func (c demoCmd) Run(p *program) error {
	return exitWith(demo(p.ctx, c, p.stdout, p.stderr))
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
