package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Serve answers on l until ctx ends, then closes l and waits for everything
// that goes on. A listener that others than this machine can reach is refused.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	at, ok := l.Addr().(*net.TCPAddr)
	if !ok || !at.IP.IsLoopback() {
		_ = l.Close() // nothing was served on it
		return fmt.Errorf("serve the sandbox's window on %s: it has no sign-in, so only a loopback address will do", l.Addr())
	}
	return s.listen(ctx, l)
}

func (s *Server) listen(ctx context.Context, l net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s.setLife(ctx)
	srv := &http.Server{
		Handler:           s,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	select {
	case err := <-ended: // the listener broke
		stop()
		return errors.Join(err, s.shut(srv))
	case <-ctx.Done():
	}
	err := s.shut(srv)
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// shut waits for everything that goes on; connections that nothing is asked on
// are closed. The longest a request takes is what a person waits for the bot.
func (s *Server) shut(srv *http.Server) error {
	bounded, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := srv.Shutdown(bounded)
	if err != nil {
		err = srv.Close()
	}
	s.mu.Lock()
	s.ended = true
	s.mu.Unlock()
	s.working.Wait()
	return err
}

// setLife says how long what goes on in the background may go on.
func (s *Server) setLife(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.life = ctx
}

// tracked lets shut wait for requests that outlive their connection.
func (s *Server) tracked(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.enter() {
			panic(http.ErrAbortHandler) // its connection is closed already
		}
		defer s.working.Done()
		next.ServeHTTP(w, r)
	})
}

// enter takes part in what shut waits for; false: it waits no more.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended {
		s.working.Add(1)
	}
	return !s.ended
}
