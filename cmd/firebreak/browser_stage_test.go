package main

import (
	"context"
	"os"
	"testing"

	"golang.org/x/sync/errgroup"

	"firebreak/integrations/sandbox"
)

// stage is a demo's world without its story: the sandbox, the bot as a process
// of its own, and the window. Tests act in it one after the other, each in an
// incident of its own.
type stage struct {
	*demoRun
	sb *sandbox.Sandbox
}

// openStage starts a world for the rest of the test.
func openStage(t *testing.T) *stage {
	t.Helper()
	window, err := listenLoopback("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	sb := sandbox.New(sandbox.Options{Seed: 1})
	sb.Slack.AddOutsiders()
	if err := sb.Start(context.WithoutCancel(t.Context()), sandbox.Loopback()); err != nil {
		t.Fatal(err)
	}
	out := &demoOutput{}
	d := &demonstration{environ: os.Environ(), out: out, err: out, sb: sb, window: window}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	bot, err := d.cast(ctx, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	d.player = nil // there is no story
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return bot.run(ctx) })
	g.Go(func() error { return d.serveWindow(ctx) })
	t.Cleanup(func() {
		stop()
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
		if err := sb.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(out.String())
		}
	})
	st := &stage{&demoRun{t: t, base: "http://" + window.Addr().String(), out: out}, sb}
	st.until("the bot is connected", func() bool { return sb.Slack.Sockets() > 0 })
	return st
}

// in is the stage for a subtest.
func (st *stage) in(t *testing.T) *stage {
	d := *st.demoRun
	d.t = t
	return &stage{&d, st.sb}
}
