package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// program is what every command is given.
type program struct {
	ctx     context.Context
	environ []string
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer
}

// cli is the grammar of the command line, from which kong also makes the
// help.
type cli struct {
	Serve     serveCmd     `cmd:"" help:"Run the bot, configured by the environment alone."`
	Demo      demoCmd      `cmd:"" help:"Play a breach: the same bot against a local sandbox; needs no account."`
	Timeline  timelineCmd  `cmd:"" help:"Print an incident's timeline."`
	Import    importCmd    `cmd:"" help:"Put the lines of a CSV or JSON Lines file on an incident's timeline, while serve is stopped."`
	Search    searchCmd    `cmd:"" help:"Search all incidents."`
	Incidents incidentsCmd `cmd:"" help:"List incidents."`
	Detect    detectCmd    `cmd:"" help:"Run detection rules (Sigma, or your own code) over logs, and test them."`
	RCA       rcaCmd       `cmd:"" name:"rca" help:"Print an incident's root cause analysis as Markdown."`
	Backup    backupCmd    `cmd:"" help:"Copy the database into a new file, checked, while serve runs."`
	Verify    verifyCmd    `cmd:"" help:"Check that nothing in the record was changed: the tamper-evident logs, and the timelines made of them."`
	Evidence  evidenceCmd  `cmd:"" help:"Export an incident's evidence as a bundle, and check a bundle."`
	Manifest  manifestCmd  `cmd:"" help:"Print the Slack app manifest that matches this build."`
	Config    configCmd    `cmd:"" help:"Print every variable, its default and its present value."`
	Version   versionCmd   `cmd:"" help:"Print version, commit and Go version."`

	Doctor laterCmd `cmd:"" help:"Check tokens, scopes and reachability (comes later)."`
}

// run is the whole program: it parses args, does what they ask for until it
// is done or ctx ends, and gives the exit code.
func run(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	defer func() {
		// kong ends --help by its exit function; nothing else panics with one.
		switch stopped := recover().(type) {
		case nil:
		case helpShown:
			code = exitDone
		default:
			panic(stopped)
		}
	}()
	parser, err := kong.New(&cli{},
		kong.Name("firebreak"),
		kong.Description("Incident response in Slack: page, channel, timeline, tasks, root cause analysis."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { panic(helpShown{}) }),
	)
	if err != nil {
		return complain(stderr, err)
	}
	asked, err := parser.Parse(args)
	if err != nil {
		return complain(stderr, usageError{fmt.Errorf("%w; see firebreak --help", err)})
	}
	return complain(stderr, asked.Run(&program{ctx, environ, stdin, stdout, stderr}))
}

// helpShown ends the parsing once help was printed.
type helpShown struct{}

// usageError is wrong usage or configuration: exit code 2.
type usageError struct{ error }

// exitError is a command's exit code when it has said everything itself.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// complain says an error in one line and gives the exit code for it.
func complain(stderr io.Writer, err error) int {
	if err == nil {
		return exitDone
	}
	if code, ok := errors.AsType[exitError](err); ok {
		return int(code)
	}
	fmt.Fprintln(stderr, "firebreak:", oneLine(err.Error()))
	if _, ok := errors.AsType[usageError](err); ok {
		return exitUsage
	}
	return exitFailed
}
