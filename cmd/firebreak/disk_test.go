package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"firebreak/integrations/sandbox"
)

// breakWAL plays a disk that fails: the descriptors through which this
// process writes the -wal file of a database refuse to.
func breakWAL(t *testing.T, path string) {
	t.Helper()
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	links, err := filepath.Glob("/proc/self/fd/*")
	if err != nil || len(links) == 0 {
		t.Skip("no /proc here to find the file in")
	}
	for _, link := range links {
		if target, err := os.Readlink(link); err != nil || target != path+"-wal" {
			continue
		}
		var fd int
		if _, err := fmt.Sscan(filepath.Base(link), &fd); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Dup3(int(null.Fd()), fd, syscall.O_CLOEXEC); err != nil {
			t.Fatal(err)
		}
	}
}

// said is a standard error that can be read while it is written.
type said struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

// plain are the lines that are not log records.
func (s *said) plain() (lines []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for line := range strings.Lines(s.b.String()) {
		if !strings.HasPrefix(line, "{") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

// TestFailedDiskEndsTheBot: after an I/O error nobody knows what is on disk.
// firebreak acknowledges nothing more and ends, with one line that says why.
func TestFailedDiskEndsTheBot(t *testing.T) {
	sb := sandbox.New(sandbox.Options{Seed: 1})
	if err := sb.Start(t.Context(), sandbox.Loopback()); err != nil {
		t.Fatal(err)
	}
	defer sb.Close()
	path := filepath.Join(t.TempDir(), "firebreak.db")
	env := sb.Env()
	maps.Copy(env, map[string]string{"FIREBREAK_DATABASE_URL": "sqlite:" + path, "FIREBREAK_LISTEN": "127.0.0.1:0"})
	var stderr said
	ended := make(chan int, 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { ended <- serve(ctx, load(env).Config, &stderr) }()
	eventually(t, "firebreak is connected", func() bool { return sb.Slack.Sockets() > 0 })
	control := sb.Slack.In("#incidents")
	control.Say("sam", "still well")
	eventually(t, "all is acknowledged", func() bool { return sb.Slack.Undelivered() == 0 })
	breakWAL(t, path)
	control.Say("sam", "lost?")
	select {
	case code := <-ended:
		if code != exitFailed {
			t.Errorf("exit code %d, want %d", code, exitFailed)
		}
	case <-time.After(patienceForReal):
		t.Fatal("it goes on after its disk has failed")
	}
	if n := sb.Slack.Undelivered(); n == 0 {
		t.Error("what could not be stored was acknowledged")
	}
	lines := stderr.plain()
	if len(lines) != 1 || !strings.HasPrefix(lines[0], "firebreak: database "+path+": the disk failed") {
		t.Errorf("it said %q", lines)
	}
}

// eventually waits for cond in real time.
func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patienceForReal); !cond(); <-time.After(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", patienceForReal, what)
		}
	}
}
