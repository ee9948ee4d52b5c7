package sandbox

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
)

// Network is where a sandbox listens. Hosts are slack.sandbox,
// pagerduty.sandbox and gitlab.sandbox; the listener's Addr().String() is what
// stands after http:// in the addresses that Env hands out.
type Network interface {
	Listen(host string) (net.Listener, error)
}

// Loopback listens on free ports of 127.0.0.1, whatever the host.
func Loopback() Network { return loopback{} }

type loopback struct{}

func (loopback) Listen(host string) (net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for %s: %w", host, err)
	}
	return l, nil
}

// MemoryNetwork joins clients and emulators by net.Pipe. It blocks only on
// channels, so that it may live inside a testing/synctest bubble; make it and
// the sandbox inside the bubble.
type MemoryNetwork struct {
	mu        sync.Mutex
	listeners map[string]*pipeListener
}

// Memory returns a network of in-memory connections without any listener.
func Memory() *MemoryNetwork {
	return &MemoryNetwork{listeners: map[string]*pipeListener{}}
}

// Listen claims host until the listener is closed.
func (m *MemoryNetwork) Listen(host string) (net.Listener, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.listeners[host] != nil {
		return nil, fmt.Errorf("listen for %s: host is taken", host)
	}
	l := &pipeListener{
		host:     host,
		arriving: make(chan net.Conn),
		closed:   make(chan struct{}),
		release:  func() { m.release(host) },
	}
	m.listeners[host] = l
	return l, nil
}

// DialContext connects to a listening host and ignores the port; an unknown
// host is refused as a closed port would be.
func (m *MemoryNetwork) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		host = addr
	}
	m.mu.Lock()
	l := m.listeners[host]
	m.mu.Unlock()
	if l == nil {
		return nil, refusedError(network, addr)
	}
	client, server := net.Pipe()
	select {
	case l.arriving <- server:
		return client, nil
	case <-l.closed:
		return nil, refusedError(network, addr)
	case <-ctx.Done():
		return nil, &net.OpError{Op: "dial", Net: network, Addr: pipeAddr(addr), Err: ctx.Err()}
	}
}

// Client returns an HTTP client that reaches only this network. It follows no
// environment proxy. Close its idle connections, or the sandbox, to end it.
func (m *MemoryNetwork) Client() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: m.DialContext}}
}

func (m *MemoryNetwork) release(host string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.listeners, host)
}

func refusedError(network, addr string) error {
	return &net.OpError{Op: "dial", Net: network, Addr: pipeAddr(addr), Err: syscall.ECONNREFUSED}
}

type pipeListener struct {
	host     string
	arriving chan net.Conn
	closed   chan struct{}
	once     sync.Once
	release  func()
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.arriving:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() {
		close(l.closed)
		l.release()
	})
	return nil
}

func (l *pipeListener) Addr() net.Addr { return pipeAddr(l.host) }

type pipeAddr string

func (pipeAddr) Network() string  { return "memory" }
func (a pipeAddr) String() string { return strings.TrimSuffix(string(a), ":80") }
