package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// Kill ends the process with SIGKILL and waits until it is gone. It stays so
// until Start.
func (b *botProcess) Kill() error {
	b.mu.Lock()
	life := b.life
	if life != nil {
		life.meant = true
	}
	b.mu.Unlock()
	if life == nil {
		return errors.New("the bot is not running")
	}
	if err := life.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill the bot: %w", err)
	}
	<-life.ended
	return nil
}

// run keeps the process until ctx ends, then lets it drain.
func (b *botProcess) run(ctx context.Context) error {
	err := b.Start()
	if err == nil {
		<-ctx.Done()
	}
	return errors.Join(err, b.close())
}

// close lets the process drain and waits for it.
func (b *botProcess) close() error {
	b.mu.Lock()
	b.over = true
	close(b.ending)
	life := b.life
	b.mu.Unlock()
	defer b.wg.Wait()
	if life == nil {
		return nil
	}
	_ = life.hold.Close() // it may have ended already
	select {
	case <-life.ended:
	case <-time.After(endPatience):
		_ = life.cmd.Process.Kill() // it may have ended just now
		<-life.ended
	}
	if code := life.cmd.ProcessState.ExitCode(); code != exitDone {
		return fmt.Errorf("the bot ended with %s; its log is %s", life.cmd.ProcessState, b.log)
	}
	return nil
}

// untilEOF gives a context that also ends when r does, for a process whose
// parent holds the other end. The goroutine that reads ends with the process:
// a read from a terminal cannot be taken back.
func untilEOF(ctx context.Context, r io.Reader) (context.Context, context.CancelFunc) {
	ctx, stop := context.WithCancel(ctx)
	go func() {
		defer stop()
		_, _ = io.Copy(io.Discard, r) // an error is an end too
	}()
	return ctx, stop
}
