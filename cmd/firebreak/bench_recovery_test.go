package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"firebreak/store"
)

var (
	openIncidents = flag.Int("open", 1000, "how many open incidents the benchmarks plant")
	entriesEach   = flag.Int("open.entries", 20, "how many entries each of them has")
)

// BenchmarkRecovery kills firebreak with SIGKILL in the middle of its work,
// with a thousand incidents open, and starts it again: from exec until it says
// that it is ready, for which Slack must have greeted a connection. What is in
// the inbox then is worked off, what was under way looked up. From the greeting
// on it receives; to say so it commits a write of its own, twice when it was
// asked too early.
//
// Its floor, in turn with it: a process that opens a copy of the same killed
// database and makes two HTTP round trips, as many as Slack asks for before a
// connection can be dialled.
func BenchmarkRecovery(b *testing.B) {
	r := newRig(b, *openIncidents)
	p := r.launch()
	r.ready(p)
	var greeted, whole, least []time.Duration
	var received, usable []float64
	for b.Loop() {
		r.interrupt(p)
		lowest := r.floor()
		p = r.launch()
		hello, took := r.ready(p)
		greeted, whole, least = append(greeted, hello), append(whole, took), append(least, lowest)
		received = append(received, hello.Seconds()/lowest.Seconds())
		usable = append(usable, took.Seconds()/lowest.Seconds())
	}
	b.ReportMetric(ms(middle(greeted)), "ms/hello")
	b.ReportMetric(ms(middle(whole)), "ms/ready")
	b.ReportMetric(ms(middle(least)), "ms/floor")
	b.ReportMetric(middle(received), "hello-ratio")
	b.ReportMetric(middle(usable), "ready-ratio")
}

// interrupt kills firebreak while it is at work.
func (r *rig) interrupt(p *process) {
	r.b.Helper()
	r.sb.Ledger.Say("work")
	seen := len(r.sb.Ledger.Read())
	for i := range 300 {
		r.say(i)
	}
	for acked := 0; acked < 100; <-time.After(time.Millisecond) {
		acked = len(acks(r.sb.Ledger.Since(seen)))
	}
	p.kill()
	p.wantKilled()
}

// floor runs the least that a start has to do.
func (r *rig) floor() time.Duration {
	r.b.Helper()
	path := filepath.Join(r.b.TempDir(), "copy.db")
	for _, part := range []string{"", "-wal"} {
		if err := copyFile(path+part, r.path+part); err != nil {
			r.b.Fatal(err)
		}
	}
	cmd := exec.Command("floor", path)
	cmd.Stderr = r.b.Output()
	for name, value := range r.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		r.b.Fatal(err)
	}
	since := time.Now()
	if err := cmd.Start(); err != nil {
		r.b.Fatal(err)
	}
	_, err = bufio.NewReader(out).ReadString('\n')
	took := time.Since(since)
	if err = errors.Join(err, cmd.Wait()); err != nil {
		r.b.Fatal(err)
	}
	return took
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// floor is that process.
func floor(ctx context.Context, path string) error {
	db, err := store.Open(ctx, store.Config{Path: path})
	if err != nil {
		return err
	}
	env := ours(os.Environ())
	for method, token := range map[string]string{
		"auth.test": env["FIREBREAK_SLACK_BOT_TOKEN"], "apps.connections.open": env["FIREBREAK_SLACK_APP_TOKEN"],
	} {
		if err := post(ctx, env["FIREBREAK_SLACK_API_URL"]+method, token); err != nil {
			return err
		}
	}
	fmt.Println("done")
	return db.Close()
}

func post(ctx context.Context, address, token string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(url.Values{"token": {token}}.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return errors.Join(err, resp.Body.Close())
}
