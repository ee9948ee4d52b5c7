package pagerduty

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
)

// pipes is a listener whose connections are net.Pipe, so that it may live in
// a testing/synctest bubble.
type pipes struct {
	arriving chan net.Conn
	once     sync.Once
	closed   chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.arriving:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.arriving <- theirs:
		return ours, nil
	case <-p.closed:
		return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// serve runs h behind an HTTP client whose every host is h.
func serve(t *testing.T, h http.Handler) *http.Client {
	t.Helper()
	p := &pipes{arriving: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: h}
	var wg sync.WaitGroup
	wg.Go(func() { _ = server.Serve(p) })
	transport := &http.Transport{DialContext: p.dial}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
		wg.Wait()
	})
	return &http.Client{Transport: transport}
}

// unreachable is a client that nobody answers.
func unreachable(t *testing.T) *http.Client {
	t.Helper()
	p := &pipes{arriving: make(chan net.Conn), closed: make(chan struct{})}
	_ = p.Close()
	return &http.Client{Transport: &http.Transport{DialContext: p.dial}}
}
