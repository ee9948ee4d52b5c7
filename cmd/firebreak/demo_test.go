package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"firebreak/store"
)

// TestDemoOnce plays the story to its end and prints it with the RCA.
func TestDemoOnce(t *testing.T) {
	longUnderRace(t)
	t.Parallel()
	var out, trouble bytes.Buffer
	dir := t.TempDir()
	if code := run(t.Context(), []string{"demo", "--once", "--dir", dir}, os.Environ(), nil, &out, &trouble); code != exitDone {
		t.Fatalf("exit code %d: %s", code, trouble.String())
	}
	for _, want := range []string{
		"03:02 · a page wakes Sam", "Kim Larsen edits:", "The RCA, as it stands in GitLab issue #3",
		"svc-backup had a guessable password", "**medium** Many failed logins", "**high** One account on many hosts",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the demo does not tell %q:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "Open http") || trouble.Len() > 0 {
		t.Errorf("the demo has more to say: %s", trouble.String())
	}
	again := run(t.Context(), []string{"demo", "--once", "--dir", dir}, os.Environ(), nil, io.Discard, &trouble)
	if again != exitFailed || !strings.Contains(trouble.String(), "give it another --dir") {
		t.Errorf("a second demo in the same directory: exit code %d, %s", again, trouble.String())
	}
}

// TestDemoWindow opens the window of a demo, plays its story fast, kills the
// bot in the middle, talks on, and starts it: all of it is in the account in
// the end. The bot is a process that is really killed.
func TestDemoWindow(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := startDemo(t, "--dir", dir)
	d.get("/", nil)
	var world struct {
		Has    struct{ Bot, Story, Account bool }
		People []struct {
			Name            string
			Guest, Stranger bool
		}
	}
	d.get("/api/world", &world)
	if !world.Has.Bot || !world.Has.Story || !world.Has.Account {
		t.Errorf("the window has %+v", world.Has)
	}
	d.post("/api/story/speed", map[string]any{"x": 8}, nil)
	d.until("people talk", func() bool { return strings.HasPrefix(d.story().Told, "Kim answers in the thread") })
	d.post("/api/story/pause", struct{}{}, nil)
	room := d.room()
	d.post("/api/faults/kill", struct{}{}, nil)
	if b := d.bot(); b.Alive {
		t.Error("the bot was killed and is alive")
	}
	for i := range 4 {
		d.post("/api/slack/say", map[string]any{"as": "sam", "channel": room, "text": fmt.Sprintf("nobody hears %d", i)}, nil)
	}
	if c := d.account().Channels[0]; len(c.Missing) < 4 {
		t.Errorf("the bot is dead, people talk, and the account says %+v", c)
	}
	d.post("/api/faults/start", struct{}{}, nil)
	if b := d.bot(); !b.Alive || b.Restarts != 1 {
		t.Errorf("the bot was started anew and is %+v", b)
	}
	d.post("/api/story/speed", map[string]any{"x": 100}, nil)
	d.post("/api/story/play", struct{}{}, nil)
	d.until("the story is over", func() bool { return d.story().Done })
	if st := d.story(); st.Error != "" || st.Title != "Closing" {
		t.Errorf("the story ends as %+v", st)
	}
	d.until("the account is equal", func() bool { return len(discrepancies(d.account())) == 0 })
	for _, want := range []string{"The RCA, as it stands in GitLab issue #3", "The story is over"} {
		d.until("the terminal tells "+want, func() bool { return strings.Contains(d.out.String(), want) })
	}
	d.end()
	wantFree(t, filepath.Join(dir, "firebreak.db"))
}

// TestDemoEndsWithoutOrphans kills the demo itself with SIGKILL: the bot's
// process ends as well.
func TestDemoEndsWithoutOrphans(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cmd := exec.Command("firebreak", "demo", "--listen", "127.0.0.1:0", "--dir", dir) // this test binary, see TestMain
	cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "firebreak.db")
	untilForReal(t, "the bot is up", func() bool {
		log, _ := os.ReadFile(filepath.Join(dir, "bot.log")) // it is not there at first
		return bytes.Contains(log, []byte("slack socket connected"))
	})
	if db, err := store.Open(context.Background(), store.Config{Path: path}); err == nil {
		t.Errorf("nobody holds the database of a bot that runs: %v", db.Close())
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	wantFree(t, path)
}

// TestDemoListens says what --listen takes.
func TestDemoListens(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, tt := range []struct {
		address, want string
		code          int
	}{
		{":8090", "--listen :8090 is refused: the window has no sign-in", exitUsage},
		{"0.0.0.0:0", "takes a loopback address only", exitUsage},
		{"192.0.2.1:80", "takes a loopback address only", exitUsage},
		{"example.com:80", "takes a loopback address only", exitUsage},
		{"8090", "is no HOST:PORT", exitUsage},
		{"127.0.0.1:99999", "is no HOST:PORT", exitUsage},
		{"127.0.0.1:http", "is no HOST:PORT", exitUsage},
		{taken.Addr().String(), "open the window (give --listen another address)", exitFailed},
	} {
		var trouble bytes.Buffer
		code := run(t.Context(), []string{"demo", "--listen", tt.address}, nil, nil, io.Discard, &trouble)
		if code != tt.code || !strings.Contains(trouble.String(), tt.want) || strings.Count(trouble.String(), "\n") != 1 {
			t.Errorf("--listen %s: exit code %d, %q", tt.address, code, trouble.String())
		}
	}
}

// TestDemoFindsAPort takes the usual port away.
func TestDemoFindsAPort(t *testing.T) {
	t.Parallel()
	if l, err := net.Listen("tcp", defaultWindow); err == nil { // else somebody else has it already
		defer l.Close()
	}
	window, err := openWindow(demoCmd{})
	if err != nil {
		t.Fatal(err)
	}
	defer window.Close()
	if !strings.HasPrefix(window.URL(), "http://127.0.0.1:") || window.Addr().String() == defaultWindow {
		t.Errorf("with %s taken the window is at %s", defaultWindow, window.URL())
	}
}
