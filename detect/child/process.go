package child

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// process is one running program. It belongs to one goroutine, which must end
// it.
type process struct {
	limits  Limits
	cmd     *exec.Cmd
	in      *os.File // its standard input
	out     *os.File // its standard output
	errs    *os.File // its standard error
	lines   *lines
	drain   *drain
	gone    chan struct{} // closed once it was reaped and nothing of its group is left
	drained chan struct{} // closed once its standard error was read to the end
	owned   sync.WaitGroup

	mu     sync.Mutex
	reaped bool // its number may be somebody else's by now

	hello hello
	told  told
	syncs int64
}

// start starts the program. It has said nothing yet.
func start(spec Spec) (*process, error) {
	pipes, err := newPipes()
	if err != nil {
		return nil, fmt.Errorf("make pipes: %w", err)
	}
	cmd := exec.Command(spec.Command[0], spec.Command[1:]...)
	cmd.Dir, cmd.Env = spec.Dir, append([]string{}, spec.Env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = pipes.theirs[0], pipes.theirs[1], pipes.theirs[2]
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	err = cmd.Start()
	closeAll(pipes.theirs)
	if err != nil {
		closeAll(pipes.ours)
		return nil, fmt.Errorf("cannot be started: %w", err)
	}
	p := &process{
		limits: spec.Limits, cmd: cmd, gone: make(chan struct{}), drained: make(chan struct{}),
		in: pipes.ours[0], out: pipes.ours[1], errs: pipes.ours[2], lines: newLines(pipes.ours[1], spec.Limits),
	}
	p.drain = &drain{most: spec.Limits.Stderr, show: spec.Stderr, flooded: p.signalKill}
	p.owned.Go(func() {
		defer close(p.drained)
		p.drain.run(p.errs)
	})
	p.owned.Go(p.watch)
	if err := limit(cmd.Process.Pid, spec.Limits.Memory); err != nil {
		p.kill()
		return nil, fmt.Errorf("limit its memory: %w", err)
	}
	return p, nil
}

// watch reaps the program, and kills what it has left behind while its number
// cannot be anybody else's.
func (p *process) watch() {
	defer close(p.gone)
	waits := awaitExit(p.cmd.Process.Pid)
	if !waits {
		_ = p.cmd.Wait()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) // there may be nobody left
	if waits {
		_ = p.cmd.Wait() // how it ended is in ProcessState
	}
	p.reaped = true
}

// signal signals all of the program's group.
func (p *process) signal(s syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.reaped {
		_ = syscall.Kill(-p.cmd.Process.Pid, s)
	}
}

func (p *process) signalKill() { p.signal(syscall.SIGKILL) }

// kill ends the program at once.
func (p *process) kill() {
	p.signalKill()
	p.bury()
}

// end has the program end by itself: by the end of its input, then by SIGTERM,
// at last by SIGKILL, all within Grace.
func (p *process) end() {
	_ = p.in.Close()
	if !p.endsWithin(p.limits.Grace / 4) {
		p.signal(syscall.SIGTERM)
		if !p.endsWithin(p.limits.Grace / 2) {
			p.signalKill()
		}
	}
	p.bury()
}

func (p *process) endsWithin(d time.Duration) bool { return within(d, p.gone) }

func within(d time.Duration, event <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-event:
		return true
	case <-timer.C:
		return false
	}
}

// bury waits until nothing of the program is left. Its pipes are closed here
// because something that left its group may still hold the other ends.
func (p *process) bury() {
	<-p.gone
	closeAll([]*os.File{p.in, p.out, p.errs})
	p.owned.Wait()
}

// obituary says why there is nothing more to read.
func (p *process) obituary() string {
	reason := "closed its standard output"
	if p.endsWithin(p.limits.Grace / 8) {
		reason = "ended: " + p.cmd.ProcessState.String()
		within(p.limits.Grace/8, p.drained) // unless somebody has left the group and holds it open
	}
	if p.drain.over() {
		return fmt.Sprintf("wrote more than %d bytes to standard error for one batch", p.limits.Stderr)
	}
	switch n := p.drain.lines.Load(); n {
	case 0:
	case 1:
		reason += ", after 1 line on standard error"
	default:
		reason += fmt.Sprintf(", after %d lines on standard error", n)
	}
	return reason
}

// exchange writes to the program and gives take what it answers, until take
// wants no more. Only then has everything been read that was written. Its
// error is for people, or that of ctx.
func (p *process) exchange(ctx context.Context, most time.Duration, out []byte, take func(message) (bool, error)) error {
	timed, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	stop := context.AfterFunc(timed, p.interrupt)
	p.lines.reset()
	p.drain.reset()
	var unread error
	var writing sync.WaitGroup
	writing.Go(func() { _, unread = p.in.Write(out) })
	err := p.read(take)
	if err != nil {
		p.interrupt()
	}
	writing.Wait()
	// If the time was up only now, the pipes are of no more use.
	if late := !stop(); err == nil && late {
		err = os.ErrDeadlineExceeded
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("no answer within %s", most)
	case errors.Is(err, io.EOF):
		return errors.New(p.obituary())
	case err != nil:
		return err
	case unread != nil:
		return errors.New("said that it was done without having read everything")
	}
	return nil
}

// interrupt wakes whoever waits for the program.
func (p *process) interrupt() {
	past := time.Unix(1, 0)
	// Pipes take deadlines; a closed one has nobody waiting.
	_ = p.in.SetWriteDeadline(past)
	_ = p.out.SetReadDeadline(past)
}

func (p *process) read(take func(message) (bool, error)) error {
	for {
		line, err := p.lines.next()
		if err != nil {
			return err
		}
		m, err := parse(line)
		if err != nil {
			return err
		}
		if done, err := take(m); done || err != nil {
			return err
		}
	}
}

// greet waits for the program's first line.
func (p *process) greet(ctx context.Context) error {
	return p.exchange(ctx, p.limits.Hello, nil, func(m message) (bool, error) {
		if m.kind != "hello" {
			return false, fmt.Errorf("said %s before hello", m.kind)
		}
		p.hello = m.hello
		return true, nil
	})
}
