package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"firebreak/incident"
)

// serve runs the bot until ctx ends, and gives the exit code: 0 after a
// drain, 1 for what no waiting can heal.
func serve(ctx context.Context, cfg Config, stderr io.Writer) int {
	log := slog.New(logHandler(cfg, stderr))
	self, err := os.Executable()
	if err != nil {
		log.WarnContext(ctx, "scripts are run in this process", "error", err)
	}
	a, err := newApp(ctx, cfg, network{Self: self}, log)
	if err != nil {
		fmt.Fprintln(stderr, "firebreak:", visible(err.Error()))
		return exitFailed
	}
	log.InfoContext(ctx, "firebreak serves", "listen", a.doors[0].at.Addr().String(), "database", cfg.DatabasePath())
	defer onHangUp(a.bot.ReloadRules)()
	err = a.run(ctx)
	if closing := a.close(); err == nil {
		err = closing
	}
	if err != nil {
		fmt.Fprintln(stderr, "firebreak:", visible(fatal(err)))
		return exitFailed
	}
	log.Info("firebreak has stopped")
	return exitDone
}

// onHangUp calls do at each SIGHUP, until it is ended.
func onHangUp(do func()) (end func()) {
	hangUps := make(chan os.Signal, 1)
	signal.Notify(hangUps, syscall.SIGHUP)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for range hangUps {
			do()
		}
	}()
	return func() {
		signal.Stop(hangUps)
		close(hangUps)
		<-ended
	}
}

// fatal is the sentence for what ended the bot: the fix where one is known.
func fatal(err error) string {
	if reason := incident.ReasonOf(err); reason != "" {
		return reason
	}
	return err.Error()
}

func logHandler(cfg Config, w io.Writer) slog.Handler {
	opts := &slog.HandlerOptions{Level: cfg.LogLevel}
	if cfg.LogFormat == "text" {
		return slog.NewTextHandler(w, opts)
	}
	return slog.NewJSONHandler(w, opts)
}
