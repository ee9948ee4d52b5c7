package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestDetectRunStops ends a run that waits for more on standard input.
func TestDetectRunStops(t *testing.T) {
	rules := filepath.Join(t.TempDir(), "rule.yml")
	if err := os.WriteFile(rules, []byte("title: T\nlogsource: {category: test}\ndetection: {sel: {a: 1}, condition: sel}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	silent, upstream := io.Pipe()
	defer upstream.Close()
	events := io.MultiReader(strings.NewReader("{\"a\":1}\n"), silent)
	stdout := &cancelling{cancel: cancel}
	var stderr bytes.Buffer
	// The detection is printed at once; that it is there ends the run.
	if code := run(ctx, []string{"detect", "run", "--rules", rules}, nil, events, stdout, &stderr); code != exitFailed {
		t.Errorf("exit code %d, stderr:\n%s", code, &stderr)
	}
	if !strings.Contains(stdout.String(), `"title":"T"`) || !strings.Contains(stderr.String(), "stopped before the end") {
		t.Errorf("stdout %q, stderr %q", stdout, &stderr)
	}
}

// cancelling cancels once something was written to it.
type cancelling struct {
	bytes.Buffer
	cancel context.CancelFunc
}

func (c *cancelling) Write(b []byte) (int, error) {
	defer c.cancel()
	return c.Buffer.Write(b)
}

// TestDetectRunStopsWithoutReader has a standard output that is closed.
func TestDetectRunStopsWithoutReader(t *testing.T) {
	rules := filepath.Join(t.TempDir(), "rule.yml")
	if err := os.WriteFile(rules, []byte("title: T\nlogsource: {category: test}\ndetection: {sel: {a: 1}, condition: sel}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	endless := io.MultiReader(strings.NewReader(strings.Repeat("{\"a\":1}\n", 10)), failing{errors.New("read on")})
	code := run(t.Context(), []string{"detect", "run", "--rules", rules}, nil, endless, failing{errors.New("broken pipe")}, &stderr)
	if code != exitFailed || !strings.Contains(stderr.String(), "broken pipe") || strings.Contains(stderr.String(), "read on") {
		t.Errorf("exit code %d, stderr:\n%s", code, &stderr)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error)  { return 0, f.err }
func (f failing) Write([]byte) (int, error) { return 0, f.err }

// TestProgress draws a bar only on a terminal, only when a run is long, and
// takes it away for every line of text.
func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if p := newProgress(&bytes.Buffer{}, 1000); p.bar != nil {
			t.Error("there is a bar where there is no terminal")
		}
		var screen bytes.Buffer
		p := barOn(&screen, 1000)
		in := p.reading(strings.NewReader(strings.Repeat("x", 1000)))
		if _, err := io.ReadFull(in, make([]byte, 250)); err != nil {
			t.Fatal(err)
		}
		p.show()
		p.hide()
		if screen.Len() > 0 {
			t.Errorf("a short run shows %q", &screen)
		}
		<-time.After(2 * progressAfter)
		p.show()
		if !strings.Contains(screen.String(), "reading events") || !strings.Contains(screen.String(), "25%") {
			t.Errorf("a long run shows %q", &screen)
		}
		screen.Reset()
		p.hide()
		if cleared := strings.TrimSpace(screen.String()); strings.Contains(cleared, "%") || screen.Len() == 0 {
			t.Errorf("the bar is hidden by %q", &screen)
		}
		p.done()
		screen.Reset()
		p.show()
		if screen.Len() > 0 {
			t.Errorf("after all is done, it shows %q", &screen)
		}
	})
}
