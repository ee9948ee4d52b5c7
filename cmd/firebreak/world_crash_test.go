package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing/synctest"

	"firebreak/integrations/sandbox"
)

// wire is one bot's way to the network. Once cut, nothing of what that bot
// still does reaches anybody.
type wire struct {
	net *sandbox.MemoryNetwork

	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]bool
}

func newWire(n *sandbox.MemoryNetwork) *wire { return &wire{net: n, conns: map[net.Conn]bool{}} }

func (w *wire) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	w.mu.Lock()
	cut := w.cut
	w.mu.Unlock()
	if cut {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ENETUNREACH}
	}
	c, err := w.net.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cut {
		_ = c.Close()
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ENETUNREACH}
	}
	w.conns[c] = true
	return &wired{Conn: c, wire: w}, nil
}

// sever cuts it, with every connection that is open.
func (w *wire) sever() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = true
	for c := range w.conns {
		_ = c.Close() // the other side sees it end, as when a process dies
	}
}

// wired forgets itself when it is closed.
type wired struct {
	net.Conn
	wire *wire
}

func (c *wired) Close() error {
	c.wire.mu.Lock()
	delete(c.wire.conns, c.Conn)
	c.wire.mu.Unlock()
	return c.Conn.Close()
}

// crash ends the bot as SIGKILL does: the database stays as it is at this
// moment, calls under way are cut off, and of what the process still does
// nothing counts. A write is never torn apart by it: the moment is one in
// which every goroutine waits. (TestKill kills real processes anywhere.)
func (w *world) crash() {
	w.t.Helper()
	if w.app == nil {
		return
	}
	synctest.Wait()
	w.lives++
	left := filepath.Join(w.dir, fmt.Sprintf("life-%d.db", w.lives))
	was := strings.TrimPrefix(w.env["FIREBREAK_DATABASE_URL"], "sqlite:")
	for _, part := range []string{"", "-wal"} {
		b, err := os.ReadFile(was + part)
		if errors.Is(err, os.ErrNotExist) && part != "" {
			continue
		}
		if err == nil {
			err = os.WriteFile(left+part, b, 0o600)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	w.wire.sever()
	w.cancel()
	<-w.done          // what a dead process returns interests nobody
	_ = w.app.close() // nor what it could not close
	w.client.CloseIdleConnections()
	w.app = nil
	w.env["FIREBREAK_DATABASE_URL"] = "sqlite:" + left
}
