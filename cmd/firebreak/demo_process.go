package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

const (
	restartPause = time.Second
	endPatience  = 7 * time.Second // serve drains for less; the demo has 10 s
	quickDeaths  = 5               // so many in a row, and something is wrong for good
	quickLife    = 5 * time.Second // who dies earlier died of the start
)

// botProcess is "firebreak serve" as a child of the demo, so that to kill the
// bot is a real SIGKILL. One that dies without being killed is started anew.
//
// The child must not outlive the demo, whatever ends that. It reads from a pipe
// whose other end only the demo has, which works on every system.
type botProcess struct {
	program string   // the executable
	environ []string // of the child
	log     string   // the file for what it writes
	say     func(line string)
	pause   time.Duration // between a death that nobody wanted and the next start

	mu     sync.Mutex
	life   *botLife // nil while none runs
	births int
	quick  int // deaths in a row that came soon after the start
	over   bool
	ending chan struct{} // closed when over
	wg     sync.WaitGroup
}

// botLife is one process from its start to its end.
type botLife struct {
	cmd   *exec.Cmd
	hold  io.Closer // our end of the pipe
	since time.Time
	meant bool          // somebody killed it
	ended chan struct{} // closed once it was waited for
}

func newBotProcess(program string, environ []string, log string, say func(string)) *botProcess {
	return &botProcess{program: program, environ: environ, log: log, say: say, pause: restartPause, ending: make(chan struct{})}
}

// Alive says whether the process runs.
func (b *botProcess) Alive() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.life != nil
}

// Restarts counts the starts after the first.
func (b *botProcess) Restarts() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return max(0, b.births-1)
}

// Start starts the process.
func (b *botProcess) Start() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.over:
		return errors.New("the demo is ending")
	case b.life != nil:
		return errors.New("the bot is running already")
	}
	b.quick = 0
	return b.begin()
}

// begin starts a process. The caller holds the lock.
func (b *botProcess) begin() error {
	log, err := os.OpenFile(b.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("start the bot: %w", err)
	}
	defer log.Close() // the child has it by then
	cmd := exec.Command(b.program)
	// The name matters to a test binary, which is the program under that name.
	cmd.Args = []string{"firebreak", "serve", "--until-eof"}
	cmd.Env, cmd.Stdout, cmd.Stderr = b.environ, log, log
	hold, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return fmt.Errorf("start the bot: %w", err)
	}
	life := &botLife{cmd: cmd, hold: hold, since: time.Now(), ended: make(chan struct{})}
	b.life = life
	b.births++
	b.wg.Go(func() { b.watch(life) })
	return nil
}

// watch waits for a process's end, and starts the next if nobody wanted it.
func (b *botProcess) watch(life *botLife) {
	_ = life.cmd.Wait() // how it ended is asked of ProcessState
	b.mu.Lock()
	b.life = nil
	wanted := life.meant || b.over
	if b.quick++; time.Since(life.since) > quickLife {
		b.quick = 0
	}
	b.mu.Unlock()
	close(life.ended)
	if wanted {
		return
	}
	select {
	case <-b.ending: // Ctrl-C reaches both of us
	case <-time.After(b.pause):
		b.revive(life)
	}
}

// revive starts the successor of a process that died by itself.
func (b *botProcess) revive(dead *botLife) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over || b.life != nil {
		return
	}
	what := fmt.Sprintf("the bot ended by itself (%s); its log is %s", dead.cmd.ProcessState, b.log)
	if b.quick >= quickDeaths {
		b.say(fmt.Sprintf("%s. That was %d times in a row: it is left alone until somebody starts it", what, b.quick))
		return
	}
	if err := b.begin(); err != nil {
		b.say(what + ". " + err.Error())
		return
	}
	b.say(what + ". It was started anew")
}
