package web_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/integrations/sandbox"
	"firebreak/integrations/sandbox/web"
)

// bubble is a server in memory, inside a synctest bubble.
type bubble struct {
	t      *testing.T
	sb     *sandbox.Sandbox
	net    *sandbox.MemoryNetwork
	client *http.Client
	stop   context.CancelFunc
	ended  chan error
}

func newBubble(t *testing.T, opts web.Options) *bubble {
	t.Helper()
	b := &bubble{t: t, net: sandbox.Memory(), ended: make(chan error, 1)}
	b.sb = sandbox.New(sandbox.Options{})
	b.client = b.net.Client()
	opts.Sandbox = b.sb
	l, err := b.net.Listen("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	b.stop = stop
	s := web.New(opts)
	go func() { b.ended <- s.Listen(ctx, l) }()
	t.Cleanup(func() {
		b.stop()
		b.client.CloseIdleConnections()
		_ = b.sb.Close()
	})
	return b
}

// end stops the server and waits for it.
func (b *bubble) end() {
	b.t.Helper()
	b.stop()
	if err := <-b.ended; err != nil {
		b.t.Errorf("the server ended with %v", err)
	}
}

func (b *bubble) post(target, body string) int {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, "http://127.0.0.1:80"+target, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Origin", "http://127.0.0.1:80")
	r.Header.Set("Content-Type", "application/json")
	resp, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // it is read
	_, _ = io.Copy(io.Discard, resp.Body)    // its length does not matter
	return resp.StatusCode
}

// listener reads a stream.
type listener struct {
	status int
	events chan event
	cancel context.CancelFunc
}

type event struct{ name, id, data string }

// listen opens a stream; headers come in pairs.
func (b *bubble) listen(target string, headers ...string) *listener {
	b.t.Helper()
	ctx, cancel := context.WithCancel(b.t.Context())
	b.t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:80"+target, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	l := &listener{status: resp.StatusCode, events: make(chan event, 1000), cancel: cancel}
	go l.read(resp.Body)
	return l
}

func (l *listener) read(body io.ReadCloser) {
	defer close(l.events)
	defer func() { _ = body.Close() }() // the stream has ended
	var e event
	lines := bufio.NewScanner(body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "event":
			e.name = value
		case "id":
			e.id = value
		case "data":
			e.data = value
		default:
			if lines.Text() == ": ping" || lines.Text() == "" && e.name == "" {
				e.name = "ping"
			}
			if lines.Text() == "" {
				l.events <- e
				e = event{}
			}
		}
	}
}

// heard is what came so far, and whether the stream goes on.
func (l *listener) heard() (all []event, open bool) {
	synctest.Wait()
	for {
		select {
		case e, ok := <-l.events:
			if !ok {
				return all, false
			}
			all = append(all, e)
		default:
			return all, true
		}
	}
}

// pass lets time go by.
func pass(t *testing.T, d time.Duration) {
	t.Helper()
	<-time.After(d)
	synctest.Wait()
}
