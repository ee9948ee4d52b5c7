package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// buildCrashing builds firebreak with its crash points.
func buildCrashing(t testing.TB) string {
	t.Helper()
	return buildFirebreak(t, "-tags", "crashpoints")
}

// buildFirebreak builds the program.
func buildFirebreak(t testing.TB, flags ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "firebreak")
	build := exec.Command("go", append(append([]string{"build"}, flags...), "-o", path, ".")...)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", build, err, out)
	}
	return path
}

// process is one firebreak that runs for real.
type process struct {
	t     testing.TB
	cmd   *exec.Cmd
	since time.Time
	ended chan struct{} // closed once it has ended and was waited for
}

// launch runs "firebreak serve". With crashAt, such as "effect done:2", it
// kills itself there.
func launch(t testing.TB, program string, env map[string]string, crashAt string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(program, "serve"), since: time.Now(), ended: make(chan struct{})}
	p.cmd.Env = []string{"CRASH_AT=" + crashAt, "TMPDIR=" + os.TempDir()}
	for name, value := range env {
		p.cmd.Env = append(p.cmd.Env, name+"="+value)
	}
	p.cmd.Stderr = t.Output()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait() // how it ended is asked of ProcessState
	}()
	return p
}

// alive says whether it still runs.
func (p *process) alive() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// kill kills it with SIGKILL, unless it is gone already, and waits.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may be gone already
	<-p.ended
}

// wantKilled checks that it was SIGKILL that ended it.
func (p *process) wantKilled() {
	p.t.Helper()
	if s, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !s.Signaled() || s.Signal() != syscall.SIGKILL {
		p.t.Fatalf("firebreak was to be killed, but: %s", p.cmd.ProcessState)
	}
}

// endsWithin is how long firebreak may take after SIGTERM.
const endsWithin = 10 * time.Second

// terminate ends it as an orchestrator does, which must leave exit code 0,
// in time.
func (p *process) terminate() {
	p.t.Helper()
	asked := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-p.ended:
	case <-time.After(3 * endsWithin):
		p.kill()
	}
	if took := time.Since(asked); took > endsWithin {
		p.t.Errorf("firebreak took %s to end after SIGTERM", took)
	}
	if code := p.cmd.ProcessState.ExitCode(); code != exitDone {
		p.t.Errorf("after SIGTERM firebreak ended with %s, want exit code 0", p.cmd.ProcessState)
	}
}
