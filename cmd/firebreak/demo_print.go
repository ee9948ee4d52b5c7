package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
)

// sharedWriter lets several write whole lines to one writer.
type sharedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (s *sharedWriter) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.Write(p)
}

// greet says where to look, before anything else.
func (d *demonstration) greet(dir string) {
	switch {
	case d.window == nil:
	case d.bot == nil:
		fmt.Fprintf(d.out, "Open %s in a browser: it is there while the story plays.\n", d.window.URL())
	default:
		fmt.Fprintf(d.out, "Open %s in a browser: be anybody there, and kill the bot.\n", d.window.URL())
		fmt.Fprintf(d.out, "The story is told here too; Ctrl-C ends everything. Database and log of the bot: %s\n", dir)
	}
}

// remark is a line beside the transcript.
func (d *demonstration) remark(line string) { fmt.Fprintf(d.out, "  -- %s\n", visible(line)) }

// complain says what is wrong.
func (d *demonstration) complain(line string) {
	fmt.Fprintln(d.err, "firebreak:", visible(oneLine(line)))
}

// printEnv prints what points a bot at the sandbox, as lines that a shell can
// read.
func (d *demonstration) printEnv() {
	if d.window != nil {
		fmt.Fprintf(d.out, "# Open %s in a browser: Slack, PagerDuty and GitLab as people see them.\n", d.window.URL())
	}
	env := d.sb.Env()
	for _, name := range slices.Sorted(maps.Keys(env)) {
		fmt.Fprintf(d.out, "export %s=%q\n", name, env[name])
	}
	fmt.Fprint(d.out, `# The sandbox is up until Ctrl-C. Copy the lines above into another terminal and
# start firebreak there:  FIREBREAK_DATABASE_URL=sqlite:sandbox.db firebreak serve
# Any other bot will do: give it the same addresses and tokens under its own
# names. See docs/guide/sandbox.md.
`)
}
