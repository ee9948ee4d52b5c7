package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"firebreak/integrations/sandbox/web"
	"firebreak/store"
)

// demoRun is a demo under way in this process, its bot in another.
type demoRun struct {
	t     *testing.T
	base  string // of its window, without a slash
	out   *demoOutput
	stop  context.CancelFunc
	ended chan int
}

// demoOutput collects what the demo prints.
type demoOutput struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *demoOutput) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *demoOutput) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// startDemo runs the demo with a window on a free port.
func startDemo(t *testing.T, args ...string) *demoRun {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	d := &demoRun{t: t, out: &demoOutput{}, stop: stop, ended: make(chan int, 1)}
	args = append([]string{"demo", "--listen", "127.0.0.1:0"}, args...)
	go func() { d.ended <- run(ctx, args, os.Environ(), nil, d.out, d.out) }()
	t.Cleanup(func() {
		stop()
		if t.Failed() {
			t.Log(d.out.String())
		}
	})
	d.base = d.address()
	return d
}

// address is what the demo prints first.
func (d *demoRun) address() (base string) {
	d.t.Helper()
	d.until("the demo says where its window is", func() bool {
		line, _, whole := strings.Cut(d.out.String(), "\n")
		_, rest, _ := strings.Cut(line, "Open ")
		base, _, _ = strings.Cut(rest, "/ in a browser")
		return whole
	})
	if !strings.HasPrefix(base, "http://127.0.0.1:") {
		d.t.Fatalf("the first thing the demo says is %q", d.out.String())
	}
	return base
}

// end ends the demo as Ctrl-C does.
func (d *demoRun) end() {
	d.t.Helper()
	asked := time.Now()
	d.stop()
	select {
	case code := <-d.ended:
		if code != exitDone {
			d.t.Errorf("the demo ended with exit code %d", code)
		}
	case <-time.After(3 * endsWithin):
		d.t.Fatal("the demo does not end")
	}
	if took := time.Since(asked); took > endsWithin {
		d.t.Errorf("the demo took %s to end", took)
	}
}

func (d *demoRun) until(what string, cond func() bool) {
	d.t.Helper()
	untilForReal(d.t, what, cond)
}

// untilForReal waits for cond in real time.
func untilForReal(t testing.TB, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patienceForReal); !cond(); <-time.After(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", patienceForReal, what)
		}
	}
}

// get asks the window for something.
func (d *demoRun) get(path string, into any) {
	d.t.Helper()
	resp, err := http.Get(d.base + path)
	if err != nil {
		d.t.Fatal(err)
	}
	d.read(resp, path, into)
}

// post does something in the window.
func (d *demoRun) post(path string, body, into any) {
	d.t.Helper()
	sent, err := json.Marshal(body)
	if err != nil {
		d.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(d.t.Context(), http.MethodPost, d.base+path, bytes.NewReader(sent))
	if err != nil {
		d.t.Fatal(err)
	}
	req.Header.Set("Origin", d.base)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	d.read(resp, path, into)
}

func (d *demoRun) read(resp *http.Response, path string, into any) {
	d.t.Helper()
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		d.t.Fatalf("%s: %s %s, %v", path, resp.Status, text, err)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(text, into); err != nil {
		d.t.Fatalf("%s: %v in %s", path, err, text)
	}
}

func (d *demoRun) story() (st web.PlayerState) {
	d.t.Helper()
	d.get("/api/story", &st)
	return st
}

func (d *demoRun) account() (a web.Account) {
	d.t.Helper()
	d.get("/api/account", &a)
	return a
}

// botState is what the window says of the bot.
type botState struct {
	Alive    bool
	Restarts int
}

func (d *demoRun) bot() botState {
	d.t.Helper()
	var faults struct{ Bot botState }
	d.get("/api/faults", &faults)
	return faults.Bot
}

// room is the id of the incident's channel that Sam sees, if there is one.
func (d *demoRun) room() string {
	d.t.Helper()
	var slack struct {
		Channels []struct{ ID, Name string }
	}
	d.get("/api/slack?as=sam", &slack)
	for _, c := range slack.Channels {
		if incidentChannel.MatchString(c.Name) {
			return c.ID
		}
	}
	return ""
}

// wantFree checks that no bot has the database open any more.
func wantFree(t *testing.T, path string) {
	t.Helper()
	untilForReal(t, "nobody has "+path, func() bool {
		db, err := store.Open(context.Background(), store.Config{Path: path})
		if err != nil {
			return false
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		return true
	})
}
